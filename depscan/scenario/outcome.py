"""What a scenario does to a project: values, encodable like those of `depscan.model`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model import Licence, Location, State, Symbol, Tier  # noqa: TC001  (msgspec reads the annotations)


class Kind(StrEnum):
    """What happens; docs/scenarios.md says how far each reaches."""

    ABANDONED = "abandoned"
    RELICENSED = "relicensed"
    COMPROMISED = "compromised"
    STEWARD = "steward"
    ACCOUNT = "account"


class Certainty(StrEnum):
    """How sure it is that a place is affected, surest first."""

    AFFECTED = "affected"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    NOT_AFFECTED = "not affected"


class Effort(StrEnum):
    """What it takes to replace a library, as far as imports tell."""

    SEAM = "seam"
    """One production module imports it, and uses fewer than ten of its names."""
    REFACTOR = "refactor or more"
    """More than that. Whether classes derive from its own, or files hold its formats, is not seen."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A place, or several of one kind, and what the scenario does there."""

    certainty: Certainty
    reason: str
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """A library that the scenario is about, as the project has it."""

    name: str
    version: str = ""
    tier: Tier | None = None
    """`None` when it is no package of the report: another one requires it, by the account of a fact."""
    state: State | None = None
    direct_share: float = 0.0
    blast_radius: float = 0.0
    call_sites: int = 0
    symbols: tuple[Symbol, ...] = ()
    """The names in use, most used first."""
    effort: Effort | None = None
    """`None` when no production module imports it, or the report was saved without its imports."""
    licence: Licence | None = None
    effects: tuple[Effect, ...] = ()
    chains: tuple[tuple[str, ...], ...] = ()
    """From what the project asks for down to it, ten at most."""
    dependents: tuple[str, ...] = ()
    """Other packages of the closure that need it, directly or through others."""


@dataclass(frozen=True, slots=True)
class Change:
    """An effective number of hands, and what it is without one of them."""

    dimension: str
    weight: str
    before: float | None
    after: float | None
    """`None` when no other hand is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario does to one project."""

    scenario: str
    kind: Kind
    subject: str
    """The library, the steward or the account, spelled as the report does."""
    project: str
    certainty: Certainty
    """The surest of all effects."""
    libraries: tuple[Library, ...]
    """Hardest first."""
    concentration: tuple[Change, ...] = ()
    horizon: str = ""
    unknown: tuple[str, ...] = ()
    """What the report cannot tell."""
    not_claimed: tuple[str, ...] = ()
