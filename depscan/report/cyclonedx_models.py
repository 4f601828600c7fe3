"""
CycloneDX: AI models and datasets.

What can be had is a component, `machine-learning-model` or `data`; what only answers requests is a service. The format
has no field for openness, so its verdicts are properties of the model card.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from depscan.model import LicenceFamily, Scope
from depscan.model.models import Access, ModelKind, Route
from depscan.report.cyclonedx_nodes import LONGEST, MOST_OCCURRENCES, Node, known, licences, occurrence, properties
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.model.models import Model

MOST_ANCESTORS = 20

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9_][\w.-]{0,95})?", re.ASCII)
_FILE = re.compile(r"\.(?:safetensors|gguf|ggml|onnx|pth?|ckpt|pkl|joblib|h5|keras|tflite|bin)$", re.IGNORECASE)
_HOSTED = (Route.DEVELOPER, Route.THIRD_PARTY)
_FROM_HUB = re.compile(r"(?:transformers|diffusers|huggingface_hub|peft)\.|.*pretrained|.*name_or_path")
_COMMIT = re.compile(r"[0-9a-f]{40}")


def components(models: Sequence[Model]) -> list[Node]:
    """The models whose weights, and the datasets that, somebody can have."""
    refs = references(models)
    return [_component(model, ref) for model, ref in zip(models, refs, strict=True) if not _is_service(model)]


def services(models: Sequence[Model]) -> list[Node]:
    """The models that are to be had as a service alone."""
    refs = references(models)
    return [_service(model, ref) for model, ref in zip(models, refs, strict=True) if _is_service(model)]


def references(models: Sequence[Model]) -> list[str]:
    """The `bom-ref` of each model, in the same order: no two are equal, and none is that of a package."""
    taken: set[str] = set()
    refs = []
    for model in models:
        purl = "" if _is_service(model) else _purl(model)
        kind = "service" if _is_service(model) else "data" if model.kind is ModelKind.DATASET else "model"
        base = ref = purl or f"{kind}:{show(model.id)}"
        turn = 1
        while ref in taken:
            turn += 1
            ref = f"{base}#{turn}"
        taken.add(ref)
        refs.append(ref)
    return refs


def needed(models: Sequence[Model]) -> list[str]:
    """The `bom-ref` of those that production code names: the project depends on them."""
    return sorted(
        ref
        for model, ref in zip(models, references(models), strict=True)
        if any(reference.scope is Scope.PRODUCTION for reference in model.references)
    )


def _is_service(model: Model) -> bool:
    """Whether it only answers requests; so does, for all that is known, what is undecided and asked for at a host."""
    closed = model.access is Access.CLOSED_API or (model.access is Access.UNDECIDED and model.route in _HOSTED)
    return closed and model.kind is not ModelKind.DATASET


def _component(model: Model, ref: str) -> Node:
    is_data = model.kind is ModelKind.DATASET
    places = [occurrence(each.location, f"named: {each.pattern}") for each in model.references]
    parts = known(
        supplier=known(name=show(model.developer)),
        version=show(_revision(model)),
        description=show(model.note, LONGEST),
        scope=_scope(model),
        licenses=licences(model.licence, "concluded"),
        purl=_purl(model),
        pedigree=known(ancestors=[_ancestor(name, model.kind) for name in model.base_models[:MOST_ANCESTORS]]),
        evidence=known(occurrences=places[:MOST_OCCURRENCES]),
        properties=properties(*_facts(model)),
    )
    own: Node
    if is_data:
        own = {"data": [known(type="dataset", name=show(model.id))]}
    else:
        own = known(modelCard=known(properties=properties(*_openness(model))))
    kind = "data" if is_data else "machine-learning-model"
    return {"type": kind, "bom-ref": ref, "name": show(model.id) or "unnamed", **parts, **own}


def _service(model: Model, ref: str) -> Node:
    places = [(f"occurrence:{n}", str(each.location)) for n, each in enumerate(model.references[:MOST_OCCURRENCES], 1)]
    parts = known(
        provider=known(name=show(model.developer)),
        description=show(model.note, LONGEST),
        licenses=licences(model.licence, "concluded"),
        properties=properties(*_facts(model), *_openness(model), *places),
    )
    # every request leaves the project's own ground
    return {"bom-ref": ref, "name": show(model.id) or "unnamed", "x-trust-boundary": True, **parts}


def _ancestor(name: str, kind: ModelKind) -> Node:
    is_data = kind is ModelKind.DATASET
    purl = "" if is_data or not _is_hub(name) else _hub_purl(name, "")
    return {
        "type": "data" if is_data else "machine-learning-model",
        "name": show(name) or "unnamed",
        **known(purl=purl),
    }


def _scope(model: Model) -> str:
    """Needed by the program as it runs, or by tests, docs and examples alone."""
    if not model.references:
        return ""
    return "required" if any(each.scope is Scope.PRODUCTION for each in model.references) else "excluded"


def _purl(model: Model) -> str:
    """The package URL of what lies on the hub; files, tags and ids of hosts have none. Data sets have no type of it."""
    if model.kind is ModelKind.DATASET or model.route in _HOSTED or not _is_hub(model.id):
        return ""
    if "/" not in model.id and not any(_FROM_HUB.match(each.pattern) for each in model.references):
        return ""  # a name without an owner may be another library's
    return _hub_purl(model.id, _revision(model))


def _is_hub(name: str) -> bool:
    return bool(_HUB_ID.fullmatch(name)) and not _FILE.search(name)


def _hub_purl(name: str, revision: str) -> str:
    return f"pkg:huggingface/{quote(name, safe='/')}" + (f"@{revision}" if revision else "")


def _revision(model: Model) -> str:
    """The commit, where every place that names the model names the same one."""
    named = {reference.revision for reference in model.references}
    return next(iter(named)) if len(named) == 1 and all(_COMMIT.fullmatch(each) for each in named) else ""


def _facts(model: Model) -> Iterator[tuple[str, object]]:
    """What depscan knows of a model and CycloneDX has no field for."""
    yield from (("access", model.access), ("route", model.route), ("kind", model.kind), ("family", model.family))
    yield ("jurisdiction", model.jurisdiction)
    if model.licence_family is not LicenceFamily.UNKNOWN:
        yield ("licence:family", model.licence_family)
    yield from (("licence:source", model.licence_source), ("licence:code", model.code_licence))
    yield from (("obligation", flag) for flag in model.obligations)
    pinned = None if model.revision_pinned is None else str(model.revision_pinned).lower()
    gated = None if model.gated is None else str(model.gated).lower()
    yield from (("revision-pinned", pinned), ("gated", gated), ("retires", model.retires))
    yield from (("certainty", model.certainty), ("source", model.source), ("retrieved", model.retrieved))
    yield ("trust-remote-code", "true" if any(each.trust_remote_code for each in model.references) else "")
    yield ("occurrences-left-out", max(len(model.references) - MOST_OCCURRENCES, 0) or "")


def _openness(model: Model) -> Iterator[tuple[str, object]]:
    openness = model.openness
    yield ("openness:osaid", openness.osaid)
    yield from (("openness:osaid:missing", part) for part in openness.osaid_missing)
    yield ("openness:mof-class", openness.mof_class)
    yield from (("openness:mof:missing", part) for part in openness.missing)
    yield from (("openness:source", openness.source), ("openness:retrieved", openness.retrieved))
