"""
How open the models are that the project names: by rule, each verdict with what it was concluded from.

    assemble(named, known=, weights=, licence=, told=)   every model with its access, terms and openness

Access and route are two axes: how open a model is, and where it runs. The definitions and rules are in docs/models.md.
What is not known is undecided and never taken for permissive; nobody is certified here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from depscan import licences
from depscan.metrics.frameworks import PARAMETERS, framework_class, osaid
from depscan.model import LicenceFamily, Location, Scope
from depscan.model.models import Access, Model, ModelKind, Openness, Reference, ResolvedBy, Route, Verdict, Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depscan.model.models import ModelRef

    Named = tuple[str, Scope, ModelRef]
    """The path of a source or configuration file, its scope, and what it names."""

INFERRED = "inferred"
_DATASETS = "datasets/"
"""Before the id of a dataset, in what the hub and its cache say."""
_LONGEST = 40
"""Models in a chain of derivation, after which the next one counts as not known."""
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DATED = re.compile(r"[-@](?:20\d{2}-?[01]\d-?[0-3]\d|(?:0[1-9]|1[0-2]|2[3-9])\d{2})(?:$|[-:@])|-v\d+:\d+$|-00[1-9]$")
"""Hosted ids that stand for one release: with a day, a month or a number of it."""
_STORES = frozenset({"clip", "easyocr", "keras", "spacy", "torchaudio", "torchvision", "ultralytics", "whisper"})
"""Libraries that say themselves, by their version, which weights a name stands for."""
_SHARD = re.compile(r"-\d{5}-of-\d{5}")
_FILE = re.compile(r"^[.~/\\]|^[a-z]:[\\/]|\.(?:gguf|safetensors|onnx|pt|pth|bin|ckpt|pkl|h5)$", re.IGNORECASE)
_EVIDENCE_ONLY = frozenset({"config", "snapshot"})
"""Files that tell of a model, but are not its weights."""
_KINDS = (ModelKind.MODEL, ModelKind.ADAPTER, ModelKind.PART, ModelKind.DATASET)
_ROUTES = (Route.THIRD_PARTY, Route.DEVELOPER, Route.UNRESOLVED, Route.LOCAL)
"""Most dependent on others first: that one is told where places differ."""


class Terms(Protocol):
    """What a licence amounts to."""

    @property
    def expression(self) -> str:
        """As SPDX or LicenseRef."""

    @property
    def family(self) -> LicenceFamily:
        """Of depscan's families of licences."""

    @property
    def open(self) -> bool | None:
        """Whether a list of open licences has it; `None`: not decided."""

    @property
    def obligations(self) -> tuple[str, ...]:
        """Flags."""

    @property
    def source(self) -> str:
        """Who says so."""


class Known(Protocol):
    """What a source says of a model."""

    @property
    def model(self) -> Model:
        """Family, developer, declared licence, what it was made from."""

    @property
    def weights(self) -> bool | None:
        """Whether the weights can be downloaded."""

    @property
    def components(self) -> tuple[tuple[str, str], ...]:
        """What was published beside the weights: y, n or partly."""

    @property
    def framework(self) -> tuple[tuple[str, str], ...]:
        """Components of the Model Openness Framework with their licences."""

    @property
    def framework_source(self) -> str:
        """Who assessed them."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """All that may be asked, by lower-case id."""

    known: Mapping[str, Known]
    told: Mapping[str, Known]
    files: Mapping[str, Sequence[Weights]]
    licence: Callable[[str], Terms]

    def of(self, name: str, *, is_data: bool) -> _Seen:
        """What is known of one; of a dataset the table says nothing."""
        key = _DATASETS * is_data + _plain(name)
        return _Seen(None if is_data else self.known.get(key), self.told.get(key), self.files.get(key, ()))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of one model, from the table, from the hub and from files."""

    row: Known | None
    hub: Known | None
    files: Sequence[Weights]

    @property
    def public(self) -> bool | None:
        """Whether anybody can have the weights."""
        if self.files:
            return True
        said = [each.weights for each in (self.hub, self.row) if each and each.weights is not None]
        return said[0] if said else None


@dataclass(frozen=True, slots=True)
class _Link:
    """One model of a chain, with the licence that it was published under."""

    id: str
    terms: Terms
    source: str


def assemble(
    named: Iterable[Named],
    *,
    known: Mapping[str, Known],
    weights: Iterable[Weights] = (),
    licence: Callable[[str], Terms],
    scope_of: Callable[[str], Scope],
    told: Mapping[str, Known] | None = None,
) -> tuple[Model, ...]:
    """
    Every model and dataset that is named or lies in the tree as weights, judged, by id.

    `known` is what the embedded table says, `told` what the hub says, by id, of them and of what they were made from;
    `licence` judges a licence as written, `scope_of` says what a file of weights is for, by its path.
    """
    files = tuple(sorted(weights))
    evidence = _Evidence(_lower(known), _lower(told or {}), _by_name(files), licence)
    places: defaultdict[tuple[str, bool], list[tuple[Reference, ModelRef]]] = defaultdict(list)
    for path, scope, ref in named:
        places[ref.id, ref.kind is ModelKind.DATASET].append((_reference(path, scope, ref), ref))
    models = [_named(name, sorted(there), evidence) for (name, _), there in sorted(places.items())]
    taken = {each for model in models for each in evidence.of(model.id, is_data=False).files}
    lying: defaultdict[str, list[Weights]] = defaultdict(list)
    for each in files:
        if each not in taken and each.format not in _EVIDENCE_ONLY:
            lying[each.id or _SHARD.sub("", each.location.path)].append(each)
    models += [_lying(name, there, evidence, scope_of) for name, there in lying.items()]
    return tuple(sorted(models, key=lambda model: (model.id, model.kind)))


# -- one model --------------------------------------------------------------------------------------------------------


def _named(name: str, there: Sequence[tuple[Reference, ModelRef]], evidence: _Evidence) -> Model:
    references = tuple(dict.fromkeys(place for place, _ in there))
    kind = min((ref.kind for _, ref in there), key=_KINDS.index)
    production = [ref.route for place, ref in there if place.scope is Scope.PRODUCTION]
    route = min(production or [ref.route for _, ref in there], key=_ROUTES.index)
    model = Model(name, kind, route=route, references=references)
    judged = _judged(model, evidence)
    if judged.access is not Access.CLOSED_API and any(ref.route is Route.LOCAL for _, ref in there):
        # one option serves an API and a local library; weights that all can have are no model of that API
        judged = replace(judged, route=Route.LOCAL)
    return replace(judged, revision_pinned=_pinned(judged))


def _lying(name: str, files: Sequence[Weights], evidence: _Evidence, scope_of: Callable[[str], Scope]) -> Model:
    places = [
        Reference(each.location, scope_of(each.location.path), ResolvedBy.FILE, each.format, each.revision)
        for each in files
    ]
    return _judged(Model(name, ModelKind.MODEL, route=Route.LOCAL, references=tuple(places)), evidence)


def _judged(model: Model, evidence: _Evidence) -> Model:
    is_data = model.kind is ModelKind.DATASET
    seen = evidence.of(model.id, is_data=is_data)
    chain = _chain(model.id, evidence, is_data=is_data)
    openness = _openness(seen.row, _all_open(chain), evidence.licence)
    access = Access.UNDECIDED if is_data else _access(seen, chain, openness)
    return replace(
        _described(model, seen, chain),
        access=access,
        licence=_expression(chain),
        licence_family=_family(chain),
        licence_source="; ".join(dict.fromkeys(link.source for link in chain if link.source)),
        obligations=tuple(sorted({flag for link in chain for flag in link.terms.obligations})),
        base_models=tuple(link.id for link in chain[1:]),
        openness=openness,
    )


def _access(seen: _Seen, chain: Sequence[_Link], openness: Openness) -> Access:
    """What is certain decides: weights nobody can have, a licence in the chain that is not open; then the unknown."""
    if seen.public is False:
        return Access.CLOSED_API
    if any(link.terms.open is False for link in chain):
        return Access.RESTRICTED_WEIGHTS
    if seen.public is None or _all_open(chain) is None:
        return Access.UNDECIDED
    return Access.OPEN_SOURCE if openness.osaid is Verdict.MEETS else Access.OPEN_WEIGHTS


def _described(model: Model, seen: _Seen, chain: Sequence[_Link]) -> Model:
    row, hub = seen.row, seen.hub
    told = row.model if row else Model(model.id, model.kind)
    gated = hub.model.gated if hub and hub.model.gated is not None else told.gated
    return replace(
        model,
        family=told.family,
        developer=told.developer,
        jurisdiction=told.jurisdiction,
        code_licence=told.code_licence,
        gated=None if not hub and told.certainty == INFERRED else gated,
        retires=told.retires if model.route is not Route.LOCAL else "",
        certainty=told.certainty or ("exact" if hub or seen.files else ""),
        note="; ".join(filter(None, (_note(told), _unseen(chain)))),
        source="; ".join(filter(None, (told.source, hub.model.source if hub else ""))),
        retrieved=max(told.retrieved, hub.model.retrieved if hub else ""),
    )


def _note(told: Model) -> str:
    if told.certainty != INFERRED:
        return told.note
    terms = f", which is under {told.licence}" if told.licence else ""
    return f"by its name somebody else's upload of {told.family}{terms}; its own licence was not verified"


def _unseen(chain: Sequence[_Link]) -> str:
    names = [link.id for link in chain if link.terms.open is None]
    return f"licence not decided: {', '.join(names)}" if names else ""


def _openness(row: Known | None, weights_open: bool | None, licence: Callable[[str], Terms]) -> Openness:
    """By both yardsticks; nothing is told of an upload that only seems to be of the family."""
    if row is None or not row.model.family or row.model.certainty == INFERRED:
        return Openness()
    public = row.weights is not False and weights_open
    verdict, missing = osaid(dict(row.components), weights_open=public)
    reached, needed = "", tuple[str, ...]()
    if row.framework:
        there = {name for name, terms in row.framework if licence(terms).open} - {PARAMETERS}
        reached, needed = framework_class(there | {PARAMETERS} if public else there)
    elif public is False:
        reached, needed = "none", (PARAMETERS,)
    source = row.framework_source or row.model.source
    return Openness(verdict, missing, reached, needed, source, row.model.retrieved)


def _pinned(model: Model) -> bool | None:
    """Whether every place names a commit, or a hosted id a date; `None` for files and for libraries' own stores."""
    if _FILE.search(model.id):
        return None
    if "/" not in model.id and model.route in {Route.DEVELOPER, Route.THIRD_PARTY}:
        return _DATED.search(model.id) is not None
    asked = [place for place in model.references if place.pattern.partition(".")[0] not in _STORES]
    return all(_COMMIT.fullmatch(place.revision) for place in asked) if asked else None


# -- terms ------------------------------------------------------------------------------------------------------------


def _chain(name: str, evidence: _Evidence, *, is_data: bool) -> tuple[_Link, ...]:
    """The model, and what it was made from, nearest first; bounded, and each once."""
    links: dict[str, _Link] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop(0)
        if (key := _plain(here)) in links:
            continue
        if len(links) == _LONGEST:
            links[key] = _Link(here, evidence.licence(""), "")
            break
        seen = evidence.of(here, is_data=is_data)
        row, hub = seen.row, seen.hub
        links[key] = _own(here, row, hub, seen.files, evidence.licence)
        bases = [base for each in seen.files for base in each.base_models] + list(hub.model.base_models if hub else ())
        if row and row.model.certainty == INFERRED:
            if not bases and links[key].terms.open is not None:
                family = f"{row.model.family} (inferred)"
                links[family] = _Link(family, evidence.licence(row.model.licence), row.model.source)
        elif row:
            bases += row.model.base_models
        waiting.extend(bases)
    return tuple(links.values())


def _own(
    name: str, row: Known | None, hub: Known | None, files: Sequence[Weights], licence: Callable[[str], Terms]
) -> _Link:
    """The licence of one model: of its files where these tell, else of the hub's card, else of the release."""

    def links(tried: Iterable[tuple[str, str]]) -> list[_Link]:
        return [_Link(name, licence(text), source) for text, source in tried if text]

    here = links((each.licence, f"{each.format} {each.location.path}") for each in files)
    here.sort(key=lambda link: (False, True, None).index(link.terms.open))
    told = [*here, *links((each.model.licence, each.model.source) for each in (hub, row) if each and _is_own(each))]
    decided = [link for link in told if link.terms.open is not None]
    return (decided or told or [_Link(name, licence(""), "")])[0]


def _is_own(known: Known) -> bool:
    return known.model.certainty != INFERRED


def _all_open(chain: Sequence[_Link]) -> bool | None:
    states = {link.terms.open for link in chain}
    return False if False in states else None if None in states else True


def _expression(chain: Sequence[_Link]) -> str:
    parts = dict.fromkeys(link.terms.expression for link in chain if link.terms.expression)
    if len(parts) < 2:
        return "".join(parts)
    text = " AND ".join(f"({part})" if " OR " in part else part for part in parts)
    return licences.parse(text) or text


def _family(chain: Sequence[_Link]) -> LicenceFamily:
    strictest = chain[0].terms.family
    for link in chain[1:]:
        strictest = link.terms.family if licences.stricter(link.terms.family, strictest) else strictest
    return strictest


# -- ids --------------------------------------------------------------------------------------------------------------


def _reference(path: str, scope: Scope, ref: ModelRef) -> Reference:
    place = Location(path, ref.line, ref.cell)
    return Reference(place, scope, ref.resolved_by, ref.pattern, ref.revision, ref.trust_remote_code)


def _plain(name: str) -> str:
    return name.strip().lower().removeprefix("./").rstrip("/")


def _lower(known: Mapping[str, Known]) -> dict[str, Known]:
    return {_plain(name): each for name, each in known.items()}


def _by_name(files: Iterable[Weights]) -> Mapping[str, Sequence[Weights]]:
    """Files by the id they give themselves, their path, and the folder they lie in."""
    found: defaultdict[str, list[Weights]] = defaultdict(list)
    for each in files:
        path = each.location.path
        for name in dict.fromkeys(map(_plain, (each.id, path, path.rpartition("/")[0], _SHARD.sub("", path)))):
            if name:
                found[name].append(each)
    return found
