"""Who wrote the code of a repository and who still works on it, as told by its git history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from depscan.model.facts import Gap


@dataclass(frozen=True, slots=True, order=True)
class Developer:
    """One of those without whom less than half of the files would have an author left."""

    name: str
    share: float
    """Files that he or she is an author of / files."""
    last_commit: str
    """ISO date of the newest commit, merges included, in any part of the repository."""
    active: bool | None
    """Whether that was in the 365 days before `as_of`; None when `as_of` is not known."""


@dataclass(frozen=True, slots=True, order=True)
class TruckFactor:
    """The fewest developers, removed by number of files, whose removal leaves less than half of the files covered."""

    value: int
    range: tuple[int, int]
    """The value with thresholds of 0.55 and 0.45 in place of 0.50."""
    coverage: tuple[float, ...]
    """Share of files with an author left after 0, 1, 2 ... removals, until it is below 0.45."""
    developers: tuple[Developer, ...]


@dataclass(frozen=True, slots=True, order=True)
class History:
    """Figures of one revision; those that are not known are None, and a gap says why."""

    as_of: str
    """ISO date that the live figures refer to, by default that of the last fetch; empty when not known."""
    as_of_source: str
    """Where that date is from."""
    revision: str
    """The commit that was measured; empty when none could be read."""
    committed: str
    """ISO date of that commit."""
    commits: int | None
    """Commits in its history, without merges."""
    files: int | None
    """Source files in its tree, without documentation, examples, vendored and generated ones."""
    people: int | None
    """Those who wrote the commits, spellings of one name taken together, without bots."""
    truck_factor: TruckFactor | None
    live_truck_factor: int | None
    """The same with only those as authors who committed in the 365 days before `as_of`; 0: no half is covered."""
    orphan_share: float | None
    """Files none of whose authors committed anywhere in those days / files."""
    detached: bool | None
    """Whether every developer of the truck factor has been silent for those days."""
    contributor_absence_factor: int | None
    """The fewest people who wrote half of the commits of those days."""
    contributors: int | None
    """People who wrote the commits of those days."""
    elephant_factor: int | None
    """The fewest organisations whose people wrote half of those commits; only when most can be attributed."""
    attributable_share: float | None
    """Commits of those days whose e-mail address names an organisation / commits of those days."""
    bot_share: float | None
    """Commits by bots and sync accounts, left out of all figures / commits."""
    renames: str
    """How renamed files were followed: `similar` (content compared), `exact` (unchanged content only), or empty."""
    gaps: tuple[Gap, ...]
