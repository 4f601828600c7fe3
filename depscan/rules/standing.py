"""Where a package stands in the project: how hard the code rests on it, whether it is delivered, where to point."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from depscan.model import Location, Need, Origin, Scope, State, Tier
from depscan.rules.visibility import Visibility, is_command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.model import Declaration, Package, Project, Severity
    from depscan.rules.case import Case

_RUNS = frozenset({"runtime", "lazy", "optional", "dynamic"})
"""Values of `Exposure.scope` that production code reaches."""


class Standing:
    """The packages of a case, seen from the project."""

    def __init__(self, case: Case) -> None:
        """Remember the case; what it takes to answer is gathered at the first question."""
        self._case = case
        self._packages = {package.name: package for package in case.packages}

    def places(self, name: str, via: str = "") -> tuple[Location, ...]:
        """Where the project asks for it, imports it or locks it; else where it asks for what brings it in (`via`)."""
        if places := self._declared_at(name) or tuple(self._told[name]):
            return places
        package = self._packages.get(name)
        introducers = (package.exposure.introducers or ()) if package else (via,)
        above = [place for one in introducers if one != name for place in self._declared_at(one)]
        return tuple(above) or tuple(self._told[via]) or self.top

    def is_direct(self, name: str) -> bool:
        """Whether the project asks for it or imports it."""
        package = self._packages.get(name)
        return package is not None and package.state is not State.INDIRECT

    def introducer(self, name: str, chain: tuple[str, ...] = ()) -> str:
        """The one direct dependency that brings it in; itself, when it is one, or when several do or none is known."""
        package = self._packages.get(name)
        if self.is_direct(name):
            return name
        introducers = [one for one in (package.exposure.introducers or ()) if one != name] if package else []
        if introducers:
            return introducers[0] if len(introducers) == 1 else name
        return chain[0] if chain else name

    @cached_property
    def top(self) -> tuple[Location, ...]:
        """The manifest of the first project, for what is said of all of it."""
        first = [project.location for project in self._case.evidence.projects][:1]
        return tuple(first or [d.location for d in self._case.evidence.declarations][:1]) or (Location(""),)

    def is_delivered(self, name: str, via: str = "") -> bool:
        """
        Whether it is installed with what the project delivers; no, when only tools, tests, docs or builds need it.

        Of what is not among the packages of the case, `via` decides, which brings it in. What nobody knows the reason
        of is taken to be delivered.
        """
        package = self._packages.get(name)
        if package is None:
            return via not in self._packages or self.is_delivered(via)
        if self._asking(name):
            return True
        if package.exposure.tier is Tier.TOOLING or self._declarations[name]:
            return package.exposure.scope in _RUNS
        introducers = [one for one in package.exposure.introducers or () if one != name]
        return not introducers or any(self.is_delivered(one) for one in introducers if self._declarations[one])

    def projects(self, name: str, via: str = "") -> tuple[Project, ...]:
        """The projects of the repository that it belongs to; all, when that is not known."""
        roots = {self._view.root(place.path) for place in self.places(name, via)}
        projects = self._case.evidence.projects
        return tuple(project for project in projects if project.root in roots) or projects

    def apart(self, code: str, packages: Iterable[Package]) -> tuple[list[Package], list[Package]]:
        """
        Those that get a finding of their own, and those that share one.

        Their own have the packages that the code rests on hard, and those that an exception of the policy names.
        """
        excepted = self._case.excepted(code)
        alone: list[Package] = []
        together: list[Package] = []
        for package in packages:
            hard = package.exposure.tier in {Tier.LOAD_BEARING, Tier.SIGNIFICANT}
            (alone if hard or package.name in excepted else together).append(package)
        return alone, together

    def _declared_at(self, name: str) -> tuple[Location, ...]:
        """What asks for it for the project itself first."""
        package = self._packages.get(name)
        main = {each.location for each in self._asking(name) if not is_command(each.location.path)}
        return tuple(sorted(package.declared, key=lambda place: (place not in main, place))) if package else ()

    def _asking(self, name: str) -> list[Declaration]:
        """The declarations that ask for it for the project itself: what an image installs is part of what it does."""
        return [
            declaration
            for declaration in self._declarations[name]
            if declaration.scope in {Need.RUNTIME, Need.EXTRA} and not self._view.is_aside(declaration.location.path)
        ]

    @cached_property
    def _view(self) -> Visibility:
        return Visibility(self._case.evidence)

    @cached_property
    def _declarations(self) -> defaultdict[str, list[Declaration]]:
        declared: defaultdict[str, list[Declaration]] = defaultdict(list)
        for declaration in self._case.evidence.declarations:
            if declaration.scope is not Need.CONSTRAINT:
                declared[declaration.name].append(declaration)
        return declared

    @cached_property
    def _told(self) -> defaultdict[str, list[Location]]:
        """One place per importing file, production first; else the lines of locks."""
        production = {each.path for each in self._case.evidence.modules if each.scope is Scope.PRODUCTION}
        imported: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for link in self._case.evidence.links:
            if link.origin is Origin.THIRD_PARTY:
                line = link.imported.line, link.imported.cell
                for name in link.packages:
                    imported[name][link.path] = min(line, imported[name].get(link.path, line))
        told: defaultdict[str, list[Location]] = defaultdict(list)
        for name, lines in imported.items():
            paths = sorted(lines, key=lambda path: (path not in production, path))
            told[name] = [Location(path, *lines[path]) for path in paths]
        locked: defaultdict[str, set[Location]] = defaultdict(set)
        for pin in self._case.evidence.pins:
            locked[pin.name].add(pin.location)
        for edge in self._case.evidence.edges:
            locked[edge.target].add(edge.location)
        for name, places in locked.items():
            told[name] = told[name] or sorted(places)
        return told


def weighed(package: Package | None, load_bearing: Severity, significant: Severity, other: Severity) -> Severity:
    """The severity that fits how hard the code rests on the package."""
    tier = package.exposure.tier if package else Tier.NONE
    return {Tier.LOAD_BEARING: load_bearing, Tier.SIGNIFICANT: significant}.get(tier, other)
