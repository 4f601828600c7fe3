"""
Every value that crosses a module boundary.

Frozen dataclasses of strings, numbers and tuples: hashable, picklable, encodable by msgspec without a schema of their
own. Parsed forms (`packaging.Version`, markers) are made where they are needed and never stored. A location knows its
path relative to the scanned root, in POSIX form; lines and notebook cells count from 1, and 0 says "not known".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SCHEMA = "depscan.report/1"


# -- where ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in the scanned project."""

    path: str
    line: int = 0
    cell: int = 0

    def __str__(self) -> str:
        cell = f"#cell{self.cell}" if self.cell else ""
        return f"{self.path}{cell}:{self.line}" if self.line else f"{self.path}{cell}"


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something depscan could not see, and why; reported beside the findings, never swallowed."""

    stage: str
    location: Location
    reason: str


# -- what manifests say -----------------------------------------------------------------------------------------------


class Ecosystem(StrEnum):
    """Which index a declared name belongs to; they disagree (conda's `pytorch` is `torch` on the Python index)."""

    PYPI = "pypi"
    CONDA = "conda"


class Need(StrEnum):
    """When a declared requirement is needed."""

    RUNTIME = "runtime"
    EXTRA = "extra"
    DEVELOPMENT = "development"
    BUILD = "build"
    CONSTRAINT = "constraint"
    """Limits a version without asking for the package (`-c`)."""


@dataclass(frozen=True, slots=True, order=True)
class Declaration:
    """A manifest asks for a package."""

    name: str
    """Normalised as PEP 503 says, in the ecosystem's own naming."""
    location: Location
    specifier: str = ""
    """PEP 440 specifier set in canonical form; empty when any version will do or `url` decides."""
    extras: tuple[str, ...] = ()
    marker: str = ""
    scope: Need = Need.RUNTIME
    group: str = ""
    """Name of the extra, dependency group or requirements file that holds it; empty for the main list."""
    url: str = ""
    """Direct reference: a URL, a VCS address or a path; credentials are removed."""
    ecosystem: Ecosystem = Ecosystem.PYPI


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """A lock, or an installed environment, fixes a version."""

    name: str
    version: str
    location: Location
    ecosystem: Ecosystem = Ecosystem.PYPI


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A lock, or installed metadata, says that `source` requires `target`."""

    source: str
    target: str
    location: Location
    marker: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Provides:
    """An installed distribution brings a top-level or dotted import name."""

    import_name: str
    distribution: str


@dataclass(frozen=True, slots=True, order=True)
class Project:
    """A folder that can be built and installed by itself; a monorepo holds several."""

    root: str
    """Folder, relative to the scanned root; empty for the root itself."""
    name: str
    """Normalised distribution name; empty when the manifest gives none."""
    location: Location
    version: str = ""
    requires_python: str = ""
    licence: str = ""
    entry_points: tuple[str, ...] = ()
    """`name=package.module:object` of console and GUI scripts."""
    packages: tuple[str, ...] = ()
    """Source folders or packages that the build configuration names, relative to the scanned root."""


# -- what code says ---------------------------------------------------------------------------------------------------


class Context(StrEnum):
    """When an import statement runs."""

    RUNTIME = "runtime"
    """As soon as its module is imported; without the package the module fails."""
    LAZY = "lazy"
    """Inside a function: fails when the function is called."""
    OPTIONAL = "optional"
    """Guarded by `try/except ImportError`, `suppress(ImportError)` or a condition: the module survives its absence."""
    TYPING = "typing"
    """Under `if TYPE_CHECKING`: never runs."""
    DYNAMIC = "dynamic"
    """`importlib.import_module("x")` or `__import__("x")` with a literal name."""


class Scope(StrEnum):
    """What a source file is for, judged by its path."""

    PRODUCTION = "production"
    TEST = "test"
    BENCHMARK = "benchmark"
    DOCS = "docs"
    EXAMPLE = "example"
    TOOLING = "tooling"
    """Builds or maintains the project and is not part of it: setup.py, noxfile.py, docs/conf.py ..."""


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """One name that an import statement binds; `from a import b, c` is two."""

    module: str
    """Dotted module as written, without leading dots; empty in `from . import x`."""
    name: str = ""
    """The name after `import` in a from-import (`*` for all); empty for `import a.b`."""
    alias: str = ""
    level: int = 0
    """Leading dots of a relative import."""
    context: Context = Context.RUNTIME
    line: int = 0
    cell: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A qualified name reached through an import (`torch.nn.Linear`), counted within one file."""

    name: str
    count: int
    line: int = 0
    """First place in the file."""
    cell: int = 0


@dataclass(frozen=True, slots=True, order=True)
class DynamicImport:
    """An import whose module name is computed at run time: depscan cannot know it, and says where."""

    call: str
    line: int = 0
    cell: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Command:
    """A shell line of a notebook that installs packages (`!pip install x`), not yet read."""

    text: str
    line: int = 0
    cell: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Module:
    """What one source file says: a `.py` file or a notebook."""

    path: str
    scope: Scope = Scope.PRODUCTION
    lines: int = 0
    main: bool = False
    """Holds an `if __name__ == "__main__"` guard."""
    imports: tuple[Import, ...] = ()
    uses: tuple[Use, ...] = ()
    dynamic: tuple[DynamicImport, ...] = ()
    commands: tuple[Command, ...] = ()


# -- how they meet ----------------------------------------------------------------------------------------------------


class Origin(StrEnum):
    """Whose code an import reaches. Imports of the standard library are dropped after resolution."""

    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"


class Resolver(StrEnum):
    """Which source of knowledge gave an answer, strongest first."""

    RELATIVE = "relative"
    LAYOUT = "layout"
    """The file tree: a package below a source root."""
    SIBLING = "sibling"
    """A script beside the importing script."""
    MAPPING = "mapping"
    """The user's own table in the configuration."""
    DECLARATION = "declaration"
    """A declared distribution that is known, or reads, as the import name."""
    ENVIRONMENT = "environment"
    """The metadata of an installed environment."""
    TABLE = "table"
    """depscan's embedded table of import names."""
    IDENTITY = "identity"
    """Nothing known: the distribution is assumed to be named like the import."""
    NONE = "none"
    """Nothing was asked: no import leads there."""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An import statement, and what it reaches."""

    path: str
    imported: Import
    origin: Origin
    resolver: Resolver
    packages: tuple[str, ...] = ()
    """Distributions that satisfy a third-party import: all declared ones, else the best known one; never empty then."""
    modules: tuple[str, ...] = ()
    """Paths of the first-party files that run: the module itself, and every parent package's `__init__.py`."""
    import_name: str = ""
    """For third parties: the dotted prefix that decided (`google.cloud.storage`, `cv2`)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything observed: facts only, no judgement. Rules and metrics read this and nothing else."""

    projects: tuple[Project, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    pins: tuple[Pin, ...] = ()
    edges: tuple[Edge, ...] = ()
    modules: tuple[Module, ...] = ()
    links: tuple[Link, ...] = ()
    entry_points: tuple[str, ...] = ()
    """Paths of the files a program starts in: script targets, `__main__.py`, files with a main guard, plain scripts."""
    gaps: tuple[Gap, ...] = ()


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
