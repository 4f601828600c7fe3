"""
Degree of authorship and truck factor after Avelino et al. (ICPC 2016), with the constants of their tool.

For developer d and file f: DOA = 3.293 + 1.098 FA + 0.164 DL - 0.321 ln(1 + AC), where FA is 1 for who added f, DL
counts the changes by d and AC those by all others. Authors of f are those with more than 0.75 of its highest DOA and
with either DOA >= 3.293 or FA = 1.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from depscan.knowledge.history.people import BOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from depscan.knowledge.history.log import Ledger

THRESHOLD = 0.5
SPREAD = (0.55, 0.45)
"""Thresholds that show how much the truck factor hangs on the one it is defined with."""

_BASE = 3.293
_ADDED = 1.098
_OWN = 0.164
_OTHERS = 0.321
_RELATIVE = 0.75
_FORMER_NAMES = 1000
"""Names of one file that are followed."""


class Removal(NamedTuple):
    """What is left while developers are removed, the one with most files first."""

    order: tuple[int, ...]
    files: tuple[int, ...]
    """By removal: files the removed one was an author of."""
    coverage: tuple[float, ...]
    """Share of files with an author left, after 0, 1, 2 ... removals."""

    def factor(self, threshold: float = THRESHOLD) -> int:
        """Removals until the coverage is below the threshold."""
        return next(at for at, share in enumerate(self.coverage) if share < threshold)


def degree(*, added: bool, own: int, others: int) -> float:
    """The DOA of a developer who changed a file `own` times while others changed it `others` times."""
    return _BASE + _ADDED * added + _OWN * own - _OTHERS * math.log1p(others)


def authors(ledger: Ledger, person: Sequence[int], files: Iterable[str]) -> dict[str, frozenset[int]]:
    """The authors of each file, by what was done to it under all its names."""
    return {path: _authors(*_work(ledger, person, path)) for path in files}


def removal(authors_of: Mapping[str, AbstractSet[int]]) -> Removal:
    """Remove one developer after the other; ties go to the lower number. There must be files."""
    owned: defaultdict[int, list[str]] = defaultdict(list)
    for path, developers in authors_of.items():
        for developer in developers:
            owned[developer].append(path)
    order = sorted(owned, key=lambda developer: (-len(owned[developer]), developer))
    left = {path: len(developers) for path, developers in authors_of.items()}
    covered = sum(1 for number in left.values() if number)
    coverage = [covered / len(left)]
    for developer in order:
        for path in owned[developer]:
            left[path] -= 1
            covered -= left[path] == 0
        coverage.append(covered / len(left))
    return Removal(tuple(order), tuple(len(owned[developer]) for developer in order), tuple(coverage))


def _work(ledger: Ledger, person: Sequence[int], path: str) -> tuple[set[int], dict[int, int]]:
    """Who added a file, and how often who changed it."""
    added: set[int] = set()
    changes: dict[int, int] = {}
    names, waiting = {path}, [path]
    while waiting:
        name = waiting.pop()
        for identity, code in ledger.touched.get(name, {}).items():
            who = person[identity]
            if who != BOT:
                changes[who] = changes.get(who, 0) + (code >> 1)
                if code & 1:
                    added.add(who)
        for former in sorted(ledger.renamed.get(name, ())):
            if former not in names and len(names) < _FORMER_NAMES:
                names.add(former)
                waiting.append(former)
    return added, changes


def _authors(added: AbstractSet[int], changes: Mapping[int, int]) -> frozenset[int]:
    total = sum(changes.values())
    degrees = {who: degree(added=who in added, own=own, others=total - own) for who, own in changes.items()}
    highest = max(degrees.values(), default=0)
    if highest <= 0:
        return frozenset()
    return frozenset(
        who for who, value in degrees.items() if value / highest > _RELATIVE and (value >= _BASE or who in added)
    )
