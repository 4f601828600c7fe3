"""
Who requires whom: own projects at the top, what they declare below them, what locks and environments add below that.

Only third-party packages are answered with; a name that the graph does not hold has empty answers. An edge of an extra
counts where the extra is asked for, or where the line that states the edge also pins its target: a compiled list names
only what was resolved, and not who asked for which extra. An edge with a marker to a package that no pin knows was
resolved away, and does not count. All others do, whatever platform their marker names.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from depscan.model import Evidence, Location, Need, Project, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import networkx as nx

    from depscan.model import Declaration, Edge, Report

_ROOT = "/"
"""Above all projects. No package is named like it or like a project's node, which is this and the project's folder."""


class DependencyGraph:
    """The dependencies of one repository, and what can be asked of them; names are normalised ones."""

    def __init__(self, below: Mapping[str, Iterable[str]], *, own: Iterable[str] = (), known: bool = True) -> None:
        """`below` says what every node requires; `own` are the nodes that are projects, `_ROOT` is above all."""
        nodes = sorted({_ROOT, *below, *chain.from_iterable(below.values())})
        self._own = frozenset({_ROOT, *own})
        self._below = {node: tuple(sorted({*below.get(node, ())} - {node})) for node in nodes}
        self._above: dict[str, list[str]] = {node: [] for node in nodes}
        for node, targets in self._below.items():
            for target in targets:
                self._above[target].append(node)
        self._known = known

    @classmethod
    def build(cls, evidence: Evidence) -> DependencyGraph:
        """Lay out what was observed: every declaration but a constraint, and every edge that counts."""
        projects = {project.root: _ROOT + (project.root or ".") for project in sorted(evidence.projects)}
        own = {project.name: projects[project.root] for project in sorted(evidence.projects, reverse=True)}
        own.pop("", None)
        below: dict[str, set[str]] = {_ROOT: set(projects.values())}
        asked = [declaration for declaration in evidence.declarations if declaration.scope is not Need.CONSTRAINT]
        for declaration in asked:
            holder = projects.get(_folder(declaration.location.path, projects), _ROOT)
            below.setdefault(holder, set()).add(own.get(declaration.name, declaration.name))
        for edge in _counting(evidence, asked, own):
            below.setdefault(own.get(edge.source, edge.source), set()).add(own.get(edge.target, edge.target))
        return cls(below, own=projects.values(), known=bool(evidence.edges))

    @classmethod
    def of_report(cls, report: Report) -> DependencyGraph:
        """The graph of a saved report; what it declares and does not list as a package is an own project."""
        packages = {package.name for package in report.packages}
        declared = {declaration.name for declaration in report.declarations if declaration.scope is not Need.CONSTRAINT}
        names = sorted((declared | {normalised(report.project.name)}) - packages)
        return cls.build(
            Evidence(
                projects=tuple(Project(f"{number}", name, Location("")) for number, name in enumerate(names)),
                declarations=report.declarations,
                pins=report.pins,
                edges=report.edges,
            )
        )

    @property
    def known(self) -> bool:
        """Whether a lock or an environment stated any edge; without one, nobody knows what lies below."""
        return self._known

    # -- what is here --------------------------------------------------------------------------------------------------

    def direct(self) -> tuple[str, ...]:
        """The packages that own projects ask for themselves."""
        return self._direct

    def closure(self) -> tuple[str, ...]:
        """The packages that are needed, directly or through others."""
        return self._packages(self._reached)

    def requires(self, name: str) -> tuple[str, ...]:
        """The packages that `name` needs, directly or through others."""
        return self._packages(_distances(self._below, name).keys() - {name})

    def dependents(self, name: str) -> tuple[str, ...]:
        """The packages of the closure that need `name`, directly or through others."""
        return self._packages((_distances(self._above, name).keys() & self._reached) - {name})

    # -- how it comes here ---------------------------------------------------------------------------------------------

    def why(self, name: str, limit: int = 10) -> tuple[tuple[str, ...], ...]:
        """
        A shortest chain from each direct dependency that brings `name` in down to it, shortest first, `limit` at most.

        Chains do not lead through own projects: what a project asks for is a direct dependency.
        """
        if name not in self._below or name in self._own:
            return ()
        left = _distances(self._above, name, without=self._own)
        starts = sorted((left[direct], direct) for direct in self._direct if direct in left)
        return tuple(self._descent(start, left) for _, start in starts[: max(limit, 0)])

    def introducers(self, name: str) -> tuple[str, ...]:
        """The direct dependencies that bring `name` in; a direct dependency brings in itself."""
        bits = self._introduced.get(name, 0)
        return tuple(direct for number, direct in enumerate(self._direct) if bits >> number & 1)

    # -- what goes with it ---------------------------------------------------------------------------------------------

    def exclusive(self, name: str) -> tuple[str, ...]:
        """The other packages that leave the closure with `name`: every chain to them leads through it."""
        return self._packages(_distances(self._dominated, name).keys() - {name})

    def chokepoints(self) -> tuple[tuple[str, int], ...]:
        """Each package that others leave the closure with, and how many they are, most first."""
        sizes = Counter[str]()
        for node in reversed(_distances(self._dominated, _ROOT)):
            sizes[node] += sum(sizes[child] + (child not in self._own) for child in self._dominated.get(node, ()))
        found = ((name, size) for name, size in sizes.items() if size and name not in self._own)
        return tuple(sorted(found, key=lambda item: (-item[1], item[0])))

    def reach(self) -> Mapping[str, int]:
        """For each package of the closure, how many others of it need it, directly or through others."""
        names = self.closure()
        seeds = {name: 1 << number for number, name in enumerate(names)}
        counts = {name: bits.bit_count() - 1 for name, bits in self._flood(self._reached, seeds) if name in seeds}
        return {name: counts[name] for name in names}

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """For each group of packages that need one another, a shortest cycle through the alphabetically first one."""
        import networkx as nx

        groups = nx.strongly_connected_components(self._graph(self._reached.keys() - self._own))
        cycles = []
        for first in sorted(min(group) for group in groups if len(group) > 1):
            left = _distances(self._above, first, without=self._own)
            second = min((node for node in self._below[first] if node in left), key=lambda node: (left[node], node))
            cycles.append((first, *self._descent(second, left)[:-1]))
        return tuple(cycles)

    # -- how it is found -----------------------------------------------------------------------------------------------

    @cached_property
    def _reached(self) -> Mapping[str, int]:
        return _distances(self._below, _ROOT)

    @cached_property
    def _direct(self) -> tuple[str, ...]:
        return self._packages(chain.from_iterable(self._below[node] for node in self._own if node in self._reached))

    @cached_property
    def _introduced(self) -> Mapping[str, int]:
        """For each package a bit per direct dependency, set where that brings it in."""
        seeds = {name: 1 << number for number, name in enumerate(self._direct)}
        return dict(self._flood(self._reached.keys() - self._own, seeds))

    @cached_property
    def _dominated(self) -> Mapping[str, list[str]]:
        """The dominator tree of the closure: below each node those that every chain reaches through it last."""
        import networkx as nx

        tree: dict[str, list[str]] = {}
        for node, dominator in nx.immediate_dominators(self._graph(self._reached), _ROOT).items():
            if dominator is not None and node != dominator:  # networkx before 3.6 has the root dominate itself
                tree.setdefault(dominator, []).append(node)
        return tree

    def _flood(self, nodes: Iterable[str], seeds: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """
        For each node, the seed bits of itself and of all nodes above it.

        Bits run down the graph of cycles drawn together, and are forgotten as soon as all nodes below have them: one
        pass, where to ask from every node anew would take a pass for each.
        """
        import networkx as nx

        condensed = nx.condensation(self._graph(nodes))
        waiting: dict[int, int] = {}
        for group in nx.topological_sort(condensed):
            bits = waiting.pop(group, 0)
            for node in condensed.nodes[group]["members"]:
                bits |= seeds.get(node, 0)
            for lower in condensed.successors(group):
                waiting[lower] = waiting.get(lower, 0) | bits
            for node in condensed.nodes[group]["members"]:
                yield node, bits

    def _graph(self, nodes: Iterable[str]) -> nx.DiGraph[str]:
        """The part between these nodes, in an order that does not depend on theirs."""
        import networkx as nx

        kept = {*nodes}
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(sorted(kept))
        graph.add_edges_from((node, target) for node in sorted(kept) for target in self._below[node] if target in kept)
        return graph

    def _descent(self, start: str, left: Mapping[str, int]) -> tuple[str, ...]:
        """A shortest way down from `start` to where nothing is `left`, the first of the alphabet where several are."""
        links = [start]
        for distance in reversed(range(left[start])):
            links.append(next(node for node in self._below[links[-1]] if left.get(node) == distance))
        return tuple(links)

    def _packages(self, nodes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({*nodes} - self._own))


def _distances(
    neighbours: Mapping[str, Iterable[str]], start: str, *, without: frozenset[str] = frozenset()
) -> dict[str, int]:
    """The nodes that can be reached from `start` and how far they are, nearest first."""
    distances = {start: 0}
    layer, distance = [start], 0
    while layer:
        distance += 1
        found = {node for above in layer for node in neighbours.get(above, ())}
        layer = sorted(node for node in found if node not in distances and node not in without)
        distances.update(dict.fromkeys(layer, distance))
    return distances


def _folder(path: str, folders: Mapping[str, str]) -> str:
    """The deepest of `folders` that holds `path`; the root where none does."""
    while path:
        path = path.rpartition("/")[0]
        if path in folders:
            break
    return path


def _counting(evidence: Evidence, asked: Iterable[Declaration], own: Mapping[str, str]) -> Iterator[Edge]:
    """
    The edges that count.

    To require a package and to require it with an extra are two things: edges of an extra count where the package is
    asked for with it, by a declaration or by an edge that something declared leads to.
    """
    pinned = {pin.name for pin in evidence.pins}
    pins = {(pin.location, pin.name) for pin in evidence.pins if pin.location.line}
    below: dict[tuple[str, str], list[Edge]] = {}
    for edge in evidence.edges:
        listed = (edge.location, edge.target) in pins
        if listed or not edge.marker or not pinned or edge.target in pinned:
            extra = "" if listed or edge.source in own else normalised(edge.extra)
            below.setdefault((edge.source, extra), []).append(edge)
    waiting = [(name, "") for name in own]
    waiting += [(each.name, normalised(extra)) for each in asked for extra in ("", *each.extras)]
    reached = set(waiting)
    while waiting:
        for edge in below.get(waiting.pop(), ()):
            new = {(edge.target, normalised(extra)) for extra in ("", *edge.extras)} - reached
            reached |= new
            waiting += new
    for (source, extra), edges in below.items():
        if not extra or (source, extra) in reached:
            yield from edges
