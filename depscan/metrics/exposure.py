"""The figures of `model.Exposure`: how one repository rests on one package. Formulas are in docs/metrics.md."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from depscan.metrics.reach import Reach
from depscan.metrics.tiers import judge
from depscan.metrics.usage import Usage, collect
from depscan.model import Exposure, Gap, Location, Scope, Symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depscan.graph import DependencyGraph
    from depscan.model import Evidence


@dataclass(frozen=True, slots=True)
class Basis:
    """What all figures of a repository are computed from."""

    counted: frozenset[str]
    """Paths of the modules that shares are computed over."""
    scopes: Mapping[str, Scope]
    usages: Mapping[str, Usage]
    stopped: Mapping[str, int]
    """Per package, how many counted modules cannot be imported without it."""
    starts: int
    """Number of entry points among the counted modules."""
    unstartable: Mapping[str, int]
    """Per package, how many entry points cannot start without it."""
    gaps: tuple[Gap, ...]


def basis(evidence: Evidence) -> Basis:
    """
    Read the evidence once.

    Shares are computed over the production modules. A repository without any (notebooks, examples, a test suite) is
    measured over all its modules but those of its own tooling, and a gap says so.
    """
    counted = frozenset(module.path for module in evidence.modules if module.scope is Scope.PRODUCTION)
    gaps: tuple[Gap, ...] = ()
    if not counted:
        counted = frozenset(module.path for module in evidence.modules if module.scope is not Scope.TOOLING)
        gaps = (Gap("metrics", Location("."), _without_production(len(counted))),)
    reach = Reach.of(evidence)
    starts = counted.intersection(evidence.entry_points)
    return Basis(
        counted=counted,
        scopes={module.path: module.scope for module in evidence.modules},
        usages=collect(evidence),
        stopped=reach.counts(counted),
        starts=len(starts),
        unstartable=reach.counts(starts),
        gaps=gaps,
    )


def _without_production(counted: int) -> str:
    if not counted:
        return "no source file but build and maintenance scripts was read: shares are 0 for want of modules, not of use"
    files = "1 module" if counted == 1 else f"{counted} modules"
    return f"no production code was found: shares are computed over the {files} of tests, benchmarks, docs and examples"


def expose(name: str, basis: Basis, graph: DependencyGraph) -> Exposure:
    """How the repository rests on the package."""
    usage = basis.usages.get(name, Usage())
    symbols = sorted(usage.symbols.items(), key=lambda item: (-item[1], item[0]))
    modules = max(len(basis.counted), 1)
    exposure = Exposure(
        direct_share=usage.running(basis.counted) / modules,
        blast_radius=basis.stopped.get(name, 0) / modules,
        import_sites=len(usage.sites),
        modules=len(usage.contexts),
        call_sites=usage.symbols.total(),
        api_surface=len(symbols),
        symbols=tuple(Symbol(symbol, count) for symbol, count in symbols),
        scope=usage.scope(basis.counted, basis.scopes),
        entry_points=basis.unstartable.get(name, 0) / basis.starts if basis.starts else None,
        exclusive=len(graph.exclusive(name)) if graph.known else None,
        introducers=tuple(sorted(graph.introducers(name))) if graph.known else None,
    )
    tier, next_tier = judge(exposure)
    return replace(exposure, tier=tier, next_tier=next_tier)
