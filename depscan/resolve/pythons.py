"""Which Pythons the projects of a repository admit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.model import Project

_MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
_MICROS = 30


def admitted(projects: Iterable[Project]) -> tuple[str, ...]:
    """
    Return every Python version that a project of the repository admits, oldest first.

    A name counts as standard library when any of them has it: `tomllib` is no dependency of a project that also runs
    on 3.9, it is imported there under a guard, and its backport has a name of its own (`tomli`). 2.7 is always among
    them for the same reason: code that still says `import urllib2` reaches that line under a guard or not at all.
    """
    texts = {project.requires_python for project in projects} or {""}
    found = {minor for text in texts for minor in _admits(text)}
    return ("2.7", *(minor for minor in _MINORS if minor in found))


def _admits(text: str) -> tuple[str, ...]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(text)
    except InvalidSpecifier:
        return _MINORS
    # A bound may lie within a minor version (`>=3.9.2`, `==3.10.12`), so every release of it is tried.
    found = tuple(minor for minor in _MINORS if any(wanted.contains(f"{minor}.{micro}") for micro in range(_MICROS)))
    return found or _MINORS[-1:]
