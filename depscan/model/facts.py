"""What was observed: facts with a place, and no judgement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model.knowledge import Fact, Steward  # noqa: TC001  (msgspec reads the annotations)

# -- where ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in the scanned project."""

    path: str
    line: int = 0
    cell: int = 0

    @property
    def is_outside(self) -> bool:
        """Whether this is no file of the project, but an environment elsewhere or the answer of a resolver."""
        return self.path.startswith(("environment: ", "resolved ("))

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
    """Extra of the source that must be asked for, else the edge does not hold."""
    extras: tuple[str, ...] = ()
    """Extras of the target that the source asks for."""
    ecosystem: Ecosystem = Ecosystem.PYPI
    """Whose names these are."""


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
    locks: tuple[str, ...] = ()
    """Locks that say of it what it requires: that of its workspace, and its own."""


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
    RECIPE = "recipe"
    """Settings of a training or an evaluation that are kept to be repeated; code beside them has the scope of code."""


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
class Waiver:
    """A comment that accepts findings where it stands: `# depscan: ignore[DS101] reason`."""

    location: Location
    """Where the comment is."""
    line: int
    """The line that it is about; of a statement over several lines the first."""
    codes: tuple[str, ...] = ()
    """Rules, by code or prefix, in upper case; empty for all."""
    reason: str = ""


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
    waivers: tuple[Waiver, ...] = ()


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
    facts: tuple[Fact, ...] = ()
    stewards: tuple[Steward, ...] = ()
    """The stewards that facts name."""
    gaps: tuple[Gap, ...] = ()
