"""What the page says of known vulnerabilities: of all packages in one table, and of one in its own section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Severity
from depscan.report import vulnerabilities
from depscan.report.libraries import many

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depscan.model import Advisory, Exposed, Finding, Package, Report

_SUMMARY = 240
_STYLES = {Severity.CRITICAL: "alarm", Severity.HIGH: "alarm", Severity.MEDIUM: "warn", Severity.LOW: ""}
"""Classes of the page: a severity is written as well as coloured."""


@dataclass(frozen=True, slots=True)
class Vulnerable:
    """A package, and the records that concern it in one way."""

    package: str
    anchor: str
    version: str
    worst: str
    weight: str
    style: str
    malicious: bool
    records: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """A record, and what it means for one package."""

    id: str
    aliases: tuple[str, ...]
    state: str
    versions: str
    """The pinned versions, else how many are admitted that are affected."""
    weight: str
    style: str
    malicious: bool
    score: str
    remedy: str
    summary: str
    accepted: str


def audit(report: Report) -> tuple[str, ...]:
    """How far was looked, and how many records there are."""
    looked = vulnerabilities.looked_up(report)
    numbers = vulnerabilities.counted(report)
    return (f"{looked[:1].upper()}{looked[1:]}.", *([f"{numbers}."] if numbers else []))


def vulnerable(report: Report, anchors: Mapping[str, str]) -> tuple[tuple[str, str, tuple[Vulnerable, ...]], ...]:
    """The packages that records concern, by state."""
    return tuple(
        (state, vulnerabilities.MEANING[state], tuple(_vulnerable(group, anchors) for group in groups))
        for state, groups in vulnerabilities.groups(report).items()
    )


def _vulnerable(group: vulnerabilities.Group, anchors: Mapping[str, str]) -> Vulnerable:
    return Vulnerable(
        package=group.package,
        anchor=anchors.get(group.package, ""),
        version=group.version,
        worst=group.worst.id,
        weight=vulnerabilities.weight(group.worst, "→"),
        style=_style(group.worst),
        malicious=group.malicious,
        records=len(group.ids),
        remedy=vulnerabilities.remedy(group),
    )


def flaws(
    package: Package, records: Mapping[tuple[str, str], Advisory], accepted: Mapping[tuple[str, str], Finding]
) -> tuple[Flaw, ...]:
    """The records on a package, the most certain and the worst first."""
    return tuple(
        _flaw(each, records.get((package.name, each.id)), accepted.get((package.name, each.id)))
        for each in vulnerabilities.in_order(package.advisories, records)
    )


def _flaw(exposed: Exposed, record: Advisory | None, accepted: Finding | None) -> Flaw:
    versions = exposed.version or (many(len(exposed.versions), "version") if exposed.versions else "")
    summary = record.summary if record else ""
    return Flaw(
        id=exposed.id,
        aliases=record.aliases if record else (),
        state=exposed.state,
        versions=f"{versions}, audited as {exposed.audited}" if exposed.audited else versions,
        weight=vulnerabilities.weight(exposed, "→"),
        style=_style(exposed),
        malicious=record is not None and record.malicious,
        score="" if record is None or record.score is None else f"{record.score:.1f}",
        remedy=exposed.fixed_by or exposed.fix,
        summary=summary if len(summary) <= _SUMMARY else f"{summary[:_SUMMARY]} …",
        accepted=accepted.suppressed if accepted else "",
    )


def _style(exposed: Exposed) -> str:
    return _STYLES[exposed.weighed] if exposed.weighed else "dim"
