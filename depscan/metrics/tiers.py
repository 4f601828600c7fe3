"""How hard the code rests on a library, in four steps; docs/metrics.md gives the reason for each rule and threshold."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from depscan.metrics.usage import RUNS
from depscan.model import Context, Tier

if TYPE_CHECKING:
    from depscan.model import Exposure


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where one tier ends and the next begins; shares are 0 to 1. The defaults are the published ones."""

    stops: float = 0.50
    """Load-bearing: at least this share of the modules, or of the entry points, stops without the library, or ..."""
    woven: float = 0.15
    """... at least this direct share together with `surface`: too much to replace, whoever could start without it."""
    spread: float = 0.10
    """Load-bearing: at least this direct share, or ..."""
    surface: int = 20
    """... at least this many distinct names of the library in use."""
    noticed: float = 0.05
    """Significant: at least this direct share, or share of entry points that stop, of what cannot be left out."""
    noticed_guarded: float = 0.10
    """Significant: at least this direct share, for one that is only imported where the program can do without it."""


PUBLISHED = Thresholds()


def judge(exposure: Exposure, thresholds: Thresholds = PUBLISHED) -> tuple[Tier, str]:
    """The tier, and in words what the tier above would take; empty at the top. Only what a report shows decides."""
    if not exposure.scope:
        return Tier.NONE, f"{Tier.TOOLING} needs an import (now none)"
    if exposure.scope not in RUNS:
        return Tier.TOOLING, f"{Tier.INCIDENTAL} needs an import that production code runs (now {exposure.scope} only)"
    if missing := _missing_for_significant(exposure, thresholds):
        return Tier.INCIDENTAL, f"{Tier.SIGNIFICANT} needs {missing}"
    if missing := _missing_for_load_bearing(exposure, thresholds):
        return Tier.SIGNIFICANT, f"{Tier.LOAD_BEARING} needs {missing}"
    return Tier.LOAD_BEARING, ""


def _missing_for_significant(exposure: Exposure, thresholds: Thresholds) -> str:
    mandatory = exposure.scope == Context.RUNTIME
    share = thresholds.noticed if mandatory else thresholds.noticed_guarded
    starts = exposure.entry_points or 0.0
    if exposure.direct_share >= share or starts >= thresholds.noticed or exposure.blast_radius >= thresholds.stops:
        return ""
    ways = [_short("direct share", exposure.direct_share, share)]
    if mandatory:
        ways.append(_short("blast radius", exposure.blast_radius, thresholds.stops))
        if exposure.entry_points is not None:
            ways.append(_short("entry points", exposure.entry_points, thresholds.noticed))
    return " or ".join(ways)


def _missing_for_load_bearing(exposure: Exposure, thresholds: Thresholds) -> str:
    missing = []
    if exposure.scope != Context.RUNTIME:
        missing.append(f"an unguarded import at module level (now {exposure.scope})")
    stops = exposure.blast_radius >= thresholds.stops or (exposure.entry_points or 0.0) >= thresholds.stops
    if not stops and (woven := _missing_to_be_woven_in(exposure, thresholds)):
        ways = [_short("blast radius", exposure.blast_radius, thresholds.stops)]
        if exposure.entry_points is not None:
            ways.append(_short("entry points", exposure.entry_points, thresholds.stops))
        missing.append(" or ".join([*ways, woven]))
    if exposure.direct_share < thresholds.spread and exposure.api_surface < thresholds.surface:
        names = f"API surface >= {thresholds.surface} names (now {exposure.api_surface})"
        missing.append(f"{_short('direct share', exposure.direct_share, thresholds.spread)} or {names}")
    return ", and ".join(missing)


def _missing_to_be_woven_in(exposure: Exposure, thresholds: Thresholds) -> str:
    """What a library that is used in depth and breadth has; for others, what is missing."""
    missing = []
    if exposure.direct_share < thresholds.woven:
        missing.append(_short("direct share", exposure.direct_share, thresholds.woven))
    if exposure.api_surface < thresholds.surface:
        missing.append(f"API surface >= {thresholds.surface} names (now {exposure.api_surface})")
    return " with ".join(missing)


def _short(name: str, now: float, wanted: float) -> str:
    """A share that falls short, rounded down so that it never reads as if it did not."""
    percent = floor(now * 100)
    shown = "under 1 %" if now > 0 and percent == 0 else f"{percent} %"
    return f"{name} >= {wanted * 100:.3g} % (now {shown})"
