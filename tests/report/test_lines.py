"""One line for each finding, and nothing in it that a terminal or a runner could act on."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest

from depscan.model import Confidence, Finding, Location, Report, Severity
from depscan.report import Look, lines

TEXT = """\
src/deep/attention.py:3: DS101 high: einops is not declared; declare it
notes/a.ipynb#cell2:4: DS102 low: yaml is not declared (not sure)
DS306 low: too much in one hand
3 findings, 1 more accepted
"""


def finding(code: str, message: str, *places: Location, suppressed: str = "", advice: str = "") -> Finding:
    severity = Severity.HIGH if code == "DS101" else Severity.LOW
    confidence = Confidence.LOW if code == "DS102" else Confidence.HIGH
    return Finding(code, severity, confidence, message, "x", places, code, advice, suppressed)


def test_a_line_for_each_finding(empty_report: Report) -> None:
    found = (
        finding("DS306", "too much in one hand"),
        finding("DS102", "yaml is not declared", Location("notes/a.ipynb", 4, 2)),
        finding("DS101", "einops is not declared", Location("src/deep/attention.py", 3), advice="declare it"),
        finding("DS103", "numpy is not imported", suppressed="ours"),
    )
    assert lines.render(replace(empty_report, findings=found), Look()).decode() == TEXT


def test_nothing_found_is_nothing_said(empty_report: Report) -> None:
    assert lines.render(empty_report, Look()) == b""


def test_accepted_findings_are_counted(empty_report: Report) -> None:
    found = (finding("DS103", "numpy is not imported", suppressed="ours"),)
    assert lines.render(replace(empty_report, findings=found), Look()) == b"0 findings, 1 more accepted\n"


@pytest.mark.parametrize("text", ["\x1b[31m", "::error::x", "a\nb", "a\u202eb", "x" * 5000, "\r##[group]"])
def test_hostile_names_stay_text(hostile_report: Callable[[str], Report], text: str) -> None:
    written = lines.render(hostile_report(text), Look()).decode()
    report = hostile_report(text)
    assert len(written.splitlines()) == sum(not each.suppressed for each in report.findings) + 1
    assert all(each == "\n" or unicodedata.category(each)[0] != "C" for each in written)
    assert "::error" not in written
    assert "##[" not in written
    assert lines.render(report, Look(unicode=False)).isascii()
