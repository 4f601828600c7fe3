"""Which distributions a project has to do with, how each comes in, and in which version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Need, Package, Relation, Resolver, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depscan.graph import DependencyGraph
    from depscan.metrics.usage import Usage
    from depscan.model import Declaration, Evidence, Exposure, Location

_STRONGEST_FIRST = tuple(Resolver)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What manifests, locks and code say, by package."""

    declared: Mapping[str, tuple[Declaration, ...]]
    """Without constraints: they limit a version and ask for nothing."""
    versions: Mapping[str, str]
    pinned: frozenset[str]
    asked: frozenset[str]
    """Declared, or a direct dependency by the lock's account."""
    closure: frozenset[str]
    usages: Mapping[str, Usage]
    own: frozenset[str]
    """The projects of this repository; they are no packages to it."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every distribution that is declared, locked, in the closure or imported."""
        return tuple(sorted({*self.asked, *self.pinned, *self.closure, *self.usages} - self.own))


def take(evidence: Evidence, graph: DependencyGraph, usages: Mapping[str, Usage]) -> Inventory:
    """The inventory of the evidence."""
    declared: dict[str, list[Declaration]] = {}
    for declaration in sorted(evidence.declarations):
        if declaration.scope is not Need.CONSTRAINT:
            declared.setdefault(declaration.name, []).append(declaration)
    return Inventory(
        declared={name: tuple(declarations) for name, declarations in declared.items()},
        versions=_versions(evidence),
        pinned=frozenset(pin.name for pin in evidence.pins),
        asked=frozenset(declared).union(graph.direct()),
        closure=frozenset(graph.closure()),
        usages=usages,
        own=frozenset(project.name for project in evidence.projects if project.name),
    )


def package(name: str, inventory: Inventory, exposure: Exposure) -> Package:
    """All that is known of the distribution in this repository."""
    usage = inventory.usages.get(name)
    return Package(
        name=name,
        version=inventory.versions.get(name, ""),
        state=_state(name, inventory),
        relation=_relation(name, inventory),
        import_names=tuple(sorted(usage.import_names)) if usage else (),
        resolver=_weakest(usage.resolvers) if usage else Resolver.NONE,
        declared=tuple(sorted({declaration.location for declaration in inventory.declared.get(name, ())})),
        exposure=exposure,
    )


def _weakest(resolvers: Iterable[Resolver]) -> Resolver:
    return max(resolvers, key=_STRONGEST_FIRST.index)


def _relation(name: str, inventory: Inventory) -> Relation:
    if name in inventory.asked:
        return Relation.DIRECT
    if name in inventory.closure or name in inventory.pinned:
        return Relation.TRANSITIVE
    return Relation.NONE


def _state(name: str, inventory: Inventory) -> State:
    """
    How declarations and imports meet.

    What only the build asks for counts as used: the build front end imports it, the project's code need not.
    """
    imported = name in inventory.usages
    match _relation(name, inventory):
        case Relation.DIRECT:
            needs = {declaration.scope for declaration in inventory.declared.get(name, ())}
            return State.USED if imported or needs == {Need.BUILD} else State.UNUSED
        case Relation.TRANSITIVE:
            return State.TRANSITIVE_ONLY if imported else State.INDIRECT
        case Relation.NONE:
            return State.UNDECLARED


# -- versions ---------------------------------------------------------------------------------------------------------


def _versions(evidence: Evidence) -> dict[str, str]:
    """
    The version that each package is fixed to.

    Where a repository fixes several, the file nearest to its root decides, then a lock before an exact requirement,
    then the lowest version: the one that known weaknesses are most likely to meet.
    """
    found: dict[str, list[tuple[int, int, str]]] = {}
    for name, version, location, is_lock in _fixed(evidence):
        found.setdefault(name, []).append((location.path.count("/"), not is_lock, version))
    chosen = {}
    for name, candidates in found.items():
        depth, kind, _ = min(candidates)
        chosen[name] = _lowest({version for *rank, version in candidates if rank == [depth, kind]})
    return chosen


def _fixed(evidence: Evidence) -> Iterator[tuple[str, str, Location, bool]]:
    for pin in evidence.pins:
        yield pin.name, pin.version, pin.location, True
    for declaration in evidence.declarations:
        for version in _exact(declaration.specifier):
            yield declaration.name, version, declaration.location, False


def _exact(specifier: str) -> Iterator[str]:
    """Versions of the `==` and `===` clauses that admit one version only, as written."""
    for clause in specifier.split(","):
        version = clause.strip()
        if version.startswith("==") and not version.endswith("*"):
            yield version.lstrip("=").strip()


def _lowest(versions: Iterable[str]) -> str:
    """The lowest of them; what is no version as PEP 440 has it comes after those that are."""
    candidates = sorted(versions)
    if len(candidates) == 1:
        return candidates[0]
    from packaging.version import InvalidVersion, Version

    valid = []
    for candidate in candidates:
        try:
            valid.append((Version(candidate), candidate))
        except InvalidVersion:
            continue
    return min(valid)[1] if valid else candidates[0]
