"""What the facts amount to: figures, findings, and the report that holds them all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model.facts import (
    Context,
    Declaration,
    Edge,
    Gap,
    Location,
    Pin,
    Resolver,
    Scope,
)

SCHEMA = "depscan.report/1"


# -- what it amounts to -----------------------------------------------------------------------------------------------


class Tier(StrEnum):
    """How hard the code rests on a library; thresholds are in docs/metrics.md."""

    LOAD_BEARING = "load-bearing"
    SIGNIFICANT = "significant"
    INCIDENTAL = "incidental"
    TOOLING = "tooling"
    NONE = "none"
    """Declared or locked, but no first-party file imports it."""


class State(StrEnum):
    """How declarations and imports of a package meet."""

    USED = "used"
    UNUSED = "unused"
    UNDECLARED = "undeclared"
    TRANSITIVE_ONLY = "transitive-only"
    """Imported, not declared, but brought in by a declared package."""
    INDIRECT = "indirect"
    """Neither declared nor imported: there because another package requires it."""


class Relation(StrEnum):
    """How a package comes into the environment."""

    DIRECT = "direct"
    TRANSITIVE = "transitive"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """A qualified name of a library, and how often the project refers to it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a repository rests on a library; formulas in docs/metrics.md. Shares are 0 to 1; `None` is "not known"."""

    direct_share: float = 0.0
    """Production modules that import it / production modules: how much work to replace."""
    blast_radius: float = 0.0
    """Production modules that cannot be imported when it is absent / production modules: does it still start."""
    import_sites: int = 0
    """Import statements, in all scopes."""
    modules: int = 0
    """Files that import it, in all scopes."""
    call_sites: int = 0
    """References to names bound from it, in all scopes."""
    api_surface: int = 0
    """Distinct qualified names among them."""
    symbols: tuple[Symbol, ...] = ()
    """Those names, most used first."""
    scope: str = ""
    """Strongest use: runtime, lazy, optional, dynamic, typing, test, benchmark, docs, example, tooling, or empty."""
    entry_points: float | None = None
    """Entry points that cannot start without it / entry points; `None` when the project has none."""
    exclusive: int | None = None
    """Packages that leave the closure with it; `None` when the graph is not known."""
    introducers: tuple[str, ...] | None = None
    """Direct dependencies that bring it in; `None` when the graph is not known."""
    tier: Tier = Tier.NONE
    next_tier: str = ""
    """What it would take to reach the tier above, in words; empty at the top."""


class Severity(StrEnum):
    """How much a finding matters if it is true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(StrEnum):
    """How sure depscan is that a finding is true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Package:
    """A distribution that the project asks for, imports, or receives."""

    name: str
    version: str = ""
    """The pinned version; empty when only a range or nothing is known."""
    state: State = State.USED
    relation: Relation = Relation.NONE
    import_names: tuple[str, ...] = ()
    resolver: Resolver = Resolver.NONE
    """The weakest resolver that tied an import to it."""
    declared: tuple[Location, ...] = ()
    exposure: Exposure = Exposure()


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's judgement on a package."""

    code: str
    severity: Severity
    confidence: Confidence
    message: str
    """What was found, in one sentence."""
    package: str
    locations: tuple[Location, ...]
    """Where; the first is the primary one."""
    fingerprint: str
    """Stable over line moves: a digest of code, package and project."""
    advice: str = ""
    """What to do next, in words."""


# -- the report -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tool:
    """Who made the report."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What was scanned."""

    name: str
    root: str
    revision: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where outside facts came from."""

    name: str
    version: str
    retrieved: str
    """ISO date."""
    offline: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """How much code was read."""

    files: int = 0
    modules: int = 0
    """Production modules: the denominator of every share."""
    lines: int = 0
    notebooks: int = 0
    dynamic_imports: int = 0
    ignored: int = 0
    """Files and folders left out by ignore files, by configuration, or as environments and caches."""


@dataclass(frozen=True, slots=True, order=True)
class ImportSite:
    """A third-party import, resolved."""

    package: str
    location: Location
    module: str
    context: Context
    scope: Scope


@dataclass(frozen=True, slots=True)
class Report:
    """The answer; complete in itself. Keys that this version does not measure are absent, never empty."""

    tool: Tool
    project: Subject
    scanned_at: str
    code: Code
    sources: tuple[Source, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    pins: tuple[Pin, ...] = ()
    edges: tuple[Edge, ...] = ()
    packages: tuple[Package, ...] = ()
    imports: tuple[ImportSite, ...] = ()
    findings: tuple[Finding, ...] = ()
    hidden: int = 0
    """Findings left out because the configuration deselects their rule."""
    gaps: tuple[Gap, ...] = ()
    schema: str = SCHEMA
