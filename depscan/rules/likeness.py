"""Whether an import that belongs to no known package may belong to a declared one after all: by how the names read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Need, Resolver

if TYPE_CHECKING:
    from depscan.model import Evidence

_COMMON = frozenset(
    {"ai", "api", "cli", "client", "core", "data", "lib", "ml", "models", "py", "python", "sdk", "tools", "utils"}
)
"""Words that stand in too many names to say anything."""


def guessed(evidence: Evidence) -> frozenset[str]:
    """Packages that are imported, not declared, and assumed only because the import is called so."""
    declared = {d.name for d in evidence.declarations if d.scope is not Need.CONSTRAINT}
    return frozenset(
        name
        for link in evidence.links
        if link.resolver is Resolver.IDENTITY
        for name in link.packages
        if name not in declared
    )


def are_alike(one: str, other: str) -> bool:
    """Whether the names share a telling word, or one holds the other: `mmcv` and `mmcv-full`, `sam2` and `sam-2`."""
    if not _words(one).isdisjoint(_words(other)):
        return True
    short, long = sorted((one.replace("-", ""), other.replace("-", "")), key=len)
    return len(short) > 3 and short not in _COMMON and short in long


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in name.split("-") if len(word) > 2) - _COMMON
