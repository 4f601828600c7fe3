"""The evidence as the rules about imports see it, and the words in which they speak of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Context, Location, Need, Origin, Resolver, Scope, Severity
from depscan.rules import loading
from depscan.rules.findings import count, names, rank
from depscan.rules.visibility import Visibility, is_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depscan.model import Evidence, Link, Module, Package

WIDE = 0.05
"""A package stops more than a corner of the project when at least this share of its modules needs it to be imported."""

RUNS = (Context.RUNTIME, Context.LAZY, Context.DYNAMIC)
"""Contexts in which a missing package stops something."""


@dataclass(slots=True, init=False)
class Sight:
    """The evidence, sorted for questions about single imports."""

    evidence: Evidence
    stops: Mapping[str, float]
    """Per package the share of production modules that cannot be imported without it."""
    view: Visibility
    modules: Mapping[str, Module]
    guarded: frozenset[str]
    """Production modules that the project imports only behind a guard."""
    start: frozenset[str]
    """Production modules that run when a package or a console script starts."""
    beside: frozenset[str]
    """Production modules that the project does not install."""
    survives: frozenset[tuple[str, str]]
    """(package, project) pairs that some production module imports under a guard."""
    stems: Mapping[str, str]
    """Names of the repository's own folders and files, with one path each."""
    idle: tuple[str, ...]
    """Packages that are declared and never imported."""
    damaged: tuple[str, ...]
    """Manifests that were not read in full."""

    def __init__(self, evidence: Evidence, packages: Iterable[Package]) -> None:
        self.evidence = evidence
        self.stops = {package.name: package.exposure.blast_radius for package in packages}
        self.view = Visibility(evidence)
        self.modules = {module.path: module for module in evidence.modules}
        self.guarded = loading.guarded(evidence)
        self.start = loading.at_start(evidence, self.view)
        self.beside = loading.beside(evidence, self.view)
        self.survives = frozenset(
            (name, self.view.root(link.path))
            for link in evidence.links
            if link.imported.context is Context.OPTIONAL and self.is_production(link.path)
            for name in link.packages
        )
        self.stems = _stems(self.modules)
        imported = {name for link in evidence.links for name in link.packages}
        asked = {d.name for d in evidence.declarations if d.scope is not Need.CONSTRAINT}
        self.idle = tuple(sorted(asked - imported - {project.name for project in evidence.projects}))
        lost = {gap.location.path for gap in evidence.gaps if gap.stage == "manifests"}
        self.damaged = tuple(sorted(path for path in lost if not is_command(path)))

    def is_production(self, path: str) -> bool:
        """Whether the file is part of what runs in production."""
        module = self.modules.get(path)
        return module is None or module.scope is Scope.PRODUCTION

    def grouped(self, fits: Callable[[Link], bool]) -> dict[tuple[str, str], list[Link]]:
        """The third-party imports that fit, by package and project."""
        groups: defaultdict[tuple[str, str], list[Link]] = defaultdict(list)
        for link in self.evidence.links:
            if link.origin is Origin.THIRD_PARTY and link.packages and fits(link):
                groups[link.packages[0], self.view.root(link.path)].append(link)
        return {key: sorted(groups[key]) for key in sorted(groups)}

    def severity(self, link: Link) -> Severity:
        """How much it matters that this import finds nothing."""
        context = link.imported.context
        survives = any((name, self.view.root(link.path)) in self.survives for name in link.packages)
        if not self.is_production(link.path):
            in_test = self.modules[link.path].scope is Scope.TEST
            return Severity.MEDIUM if in_test and context is Context.RUNTIME and not survives else Severity.LOW
        if context is Context.RUNTIME:
            return Severity.HIGH if self._is_felt(link) else Severity.MEDIUM
        return Severity.MEDIUM if context in RUNS and not survives else Severity.LOW

    def _is_felt(self, link: Link) -> bool:
        """Whether this import, failing, stops more than a corner of the project."""
        if link.path in self.guarded or link.path in self.beside:
            return False
        return link.path in self.start or any(self.stops.get(name, 1.0) >= WIDE for name in link.packages)

    def places(self, links: Iterable[Link]) -> list[Location]:
        """One place per module, the worst first."""
        first: dict[str, tuple[int, Location]] = {}
        for link in links:
            place = Location(link.path, link.imported.line, link.imported.cell)
            weight = (-rank(self.severity(link)), place)
            first[link.path] = min(weight, first.get(link.path, weight))
        return [
            place for _, place in sorted(first.values(), key=lambda w: (w[0], not self.is_production(w[1].path), w[1]))
        ]

    def extent(self, links: Iterable[Link]) -> str:
        """`3 modules (first at src/a.py:4)`."""
        places = self.places(links)
        return f"{count(len(places), 'module')} ({'first ' if len(places) > 1 else ''}at {places[0]})"

    def advice(self, links: Sequence[Link]) -> str:
        """Where the declaration that is missing belongs."""
        manifest = self.view.manifest(self.places(links)[0].path)
        if not manifest:
            return "write a requirements.txt or pyproject.toml that lists it"
        return f"add it to {self._kind(links)} in {manifest}"

    def _kind(self, links: Iterable[Link]) -> str:
        """Which list of a manifest suits these imports."""
        runs = [k for k in links if self.is_production(k.path) and k.imported.context is not Context.TYPING]
        if not any(link.path not in self.beside for link in runs):
            return "the development dependencies"
        plain = {link.path for link in runs if link.imported.context is Context.RUNTIME}
        return "the dependencies" if plain - self.guarded - self.beside else "an extra"


def _stems(paths: Iterable[str]) -> dict[str, str]:
    stems: dict[str, str] = {}
    for path in sorted(paths, key=lambda p: (p.count("/"), p)):
        parts = path.split("/")
        for depth, part in enumerate(parts, start=1):
            stems.setdefault(part.removesuffix(".py"), "/".join(parts[:depth]))
    return stems


def subject(name: str, links: Iterable[Link]) -> str:
    """The package, and what the import statements call it if that differs: `opencv-python (import cv2)`."""
    given = sorted({link.import_name or link.imported.module for link in links})
    return name if [g.lower().replace("_", "-") for g in given] == [name] else f"{name} (import {names(given)})"


def is_guess(links: Iterable[Link]) -> bool:
    """Whether the package is assumed, for want of anything better, to be called like the import."""
    return any(link.resolver is Resolver.IDENTITY for link in links)
