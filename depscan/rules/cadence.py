"""How often a project releases, and how long it has been silent against its own habit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from depscan.rules.record import days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.model import Fact

RECENT = 8
"""Releases that make up the habit."""
FEWEST = 4
"""Below so many days with a release, no habit can be told."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """The habit of a project, as of the day on which its releases were read."""

    version: str
    """The last stable release."""
    released: str
    """ISO date."""
    silence: int
    """Days from it to the day on which the releases were read."""
    gap: float
    """Median days between the last releases."""
    releases: int
    """How many of them it is taken from."""


def cadence(releases: Iterable[Fact], withdrawn: Iterable[Fact] = ()) -> Cadence | None:
    """
    The habit of the last stable releases; `None` when too few are known.

    Several releases on one day, as back-ports are, count as one. Silence is counted to the day on which the source was
    read, never to today: what was released since is not known.
    """
    known = stable(releases, withdrawn)
    recent = sorted({fact.detail[:10] for fact in known})[-RECENT:]
    if len(recent) < FEWEST:
        return None
    silence = days(recent[-1], max(fact.retrieved for fact in known))
    gaps = [gap for gap in (days(*pair) for pair in pairwise(recent)) if gap is not None]
    return None if silence is None else Cadence(known[-1].value, recent[-1], silence, median(gaps), len(recent))


def stable(releases: Iterable[Fact], withdrawn: Iterable[Fact] = ()) -> list[Fact]:
    """The dated releases that are neither pre-releases nor withdrawn, the newest last."""
    from packaging.version import InvalidVersion, Version

    yanked = {fact.value for fact in withdrawn}
    known: list[tuple[str, Version, Fact]] = []
    for fact in releases:
        try:
            version = Version(fact.value)
        except InvalidVersion:
            continue
        day = fact.detail[:10]
        if fact.value not in yanked and not version.is_prerelease and days(day, day) is not None:
            known.append((day, version, fact))
    return [fact for _, _, fact in sorted(known)]
