"""The names and versions of conda: match specifications, exported lines, explicit URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from depscan.manifests.reader import Ask, clip
from depscan.model import Declaration, Ecosystem, Gap, Pin, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPEC = re.compile(r"(?:[^\s\[\]]*::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(.*)", re.DOTALL)
_EXPORT = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)=([^=\s<>!~]+)=([^=\s<>!~]+)")
_EXPLICIT = re.compile(r"[^\s#]*/([^/\s#]+)\.(?:tar\.bz2|conda)(?:#\S*)?")
_CLAUSE = re.compile(r"(===|==|=|!=|>=|<=|~=|>|<)?\s*([^\s=<>!~]+)$")
_IGNORED = frozenset({"python", "pip"})
_LONGEST = 1_024
_MOST_CLAUSES = 20


def declare(text: str, ask: Ask) -> Iterator[Declaration | Gap | Pin]:
    """
    Read a match specification. Versions become PEP 440 where it can say the same.

    The interpreter and pip are no dependencies. A line of an export (`name=version=build`) is a pin as well.
    """
    found = _SPEC.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if not found:
        yield ask.gap(f"{clip(text)!r} is not a conda specification; nothing was read from it")
        return
    name, wanted = found[1].lower(), found[2].strip()
    if name in _IGNORED:
        return
    if bracket := re.search(r"\[(.*)\]$", wanted):
        key = re.search(r"""version\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s,'"\]]+))""", bracket[1])
        wanted = next((part for part in key.groups() if part), "") if key else wanted[: bracket.start()].strip()
    specifier, problem = _specifier(wanted)
    yield Declaration(name, ask.location, specifier, scope=ask.need, group=ask.group, ecosystem=Ecosystem.CONDA)
    if problem:
        yield ask.gap(f"{clip(text)!r}: {problem}; {clip(name)} counts, in any version")
    if exported := _EXPORT.fullmatch(text.strip()):
        yield Pin(name, exported[2], ask.location, Ecosystem.CONDA)


def exported(text: str, ask: Ask) -> tuple[Declaration, Pin] | None:
    """Read a line of `conda list --export`; what pip installed there is marked as build `pypi_0`."""
    found = _EXPORT.fullmatch(text)
    if not found:
        return None
    pypi = found[3].startswith("pypi")
    name = normalised(found[1]) if pypi else found[1].lower()
    where = Ecosystem.PYPI if pypi else Ecosystem.CONDA
    exact, _ = _specifier(f"=={found[2]}")
    asked = Declaration(name, ask.location, exact, scope=ask.need, group=ask.group, ecosystem=where)
    return asked, Pin(name, found[2], ask.location, where)


def explicit(text: str, ask: Ask) -> Pin | None:
    """Read a line of an explicit specification (`@EXPLICIT`): the URL of a package file."""
    found = _EXPLICIT.fullmatch(text)
    parts = unquote(found[1]).rsplit("-", 2) if found else []
    return Pin(parts[0].lower(), parts[1], ask.location, Ecosystem.CONDA) if len(parts) == 3 and parts[0] else None


def _specifier(wanted: str) -> tuple[str, str]:
    """Return the version in PEP 440 terms, or nothing and the reason."""
    from packaging.specifiers import SpecifierSet

    if wanted in {"", "*", "=*", "==*"}:
        return "", ""
    if "|" in wanted:
        return "", "alternatives have no PEP 440 form"
    if build := re.fullmatch(r"(?:(=)?=?)\s*([^\s=<>!~,]+)(?:=|\s+)([^\s=<>!~,]+)", wanted):
        wanted = f"=={build[2]}" if build[2] != "*" else ""
    clauses = []
    if wanted.count(",") > _MOST_CLAUSES:
        return "", "the version has too many parts"
    for part in filter(None, (clause.strip() for clause in wanted.split(","))):
        clause = _CLAUSE.fullmatch(part)
        if not clause:
            return "", "the version is not understood"
        clauses.append(_pep440(clause[1] or "==", clause[2]))
    # A version like 1.1.1w is no version of PEP 440; `===` alone may name it.
    verbatim = [re.sub(r"^==(?!=)(?!.*\*$)", "===", clause) for clause in clauses]
    for text in (",".join(clauses), ",".join(verbatim)):
        try:
            return str(SpecifierSet(text)), ""
        except ValueError:
            continue
    return "", "the version has no PEP 440 form"


def _pep440(operator: str, version: str) -> str:
    version = version.removesuffix("*").removesuffix(".") if operator in {">=", ">", "<", "<="} else version
    if operator == "=":  # conda's fuzzy match
        return f"=={version.removesuffix('*').removesuffix('.')}.*"
    if operator in {"==", "!="} and version.endswith("*"):
        return f"{operator}{version[:-1].removesuffix('.')}.*"
    return f"{operator}{version}"
