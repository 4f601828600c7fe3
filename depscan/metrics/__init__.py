"""
How hard a repository rests on each package, in whose hands it is, and under which terms: figures with a formula.

`measure` is the whole interface. A new figure of one package is a field of `model.Exposure`, computed in `exposure`;
one of all packages together has a file of its own. Each is defined in docs/metrics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.metrics import packages, publishers, terms
from depscan.metrics.concentration import concentrate, concentrate_models
from depscan.metrics.exposure import basis, expose
from depscan.metrics.knowledge import Knowledge
from depscan.metrics.weighing import weigh
from depscan.model import Concentration, Cover, Gap, Package, Reach, Terms, Tier

if TYPE_CHECKING:
    from depscan.graph import DependencyGraph
    from depscan.model import Evidence

__all__ = ["Measurement", "concentrate_models", "measure", "weigh"]

_HARDEST_FIRST = {tier: rank for rank, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured, over how many modules, and what could not be."""

    packages: tuple[Package, ...]
    modules: int
    """The denominator of every share: production modules, or what a gap names in their place."""
    gaps: tuple[Gap, ...] = ()
    concentration: tuple[Concentration, ...] = ()
    reach: tuple[Reach, ...] = ()
    covers: tuple[Cover, ...] = ()
    terms: tuple[Terms, ...] = ()


def measure(evidence: Evidence, graph: DependencyGraph) -> Measurement:
    """
    Every distribution that is declared, locked, imported or in the closure, with its exposure and what facts say of it.

    Hardest first: by tier, then direct share, blast radius and number of files that import it, all falling, then name.
    """
    ground = basis(evidence)
    inventory = packages.take(evidence, graph, ground.usages)
    found = [packages.package(name, inventory, expose(name, ground, graph)) for name in inventory.names]
    knowledge = Knowledge(evidence.facts, evidence.stewards)
    ranked = tuple(knowledge.fill(each) for each in sorted(found, key=_rank))
    modules = len(ground.counted)
    return Measurement(
        packages=ranked,
        modules=modules,
        gaps=ground.gaps,
        concentration=concentrate(ranked),
        reach=publishers.reach(ranked),
        covers=publishers.covers(ranked, modules),
        terms=terms.by_platform(evidence, ranked, knowledge),
    )


def _rank(package: Package) -> tuple[int, float, float, int, str]:
    exposure = package.exposure
    return (
        _HARDEST_FIRST[exposure.tier],
        -exposure.direct_share,
        -exposure.blast_radius,
        -exposure.modules,
        package.name,
    )
