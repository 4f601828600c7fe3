"""What changed between two reports on one project: values, encodable like those of `depscan.model`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model import Finding, Gap  # noqa: TC001  (msgspec reads the annotations)

SCHEMA = "depscan.changes/1"


class Turn(StrEnum):
    """What became of a finding."""

    NEW = "new"
    FIXED = "fixed"
    CHANGED = "changed"
    UNSEEN = "unseen"
    """It is gone, but so is the sight of it: its file was not read, or its rule could not judge."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A property, and what it was and is; for an account, licence or figure that came or went one of them is empty."""

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that is not what it was."""

    turn: Turn
    finding: Finding
    """As it is now; for one that is gone, as it was."""
    differences: tuple[Difference, ...] = ()
    """Of a changed one: severity, confidence, suppressed, message, place."""
    note: str = ""
    """Why the change may not lie in the code: in words, empty mostly."""


class Move(StrEnum):
    """What became of a package."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package that came, went, or is not what it was."""

    move: Move
    name: str
    tier: str
    """Its tier now; of a removed one, what it was."""
    differences: tuple[Difference, ...] = ()
    """tier, direct share, blast radius, state, relation, version, licence, licence family, steward, parent,
    organisation, status, `publisher` once for each account that came or left, and `advisory` once for each known
    vulnerability that came, went or concerns it in another way, as `ID (state)`."""


@dataclass(frozen=True, slots=True)
class ConcentrationChange:
    """How much is in one hand, where that is no longer the same."""

    dimension: str
    weight: str
    differences: tuple[Difference, ...]
    """hand, share, effective number, unknown share."""
    comparable: bool = True
    """Not, when much more or much less is unknown than was."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Packages of both reports of which something is known in one only; that is no change of theirs."""

    what: str
    """version, licence, steward, publishers, organisation, status or advisories."""
    learnt: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reports."""

    project: str
    revision: str
    scanned_at: str
    version: str
    """Of the depscan that made it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as it was; nothing of what is."""

    old: Side
    new: Side
    findings: tuple[FindingChange, ...] = ()
    """New ones first, then changed, unseen and fixed; in each the worst first."""
    packages: tuple[PackageChange, ...] = ()
    concentration: tuple[ConcentrationChange, ...] = ()
    sight: tuple[Sight, ...] = ()
    gaps_new: tuple[Gap, ...] = ()
    gaps_gone: tuple[Gap, ...] = ()
    incomparable: tuple[str, ...] = ()
    """Why some of this may not lie in the project: another depscan, other knowledge, other settings; in words."""
    schema: str = SCHEMA
