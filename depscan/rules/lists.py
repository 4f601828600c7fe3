"""The published lists that rules consult: packages that work without an import, modules that the host brings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files

_NEVER_IMPORTED = frozenset({"tool", "stubs", "build", "runtime"})
"""Kinds that serve without any import, whatever else is declared."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A package that does its work without an import statement in the project."""

    name: str
    """Normalised name, or a pattern with `*`."""
    kind: str
    """
    tool, stubs, build, runtime: needs no import at all. backend, driver, plugin, server: loaded by another package.
    companion: mostly declared to bound the version that another package uses.
    """
    loaded_by: tuple[str, ...]
    """Packages that load it; empty when it runs on its own."""
    reason: str

    def explains(self, present: frozenset[str]) -> bool:
        """Whether the absence of an import says nothing, given the packages that the repository asks for or imports."""
        if self.kind == "companion":
            return False
        return self.is_apart or not self.loaded_by or not present.isdisjoint(self.loaded_by)

    @property
    def is_apart(self) -> bool:
        """Whether the package serves beside the code, not in it: tools, stubs, build requirements, the CUDA runtime."""
        return self.kind in _NEVER_IMPORTED


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("depscan.rules").joinpath("data", name).read_text("utf-8").splitlines()))


@cache
def _loaded() -> tuple[Loaded, ...]:
    rows = csv.DictReader(
        files("depscan.rules").joinpath("data/loaded_without_import.csv").read_text("utf-8").splitlines()
    )
    return tuple(Loaded(r["name"], r["kind"], tuple(r["loaded_by"].split()), r["reason"]) for r in rows)


@cache
def loaded(name: str) -> Loaded | None:
    """What the list says of the package: its own row, else the first pattern that fits."""
    own = next((row for row in _loaded() if row.name == name), None)
    return own or next((row for row in _loaded() if "*" in row.name and fnmatchcase(name, row.name)), None)


@cache
def _provided() -> dict[str, str]:
    return {row["import_name"]: row["where"] for row in _rows("provided_by_host.csv")}


@lru_cache(10_000)
def _wheres(module: str) -> frozenset[str]:
    parts = module.split(".")
    return frozenset(_provided().get(".".join(parts[:end]), "") for end in range(1, len(parts) + 1)) - {""}


def provided(module: str, path: str) -> bool:
    """Whether the program that runs the file brings the module: the kernel of a notebook, the builder of a setup.py."""
    wheres = _wheres(module)
    if not wheres:
        return False
    name = path.rpartition("/")[2]
    return "any" in wheres or (name.endswith(".ipynb") and "notebook" in wheres) or name in wheres
