"""
What sources outside the repository say a package requires, as edges of the dependency graph.

For packages that no lock and no environment covers. Nothing is parsed before it is asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from depscan.model import Edge, FactKind, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from depscan.model import Fact

_LONGEST = 2_000
"""Characters of a requirement that is read; real ones stay far below."""

_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']*)["']""")


class Requirements:
    """The requirements that facts state, by package."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Facts of other kinds are passed over."""
        self._facts: dict[str, dict[str, list[Fact]]] = {}
        for fact in facts:
            if fact.kind is FactKind.REQUIRES:
                self._facts.setdefault(fact.package, {}).setdefault(fact.version, []).append(fact)

    @property
    def names(self) -> tuple[str, ...]:
        """The packages that a fact says something of."""
        return tuple(sorted(self._facts))

    def of(self, name: str, version: str = "") -> tuple[Edge, ...]:
        """
        What the release `version` requires, or, when no fact speaks of it, the release that was looked up last.

        A requirement of an extra is an edge of that extra; one that holds for several is an edge for each. Markers stay
        whole: whoever judges one sets `extra` to that of the edge. A requirement that cannot be read is left out.
        """
        releases = self._facts.get(name)
        if not releases:
            return ()
        chosen = releases.get(version) or max(releases.values(), key=lambda facts: (facts[0].retrieved, facts))
        found = (edge for fact in chosen for edge in _edges(fact))
        return tuple(sorted(edge for edge in found if edge.target != name or edge.extras))


def gather(names: Iterable[str], ask: Callable[[Collection[str]], Iterable[Fact]]) -> tuple[Fact, ...]:
    """All facts on the packages, and on those that they require, directly or through others; `ask` knows the facts."""
    found: set[Fact] = set()
    asked: set[str] = set()
    waiting = set(names)
    while waiting:
        facts = [*ask(waiting)]
        found.update(facts)
        asked |= waiting
        stated = Requirements(facts)
        waiting = {edge.target for name in stated.names for edge in stated.of(name)} - asked
    return tuple(sorted(found))


def _edges(fact: Fact) -> list[Edge]:
    target, extras, marker, asked = _parsed(fact.value)
    return [Edge(fact.package, target, Location(fact.source), marker, extra, extras) for extra in asked]


@lru_cache(4_096)
def _parsed(text: str) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    """Name, extras, marker, and the extras of the one who requires it under which the marker can hold."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        wanted = Requirement(text if len(text) <= _LONGEST else "")
    except (InvalidRequirement, RecursionError):
        return "", (), "", ()
    marker = str(wanted.marker or "")
    asked = sorted({canonicalize_name(extra) for extra in _EXTRA.findall(marker)})
    plain = not asked or " or " in marker  # joined by `and` alone, it cannot hold without the extra
    extras = tuple(sorted(canonicalize_name(extra) for extra in wanted.extras))
    return canonicalize_name(wanted.name), extras, marker, (*([""] if plain else []), *asked)
