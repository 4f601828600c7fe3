"""Which versions a specifier admits, for the questions that scenarios ask; what cannot be read is `None`, never no."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from depscan.errors import DepscanError

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

_LONGEST = 300
_LOCAL = re.compile(r"\+[A-Za-z0-9._-]+")
_OPERATORS = "=<>!~"
_UPPER = ("<", "~=", "==")


def alternatives(text: str) -> tuple[str, ...]:
    """
    The versions that a text names, as specifiers of which one must hold; empty for an empty text.

    `>=1.2,<1.4` is one range; `1.2.1,1.2.2`, with or without `==`, are two versions; `|` stands between alternatives.
    """
    found: list[str] = []
    for part in filter(None, map(str.strip, text.split("|"))):
        clauses = [clause.strip() for clause in part.split(",") if clause.strip()]
        clauses = [clause if clause[0] in _OPERATORS else f"=={clause}" for clause in clauses]
        found += clauses if all(clause.startswith("==") for clause in clauses) else [",".join(clauses)]
    if wrong := [each for each in found if _specifiers(each) is None]:
        raise DepscanError(f"{wrong[0]!r} names no versions: give a PEP 440 specifier such as ==1.2.3 or >=1.2,<1.4")
    return tuple(found)


def holds(version: str, wanted: tuple[str, ...]) -> bool | None:
    """Whether a version is one of the alternatives; a build (`2.1.0+cpu`) is its release."""
    exact = _version(version)
    if exact is None:
        return None
    return any(each.contains(exact, prereleases=True) for each in map(_specifiers, wanted) if each is not None)


def meets(specifier: str, wanted: tuple[str, ...]) -> bool | None:
    """Whether a specifier admits one of the alternatives."""
    asked = _specifiers(specifier)
    if asked is None:
        return None
    return any(_both(asked, each) for each in map(_specifiers, wanted) if each is not None)


def exact(specifier: str) -> str:
    """The one version that a specifier admits; empty when it admits several."""
    clauses = [clause.strip() for clause in specifier.split(",")]
    found = [clause.lstrip("=").strip() for clause in clauses if clause.startswith("==") and not clause.endswith("*")]
    return found[0] if found else ""


def newer(specifier: str, version: str) -> tuple[str, ...] | None:
    """
    Which of the next patch, minor and major release after `version` a specifier admits.

    Without a version: all when nothing bounds it from above, `None` when something does.
    """
    asked = _specifiers(specifier)
    last = _version(version)
    if asked is None:
        return None
    if last is None:
        bounded = any(clause.strip().startswith(_UPPER) for clause in specifier.split(","))
        return None if bounded else ("patch", "minor", "major")
    major, minor, patch = (*last.release, 0, 0)[:3]
    epoch = f"{last.epoch}!" if last.epoch else ""
    following = {
        "patch": f"{major}.{minor}.{patch + 1}",
        "minor": f"{major}.{minor + 1}.0",
        "major": f"{major + 1}.0.0",
    }
    return tuple(name for name, release in following.items() if asked.contains(epoch + release))


def latest(*versions: str) -> str:
    """The highest of these; those that are none are passed over."""
    known = [(found, version) for version in versions if (found := _version(version)) is not None]
    return max(known)[1] if known else ""


def _both(asked: SpecifierSet, wanted: SpecifierSet) -> bool:
    single = exact(str(wanted))
    version = _version(single) if single else None
    if version is not None:
        return asked.contains(version, prereleases=True)
    return not (asked & wanted).is_unsatisfiable()


@lru_cache(4_096)
def _specifiers(text: str) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(_LOCAL.sub("", text)) if len(text) <= _LONGEST else None
    except InvalidSpecifier:
        return None


@lru_cache(4_096)
def _version(text: str) -> Version | None:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(_LOCAL.sub("", text)) if len(text) <= _LONGEST else None
    except InvalidVersion:
        return None
