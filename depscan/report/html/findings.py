"""Findings in the order of the page: the most severe first, those of a rule together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from depscan.report.findings import rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depscan.model import Finding, Report

_PLACES = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding."""

    package: str
    anchor: str
    """That of its package on the page; empty when the report does not list it."""
    message: str
    """What was found; the name of the package is left out where it begins with that."""
    advice: str
    confidence: str
    places: tuple[str, ...]
    more: int
    """Places beyond those."""
    suppressed: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule and severity."""

    severity: str
    code: str
    title: str
    entries: tuple[Entry, ...]
    suppressed: int


def groups(report: Report, titles: Mapping[str, str], anchors: Mapping[str, str]) -> tuple[Group, ...]:
    """All findings; within a group, those that an exception accepts come last."""
    ordered = sorted(report.findings, key=rank)
    found = []
    for (severity, code), members in groupby(ordered, key=lambda finding: (finding.severity, finding.code)):
        standing_first = sorted(members, key=lambda finding: bool(finding.suppressed))
        entries = tuple(_entry(finding, anchors) for finding in standing_first)
        accepted = sum(bool(entry.suppressed) for entry in entries)
        found.append(Group(severity, code, titles.get(code, ""), entries, accepted))
    return tuple(found)


def _entry(finding: Finding, anchors: Mapping[str, str]) -> Entry:
    message = finding.message.removeprefix(f"{finding.package} ") if finding.package else finding.message
    told = len(finding.locations) == 1 and str(finding.locations[0]) in finding.message
    return Entry(
        package=finding.package,
        anchor=anchors.get(finding.package, ""),
        message=message,
        advice=finding.advice,
        confidence=finding.confidence,
        places=() if told else tuple(map(str, finding.locations[:_PLACES])),
        more=max(len(finding.locations) - _PLACES, 0),
        suppressed=finding.suppressed,
    )
