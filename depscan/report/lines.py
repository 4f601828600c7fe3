"""One line for each finding, as compilers and linters print it: for hooks, editors and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Confidence
from depscan.report import findings
from depscan.report.libraries import many
from depscan.report.show import show

if TYPE_CHECKING:
    from depscan.model import Finding, Report
    from depscan.report import Look

_LONGEST = 1_000


def render(report: Report, look: Look) -> bytes:
    """`PLACE: CODE severity: message` for each finding that nobody accepted, worst first, then how many there are."""
    found = findings.sort(report.findings, unsure_too=True)
    lines = [_line(finding, unicode=look.unicode) for finding in found.standing]
    accepted = f", {len(found.accepted)} more accepted" if found.accepted else ""
    if lines or accepted:
        lines.append(f"{many(len(found.standing), 'finding')}{accepted}")
    return "".join(f"{line}\n" for line in lines).encode()


def _line(finding: Finding, *, unicode: bool) -> str:
    place = f"{finding.locations[0]}: " if finding.locations else ""
    doubt = " (not sure)" if finding.confidence is Confidence.LOW else ""
    advice = f"; {finding.advice}" if finding.advice else ""
    return show(
        f"{place}{finding.code} {finding.severity}: {finding.message}{doubt}{advice}", _LONGEST, unicode=unicode
    )
