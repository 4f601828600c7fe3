"""Which packages came, went or changed, and how much is in one hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.diff import advisories
from depscan.diff.values import ConcentrationChange, Difference, Move, PackageChange, Sight
from depscan.model import Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depscan.model import Concentration, Package, Report

SHARE = 0.05
"""A share that changes by less is noise, as long as the tier is the same: five points are the width of a tier."""
MODULES = 2
"""In a small project one module is more than that: this many must have changed as well."""
NUMBER = 0.1
"""An effective number that changes by less than a tenth is the same."""

_HARDEST_FIRST = tuple(Tier)
_KNOWN: tuple[tuple[str, Callable[[Package], str]], ...] = (
    ("version", lambda package: package.version),
    ("licence", lambda package: package.licence.expression if package.licence else ""),
    ("steward", lambda package: package.steward.name if package.steward else ""),
    ("parent", lambda package: package.steward.parent if package.steward else ""),
    ("organisation", lambda package: package.organisation),
    ("status", lambda package: package.status.value if package.status else ""),
)


def compare(old: Report, new: Report) -> tuple[PackageChange, ...]:
    """Packages that came and went, and those that changed; what one report does not know is no change."""
    before = {package.name: package for package in old.packages}
    after = {package.name: package for package in new.packages}
    modules = max(old.code.modules, new.code.modules)
    known = advisories.changes(old, new)
    changes = [PackageChange(Move.ADDED, name, after[name].exposure.tier) for name in after.keys() - before.keys()]
    changes += [PackageChange(Move.REMOVED, name, before[name].exposure.tier) for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        if differences := (*_differences(before[name], after[name], modules), *known.get(name, ())):
            changes.append(PackageChange(Move.CHANGED, name, after[name].exposure.tier, differences))
    order = tuple(Move)
    return tuple(sorted(changes, key=lambda c: (order.index(c.move), _HARDEST_FIRST.index(Tier(c.tier)), c.name)))


def sight(old: Report, new: Report) -> tuple[Sight, ...]:
    """What is known now and was not, and the other way, of packages in both reports."""
    before = {package.name: package for package in old.packages}
    both = [(before[package.name], package) for package in new.packages if package.name in before]
    found = []
    for what, value in (*_KNOWN, ("publishers", lambda package: "known" if package.publishers is not None else "")):
        learnt = tuple(sorted(b.name for a, b in both if value(b) and not value(a)))
        lost = tuple(sorted(b.name for a, b in both if value(a) and not value(b)))
        if (learnt or lost) and what != "parent":  # a steward without one is known to stand alone
            found.append(Sight(what, learnt, lost))
    return (*found, *advisories.sight(old, new))


def _differences(old: Package, new: Package, modules: int) -> Iterator[Difference]:
    was, now = old.exposure, new.exposure
    same_tier = was.tier is now.tier
    if not same_tier:
        yield Difference("tier", was.tier, now.tier)
    for what, before, after in (
        ("direct share", was.direct_share, now.direct_share),
        ("blast radius", was.blast_radius, now.blast_radius),
    ):
        change = abs(after - before)
        if (change >= SHARE and change * modules >= MODULES) or (not same_tier and change > 0):
            yield Difference(what, f"{before:.1%}", f"{after:.1%}")
    if old.state is not new.state:
        yield Difference("state", old.state, new.state)
    if old.relation is not new.relation:
        yield Difference("relation", old.relation, new.relation)
    for what, value in _KNOWN:
        before_, after_ = value(old), value(new)
        if before_ and after_ and before_ != after_:
            yield Difference(what, before_, after_)
    if old.licence and new.licence and old.licence.family is not new.licence.family:
        yield Difference("licence family", old.licence.family, new.licence.family)
    if old.publishers is not None and new.publishers is not None:
        for account in sorted({*old.publishers} ^ {*new.publishers}):
            left = account in old.publishers
            yield Difference("publisher", account if left else "", "" if left else account)


# -- concentration -----------------------------------------------------------------------------------------------------


def concentration(old: Report, new: Report) -> tuple[ConcentrationChange, ...]:
    """Dimensions in which another hand is the largest, or it holds another share."""
    before = {(each.dimension, each.weight): each for each in old.concentration}
    found = []
    for after in new.concentration:
        was = before.get((after.dimension, after.weight))
        if was and (differences := tuple(_shifts(was, after))):
            comparable = abs(was.unknown_share - after.unknown_share) < SHARE
            found.append(ConcentrationChange(after.dimension, after.weight, differences, comparable))
    return tuple(found)


def _shifts(old: Concentration, new: Concentration) -> Iterator[Difference]:
    if old.top and new.top:
        if old.top.name != new.top.name:
            yield Difference("hand", old.top.name, new.top.name)
        if abs(old.top.share - new.top.share) >= SHARE:
            yield Difference("share", f"{old.top.share:.1%}", f"{new.top.share:.1%}")
    if old.effective_number and new.effective_number:
        ratio = new.effective_number / old.effective_number
        if not 1 / (1 + NUMBER) <= ratio <= 1 + NUMBER:
            yield Difference("effective number", f"{old.effective_number:.1f}", f"{new.effective_number:.1f}")
    if abs(old.unknown_share - new.unknown_share) >= SHARE:
        yield Difference("unknown share", f"{old.unknown_share:.1%}", f"{new.unknown_share:.1%}")
