"""Which modules cannot be imported when a package is absent: reach over first-party imports that run at import time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from depscan.model import Context, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Evidence


class Reach:
    """
    The packages that each first-party module needs in order to be imported.

    A module needs what it imports at run time unguarded, and all that the modules it so imports need, and all that the
    `__init__.py` of its parent packages need. One integer per module holds a bit per package; modules that import one
    another in a cycle share it, so that a single pass in order of dependence settles all of them.
    """

    def __init__(self, packages: tuple[str, ...], needs: Mapping[str, int]) -> None:
        """Use `Reach.of`."""
        self._packages = packages
        self._needs = needs

    @classmethod
    def of(cls, evidence: Evidence) -> Reach:
        """What every module of the evidence needs."""
        links = [link for link in evidence.links if link.imported.context is Context.RUNTIME]
        packages = tuple(sorted({name for link in links for name in link.packages}))
        bits = {name: 1 << position for position, name in enumerate(packages)}
        paths = {module.path for module in evidence.modules}
        own = dict.fromkeys(sorted(paths), 0)
        runs = {path: set(parents(path, paths)) for path in own}
        for link in links:
            if link.path not in own:
                continue
            if link.origin is Origin.FIRST_PARTY:
                runs[link.path].update(paths.intersection(link.modules))
            else:
                for name in link.packages:
                    own[link.path] |= bits[name]
        return cls(packages, _spread(own, {path: sorted(targets) for path, targets in runs.items()}))

    def counts(self, paths: Iterable[str]) -> dict[str, int]:
        """Per package, how many of these modules cannot be imported without it; packages that stop none are absent."""
        alike = Counter(
            self._needs.get(path, 0) for path in paths
        )  # few distinct values: modules of a package need the same
        counts: Counter[str] = Counter()
        for needed, modules in alike.items():
            for name in self._names(needed):
                counts[name] += modules
        return dict(counts)

    def stopped_by(self, package: str) -> tuple[str, ...]:
        """Paths of all modules, of any scope, that cannot be imported without the package."""
        if package not in self._packages:
            return ()
        bit = 1 << self._packages.index(package)
        return tuple(sorted(path for path, needed in self._needs.items() if needed & bit))

    def _names(self, needed: int) -> Iterator[str]:
        while needed:
            lowest = needed & -needed
            yield self._packages[lowest.bit_length() - 1]
            needed ^= lowest


def parents(path: str, paths: set[str]) -> Iterator[str]:
    """The `__init__.py` files that run before the module: the unbroken chain of folders that have one, upwards."""
    folder = path.rpartition("/")[0]
    while folder and (init := f"{folder}/__init__.py") in paths:
        if init != path:
            yield init
        folder = folder.rpartition("/")[0]


def _spread(own: Mapping[str, int], runs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """
    Add to the bits of each module those of all modules it runs, directly or not.

    Tarjan's strongly connected components with a stack of our own, for import chains can be deeper than Python's. A
    component is complete after all that it runs, so its bits are final the moment it is found.
    """
    needs = dict(own)
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []  # visited, component not complete
    complete: set[str] = set()
    for start in own:
        if start in order:
            continue
        order[start] = lowest[start] = len(order)
        waiting.append(start)
        trail = [(start, iter(runs[start]))]
        while trail:
            path, rest = trail[-1]
            target = next(rest, None)
            if target is None:
                trail.pop()
                if lowest[path] == order[path]:
                    _complete(path, waiting, complete, needs)
                if trail:
                    before = trail[-1][0]
                    lowest[before] = min(lowest[before], lowest[path])
                    needs[before] |= needs[path]
            elif target not in order:
                order[target] = lowest[target] = len(order)
                waiting.append(target)
                trail.append((target, iter(runs[target])))
            elif target in complete:
                needs[path] |= needs[target]
            else:
                lowest[path] = min(lowest[path], order[target])
    return needs


def _complete(head: str, waiting: list[str], complete: set[str], needs: dict[str, int]) -> None:
    """Give every member of the component that ends the stack the bits of its head, which gathered those of all."""
    while True:
        path = waiting.pop()
        complete.add(path)
        needs[path] = needs[head]
        if path == head:
            return
