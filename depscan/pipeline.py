"""The one straight line from a folder to a report: read, resolve, build the graph, measure, judge."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from depscan import (
    __version__,
    artefacts,
    auditing,
    closure,
    code,
    knowledge,
    manifests,
    memory,
    metrics,
    resolve,
    rules,
    surveying,
)
from depscan import cache as store
from depscan import config as configuration
from depscan.errors import ConfigError, NothingToScan, ProjectNotFound
from depscan.graph import DependencyGraph
from depscan.knowledge import gather
from depscan.model import (
    Code,
    Declaration,
    Edge,
    Evidence,
    Fact,
    Gap,
    ImportSite,
    Location,
    Module,
    Origin,
    Pin,
    Project,
    Provides,
    Report,
    Subject,
    Tool,
    Waiver,
)
from depscan.tree import Tree
from depscan.workers import Crew, Job, Settings, uncollected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.cache import Cache
    from depscan.config import Config
    from depscan.tree import Files

_BATCH = 256
_INCLUDABLE = (".txt", ".in", ".pip", ".yml", ".yaml")
_Reading = tuple[Module, tuple[Gap, ...], code.models.Facts | None]
_READING = msgspec.msgpack.Decoder(_Reading)

_T = TypeVar("_T")
_Fact = Project | Declaration | Pin | Edge | Provides | Fact | Waiver | Gap


class Observer:
    """Told how far a scan is; this one does nothing. The command line passes one that draws a bar."""

    def started(self, total: int) -> None:
        """`total` source files will be read."""

    def advanced(self, count: int) -> None:
        """`count` more of them were read."""

    def finished(self) -> None:
        """All were read."""


def scan(
    root: str | os.PathLike[str],
    *,
    config: Config | None = None,
    isolated: bool = False,
    cache: Cache | None = None,
    observer: Observer | None = None,
    environment: str | os.PathLike[str] | None = None,
    online: bool = False,
    target: str = "",
    index_url: str = "",
    advisories: str = "",
    osv_url: str = "",
    max_advisory_age: int = auditing.MOST_DAYS,
    baseline: Report | None = None,
    data: str | os.PathLike[str] | None = None,
    jobs: int = 0,
) -> Report:
    """
    Read the folder `root` and report what its code rests on.

    `config` replaces the folder's own configuration; `isolated` ignores it. `environment` is a virtual environment, a
    conda prefix or a site-packages folder to read instead of those in `root`. With `online`, and where neither lock nor
    environment says who requires whom, uv asks the package index (`index_url`, or the user's own), for a `target` such
    as `linux-x86_64-py311`, and the index is asked what it knows of each package; without it no network is used.
    `advisories` says where known vulnerabilities are looked up (`auditing.SERVICES`; by default in an imported database
    where there is one). `data` is the folder of the user's own facts, `baseline` an earlier report to compare with.
    `jobs` is the number of processes that read source files: 0 for as many as there are processors.
    Nothing in the folder is run and nothing is written there. Raises ProjectNotFound, NothingToScan or ConfigError;
    everything else that goes wrong is a gap in the report.
    """
    tree = Tree(root)
    if config is None:
        config = configuration.Config() if isolated else configuration.load(tree.read)
    files = tree.files(_with_models if config.models else _wanted, exclude=config.exclude, unhidden=manifests.declares)
    if not any(code.claims(path) or manifests.declares(path) for path in files.paths):
        raise NothingToScan(f"{os.fspath(root)} holds no Python file, no notebook and no manifest that depscan reads")
    opened = cache or store.Cache(None)
    today = _now()[:10]
    kept = None
    if not (online or environment or baseline or advisories not in {"", "offline"} or cache is None):
        asked = (__version__, config, isolated, advisories, max_advisory_age)
        kept = memory.key(tree, asked, None if data is None else Path(data))
    if kept and (report := memory.recall(opened, kept, tree, today)):
        return replace(report, scanned_at=_now())
    since = memory.now()
    naming_version = code.models.VERSION if config.models else ""
    recipe = f"{__version__} {code.VERSION} {naming_version} {sys.version_info[:2]} {config.uses}"
    models = surveying.Surveyed()
    with Crew(Settings(config.uses, config.models), processes=jobs) as crew, uncollected():
        modules, inline, unread, naming = _modules(tree, files, crew, recipe, opened, observer or Observer())
        if config.models:
            models = surveying.survey(
                tree,
                files.paths,
                modules,
                naming,
                crew=crew,
                store=opened,
                online=online,
                answers=cache.folder if cache else None,
                today=today,
            )
    facts = [*_facts(tree, files, modules, environment)]
    brought, sources = closure.complete(facts, today=today, online=online, target=target, index_url=index_url)
    evidence = _evidence((*facts, *brought, *inline), modules, (*files.gaps, *unread), config.import_names)
    names, versions = _asked(evidence)
    known = gather.gather(
        names,
        versions=versions,
        data=None if data is None else Path(data),
        today=today,
        online=online,
        index_url=index_url,
        cache=cache.folder if cache else None,
    )
    evidence = replace(
        evidence,
        facts=tuple(sorted({*known.facts, *(replace(fact, retrieved=today) for fact in evidence.facts)})),
        stewards=known.stewards,
        gaps=(*evidence.gaps, *known.gaps),
    )
    audited = auditing.audit(
        evidence,
        service=advisories,
        data=None if data is None else Path(data),
        today=today,
        max_age=max_advisory_age,
        osv_url=osv_url,
        index_url=index_url,
        cache=cache.folder if cache else None,
    )
    measured = metrics.measure(evidence, DependencyGraph.build(evidence))
    measured = replace(measured, packages=metrics.weigh(measured.packages, audited.exposed, audited.advisories))
    concentration = (*measured.concentration, *metrics.concentrate_models(models.models))
    case = rules.Case(
        evidence=evidence,
        packages=measured.packages,
        policy=config.policy,
        today=today,
        baseline=baseline,
        terms=measured.terms,
        concentration=concentration,
        advisories=audited.advisories,
        audit=audited.audit,
        models=models.models,
        dynamic_models=models.dynamic,
        waivers=() if isolated else _waivers(modules, facts),
    )
    findings = rules.check(case)
    shown = rules.selected(findings, select=config.select, ignore=config.ignore)
    report = Report(
        tool=Tool("depscan", __version__),
        project=_subject(tree, evidence.projects),
        scanned_at=_now(),
        code=Code(
            files=len(modules),
            modules=measured.modules,
            lines=sum(module.lines for module in modules),
            notebooks=sum(module.path.endswith(".ipynb") for module in modules),
            dynamic_imports=sum(len(module.dynamic) for module in modules),
            ignored=files.ignored,
        ),
        sources=(knowledge.SNAPSHOT, *known.sources, *sources),
        declarations=evidence.declarations,
        pins=evidence.pins,
        edges=evidence.edges,
        packages=measured.packages,
        imports=_sites(evidence),
        facts=evidence.facts,
        concentration=concentration,
        reach=measured.reach,
        covers=measured.covers,
        terms=measured.terms,
        audit=audited.audit,
        advisories=audited.advisories,
        models=models.models,
        dynamic_models=models.dynamic,
        findings=shown,
        hidden=len(findings) - len(shown),
        gaps=tuple(sorted({*evidence.gaps, *measured.gaps, *audited.gaps, *models.gaps, *rules.idle(findings, case)})),
    )
    if kept and not crew.lost:
        memory.keep(opened, kept, tree, today, report, since=since)
    return report


def _wanted(path: str) -> bool:
    return code.claims(path) or path.endswith(_INCLUDABLE) or manifests.claims(path)


def _with_models(path: str) -> bool:
    return _wanted(path) or artefacts.claims(path) or artefacts.is_weights(path) or artefacts.is_ref(path)


# -- reading ----------------------------------------------------------------------------------------------------------


def _modules(
    tree: Tree, files: Files, crew: Crew, recipe: str, cache: Cache, observer: Observer
) -> tuple[tuple[Module, ...], tuple[Declaration | Gap, ...], tuple[Gap, ...], dict[str, code.models.Facts]]:
    """
    What every source file says, from the cache where its content was read before, and what scripts ask for.

    Last what `code.models` makes of the files that may name a model.
    """
    paths = [path for path in files.paths if code.claims(path)]
    read: dict[str, _Reading] = {}
    keys: dict[str, bytes] = {}
    gaps: list[Gap] = []
    inline: list[Declaration | Gap] = []

    def keep(results: Iterable[tuple[Job, bytes | str]]) -> None:
        fresh: dict[bytes, bytes] = {}
        taken = 0
        for job, value in results:
            taken += 1
            if isinstance(value, str):
                read[job.path] = code.unread(job.path, value)
            else:
                read[job.path] = _READING.decode(value)
                fresh[keys[job.path]] = value
        cache.put(fresh)
        advance(taken)

    def advance(count: int) -> None:
        if count:
            observer.advanced(count)

    observer.started(len(paths))
    for start in range(0, len(paths), _BATCH):
        contents = dict(_contents(tree, paths[start : start + _BATCH], gaps))
        keys = {path: store.key(recipe, path, data) for path, data in contents.items()} | keys
        known = cache.get(keys[path] for path in contents)
        for path, data in contents.items():
            inline.extend(manifests.script(path, data))
            if (kept := known.get(keys[path])) is not None:
                read[path] = _READING.decode(kept)
            else:
                crew.add(Job(path, data))
        advance(len(known))
        keep(crew.take())
    keep(crew.finish())
    observer.finished()
    found = [read[path] for path in paths if path in read]
    modules = tuple(module for module, _, _ in found)
    gaps += [gap for _, lost, _ in found for gap in lost]
    return modules, tuple(inline), tuple(gaps), {module.path: facts for module, _, facts in found if facts is not None}


def _contents(tree: Tree, paths: Iterable[str], gaps: list[Gap]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        try:
            yield path, tree.read(path)
        except OSError as error:
            gaps.append(Gap("tree", Location(path), f"not read: {error.strerror or error}"))


def _facts(
    tree: Tree, files: Files, modules: Sequence[Module], environment: str | os.PathLike[str] | None
) -> Iterator[_Fact]:
    """What manifests, install commands in notebooks, and the given environment or those beside the code say."""
    yield from manifests.read(files.paths, tree.read)
    for module in modules:
        if module.commands:
            yield from manifests.installs(module.path, module.commands)
    if environment is not None:
        yield from _installed(environment)
        return
    for folder in files.environments:
        yield from manifests.environment(tree.metadata(folder), tree.read)


def _installed(environment: str | os.PathLike[str]) -> Iterator[_Fact]:
    """What is installed in an environment elsewhere; its places read `environment: NAME/...`."""
    try:
        tree = Tree(environment)
    except ProjectNotFound as error:
        raise ConfigError(f"environment: {error}") from error
    mark = f"environment: {tree.name}/"
    paths = [mark + path for path in tree.metadata("")]
    if not paths:
        yield Gap("knowledge", Location(mark), "no package is installed there: it holds no metadata")
    yield from manifests.environment(paths, lambda path: tree.read(path.removeprefix(mark)))


def _waivers(modules: Iterable[Module], facts: Iterable[_Fact]) -> tuple[Waiver, ...]:
    """What comments in code and manifests accept."""
    said = {waiver for module in modules for waiver in module.waivers}
    return tuple(sorted(said.union(fact for fact in facts if isinstance(fact, Waiver))))


def _asked(evidence: Evidence) -> tuple[set[str], dict[str, str]]:
    """The packages of others that anything names, and the versions of those that are pinned."""
    names = {declaration.name for declaration in evidence.declarations}
    names |= {pin.name for pin in evidence.pins} | {edge.target for edge in evidence.edges}
    names |= {name for link in evidence.links for name in link.packages}
    names -= {project.name for project in evidence.projects}
    return names, {pin.name: pin.version for pin in evidence.pins if pin.name in names}


def _evidence(
    facts: Iterable[_Fact],
    modules: tuple[Module, ...],
    lost: Iterable[Gap],
    import_names: Mapping[str, tuple[str, ...]],
) -> Evidence:
    """All facts in one order, and the imports resolved."""
    kinds: dict[type, set[_Fact]] = {}
    for fact in facts:
        kinds.setdefault(type(fact), set()).add(fact)

    def all_of(kind: type[_T]) -> tuple[_T, ...]:
        return tuple(sorted(kinds.get(kind, ())))  # type: ignore[arg-type]

    projects = all_of(Project)
    names = knowledge.conda_names()
    declarations = resolve.unify(all_of(Declaration), names)
    resolution = resolve.match(
        modules,
        projects,
        declarations,
        provides=all_of(Provides),
        mapping=import_names,
        names=knowledge.import_names(),
        stdlib=frozenset().union(*map(knowledge.stdlib, resolve.admitted(projects))),
    )
    return Evidence(
        projects=projects,
        declarations=declarations,
        pins=resolve.unify(all_of(Pin), names),
        edges=resolve.unify_edges(all_of(Edge), names),
        modules=modules,
        links=resolution.links,
        facts=all_of(Fact),
        entry_points=resolution.entry_points,
        gaps=(*all_of(Gap), *lost, *resolution.gaps),
    )


# -- what goes into the report -----------------------------------------------------------------------------------------


def _subject(tree: Tree, projects: Sequence[Project]) -> Subject:
    project = next((project for project in projects if not project.root), None)
    folder = tree.name
    return Subject(
        name=(project.name if project else "") or folder,
        root=folder,
        revision=tree.revision(),
        licence=project.licence if project else "",
    )


def _sites(evidence: Evidence) -> tuple[ImportSite, ...]:
    scopes = {module.path: module.scope for module in evidence.modules}
    sites = {
        ImportSite(
            package=package,
            location=Location(link.path, link.imported.line, link.imported.cell),
            module=link.imported.module,
            context=link.imported.context,
            scope=scopes[link.path],
        )
        for link in evidence.links
        if link.origin is Origin.THIRD_PARTY
        for package in link.packages
    }
    return tuple(sorted(sites))


def _now() -> str:
    """UTC, to the second; `SOURCE_DATE_EPOCH` fixes it for reproducible reports."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = int(epoch) if epoch.isdecimal() else time.time()
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
