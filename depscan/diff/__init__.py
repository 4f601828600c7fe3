"""
What changed between two reports on one project, and whether it got worse.

A finding is the same one when its fingerprint is, or when its folder was renamed. What one report could not see is
never taken for a change: it is said beside the changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.diff import advisories, findings, packages
from depscan.diff.findings import fresh
from depscan.diff.values import (
    SCHEMA,
    Changes,
    ConcentrationChange,
    Difference,
    FindingChange,
    Move,
    PackageChange,
    Side,
    Sight,
    Turn,
)
from depscan.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Gap, Report

__all__ = [
    "SCHEMA",
    "Changes",
    "ConcentrationChange",
    "Difference",
    "FindingChange",
    "Move",
    "PackageChange",
    "Side",
    "Sight",
    "Turn",
    "compare",
    "fresh",
    "regression",
]


def compare(old: Report, new: Report) -> Changes:
    """What is not in `new` as it was in `old`; equal reports give no changes."""
    return Changes(
        old=_side(old),
        new=_side(new),
        findings=findings.compare(old, new),
        packages=packages.compare(old, new),
        concentration=packages.concentration(old, new),
        sight=packages.sight(old, new),
        gaps_new=_only(new, old),
        gaps_gone=_only(old, new),
        incomparable=tuple(_incomparable(old, new)),
    )


def regression(changes: Changes, floor: Severity) -> bool:
    """Whether there is a new finding of at least this severity that nobody accepted and that is likely to be true."""
    order = tuple(Severity)
    return any(
        change.turn is Turn.NEW
        and order.index(change.finding.severity) >= order.index(floor)
        and not change.finding.suppressed
        and change.finding.confidence is not Confidence.LOW
        for change in changes.findings
    )


def _side(report: Report) -> Side:
    return Side(report.project.name, report.project.revision, report.scanned_at, report.tool.version)


def _only(report: Report, other: Report) -> tuple[Gap, ...]:
    """The gaps that the other report does not have; a gap that only moved within its file is none."""
    known = {findings.identity(gap) for gap in other.gaps}
    return tuple(gap for gap in report.gaps if findings.identity(gap) not in known)


def _incomparable(old: Report, new: Report) -> Iterator[str]:
    """What differs between the scans themselves."""
    if old.project.name != new.project.name:
        yield f"the reports are about different projects: {old.project.name} and {new.project.name}"
    if old.scanned_at > new.scanned_at:
        yield f"the first report is the younger one: {old.scanned_at}, the second {new.scanned_at}"
    if old.tool.version != new.tool.version:
        yield (
            f"depscan {old.tool.version} made the first report, {new.tool.version} the second: rules, tiers and tables "
            "may differ"
        )
    before = {source.name: source for source in old.sources}
    after = {source.name: source for source in new.sources}
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            which = "second" if name in after else "first"
            yield f"only the {which} report asked {name}"
        elif (before[name].version, before[name].retrieved) != (after[name].version, after[name].retrieved):
            yield f"{name} was of {before[name].retrieved} and is of {after[name].retrieved}: what it says may differ"
    yield from advisories.incomparable(old, new)
    if old.hidden != new.hidden:
        yield f"the settings hid {old.hidden} findings and hide {new.hidden}: rules may have been selected differently"
    if old.code.ignored != new.code.ignored:
        yield f"{old.code.ignored} files and folders were left out by rule, now {new.code.ignored}"
    counted = [any(package.exposure.call_sites for package in report.packages) for report in (old, new)]
    if counted[0] != counted[1]:
        yield f"only the {'second' if counted[1] else 'first'} report counts references to names"
    edges = [bool(report.edges) for report in (old, new)]
    if edges[0] != edges[1]:
        which = "second" if edges[1] else "first"
        yield f"only the {which} report knows who requires whom: packages that others bring in differ for that"
