"""What sources outside the repository say of a package, and how old that is."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from depscan.rules.findings import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.model import Confidence, Fact, FactKind

STALE = 365
"""Days after which a fact about people and projects makes a finding less sure."""


class Record:
    """Facts by package and kind."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Sort the facts once."""
        self._facts: defaultdict[tuple[str, FactKind], list[Fact]] = defaultdict(list)
        for fact in sorted(facts):
            self._facts[fact.package, fact.kind].append(fact)
        self._named = {package for package, _ in self._facts}

    def of(self, package: str, kind: FactKind) -> tuple[Fact, ...]:
        """What is said of the package, in a fixed order."""
        return tuple(self._facts.get((package, kind), ()))

    def names(self, package: str) -> bool:
        """Whether any source says anything of the package."""
        return package in self._named

    def cited(self, package: str, kind: FactKind) -> str:
        """` (source, date)` of what is said; empty when nothing is."""
        return cited(*newest(self.of(package, kind)))


def newest(facts: Iterable[Fact]) -> tuple[str, str]:
    """Source and date of the fact that was read last; both empty when there is none."""
    return max(((fact.source, fact.retrieved) for fact in facts), key=lambda f: (f[1], f[0]), default=("", ""))


def cited(source: str, retrieved: str) -> str:
    """` (source, date)`, as far as they are known."""
    known = ", ".join(part for part in (source, retrieved) if part)
    return f" ({known})" if known else ""


def days(earlier: str, later: str) -> int | None:
    """Days from one ISO date to another; `None` when either is none."""
    try:
        return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days
    except ValueError:
        return None


def aged(confidence: Confidence, retrieved: str, today: str) -> Confidence:
    """The confidence, one step lower when what it rests on was read more than a year ago."""
    age = days(retrieved, today)
    return lowered(confidence) if age is not None and age > STALE else confidence
