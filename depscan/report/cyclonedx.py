"""
CycloneDX 1.6 and 1.7: what the project rests on, as a bill of materials.

It holds what was seen: what is not known is absent, and `compositions` says of whose requirements all, some or nothing
is known. Written by hand, as the library that knows the format takes time that grows with the square of the number of
packages; the tests hold the result against the official schemas. Models and vulnerabilities have files of their own.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import msgspec

from depscan.model import Ecosystem, FactKind, LicenceEvidence, Need, Scope, State
from depscan.report import cyclonedx_models, vex
from depscan.report.cyclonedx_nodes import LONGEST, MOST_OCCURRENCES, Node, known, licences, occurrence, properties
from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Declaration, Edge, Package, Report

VERSIONS = ("1.6", "1.7")
ROOT = "project"
MOST_ADDRESSES = 5

_FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, "depscan.cyclonedx")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:/[\w.~+:@/-]*)?", re.ASCII)
_VCS = ("git+", "hg+", "svn+", "bzr+")
_RUNS = ("runtime", "lazy", "dynamic")
_SCOPES = ("required", "optional", "excluded")
_AUTHORS = (LicenceEvidence.EXPRESSION, LicenceEvidence.CLASSIFIER, LicenceEvidence.NAME)
"""Evidence in which the authors themselves name the licence."""
_SEEN = ("artefacts", "code", "manifests", "tree")
"""Stages whose gaps hide what the project itself asks for."""


class _Entry(NamedTuple):
    """A package with what is said of it elsewhere in the report."""

    package: Package
    ref: str
    purl: str
    scope: str


def render(report: Report, *, version: str = "1.6") -> bytes:
    """The bill of materials, in one of `VERSIONS` of the format. Equal reports give equal bytes."""
    entries = _entries(report)
    dependencies, compositions = _graph(report, entries)
    content = known(
        version=1,
        metadata=_metadata(report),
        components=_libraries(report, entries) + cyclonedx_models.components(report.models),
        services=cyclonedx_models.services(report.models),
        dependencies=dependencies,
        compositions=compositions,
        vulnerabilities=vex.vulnerabilities(report, _refs(entries)),
    )
    head = {
        "$schema": f"http://cyclonedx.org/schema/bom-{version}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{uuid.uuid5(_FAMILY, json.dumps([version, content]))}",
    }
    document = json.dumps({**head, **content}).encode("ascii")
    return msgspec.json.format(document, indent=2) + b"\n"


def _metadata(report: Report) -> Node:
    project, code = report.project, report.code
    stated = known(
        licenses=licences(project.licence, "declared"),
        properties=properties(("revision", project.revision), ("folder", project.root)),
    )
    return known(
        timestamp=report.scanned_at if _MOMENT.fullmatch(report.scanned_at) else "",
        lifecycles=[{"phase": "pre-build"}],
        tools={
            "components": [
                known(type="application", name=show(report.tool.name) or "depscan", version=show(report.tool.version))
            ]
        },
        component={"type": "application", "bom-ref": ROOT, "name": show(project.name) or ROOT, **stated},
        properties=properties(
            ("files", code.files),
            ("modules", code.modules),
            ("dynamic-imports", code.dynamic_imports),
            ("dynamic-models", len(report.dynamic_models) or None),
            ("gaps", len(report.gaps)),
            *(("source", f"{each.name} {each.version}, retrieved {each.retrieved}") for each in report.sources),
            *_audit(report),
        ),
    )


def _audit(report: Report) -> Iterator[tuple[str, object]]:
    """How far known vulnerabilities were looked up: that none is listed says something only as far as that goes."""
    if audit := report.audit:
        yield from (("audit:source", audit.source), ("audit:retrieved", audit.retrieved))
        yield from (("audit:asked", audit.asked), ("audit:answered", audit.answered))


# -- which packages ----------------------------------------------------------------------------------------------------


def _entries(report: Report) -> list[_Entry]:
    declared: dict[str, list[Declaration]] = {}
    for declaration in report.declarations:
        if declaration.scope is not Need.CONSTRAINT:
            declared.setdefault(declaration.name, []).append(declaration)
    indices: dict[str, set[Ecosystem]] = {}
    for declaration in report.declarations:
        indices.setdefault(declaration.name, set()).add(declaration.ecosystem)
    for pin in report.pins:
        indices.setdefault(pin.name, set()).add(pin.ecosystem)
    scopes = _scopes(report.packages, declared)
    entries: dict[str, _Entry] = {}
    for package in report.packages:
        urls = [declaration.url for declaration in declared.get(package.name, ())]
        kind = "conda" if indices.get(package.name) == {Ecosystem.CONDA} else "pypi"
        purl = _purl(package, kind, min(urls) if urls and all(urls) else "")
        ref = base = purl or f"package:{show(package.name)}"
        turn = 1
        while ref in entries:
            ref, turn = f"{base}#{turn + 1}", turn + 1
        entries[ref] = _Entry(package, ref, purl, scopes.get(package.name, ""))
    return list(entries.values())


def _purl(package: Package, kind: str, url: str) -> str:
    """The package URL; `url` is where it comes from if from no index. Nobody else knows what comes from a folder."""
    if not package.name or (url and not url.startswith((*_VCS, "https://", "http://"))):
        return ""
    version = f"@{quote(show(package.version), safe=':')}" if package.version else ""
    key = "vcs_url" if url.startswith(_VCS) else "download_url"
    origin = f"?{key}={quote(show(url, LONGEST), safe=':/')}" if url else ""
    return f"pkg:{kind}/{quote(show(package.name), safe='')}{version}{origin}"


def _scopes(packages: Iterable[Package], declared: Mapping[str, Iterable[Declaration]]) -> dict[str, str]:
    """
    Who needs a package: the program as it runs, what may be left out, or tests, docs and tools alone.

    What comes with others is needed as the most needed of those that bring it in; where that is not known, so is this.
    """
    scopes: dict[str, str] = {}
    indirect: list[Package] = []
    for package in packages:
        needs = {declaration.scope for declaration in declared.get(package.name, ())}
        use = package.exposure.scope
        if use in _RUNS or Need.RUNTIME in needs:
            scopes[package.name] = "required"
        elif use == "optional" or Need.EXTRA in needs:
            scopes[package.name] = "optional"
        elif use or needs:
            scopes[package.name] = "excluded"
        else:
            indirect.append(package)
    direct = dict(scopes)
    for package in indirect:
        bringing = [direct[name] for name in package.exposure.introducers or () if name in direct]
        if bringing:
            scopes[package.name] = min(bringing, key=_SCOPES.index)
    return scopes


def _refs(entries: Iterable[_Entry]) -> Mapping[str, Sequence[str]]:
    """The references of each package's entries."""
    refs: dict[str, list[str]] = {}
    for entry in entries:
        refs.setdefault(entry.package.name, []).append(entry.ref)
    return refs


# -- components --------------------------------------------------------------------------------------------------------


def _libraries(report: Report, entries: Iterable[_Entry]) -> list[Node]:
    sites: dict[str, list[Node]] = {}
    for site in report.imports:
        sites.setdefault(site.package, []).append(occurrence(site.location, f"imported: {site.context}"))
    addresses: dict[str, dict[str, Node]] = {}
    for fact in report.facts:
        url = re.split(r"[?#]", fact.value)[0] if fact.kind is FactKind.REPOSITORY else ""
        if _ADDRESS.fullmatch(url):
            reference = {"type": "vcs", "url": url, "comment": show(fact.source)}
            addresses.setdefault(fact.package, {}).setdefault(url, reference)
    components = []
    for entry in entries:
        name = entry.package.name
        places = [occurrence(location, "declared") for location in entry.package.declared] + sites.get(name, [])
        components.append(_library(entry, places, [*addresses.get(name, {}).values()][:MOST_ADDRESSES]))
    return components


def _library(entry: _Entry, places: Sequence[Node], addresses: Sequence[Node]) -> Node:
    package = entry.package
    licence, steward = package.licence, package.steward
    expression = licence.expression if licence else ""
    stated = "declared" if licence and licence.evidence in _AUTHORS else "concluded"
    read = licence is not None and licence.evidence is LicenceEvidence.TEXT
    parts = known(
        supplier=known(name=show(steward.name)) if steward else {},
        publisher=show(package.organisation or ", ".join(package.publishers or ()), LONGEST),
        version=show(package.version),
        scope=entry.scope,
        licenses=licences(expression, stated),
        purl=entry.purl,
        externalReferences=list(addresses),
        evidence=known(
            occurrences=list(places[:MOST_OCCURRENCES]),
            licenses=licences(expression, "") if read else [],
        ),
        properties=properties(*_facts(package), ("occurrences-left-out", max(len(places) - MOST_OCCURRENCES, 0) or "")),
    )
    return {"type": "library", "bom-ref": entry.ref, "name": show(package.name), **parts}


def _facts(package: Package) -> Iterator[tuple[str, object]]:
    """What depscan knows of a package and CycloneDX has no field for."""
    exposure = package.exposure
    yield from (("state", package.state), ("relation", package.relation), ("tier", exposure.tier))
    if exposure.import_sites:
        yield from (("use", exposure.scope), ("direct-share", exposure.direct_share))
        yield from (("blast-radius", exposure.blast_radius), ("import-sites", exposure.import_sites))
        yield from (("call-sites", exposure.call_sites), ("api-surface", exposure.api_surface))
        yield from (("import-names", ", ".join(package.import_names)), ("resolver", package.resolver))
    yield from (("exclusive", exposure.exclusive), ("latest", package.latest), ("organisation", package.organisation))
    yield ("publishers", ", ".join(package.publishers or ()))
    if licence := package.licence:
        yield from (("licence:family", licence.family), ("licence:evidence", licence.evidence))
        yield from (("licence:source", licence.source), ("licence:retrieved", licence.retrieved))
        yield ("licence:version", licence.version)
    if steward := package.steward:
        yield from (("steward:kind", steward.kind), ("steward:parent", steward.parent))
        yield from (("steward:jurisdiction", steward.jurisdiction), ("steward:source", steward.source))
        yield ("steward:retrieved", steward.retrieved)
    if status := package.status:
        yield from (("status", status.value), ("status:basis", status.basis), ("status:source", status.source))
        yield ("status:retrieved", status.retrieved)


# -- who requires whom -------------------------------------------------------------------------------------------------


def _graph(report: Report, entries: Iterable[_Entry]) -> tuple[list[Node], list[Node]]:
    """
    What the project and each package require, and of whom all of it is known.

    The project requires what manifests declare, what its code imports and the models that it names; of that all is
    known if everything could be read, every import is declared and no model is named at run time only. A package of
    which no lock and no environment says anything has no entry: an empty one would say that it requires nothing.
    """
    refs: dict[str, str] = {}
    for entry in entries:
        refs.setdefault(entry.package.name, entry.ref)
    below: dict[str, set[str]] = {name: set() for name in _stated(report) if name in refs}
    partial = set()
    for edge in _counting(report):
        if edge.source in refs and edge.target in refs:
            below[edge.source].add(refs[edge.target])
        elif edge.source in refs:
            partial.add(refs[edge.source])
    direct = {refs[package.name] for package in report.packages if package.state is not State.INDIRECT}
    models = cyclonedx_models.references(report.models)
    direct.update(cyclonedx_models.needed(report.models))
    dependencies = [_requires(ROOT, direct), *(_requires(refs[name], below[name]) for name in sorted(below))]
    stated = {refs[name] for name in below}
    guessed = any(package.state is State.UNDECLARED for package in report.packages)
    unnamed = any(site.scope is Scope.PRODUCTION for site in report.dynamic_models)
    hidden = guessed or unnamed or report.code.dynamic_imports or any(gap.stage in _SEEN for gap in report.gaps)
    (partial if hidden else stated).add(ROOT)
    groups = {
        "complete": stated - partial,
        "incomplete": partial,
        "unknown": {*models, *(entry.ref for entry in entries)} - stated - partial,
    }
    compositions = [{"aggregate": kind, "dependencies": sorted(group)} for kind, group in groups.items() if group]
    return dependencies, compositions


def _requires(ref: str, targets: set[str]) -> Node:
    return known(ref=ref, dependsOn=sorted(targets - {ref}))


def _stated(report: Report) -> set[str]:
    """The packages of which a lock or an environment says what they require, be it nothing."""
    telling = {edge.location.path for edge in report.edges}
    held = {pin.name for pin in report.pins if pin.location.path in telling or ".dist-info/" in pin.location.path}
    return held | {edge.source for edge in report.edges}


def _counting(report: Report) -> Iterator[Edge]:
    """Edges but those of extras that nobody asks for."""
    asked = {(each.name, extra) for each in report.declarations for extra in each.extras}
    asked |= {(edge.target, extra) for edge in report.edges for extra in edge.extras}
    return (edge for edge in report.edges if not edge.extra or (edge.source, edge.extra) in asked)
