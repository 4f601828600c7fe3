"""
Annotations of GitHub: workflow commands that a job prints, and that appear beside the lines of a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others without a word: so the worst are
written, and a last notice says how many are not. Paths are relative to the scanned folder: scan the root of the
repository, or GitHub finds no line to attach them to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.model import Confidence, Severity
from depscan.report import findings
from depscan.report.libraries import many
from depscan.report.show import show
from depscan.report.terminal import files_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depscan.model import Finding, Report
    from depscan.report import Look

SHOWN = 10
"""Annotations of one level that GitHub shows of a step."""

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}
_LONGEST = 4_096
_DATA: Mapping[int, str] = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_PROPERTY: Mapping[int, str] = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def render(report: Report, look: Look) -> bytes:
    """
    One line for each finding that nobody has accepted, worst first.

    Critical and high are errors, medium is a warning, low and whatever is of low confidence is a notice.
    """
    sorted_ = findings.sort(report.findings)
    levels: dict[str, list[Finding]] = {"error": [], "warning": [], "notice": []}
    for finding in sorted_.standing:
        levels[_LEVELS[finding.severity]].append(finding)
    levels["notice"] += sorted_.unsure
    total = sum(map(len, levels.values()))
    crowded = any(len(each) > SHOWN for each in levels.values())
    room = {"error": SHOWN, "warning": SHOWN, "notice": SHOWN - (crowded or not total)}
    lines = [_line(level, finding, look.titles) for level in levels for finding in levels[level][: room[level]]]
    if not total:
        said = f"No findings; {files_read(report)}, {many(len(report.gaps), 'gap')}."
        lines.append(_command("notice", {"title": "depscan"}, said))
    elif crowded:
        left = total - len(lines)
        said = f"{many(left, 'more finding')} of {total} not annotated here: the report has them all."
        lines.append(_command("notice", {"title": "depscan"}, said))
    return "".join(f"{line}\n" for line in lines).encode()


def _line(level: str, finding: Finding, titles: Mapping[str, str]) -> str:
    place = next(iter(finding.locations), None)
    properties: dict[str, str] = {}
    if place is not None and place.path and not place.is_outside:
        properties["file"] = place.path
        if place.line and not place.cell:  # a line of a cell is no line of the file
            properties["line"] = str(place.line)
    confidence = "" if finding.confidence is Confidence.HIGH else f", {finding.confidence} confidence"
    title = f"{finding.code} {titles.get(finding.code, '')}".strip()
    properties["title"] = f"{show(title)} ({finding.severity}{confidence})"
    said = show(f"{finding.message}{_places(finding)}", _LONGEST)
    return _command(level, properties, f"{said}\n{show(finding.advice, _LONGEST)}" if finding.advice else said)


def _places(finding: Finding) -> str:
    """Where, if neither the message nor the annotation's own place says so."""
    if not finding.locations or str(finding.locations[0]) in finding.message:
        return ""
    more = f"{many(len(finding.locations) - 1, 'more place')}" if len(finding.locations) > 1 else ""
    cell = str(finding.locations[0]) if finding.locations[0].cell else ""
    both = " and ".join(part for part in (cell, more) if part)
    return f" ({both})" if both else ""


def _command(level: str, properties: Mapping[str, str], data: str) -> str:
    """A workflow command; what it says is escaped as the runner unescapes it, and nothing in it acts on a terminal."""
    given = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{level} {given}::{_escaped(data, _DATA)}"


def _escaped(text: str, escapes: Mapping[int, str]) -> str:
    return show(text.translate(escapes), 3 * _LONGEST)
