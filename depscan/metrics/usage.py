"""Who imports a package, how, and which of its names: one pass over the evidence, before any figure is computed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depscan.model import Context, Origin, Resolver, Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from depscan.model import Evidence, Link

RUNS = (Context.RUNTIME, Context.LAZY, Context.OPTIONAL, Context.DYNAMIC)
"""Contexts in which an import can happen while the program runs, strongest first."""


@dataclass(slots=True)
class Usage:
    """All that is seen of one package in the code."""

    contexts: dict[str, set[Context]] = field(default_factory=dict)
    """Per file that imports it, how."""
    sites: set[tuple[str, int, int]] = field(default_factory=set)
    """Path, cell and line of each import statement; one that binds several names counts once."""
    symbols: Counter[str] = field(default_factory=Counter)
    """References per qualified name."""
    import_names: set[str] = field(default_factory=set)
    resolvers: set[Resolver] = field(default_factory=set)

    def running(self, counted: Collection[str]) -> int:
        """How many of the counted files import it when they run; imports for the type checker alone do not."""
        return sum(path in counted and not kinds.isdisjoint(RUNS) for path, kinds in self.contexts.items())

    def scope(self, counted: Collection[str], scopes: Mapping[str, Scope]) -> str:
        """The strongest import context in the counted files; if none imports it, the purpose of the files that do."""
        kinds = {kind for path, kinds in self.contexts.items() if path in counted for kind in kinds}
        for kind in (*RUNS, Context.TYPING):
            if kind in kinds:
                return kind.value
        purposes = {scopes[path] for path in self.contexts if path in scopes}
        return next((purpose.value for purpose in Scope if purpose in purposes), "")


def collect(evidence: Evidence) -> dict[str, Usage]:
    """
    The use of every package that some file imports.

    An import that several declared distributions satisfy (`cv2`) counts for each of them.
    """
    found: dict[str, Usage] = {}
    owners: dict[str, dict[str, set[str]]] = {}
    for link in evidence.links:
        if link.origin is Origin.THIRD_PARTY:
            owners.setdefault(link.path, {}).setdefault(link.import_name, set()).update(link.packages)
            for name in link.packages:
                _add(found.setdefault(name, Usage()), link)
    for module in evidence.modules:
        if not (prefixes := owners.get(module.path)):
            continue
        for use in module.uses:
            for name in _owners(use.name, prefixes):
                found[name].symbols[use.name] += use.count
    return found


def _add(usage: Usage, link: Link) -> None:
    imported = link.imported
    usage.contexts.setdefault(link.path, set()).add(imported.context)
    usage.sites.add((link.path, imported.cell, imported.line))
    usage.import_names.add(link.import_name)
    usage.resolvers.add(link.resolver)


def _owners(name: str, prefixes: Mapping[str, set[str]]) -> set[str]:
    """The packages whose import name is the longest dotted prefix of `name`: `google.cloud.storage` before `google`."""
    while name:
        if name in prefixes:
            return prefixes[name]
        name = name.rpartition(".")[0]
    return set()
