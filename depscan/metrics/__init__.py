"""
How hard a repository rests on each package: figures with a formula, and a tier with published thresholds.

`measure` is the whole interface. A new figure is a field of `model.Exposure`, computed in `exposure` and defined in
docs/metrics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.metrics import packages
from depscan.metrics.exposure import basis, expose
from depscan.model import Gap, Package, Tier

if TYPE_CHECKING:
    from depscan.graph import DependencyGraph
    from depscan.model import Evidence

__all__ = ["Measurement", "measure"]

_HARDEST_FIRST = {tier: rank for rank, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured, over how many modules, and what could not be."""

    packages: tuple[Package, ...]
    modules: int
    """The denominator of every share: production modules, or what a gap names in their place."""
    gaps: tuple[Gap, ...] = ()


def measure(evidence: Evidence, graph: DependencyGraph) -> Measurement:
    """
    Every distribution that is declared, locked, imported or in the closure, with its exposure.

    Hardest first: by tier, then direct share, blast radius and number of files that import it, all falling, then name.
    """
    ground = basis(evidence)
    inventory = packages.take(evidence, graph, ground.usages)
    found = [packages.package(name, inventory, expose(name, ground, graph)) for name in inventory.names]
    return Measurement(packages=tuple(sorted(found, key=_rank)), modules=len(ground.counted), gaps=ground.gaps)


def _rank(package: Package) -> tuple[int, float, float, int, str]:
    exposure = package.exposure
    return (
        _HARDEST_FIRST[exposure.tier],
        -exposure.direct_share,
        -exposure.blast_radius,
        -exposure.modules,
        package.name,
    )
