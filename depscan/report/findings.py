"""Which findings a report shows, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.model import Finding, Location

SEVERITIES = tuple(reversed(Severity))
"""Worst first."""

_CONFIDENCES = tuple(reversed(Confidence))


@dataclass(frozen=True, slots=True)
class Sorted:
    """The findings of a report, each in one of three lists, worst first."""

    standing: tuple[Finding, ...]
    unsure: tuple[Finding, ...]
    """Of low confidence."""
    accepted: tuple[Finding, ...]
    """Suppressed by an exception; whatever their confidence."""


def sort(findings: Iterable[Finding], *, unsure_too: bool = False) -> Sorted:
    """What is to be acted on (`unsure_too`: sure or not), what is only perhaps so, and what somebody has accepted."""
    standing: list[Finding] = []
    unsure: list[Finding] = []
    accepted: list[Finding] = []
    for finding in sorted(findings, key=rank):
        doubted = finding.confidence is Confidence.LOW and not unsure_too
        (accepted if finding.suppressed else unsure if doubted else standing).append(finding)
    return Sorted(tuple(standing), tuple(unsure), tuple(accepted))


def rank(finding: Finding) -> tuple[int, str, int, str, str, tuple[Location, ...]]:
    """Sorting key: the worst first, then by rule, then the surest."""
    return (
        SEVERITIES.index(finding.severity),
        finding.code,
        _CONFIDENCES.index(finding.confidence),
        finding.package,
        finding.message,
        finding.locations,
    )
