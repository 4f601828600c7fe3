"""Ties every import to what it reaches: a file of the repository, a distribution, or the standard library (dropped)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Gap, Link, Location, Origin, Resolver, Scope
from depscan.resolve.decide import Answer, Decision, Place
from depscan.resolve.entries import entry_points
from depscan.resolve.layout import Layout
from depscan.resolve.names import Names, unify, unify_edges
from depscan.resolve.pythons import admitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depscan.model import Declaration, Import, Module, Project, Provides

__all__ = ["Resolution", "admitted", "match", "unify", "unify_edges"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What all imports reach, and where programs start."""

    links: tuple[Link, ...]
    """In the order of paths, then of the imports within a file."""
    entry_points: tuple[str, ...]
    gaps: tuple[Gap, ...]


def match(
    modules: Sequence[Module],
    projects: Sequence[Project],
    declarations: Sequence[Declaration],
    *,
    provides: Sequence[Provides] = (),
    mapping: Mapping[str, tuple[str, ...]] | None = None,
    names: Mapping[str, tuple[str, ...]],
    stdlib: frozenset[str],
) -> Resolution:
    """
    Resolve every import of `modules`, and find the files where programs start.

    All declarations of the repository count: whether the right project made them is for the rules to judge. `mapping`
    is the user's own table, `names` what is known of import names, `stdlib` the union over all admitted Pythons.
    """
    layout = Layout((module.path for module in modules), projects)
    decision = Decision(
        layout,
        Names(declarations, provides, mapping or {}, names),
        stdlib,
        own=frozenset(project.name for project in projects if project.name),
        tests=frozenset(module.path for module in modules if module.scope is not Scope.PRODUCTION),
    )
    linker = _Linker(layout, decision)
    links = [link for module in sorted(modules, key=lambda module: module.path) for link in linker.links(module)]
    starts, lost = entry_points(modules, layout, links)
    return Resolution(tuple(links), starts, tuple(sorted((*linker.gaps(), *lost))))


class _Linker:
    """Asks what each import reaches, and remembers what could not be told."""

    def __init__(self, layout: Layout, decision: Decision) -> None:
        self._layout = layout
        self._decision = decision
        self._outside: list[Gap] = []
        self._untold: dict[str, tuple[Location, str, set[str]]] = {}

    def links(self, module: Module) -> Iterator[Link]:
        """Yield what the imports of one file reach, in their order; the standard library is left out."""
        folder, base = posixpath.split(module.path)
        stem = base.removesuffix(".py")
        dotted = any(imported.level for imported in module.imports)
        script = stem == base or (not dotted and self._layout.script(folder))
        place = Place(folder, script, module.scope is Scope.PRODUCTION)
        own = Place(folder, script, place.production, own=module.path)
        beyond: list[Import] = []
        answer: Answer | str | None
        for imported in module.imports:
            if imported.level:
                answer = self._decision.relative(folder, imported.level, imported.module, imported.name)
                if answer is None:
                    beyond.append(imported)
                    answer = Answer(Origin.FIRST_PARTY, Resolver.RELATIVE)
            else:
                top = imported.module.partition(".")[0]
                answer = self._decision.absolute(own if top == stem else place, imported.module, imported.name)
            if isinstance(answer, str):
                first = (Location(module.path, imported.line, imported.cell), answer, set[str]())
                self._untold.setdefault(top, first)[2].add(module.path)
            elif answer:
                yield _link(module.path, imported, answer)
        if beyond:
            number = f"{len(beyond)} relative import{'s' * (len(beyond) > 1)}"
            reason = f"{number} lead out of the scanned folder; scan from further up to see what they reach"
            self._outside.append(Gap("resolve", Location(module.path, beyond[0].line, beyond[0].cell), reason))

    def gaps(self) -> Iterator[Gap]:
        """Yield one gap per file whose relative imports lead outside, and one per name that nothing explains."""
        yield from self._outside
        for location, reason, paths in self._untold.values():
            yield Gap("resolve", location, f"{reason} (files: {len(paths)})")


def _link(path: str, imported: Import, answer: Answer) -> Link:
    return Link(
        path=path,
        imported=imported,
        origin=answer.origin,
        resolver=answer.resolver,
        packages=answer.packages,
        modules=tuple(file for file in answer.modules if file != path) if path in answer.modules else answer.modules,
        import_name=answer.import_name,
    )
