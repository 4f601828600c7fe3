"""
Under which licences an installation on each platform puts a project: torch is permissive, its Linux wheel is not alone.

Follows requirements from what the project declares for run time, or imports, with the markers judged for the platform.
What a package requires is taken from locks and environments, and where none covers it from facts. See docs/metrics.md.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depscan.metrics.concentration import imported
from depscan.model import LicenceFamily, Need, Share, Terms, normalised
from depscan.requires import Requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from depscan.metrics.knowledge import Knowledge
    from depscan.model import Edge, Evidence, Licence, Location, Package, Project

PLATFORMS: Mapping[str, Mapping[str, str]] = {
    "linux-x86_64": {
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_system": "Linux",
        "sys_platform": "linux",
    },
    "macos-arm64": {
        "os_name": "posix",
        "platform_machine": "arm64",
        "platform_system": "Darwin",
        "sys_platform": "darwin",
    },
    "windows-x86_64": {
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_system": "Windows",
        "sys_platform": "win32",
    },
}
"""The variables by which markers tell them apart."""

RESTRICTIVE = frozenset(
    {
        LicenceFamily.STRONG_COPYLEFT,
        LicenceFamily.NETWORK_COPYLEFT,
        LicenceFamily.SOURCE_AVAILABLE,
        LicenceFamily.PROPRIETARY,
    }
)
"""Families whose packages are named with the chain that leads to them."""

PYTHON = "3.11"
"""Judged for where the project does not say which Python it needs."""

_LOWER = re.compile(r"(?:>=|~=|===?|>)\s*(3\.\d{1,2})(?:\.(\d+))?(?![\d.]*[a-z])")
_LONGEST = 2_000
_MOST_MARKERS = 2_000
"""Distinct markers that are judged; any more hold: what is not known to be left out counts."""

_Node = tuple[str, str]
"""A package, and one of its extras or none."""


def by_platform(evidence: Evidence, packages: Sequence[Package], knowledge: Knowledge) -> tuple[Terms, ...]:
    """One for each platform; none when nothing is declared for run time and nothing imported."""
    known = {package.name: package for package in packages}
    asked = [*_declared(evidence), *(((package.name, ""), "") for package in imported(packages))]
    if not asked:
        return ()
    below = _Below(evidence, {package.name: package.version for package in packages})
    markers = _Markers(_python(evidence.projects))

    def licence(name: str) -> Licence | None:
        return known[name].licence if name in known else knowledge.licence(name)

    return tuple(_terms(platform, below.closure(asked, platform, markers), licence) for platform in PLATFORMS)


def _declared(evidence: Evidence) -> Iterator[tuple[_Node, str]]:
    """What own projects ask for at run time, by declaration or, where those cannot be read, by the lock's account."""
    own = {project.name for project in evidence.projects if project.name}
    for declaration in evidence.declarations:
        if declaration.scope is Need.RUNTIME and declaration.name not in own:
            for extra in ("", *declaration.extras):
                yield (declaration.name, extra), declaration.marker
    for edge in evidence.edges:
        if edge.source in own and edge.target not in own and not edge.extra:
            for extra in ("", *edge.extras):
                yield (edge.target, extra), edge.marker


def _terms(platform: str, closure: _Closure, licence: Callable[[str], Licence | None]) -> Terms:
    families: dict[LicenceFamily, list[str]] = {}
    for name in sorted(closure.above):
        found = licence(name)
        families.setdefault(found.family if found else LicenceFamily.UNKNOWN, []).append(name)
    whole = len(closure.above)
    ordered = sorted(families.items(), key=lambda item: (-len(item[1]), item[0]))
    restricted = sorted(name for family in RESTRICTIVE for name in families.get(family, ()))
    return Terms(
        platform=platform,
        families=tuple(Share(family.value, len(names) / whole, tuple(names)) for family, names in ordered),
        basis=" and ".join(sorted(closure.bases)) or "declarations",
        chains=tuple(closure.chain(name) for name in restricted),
    )


# -- what is brought in -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Closure:
    """What is installed, and from whom each package comes."""

    above: dict[str, str] = field(default_factory=dict)
    """Per package, one that requires it, on a shortest chain; empty for direct dependencies."""
    bases: set[str] = field(default_factory=set)

    def chain(self, name: str) -> tuple[str, ...]:
        links = [name]
        while self.above[links[-1]]:
            links.append(self.above[links[-1]])
        return tuple(reversed(links))


class _Below:
    """What each package requires, by the extra that asks for it."""

    def __init__(self, evidence: Evidence, versions: Mapping[str, str]) -> None:
        pinned = {pin.name for pin in evidence.pins}
        listed = {(pin.location, pin.name) for pin in evidence.pins if pin.location.line}
        stated = {edge.location.path for edge in evidence.edges}
        self._edges: dict[_Node, list[Edge]] = {}
        for edge in sorted(evidence.edges):
            here = (edge.location, edge.target) in listed
            if here or not edge.marker or not pinned or edge.target in pinned:  # else it was resolved away
                self._edges.setdefault((edge.source, "" if here else normalised(edge.extra)), []).append(edge)
        self._covered = {edge.source for edge in evidence.edges}
        self._covered |= {pin.name for pin in evidence.pins if _states_all(pin.location, stated)}
        self._versions = versions
        self._facts = Requirements(evidence.facts)
        self._looked_up: dict[str, dict[str, list[Edge]]] = {}

    def closure(self, asked: Sequence[tuple[_Node, str]], platform: str, markers: _Markers) -> _Closure:
        """All that what is asked for brings in on the platform, nearest first."""
        found = _Closure()
        roots = sorted({(name, normalised(extra)) for (name, extra), marker in asked if markers.hold(marker, platform)})
        found.above.update((name, "") for name, _ in roots)
        waiting, reached = deque(roots), set(roots)
        while waiting:
            node = waiting.popleft()
            for edge in self._required(node):
                if not markers.hold(edge.marker, platform, node[1]):
                    continue
                found.above.setdefault(edge.target, node[0])
                found.bases.add(_basis(edge.location) if node[0] in self._covered else "snapshot")
                for target in ((edge.target, normalised(extra)) for extra in ("", *edge.extras)):
                    if target not in reached:
                        reached.add(target)
                        waiting.append(target)
        return found

    def _required(self, node: _Node) -> Sequence[Edge]:
        name, extra = node
        if name in self._covered:
            return self._edges.get(node, ())
        if name not in self._looked_up:
            by_extra = self._looked_up[name] = {}
            for edge in self._facts.of(name, self._versions.get(name, "")):
                by_extra.setdefault(edge.extra, []).append(edge)
        return self._looked_up[name].get(extra, ())


def _states_all(location: Location, stated: set[str]) -> bool:
    """Whether a pin's place also says what packages require: then one without edges requires nothing."""
    return location.path in stated or ".dist-info/" in location.path


def _basis(location: Location) -> str:
    if location.path.startswith("resolved ("):
        return "resolution"
    installed = location.path.startswith("environment: ") or ".dist-info/" in location.path
    return "environment" if installed else "lock"


# -- where it holds ---------------------------------------------------------------------------------------------------


class _Markers:
    """Markers, each judged once for all platforms."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def hold(self, marker: str, platform: str, extra: str = "") -> bool:
        """Whether the marker is true there; one that cannot be judged holds."""
        if not marker:
            return True
        key = marker, extra if "extra" in marker else ""
        if key not in self._known:
            if len(self._known) >= _MOST_MARKERS or len(marker) > _LONGEST:
                return True
            self._known[key] = self._judged(*key)
        return platform in self._known[key]

    def _judged(self, marker: str, extra: str) -> frozenset[str]:
        from packaging.markers import Marker

        try:
            parsed = Marker(marker)
            return frozenset(
                platform
                for platform, variables in PLATFORMS.items()
                if parsed.evaluate({**_environment(self._python), **variables, "extra": extra})
            )
        except (ValueError, KeyError, RecursionError):  # not legal, compares what cannot be compared, nested too deeply
            return frozenset(PLATFORMS)


def _environment(python: str) -> dict[str, str]:
    version = ".".join(python.split(".")[:2])
    full = python if python != version else f"{python}.0"
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "python_full_version": full,
        "python_version": version,
    }


def _python(projects: Sequence[Project]) -> str:
    """The lowest Python that the project at the root admits, else the highest of those that the others admit."""
    lowest = {project.root: found for project in projects if (found := _lowest(project.requires_python))}
    if "" in lowest:
        version = lowest[""]
    elif lowest:
        version = max(lowest.values())
    else:
        return PYTHON
    return ".".join(map(str, version))


def _lowest(requires_python: str) -> tuple[int, ...]:
    found = _LOWER.findall(requires_python)
    bounds = [(*map(int, minor.split(".")), *([int(patch)] if patch else [])) for minor, patch in found]
    return max(bounds, default=())
