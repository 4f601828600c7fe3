"""The tables of poetry in pyproject.toml, and its own grammar of versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from depscan.manifests import pep508
from depscan.manifests.document import Document, describe
from depscan.manifests.reader import Ask, Asked, clip, strings
from depscan.model import Need, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

Extras = dict[str, list[str]]

_BASE = ("tool", "poetry")
_PART = re.compile(r"(===|==|~=|!=|>=|<=|\^|~|=|>|<)?\s*v?([^\s<>=!~^,|]+)")


def read(document: Document) -> Iterator[Asked]:
    """Yield what the main table, the groups and the old development table ask for."""
    if not document.has(*_BASE):
        return
    extras = _extras(document)
    yield from _table(document, extras, document.ask, *_BASE, "dependencies")
    development = document.ask.as_(Need.DEVELOPMENT, "dev")
    yield from _table(document, extras, development, *_BASE, "dev-dependencies")
    for group in document.table(*_BASE, "group"):
        ask = document.ask if group == "main" else document.ask.as_(Need.DEVELOPMENT, group)
        yield from _table(document, extras, ask, *_BASE, "group", group, "dependencies")


def _table(document: Document, extras: Extras, ask: Ask, *path: str) -> Iterator[Asked]:
    if not document.has(*path):
        return
    for name, value in document.table(*path).items():
        if name.lower() == "python":
            continue
        place = document.at(*path, name)
        ask = ask.at(place.location.line)
        for entry in value if isinstance(value, list) else [value]:
            if not isinstance(entry, (str, dict)):
                document.wrong((*path, name), f"is {describe(entry)}, not a version or a table")
                continue
            groups = extras.get(normalised(name), [""])
            optional = isinstance(entry, dict) and entry.get("optional") is True
            for asker in [ask.as_(Need.EXTRA, extra) for extra in groups] if optional else [ask]:
                yield from _requirement(name, entry, asker)


def _extras(document: Document) -> Extras:
    """Return the extras that list a dependency, by its name."""
    found: Extras = {}
    for extra, names in document.table(*_BASE, "extras").items() if document.has(*_BASE, "extras") else ():
        for name in strings(names):
            found.setdefault(normalised(name), []).append(extra)
    return found


def _requirement(name: str, entry: str | dict[str, Any], ask: Ask) -> Iterator[Asked]:
    """Write an entry as PEP 508 and read that."""
    table = {"version": entry} if isinstance(entry, str) else entry
    wrong = sorted(
        key for key in ("version", "git", "url", "path", "markers", "python") if not isinstance(table.get(key, ""), str)
    )
    if wrong:
        yield ask.gap(f"`{wrong[0]}` of {clip(name)} is {describe(table[wrong[0]])}, not a string; it was left out")
    table = {key: value for key, value in table.items() if key not in wrong}
    try:
        specifier = constraint(table.get("version", ""))
    except ValueError as error:
        yield ask.gap(f"{clip(name)}: {error}; it counts, in any version")
        specifier = ""
    extras = ",".join(strings(table.get("extras")))
    head = f"{name}[{extras}]" if extras else name
    head += f" @ {address} " if (address := _address(table)) else specifier
    markers = [text for text in (table.get("markers", ""), _python(table.get("python", ""))) if text]
    if isinstance(platform := table.get("platform"), str):
        markers.append(f"sys_platform == '{platform}'")
    condition = " and ".join(f"({text})" if len(markers) > 1 else text for text in markers)
    yield from pep508.declare(f"{head}; {condition}" if condition else head, ask)


def _address(table: dict[str, Any]) -> str:
    if git := table.get("git"):
        rev = next((value for key in ("rev", "tag", "branch") if isinstance(value := table.get(key), str)), "")
        return f"git+{git}" + (f"@{rev}" if rev else "")
    return str(table.get("url") or table.get("path") or "")


def _python(text: str) -> str:
    """Return the marker that a `python = ">=3.8,<3.11"` of an entry means; nothing when that cannot be said."""
    try:
        parts = constraint(text).split(",")
    except ValueError:
        return ""
    found = [re.fullmatch(r"(===|==|~=|!=|>=|<=|>|<)(.*)", part) for part in parts]
    return " and ".join(
        f"python_{'full_' if part[2].count('.') > 1 and '*' not in part[2] else ''}version {part[1]} '{part[2]}'"
        for part in found
        if part
    )


def constraint(text: str) -> str:
    """Write a version constraint of poetry as a PEP 440 specifier; ValueError when there is none that says the same."""
    from packaging.specifiers import SpecifierSet

    if len(text) > 500:
        raise ValueError("a version constraint of more than 500 characters was not read")
    if "|" in text:
        raise ValueError(f"{clip(text)!r} joins ranges, which PEP 440 cannot")
    clauses: list[str] = []
    rest = text.strip()
    while rest:
        part = _PART.match(rest)
        if not part:
            raise ValueError(f"{clip(text)!r} is not a version constraint")
        clauses += _clauses(part[1] or "", part[2])
        rest = rest[part.end() :].lstrip(", \t\n")
    try:
        return str(SpecifierSet(",".join(clauses)))
    except ValueError:
        raise ValueError(f"{clip(text)!r} is not a version constraint") from None


def _clauses(operator: str, version: str) -> list[str]:
    if version == "*" and operator not in {"^", "~"}:
        return []
    if operator in {"^", "~"}:
        numbers = [int(number) for number in re.findall(r"\d{1,9}", re.match(r"[\d.]*", version)[0])]  # type: ignore[index]
        if not numbers:
            raise ValueError(f"{clip(operator + version)!r} is not a version constraint")
        keep = _kept(numbers) if operator == "^" else min(len(numbers), 2)
        upper = [*numbers[: keep - 1], numbers[keep - 1] + 1]
        return [f">={version.removesuffix('.*')}", f"<{'.'.join(map(str, upper))}"]
    if operator in {"", "=", "==", "!="}:
        return [f"{'!=' if operator == '!=' else '=='}{version}"]
    return [f"{operator}{version}"]


def _kept(numbers: list[int]) -> int:
    """Return how many leading numbers a caret keeps: up to the first that is not zero."""
    return next((index for index, number in enumerate(numbers, 1) if number), len(numbers))


def python(document: Document) -> str:
    """Return the Python versions that the project supports."""
    value = document.get(object, *_BASE, "dependencies", "python")
    try:
        return constraint(value) if isinstance(value, str) else ""
    except ValueError:
        return ""


def packages(document: Document) -> Iterator[str]:
    """Yield the folders that `packages` names."""
    if not document.has(*_BASE, "packages"):
        return
    for item in document.get(list, *_BASE, "packages") or []:
        include, base = (item.get("include"), item.get("from", "")) if isinstance(item, dict) else (None, "")
        if isinstance(include, str) and isinstance(base, str):
            yield re.sub(r"/?\*.*$", "", f"{base}/{include}" if base else include) or base
        else:
            document.wrong((*_BASE, "packages"), f"holds {describe(item)} without `include`")
