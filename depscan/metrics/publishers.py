"""Into what each publishing account can push code, and the fewest that reach half of it: see docs/metrics.md."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import ceil, fsum
from typing import TYPE_CHECKING

from depscan.metrics.concentration import imported
from depscan.model import Cover, Reach, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depscan.model import Package

SHARES = (Fraction(1, 2), Fraction(4, 5))
"""The shares of the exposure that the fewest accounts are sought for."""

_WORK = 20_000
"""Sets that the exact search looks at; it decides up to some twenty accounts of which none makes another redundant."""


def reach(packages: Sequence[Package]) -> tuple[Reach, ...]:
    """Every account that can publish one of the packages, farthest first: load-bearing ones, direct share, number."""
    seen = {package.name: package for package in imported(packages) if package.publishers}
    bearing = {name for name, package in seen.items() if package.exposure.tier is Tier.LOAD_BEARING}
    whole = _direct(seen.values())
    found = [
        Reach(
            account=account,
            packages=names,
            load_bearing=len(bearing.intersection(names)) / len(bearing) if bearing else 0.0,
            direct_share=_direct(seen[name] for name in names if name in seen) / whole if whole else 0.0,
        )
        for account, names in _pushes(packages).items()
    ]
    return tuple(
        sorted(found, key=lambda each: (-each.load_bearing, -each.direct_share, -len(each.packages), each.account))
    )


def covers(packages: Sequence[Package], modules: int) -> tuple[Cover, ...]:
    """
    The fewest accounts that reach each of `SHARES`; `modules` is what direct shares are shares of.

    None when no imported package has known accounts.
    """
    seen = [package for package in imported(packages) if package.publishers]
    weights = {package.name: round(package.exposure.direct_share * modules) for package in seen}
    whole = sum(weights.values())
    if not whole:
        return ()
    candidates = _undominated(
        {account: frozenset(name for name in names if weights[name]) for account, names in _pushes(seen).items()}
    )
    return tuple(_cover(share, ceil(share * whole), candidates, weights) for share in SHARES)


def _pushes(packages: Iterable[Package]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for package in packages:
        for account in package.publishers or ():
            found.setdefault(account, set()).add(package.name)
    return {account: tuple(sorted(found[account])) for account in sorted(found)}


def _direct(packages: Iterable[Package]) -> float:
    return fsum(package.exposure.direct_share for package in packages)


# -- the fewest accounts ----------------------------------------------------------------------------------------------


def _undominated(pushes: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The accounts that no other can replace; of those that reach the same, the first by name."""
    kept: dict[str, frozenset[str]] = {}
    for account in sorted(pushes, key=lambda account: (-len(pushes[account]), account)):
        if pushes[account] and not any(pushes[account] <= larger for larger in kept.values()):
            kept[account] = pushes[account]
    return kept


def _cover(share: Fraction, goal: int, pushes: Mapping[str, frozenset[str]], weights: Mapping[str, int]) -> Cover:
    """
    The fewest accounts whose packages weigh `goal`.

    Greedy first; then sizes below its answer are tried, from the least that the accounts' weights alone allow, until
    one works, none is left, or the work is too much. What was ruled out until then bounds how much smaller a set can
    be, as does the harmonic number of the largest gain (Wolsey 1982).
    """
    search = _Search(goal, pushes, weights)
    greedy = search.greedy()
    size = search.fewest()
    while size < len(greedy):
        if found := search.find(size):
            return Cover(float(share), found, exact=True)
        if search.exhausted:
            proven = fsum(1 / part for part in range(1, min(search.largest, goal) + 1))
            return Cover(float(share), greedy, exact=False, bound=ceil(min(proven, len(greedy) / size) * 100) / 100)
        size += 1
    return Cover(float(share), greedy, exact=True)


class _Search:
    """Accounts as sets of bits, one for each package, heaviest first."""

    def __init__(self, goal: int, pushes: Mapping[str, frozenset[str]], weights: Mapping[str, int]) -> None:
        names = sorted(name for name in weights if weights[name])
        bits = {name: 1 << number for number, name in enumerate(names)}
        self._goal = goal
        self._weights = [weights[name] for name in names]
        masks = {account: sum(bits[name] for name in reached) for account, reached in pushes.items()}
        self._accounts = sorted(masks, key=lambda account: (-self._weight(masks[account]), account))
        self._masks = [masks[account] for account in self._accounts]
        self._sizes = [self._weight(mask) for mask in self._masks]
        self._left = _WORK

    @property
    def exhausted(self) -> bool:
        """Whether all the work was done that may be done."""
        return self._left <= 0

    @property
    def largest(self) -> int:
        """The weight that a single account reaches."""
        return self._sizes[0]

    def greedy(self) -> tuple[str, ...]:
        """Always the account that adds most, the heaviest of several."""
        chosen: list[int] = []
        covered = 0
        while self._weight(covered) < self._goal:
            best = max(range(len(self._masks)), key=lambda at: (self._weight(self._masks[at] & ~covered), -at))
            chosen.append(best)
            covered |= self._masks[best]
        return self._named(chosen)

    def fewest(self) -> int:
        """As many as would be needed if no two accounts shared a package: no set can be smaller."""
        return next(number for number, total in enumerate(accumulate(self._sizes), 1) if total >= self._goal)

    def find(self, size: int) -> tuple[str, ...]:
        """The first set of so many accounts that reaches the goal; empty when there is none, or when exhausted."""
        return self._named(next(self._extensions([], 0, 0, size), []))

    def _extensions(self, chosen: list[int], covered: int, reached: int, left: int) -> Iterator[list[int]]:
        for at in range(chosen[-1] + 1 if chosen else 0, len(self._masks)):
            if reached + sum(self._sizes[at : at + left]) < self._goal or self.exhausted:
                return  # later ones are lighter still
            self._left -= 1
            mask = covered | self._masks[at]
            weight = reached + self._weight(mask & ~covered)
            if weight >= self._goal:
                yield [*chosen, at]
            elif left > 1:
                yield from self._extensions([*chosen, at], mask, weight, left - 1)

    def _weight(self, mask: int) -> int:
        weight = 0
        while mask:
            lowest = mask & -mask
            weight += self._weights[lowest.bit_length() - 1]
            mask ^= lowest
        return weight

    def _named(self, chosen: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._accounts[at] for at in chosen)
