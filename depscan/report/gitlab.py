"""
The code quality report of GitLab: findings beside the lines of a merge request.

GitLab tells findings apart by their fingerprint alone and shows one of those that share it; it wants a file and a line
for each. Paths are relative to the scanned folder: scan the root of the repository.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from depscan.model import Confidence, Location, Severity
from depscan.report import findings
from depscan.report.show import show

if TYPE_CHECKING:
    from depscan.model import Finding, Report
    from depscan.report import Look

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}
_TAG = re.compile(r"<(?=[A-Za-z/!?])|(?<=%)\{")
"""What begins a tag, or one of the placeholders that GitLab's page replaces by tags."""

_LONGEST = 2_000
_PATH = 4_096


def render(report: Report, look: Look) -> bytes:  # noqa: ARG001
    """
    All findings that nobody has accepted, worst first, as a JSON list.

    Critical is a blocker, high is critical, medium is major, low is minor; what is of low confidence is info. A finding
    without a place in the project stands at the first manifest that declares its package, else at the first manifest.
    """
    seen: Counter[str] = Counter()
    entries = []
    for finding in findings.sort(report.findings, unsure_too=True).standing:
        place = _place(report, finding)
        entries.append(
            {
                "description": _description(finding),
                "check_name": show(finding.code),
                "fingerprint": _fingerprint(finding, seen),
                "severity": "info" if finding.confidence is Confidence.LOW else _SEVERITIES[finding.severity],
                "location": {
                    "path": place.path if place.path.isprintable() else show(place.path, _PATH),
                    "lines": {"begin": place.line if place.line and not place.cell else 1},
                },
            }
        )
    text = json.dumps(entries, indent=2).replace("##", "#\\u0023")  # in a log, `##[` begins a command
    return f"{text}\n".encode("ascii")


def _description(finding: Finding) -> str:
    """The finding and what to do, as text in which no tag can begin."""
    cell = next((str(place) for place in finding.locations[:1] if place.cell), "")
    said = f"{finding.message}{f' ({cell})' if cell and cell not in finding.message else ''}"
    text = show(f"{said}: {finding.advice}" if finding.advice else said, _LONGEST)
    return _TAG.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _place(report: Report, finding: Finding) -> Location:
    """A place in the project: the finding's own, else where its package is declared, else the first manifest."""
    declared = [each for each in report.declarations if each.name == finding.package] or list(report.declarations)
    manifests = sorted(each.location for each in declared)
    places = [*finding.locations, *sorted(manifests, key=lambda place: (place.path.count("/"), place)), Location(".")]
    return next(place for place in places if place.path and not place.is_outside)


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """The finding's own; of a further finding with the same, a digest of it and of its number."""
    seen[finding.fingerprint] += 1
    number = seen[finding.fingerprint]
    if number == 1 and finding.fingerprint:
        return show(finding.fingerprint)
    return hashlib.sha256(f"{finding.fingerprint}\n{number}".encode(errors="replace")).hexdigest()
