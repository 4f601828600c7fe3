"""Which known vulnerabilities came and went, as far as both reports looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.diff.values import Difference, Sight
from depscan.model import Affected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from depscan.model import Package, Report

_STATES = tuple(Affected)
_Records = dict[str, tuple[Affected, frozenset[str]]]


def changes(old: Report, new: Report) -> Mapping[str, tuple[Difference, ...]]:
    """
    By package in both reports: `advisory` for each record that came, went, or concerns it in another way.

    A record is the same one when it shares its number or an alias: databases number differently. Where a report did
    not look, or not at everything, and says nothing of a package, that is no change.
    """
    before = {package.name: package for package in old.packages}
    names_old, names_new = _names(old), _names(new)
    found = {}
    for package in new.packages:
        was = before.get(package.name)
        if was is not None and _looked(old, was) and _looked(new, package):
            found[package.name] = tuple(_differences(_records(was, names_old), _records(package, names_new)))
    return found


def sight(old: Report, new: Report) -> Iterator[Sight]:
    """The packages with records in one report of which the other may not have looked."""
    before = {package.name: package for package in old.packages}
    both = [(before[package.name], package) for package in new.packages if package.name in before]
    learnt = tuple(sorted(now.name for was, now in both if now.advisories and not _looked(old, was)))
    lost = tuple(sorted(was.name for was, now in both if was.advisories and not _looked(new, now)))
    if learnt or lost:
        yield Sight("advisories", learnt, lost)


def incomparable(old: Report, new: Report) -> Iterator[str]:
    """What differs between the two look-ups."""
    if old.audit is None and new.audit is None:
        return
    if old.audit is None or new.audit is None:
        yield f"only the {'first' if old.audit else 'second'} report looked up known vulnerabilities"
    elif (old.audit.source, old.audit.retrieved) != (new.audit.source, new.audit.retrieved):
        was, now = (f"{each.source}, {each.retrieved}" for each in (old.audit, new.audit))
        yield f"known vulnerabilities were looked up in {was} and are in {now}: what they say may differ"


def _looked(report: Report, package: Package) -> bool:
    """Whether it is certain that the package was looked up."""
    audit = report.audit
    return audit is not None and (bool(package.advisories) or audit.answered >= audit.asked)


def _names(report: Report) -> Mapping[tuple[str, str], frozenset[str]]:
    """All that a record is called, by package and number."""
    return {(each.package, each.id): frozenset((each.id, *each.aliases)) for each in report.advisories}


def _records(package: Package, names: Mapping[tuple[str, str], frozenset[str]]) -> _Records:
    """The records on a package with their most certain state."""
    found: _Records = {}
    for each in sorted(package.advisories, key=lambda each: (each.id, -_STATES.index(each.state))):
        found[each.id] = each.state, names.get((package.name, each.id), frozenset({each.id}))
    return found


def _differences(old: _Records, new: _Records) -> Iterator[Difference]:
    for name, (state, called) in new.items():
        same = next((was for was in (old.get(name), *old.values()) if was and called & was[1]), None)
        if same is None:
            yield Difference("advisory", "", f"{name} ({state})")
        elif same[0] is not state:
            yield Difference("advisory", f"{name} ({same[0]})", f"{name} ({state})")
    for name, (state, called) in old.items():
        if not any(called & other for _, other in new.values()):
            yield Difference("advisory", f"{name} ({state})", "")
