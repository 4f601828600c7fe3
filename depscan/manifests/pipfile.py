"""Pipfile, in which a project asks, and Pipfile.lock, which fixes versions and says nothing about who needs whom."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from depscan.manifests import lock, pep508
from depscan.manifests.document import Document, describe
from depscan.manifests.reader import Include, clip, strings
from depscan.model import Need, Pin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Ask, Fact, Manifest

_SETTINGS = frozenset({"source", "requires", "pipenv", "scripts", "pipfile", "_meta"})
_GROUPS = {"dev-packages": "dev"}
_VARIABLES = (
    "os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release",
    "platform_system", "platform_version", "python_version", "python_full_version", "implementation_name",
    "implementation_version",
)  # fmt: skip
_KEY = re.compile(r'^(\s*)"((?:[^"\\]|\\.)*)"\s*:\s*\{')


# -- Pipfile -----------------------------------------------------------------------------------------------------------


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the categories ask for: `packages` at run time, all others for development."""
    document = Document(manifest)
    for category in document.table():
        if category in _SETTINGS:
            continue
        ask = document.ask
        if category != "packages":
            ask = ask.as_(Need.DEVELOPMENT, _GROUPS.get(category, category))
        for name, value in document.table(category).items():
            place = ask.at(document.at(category, name).location.line)
            if isinstance(value, (str, dict)):
                yield from _requirement(name, {"version": value} if isinstance(value, str) else value, place)
            else:
                document.wrong((category, name), f"is {describe(value)}, not a version or a table")
    yield from document.gaps


def _requirement(name: str, table: dict[str, Any], ask: Ask) -> Iterator[Fact]:
    """Write an entry as PEP 508 and read that; a path is read as pip reads `-e path`."""
    text = {key: value for key, value in table.items() if isinstance(value, str)}
    for key in sorted({"version", "git", "path", "file", "markers"} & (table.keys() - text.keys())):
        yield ask.gap(f"`{key}` of {clip(name)} is {describe(table[key])}, not a string; it was left out")
    address = text.get("path") or text.get("file") or ""
    if address and "://" not in address:
        yield Include(address, ask, project=True)
        return
    if vcs := next((vcs for vcs in ("git", "hg", "svn", "bzr") if text.get(vcs)), ""):
        ref = f"@{text['ref']}" if text.get("ref") else ""
        address = f"{vcs}+{text[vcs].removeprefix(f'{vcs}+')}{ref}"
    version = text.get("version", "*").strip()
    extras = ",".join(strings(table.get("extras")))
    head = f"{name}[{extras}]" if extras else name
    head += f" @ {address} " if address else "" if version == "*" else f" {version}"
    markers = [f"{key} {text[key]}" for key in _VARIABLES if key in text]
    markers += [text["markers"]] if text.get("markers") else []
    condition = " and ".join(f"({each})" if len(markers) > 1 else each for each in markers)
    yield from pep508.declare(f"{head}; {condition}" if condition else head, ask)


# -- Pipfile.lock ------------------------------------------------------------------------------------------------------


def read_lock(manifest: Manifest) -> Iterator[Fact]:
    """Yield a pin for every package of every category."""
    twice: dict[str, None] = {}

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Note the keys that a table states twice: the last one counts, as everywhere."""
        table: dict[str, Any] = {}
        for key, value in pairs:
            if key in table:
                twice[key] = None
            table[key] = value
        return table

    try:
        data = json.loads(manifest.text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        yield manifest.ask.at(error.lineno).gap(f"no pin of this lock is known, it cannot be parsed: {error}")
        return
    except (ValueError, RecursionError):
        yield manifest.ask.gap("no pin of this lock is known: it is nested too deeply, or holds an absurd number")
        return
    for key in islice(twice, 100):
        yield manifest.ask.gap(f"{clip(key)!r} is stated twice in one table; the last one counts")
    if not isinstance(data, dict) or not data:
        yield manifest.ask.gap(f"the lock is {describe(data) if data else 'empty'}; nothing was read")
        return
    lines = _lines(manifest.text)
    for category, packages in data.items():
        if category in _SETTINGS:
            continue
        if not isinstance(packages, dict):
            yield manifest.ask.gap(f"`{clip(category)}` is {describe(packages)}, not a table; it was left out")
            continue
        for name, table in packages.items():
            yield from _pin(name, table, manifest.ask.at(lines.get((category, name), 0)))


def _pin(name: str, table: object, ask: Ask) -> Iterator[Fact]:
    """Read one package; a folder is a project of one's own, and has no pin."""
    if not lock.legal(name) or not isinstance(table, dict):
        yield ask.gap(f"{clip(name)!r} is {describe(table)}, or no legal name; it was left out")
    elif isinstance(version := table.get("version"), str) and version.strip("= "):
        yield Pin(lock.legal(name), clip(version.strip().lstrip("=").strip()), ask.location)
    elif "path" not in table:
        fixed = "is fixed to a commit or a file, whose version is not stated" if table else "has no version"
        yield ask.gap(f"{lock.legal(name)} {fixed}; it has no pin")


def _lines(text: str) -> dict[tuple[str, str], int]:
    """Go over the text once: the line of each package in each category, as pipenv lays them out."""
    found: dict[tuple[str, str], int] = {}
    category, outer = "", None
    for number, line in enumerate(text.split("\n"), 1):
        if match := _KEY.match(line):
            indent, name = len(match[1]), match[2]
            if outer is None or indent <= outer:
                category, outer = name, indent
            else:
                found[category, name] = number
    return found
