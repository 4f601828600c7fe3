"""Which AI models and datasets a project names, in code, configuration and weights, and what is known of each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from depscan import artefacts, cache, code
from depscan.metrics import openness
from depscan.model import DynamicModel, DynamicSite, Gap, Location, Model, ModelKind, ModelRef, Route, Weights
from depscan.workers import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from depscan.cache import Cache
    from depscan.code.models import Facts
    from depscan.model import Module, Scope
    from depscan.tree import Tree
    from depscan.workers import Crew

_BATCH = 1_000
_READ = msgspec.msgpack.Decoder(tuple[tuple[ModelRef, ...], tuple[DynamicModel, ...], tuple[Gap, ...]])
_FACTS = msgspec.msgpack.Decoder(code.models.Facts)
Named = tuple[str, "Scope", ModelRef | DynamicModel]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Models by id, places whose model only the run knows, and what could not be read."""

    models: tuple[Model, ...] = ()
    dynamic: tuple[DynamicSite, ...] = ()
    gaps: tuple[Gap, ...] = ()


def survey(
    tree: Tree,
    paths: Sequence[str],
    modules: Sequence[Module],
    facts: Mapping[str, Facts],
    *,
    crew: Crew,
    store: Cache,
    online: bool = False,
    answers: Path | None = None,
    today: str,
) -> Surveyed:
    """
    Everything that names a model, judged.

    `facts` are what `code.models` read in source files that may name one. With `online`, the hub is asked for the ids
    that are named, and its answers are kept in the folder `answers`.
    """
    from depscan.knowledge import models as known

    gaps: list[Gap] = []
    named = [*_in_code(tree, modules, facts, crew, store, gaps), *_in_files(tree, paths, store, gaps)]
    weights: list[Weights] = []
    for each in artefacts.weights.read([path for path in paths if artefacts.is_weights(path)], tree.part):
        if isinstance(each, Weights):
            weights.append(each)
        else:
            gaps.append(each)
    refs = [(path, scope, ref) for path, scope, ref in named if isinstance(ref, ModelRef)]
    ids = {ref.id for _, _, ref in refs}
    ids |= {name for each in weights for name in (each.id, *each.base_models) if name}
    told: Mapping[str, known.Known] = {}
    if online:
        from depscan.knowledge import hub

        asked = [ref for _, _, ref in refs if ref.route in {Route.LOCAL, Route.UNRESOLVED}]
        told, lost = hub.lookup(
            {ref.id for ref in asked if ref.kind is not ModelKind.DATASET},
            {ref.id for ref in asked if ref.kind is ModelKind.DATASET},
            today=today,
            folder=answers,
        )
        gaps += lost
        ids |= {base for each in told.values() for base in each.model.base_models}
    models = openness.assemble(
        refs, known=known.lookup(ids), weights=weights, licence=known.licence, scope_of=code.scope_of, told=told
    )
    sites = {
        DynamicSite(site.pattern, Location(path, site.line, site.cell), scope, site.reason)
        for path, scope, site in named
        if isinstance(site, DynamicModel)
    }
    return Surveyed(models, tuple(sorted(sites, key=lambda site: (site.location, site.pattern))), tuple(gaps))


def _in_code(
    tree: Tree, modules: Sequence[Module], facts: Mapping[str, Facts], crew: Crew, store: Cache, gaps: list[Gap]
) -> Iterable[Named]:
    """What source files name; those that others point to are read again for what is asked of them, once per content."""
    scopes = {module.path: module.scope for module in modules}
    imports = {module.path: module.imports for module in modules}

    def load(wanted: Mapping[str, frozenset[str]]) -> dict[str, Facts]:
        read: dict[str, Facts] = {}
        contents: dict[str, bytes] = {}
        for path in wanted:
            try:
                contents[path] = tree.read(path)
            except OSError:
                continue  # said where the module was read
        recipe = f"asked {code.models.VERSION} {sys.version_info[:2]}"
        keys = {path: cache.key(recipe, f"{path}\n{sorted(wanted[path])}", data) for path, data in contents.items()}
        kept = store.get(keys.values())
        fresh: dict[bytes, bytes] = {}
        for path, data in contents.items():
            if (known := kept.get(keys[path])) is not None:
                read[path] = _FACTS.decode(known)
            else:
                crew.add(Job(path, data, wanted[path]))
        for job, value in crew.finish():
            if isinstance(value, str):
                gaps.append(Gap("code", Location(job.path), f"what other files ask of it was not read: {value}"))
            else:
                read[job.path] = _FACTS.decode(value)
                fresh[keys[job.path]] = value
        store.put(fresh)
        return read

    if not facts:
        return
    for path, (refs, dynamic) in sorted(code.models.link(facts, imports, load).items()):
        yield from ((path, scopes[path], ref) for ref in refs)
        yield from ((path, scopes[path], site) for site in dynamic)


def _in_files(tree: Tree, paths: Sequence[str], store: Cache, gaps: list[Gap]) -> Iterable[Named]:
    """What configuration files say, from the cache where their content was read before."""
    claimed = [path for path in paths if artefacts.claims(path)]
    for start in range(0, len(claimed), _BATCH):
        keys: dict[str, bytes] = {}
        contents: dict[str, bytes] = {}
        for path in claimed[start : start + _BATCH]:
            try:
                contents[path] = tree.read(path)
                keys[path] = cache.key("artefacts", artefacts.VERSION, path, contents[path])
            except OSError as error:
                gaps.append(Gap("artefacts", Location(path), f"not read: {error.strerror or error}"))
        kept = store.get(keys.values())
        fresh: dict[bytes, bytes] = {}
        for path, data in contents.items():
            if (known := kept.get(keys[path])) is not None:
                refs, dynamic, lost = _READ.decode(known)
            else:
                found, lost = artefacts.references(path, data)
                refs = tuple(each for each in found if isinstance(each, ModelRef))
                dynamic = tuple(each for each in found if isinstance(each, DynamicModel))
                fresh[keys[path]] = msgspec.msgpack.encode((refs, dynamic, lost))
            gaps += lost
            scope = code.scope_of(path)
            yield from ((path, scope, ref) for ref in refs)
            yield from ((path, scope, site) for site in dynamic)
        store.put(fresh)
