"""
How much do the tiers depend on where their thresholds lie?

    python benchmarks/tiers.py FOLDER...

Scans the folders, then moves each threshold of `depscan.metrics.tiers` by -50 % and +50 %, alone and all together, and
prints how many libraries change tier, how many enter and leave the load-bearing ones, and how many pairs of libraries
of one repository trade places: one was in a higher tier than the other and is now in a lower one.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, fields, replace
from itertools import combinations
from typing import TYPE_CHECKING

import depscan
from depscan.metrics.tiers import PUBLISHED, Thresholds, judge
from depscan.model import Exposure, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RANK = {tier: rank for rank, tier in enumerate(Tier)}


def moved(factor: float) -> Iterator[tuple[str, Thresholds]]:
    """The published thresholds with each one multiplied, then with all."""
    for field in fields(PUBLISHED):
        yield field.name, replace(PUBLISHED, **{field.name: asdict(PUBLISHED)[field.name] * factor})
    yield "all", Thresholds(**{name: value * factor for name, value in asdict(PUBLISHED).items()})


def tiers(exposures: Sequence[Exposure], thresholds: Thresholds) -> list[Tier]:
    """The tier of each."""
    return [judge(exposure, thresholds)[0] for exposure in exposures]


def overturned(before: Sequence[Tier], after: Sequence[Tier]) -> tuple[int, int]:
    """Pairs that trade places, and pairs that were in different tiers."""
    turned = ranked = 0
    for one, other in combinations(range(len(before)), 2):
        was = RANK[before[one]] - RANK[before[other]]
        now = RANK[after[one]] - RANK[after[other]]
        ranked += was != 0
        turned += was * now < 0
    return turned, ranked


def main() -> None:
    """Print one row per move."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    repositories = []
    for folder in parser.parse_args().folders:
        exposures = [package.exposure for package in depscan.scan(folder, isolated=True).packages]
        repositories.append([exposure for exposure in exposures if exposure.scope])
    published = [tiers(exposures, PUBLISHED) for exposures in repositories]
    print(f"{len(repositories)} repositories, {sum(map(len, repositories))} imported libraries:")
    for tier in Tier:
        print(f"  {tier:12} {sum(found.count(tier) for found in published)}")
    print("| threshold | moved by | change tier | enter load-bearing | leave it | pairs that trade places |")
    print("|---|---|---|---|---|---|")
    for factor in (0.5, 1.5):
        for name, thresholds in moved(factor):
            row(
                f"| {name} | {factor - 1:+.0%} ",
                published,
                [tiers(exposures, thresholds) for exposures in repositories],
            )


def row(head: str, published: Sequence[Sequence[Tier]], now: Sequence[Sequence[Tier]]) -> None:
    """Print what one move changes, over all repositories."""
    pairs = [
        (was, then)
        for before, after in zip(published, now, strict=True)
        for was, then in zip(before, after, strict=True)
    ]
    changed = sum(was is not then for was, then in pairs)
    entering = sum(then is Tier.LOAD_BEARING and was is not then for was, then in pairs)
    leaving = sum(was is Tier.LOAD_BEARING and was is not then for was, then in pairs)
    counts = [overturned(before, after) for before, after in zip(published, now, strict=True)]
    turned, ranked = sum(count[0] for count in counts), sum(count[1] for count in counts)
    print(f"{head}| {changed} of {len(pairs)} | {entering} | {leaving} | {turned} of {ranked} |")


if __name__ == "__main__":
    main()
