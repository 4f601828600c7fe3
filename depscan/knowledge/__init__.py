"""
What the world knows and no repository says: three embedded tables of names, read from disk when first asked for.

`resolution` asks the package index, and is the only user of the network.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from depscan.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SNAPSHOT", "conda_names", "import_names", "stdlib"]

SNAPSHOT = Source(name="depscan name tables", version="2026-11-24", retrieved="2026-11-24")

_DATA = Path(__file__).with_name("data")


@cache
def import_names() -> Mapping[str, tuple[str, ...]]:
    """
    Return which distributions provide a dotted import prefix, best known first.

    An empty tuple marks a namespace that many distributions share (`google.cloud`): the next component tells which.
    """
    return MappingProxyType(
        {prefix: tuple(names.split(";")) if names else () for prefix, names, *_ in _rows("import_names.csv")}
    )


@cache
def conda_names() -> Mapping[str, str]:
    """
    Return what a conda package is called on the Python index; empty when it is no Python package.

    A name that both indexes use for the same project maps to itself. A name that is missing is not known.
    """
    same = {name: name for names in import_names().values() for name in names}
    return MappingProxyType({**same, **{conda: python for conda, python, *_ in _rows("conda_names.csv")}})


@cache
def stdlib(python: str) -> frozenset[str]:
    """Return the top-level names that the standard library of a Python version (`3.11`) has, on any platform."""
    version = _version(python)
    return frozenset(
        name
        for name, added, removed, *_ in _rows("stdlib.csv")
        if _version(added or "0") <= version and (not removed or version < _version(removed))
    )


def _rows(table: str) -> Iterator[list[str]]:
    with (_DATA / table).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])
