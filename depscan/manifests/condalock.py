"""conda-lock.yml and pixi.lock: what conda and pip will install, as their solvers fixed it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan import yamltree
from depscan.manifests import markers, matchspec, pep508
from depscan.manifests.reader import Ask, Fact, Manifest, clip
from depscan.model import Declaration, Ecosystem, Edge, Gap, Pin, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_EVENTS = 1_000_000
_ARCHIVES = (".whl", ".tar.gz", ".zip")
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class _Entry:
    pin: Pin
    ask: Ask
    requires: tuple[str, ...]
    """Requirements as PEP 508 has them, or match specifications of conda."""


def read(manifest: Manifest) -> Iterator[Fact]:
    """
    Yield each version once, whatever platforms and environments it is for, and who requires whom.

    Local projects among the packages are read by their own manifests.
    """
    root = yamltree.parse(manifest.text, most_events=_MOST_EVENTS)
    packages = (root.get("packages") or root.get("package")) if root else None
    if packages is None or packages.kind != "sequence":
        yield manifest.ask.gap("no list of packages was found; none of the pins and edges of the lock is known")
        return
    seen: set[Pin | Edge] = set()
    for node in packages.items:
        entry = _entry(node, manifest.ask.at(node.line))
        if isinstance(entry, Gap):
            yield entry
        if not isinstance(entry, _Entry):
            continue
        for fact in (entry.pin, *_edges(entry)):
            if not isinstance(fact, (Pin, Edge)):
                yield fact
            elif (key := _placeless(fact)) not in seen:
                seen.add(key)
                yield fact


def _placeless(fact: Pin | Edge) -> Pin | Edge:
    """Return the fact as it would be anywhere else in the file."""
    place = Ask(fact.location).at(0).location
    if isinstance(fact, Pin):
        return Pin(fact.name, fact.version, place, fact.ecosystem)
    return Edge(fact.source, fact.target, place, fact.marker, fact.extra, fact.extras, fact.ecosystem)


def _entry(node: yamltree.Node, ask: Ask) -> _Entry | Gap | None:
    """Read a package; nothing when it is a local project."""
    if node.kind != "mapping":
        return ask.gap(f"the list of packages holds a {node.kind}, not a table; it was left out")
    values = {key: item.text for key, item in zip(node.keys, node.items, strict=True) if item.kind == "scalar"}
    manager = values.get("kind") or values.get("manager") or ("pypi" if "pypi" in values else "conda")
    url = values.get("pypi") or values.get("conda") or values.get("url") or ""
    if manager not in {"conda", "pypi", "pip"}:
        return ask.gap(f"packages of kind {clip(manager)!r} are not known; one was left out")
    pypi = manager != "conda"
    name, version = values.get("name", ""), values.get("version", "")
    if not pypi and not (name and version) and (file := matchspec.explicit(url, ask)):
        name, version = name or file.name, version or file.version
    url = url or values.get("path", "")
    if not version or (pypi and url and "://" not in url and not url.endswith(_ARCHIVES)):
        # Built from source: its version comes with the build, and its own manifests say what it needs.
        return None if "://" not in url else ask.gap(f"{clip(name or url)!r} has no version; it was left out")
    if not _NAME.fullmatch(name):
        return ask.gap(f"{clip(name)!r} is no name of a package; it was left out")
    name = normalised(name) if pypi else name.lower()
    ask = ask.at(named.line) if (named := node.get("name")) else ask
    pin = Pin(name, clip(version), ask.location, Ecosystem.PYPI if pypi else Ecosystem.CONDA)
    listed = node.get("requires_dist") or node.get("depends") or node.get("dependencies")
    return _Entry(pin, ask, _requires(listed, pypi=pypi) if listed else ())


def _requires(node: yamltree.Node, *, pypi: bool) -> tuple[str, ...]:
    """Read a list of requirements, or a table of names and versions."""
    if node.kind == "mapping":
        # The versions of conda-lock are those of conda, also for pip: an edge needs none.
        return tuple(node.keys)
    return tuple(item.text for item in node.items if item.kind == "scalar" and (pypi or item.text))


def _edges(entry: _Entry) -> Iterator[Edge | Gap]:
    if entry.pin.ecosystem is Ecosystem.CONDA:
        for text in entry.requires:
            name = re.split(r"[\s=<>!~\[]", text, maxsplit=1)[0].lower()
            if name and not name.startswith("__"):  # `__glibc`: a property of the machine
                yield Edge(entry.pin.name, name, entry.ask.location, ecosystem=Ecosystem.CONDA)
        return
    for text in entry.requires:
        for fact in pep508.declare(text, entry.ask):
            if isinstance(fact, Declaration):
                for extra, marker in markers.by_extra(fact.marker):
                    yield Edge(entry.pin.name, fact.name, fact.location, marker, extra, fact.extras)
            elif isinstance(fact, Gap):
                yield fact
