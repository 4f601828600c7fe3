"""AI models and datasets: where code and configuration name them, and what is known of their openness and terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from depscan.model.facts import Location, Scope  # noqa: TC001  (msgspec reads the annotations)
from depscan.model.knowledge import LicenceFamily

HUB = "huggingface" + ".co"
"""Host of the hub whose addresses name models; put together here, for it is recognised and never asked by this name."""

HUB_SHORT = "hf" + ".co"

# -- what code and configuration say ----------------------------------------------------------------------------------


class ModelKind(StrEnum):
    """What a reference names."""

    MODEL = "model"
    PART = "model-part"
    """A tokenizer, processor or configuration: that the model itself is used is implied, not certain."""
    ADAPTER = "adapter"
    DATASET = "dataset"


class Route(StrEnum):
    """Where it runs, or is fetched from."""

    LOCAL = "local"
    DEVELOPER = "developer's API"
    THIRD_PARTY = "third-party host"
    UNRESOLVED = "unresolved"


class ResolvedBy(StrEnum):
    """How the id was found, surest first."""

    LITERAL = "literal"
    CONSTANT = "constant"
    """A name, an attribute, a dictionary or a sequence that holds it."""
    COMPOSED = "composed"
    """Put together from known parts."""
    DEFAULT = "default"
    """The default of a parameter, a field, an option or an environment variable: another value may be given."""
    CALLER = "caller"
    """What a function of the repository is called with."""
    BRANCH = "branch"
    """One of several values, by a condition."""
    CONFIGURATION = "configuration"
    """A key of a configuration file."""
    IMPLICIT = "implicit"
    """The library's own default, by its version: nothing is named."""
    FILE = "file"
    """A file of weights."""


@dataclass(frozen=True, slots=True, order=True)
class ModelRef:
    """A place that names a model or dataset; within a `Module` its path is that of the module."""

    id: str
    """As written: a hub id, the id of a hosted model, or a path."""
    kind: ModelKind
    route: Route
    pattern: str
    """The callable (`transformers.pipeline`) or key (`model_name_or_path`) that takes it."""
    resolved_by: ResolvedBy
    line: int = 0
    cell: int = 0
    revision: str = ""
    """As given there: a commit, a tag or a branch; empty when none is."""
    trust_remote_code: bool = False
    provider: str = ""
    """Of a hosted one: who is asked (openai, groq, bedrock ...), where the call says so."""


@dataclass(frozen=True, slots=True, order=True)
class DynamicModel:
    """A place that takes a model whose id is known at run time only."""

    pattern: str
    reason: str
    line: int = 0
    cell: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Weights:
    """A file of weights, or a cached snapshot, in the scanned tree; its body was not read."""

    location: Location
    format: str
    """safetensors, gguf, onnx, pickle, hdf5, lfs-pointer, snapshot or config."""
    id: str = ""
    """The model it says it is; empty when it does not."""
    licence: str = ""
    """As its header or card says, not yet judged."""
    base_models: tuple[str, ...] = ()
    architecture: str = ""
    revision: str = ""
    size: int = 0
    """Bytes; of an LFS pointer those of the file it stands for."""


# -- what it amounts to -----------------------------------------------------------------------------------------------


class Access(StrEnum):
    """How open a model is, by rule (docs/models.md)."""

    OPEN_SOURCE = "open-source"
    OPEN_WEIGHTS = "open-weights"
    RESTRICTED_WEIGHTS = "restricted-weights"
    CLOSED_API = "closed-api"
    UNDECIDED = "undecided"


class Verdict(StrEnum):
    """Whether the Open Source AI Definition 1.0 is met, by rule; nobody is certified here."""

    MEETS = "meets"
    FAILS = "does not meet"
    NOT_ASSESSABLE = "not assessable"


@dataclass(frozen=True, slots=True, order=True)
class Openness:
    """Two yardsticks, and what is missing to each."""

    osaid: Verdict = Verdict.NOT_ASSESSABLE
    osaid_missing: tuple[str, ...] = ()
    """Of data information, code and parameters."""
    mof_class: str = ""
    """I, II, III or none of the Model Openness Framework; empty when it cannot be told."""
    missing: tuple[str, ...] = ()
    """Components that the next class needs."""
    source: str = ""
    retrieved: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A place in the project that names the model."""

    location: Location
    scope: Scope
    resolved_by: ResolvedBy
    pattern: str = ""
    revision: str = ""
    trust_remote_code: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A model or dataset that the project names, and what is known of it."""

    id: str
    kind: ModelKind
    access: Access = Access.UNDECIDED
    route: Route = Route.UNRESOLVED
    family: str = ""
    """Of the embedded table: the release it belongs to; empty when none fits."""
    developer: str = ""
    jurisdiction: str = ""
    licence: str = ""
    """Effective terms of the weights, or of the data: SPDX expression or LicenseRef; empty when not seen."""
    licence_family: LicenceFamily = LicenceFamily.UNKNOWN
    licence_source: str = ""
    code_licence: str = ""
    """Where the code that comes with it has terms of its own."""
    obligations: tuple[str, ...] = ()
    """Flags such as non_commercial, acceptable_use_policy, mau_threshold; they are no legal conclusions."""
    openness: Openness = Openness()
    base_models: tuple[str, ...] = ()
    """What it was made from, nearest first."""
    revision_pinned: bool | None = None
    """Whether every reference names a commit, or a dated id; `None` where that does not apply."""
    gated: bool | None = None
    retires: str = ""
    """ISO date of the announced shutdown of a hosted model; empty when none is known."""
    certainty: str = ""
    """exact, pattern, or inferred (another's upload of a known family: licence not verified)."""
    note: str = ""
    source: str = ""
    retrieved: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class DynamicSite:
    """A place whose model is known at run time only, as the report lists it."""

    pattern: str
    location: Location
    scope: Scope
    reason: str = ""
