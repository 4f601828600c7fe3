"""What the facts amount to: figures, findings, and the report that holds them all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model.advisories import Advisory, Audit, Exposed  # noqa: TC001  (msgspec reads the annotations)
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
from depscan.model.knowledge import Fact, Licence, Status, Steward  # noqa: TC001  (msgspec reads the annotations)
from depscan.model.levels import Confidence, Severity, Tier
from depscan.model.models import DynamicSite, Model  # noqa: TC001  (msgspec reads the annotations)

SCHEMA = "depscan.report/1"


# -- what it amounts to -----------------------------------------------------------------------------------------------


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
    licence: Licence | None = None
    """`None` when no source knows it."""
    steward: Steward | None = None
    """`None` when no source knows it."""
    publishers: tuple[str, ...] | None = None
    """Accounts that can publish a release; `None` when not looked up."""
    organisation: str = ""
    """The organisation of the package index that owns the project; empty when there is none or none is known."""
    status: Status | None = None
    """`None` when no source knows it."""
    latest: str = ""
    """The newest stable version that a source knows; empty when not looked up."""
    advisories: tuple[Exposed, ...] = ()
    """What known advisories mean for it; empty says nothing unless `Report.audit` says that it was looked up."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole."""

    name: str
    share: float
    """0 to 1."""
    packages: tuple[str, ...] = ()
    """The packages, or models, that make it up."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of what the code rests on is in one hand; formulas in docs/metrics.md."""

    dimension: str
    """steward, parent, account, licence, jurisdiction; of AI models: model-developer and so on."""
    weight: str
    """
    `packages`, `models`: each counts alike; `exposure`: by direct share; `places`: by how many name the model.
    """
    n: int
    """How many hands are known."""
    effective_number: float | None
    """Hill number N2 = 1 / sum of squared shares over the known part; `None` when nothing is known."""
    effective_bounds: tuple[float, float] | None
    """N2 if all that is unknown were in the largest hand, and if every unknown were in a hand of its own."""
    top: Share | None
    unknown_share: float
    hhi: float | None
    """Herfindahl-Hirschman index, 0 to 10,000; `None` below ten hands, where its bands mislead."""
    shares: tuple[Share, ...] = ()
    """All hands, largest first; of the known part."""
    unknown: tuple[str, ...] = ()
    """The packages, or models, whose hand is not known."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What one publishing account can push code into."""

    account: str
    packages: tuple[str, ...]
    load_bearing: float
    """Share of the load-bearing packages whose accounts are known; 0 to 1."""
    direct_share: float
    """Share of the direct share of all packages whose accounts are known; 0 to 1."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The fewest publishing accounts that together reach a share of the exposure."""

    share: float
    """The share aimed at: 0.5 or 0.8 of the direct share of all packages whose accounts are known."""
    accounts: tuple[str, ...]
    """Empty when no set of accounts reaches it."""
    exact: bool
    """Whether no smaller set exists; else the greedy answer, at most `bound` times as large as the smallest."""
    bound: float = 1.0


@dataclass(frozen=True, slots=True)
class Terms:
    """The licences that an installation on one platform brings in, as far as is known."""

    platform: str
    """linux-x86_64, macos-arm64 or windows-x86_64."""
    families: tuple[Share, ...]
    """Packages by licence family, most first."""
    basis: str
    """What the closure is taken from: `lock`, `environment`, `resolution`, `snapshot`, several joined by `and`, or
    `declarations` where nothing says who requires whom."""
    chains: tuple[tuple[str, ...], ...] = ()
    """For each package whose licence restricts: from a direct dependency down to it."""


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
    suppressed: str = ""
    """The reason that an exception of the policy gives for accepting it; such a finding is shown and never fails."""
    advisory: str = ""
    """Id of the advisory that it is about; empty when it is about none, or about several."""
    vex: str = ""
    """Where an exception accepts it: how far it was analysed, in CycloneDX's words (`not_affected`); else empty."""


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
    facts: tuple[Fact, ...] = ()
    """What sources outside the repository say of the packages; the figures below rest on them."""
    concentration: tuple[Concentration, ...] = ()
    reach: tuple[Reach, ...] = ()
    covers: tuple[Cover, ...] = ()
    terms: tuple[Terms, ...] = ()
    audit: Audit | None = None
    """How far known vulnerabilities were looked up; `None`: not at all."""
    advisories: tuple[Advisory, ...] = ()
    """Those that concern a package of the project."""
    models: tuple[Model, ...] = ()
    """AI models and datasets that the project names."""
    dynamic_models: tuple[DynamicSite, ...] = ()
    """Places that take a model which only the run knows."""
    findings: tuple[Finding, ...] = ()
    hidden: int = 0
    """Findings left out because the configuration deselects their rule."""
    gaps: tuple[Gap, ...] = ()
    schema: str = SCHEMA
