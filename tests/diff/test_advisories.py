"""Which known vulnerabilities came and went between two reports, and what only was not looked up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan import diff
from depscan.diff import Turn
from depscan.model import (
    Advisory,
    Affected,
    Audit,
    Code,
    Confidence,
    Exposed,
    Finding,
    Package,
    Report,
    Severity,
    Subject,
    Tool,
)
from depscan.report import changes

EMPTY = Report(Tool("depscan", "1.0"), Subject("x", "x"), "2026-01-01T00:00:00Z", Code(modules=100))
LOOKED = Audit("records.zip", "2026-01-01", 3, 3)


def report(*ids: str, audit: Audit | None = LOOKED, state: Affected = Affected.YES) -> Report:
    """Records on torch; `A=B` is a record A that is also called B."""
    pairs = [each.partition("=") for each in ids]
    advisories = tuple(
        Advisory(name, "torch", "records", "2026-01-01", (alias,) if alias else ()) for name, _, alias in pairs
    )
    exposed = tuple(Exposed(name, "torch", state, "2.0") for name, _, _ in pairs)
    return replace(EMPTY, audit=audit, advisories=advisories, packages=(Package("torch", advisories=exposed),))


def differences(old: Report, new: Report) -> list[tuple[str, str]]:
    found = [each for change in diff.compare(old, new).packages for each in change.differences]
    assert {each.what for each in found} <= {"advisory"}
    return [(each.before, each.after) for each in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (report("P-1"), report("P-1"), []),
        (report(), report("P-1"), [("", "P-1 (affected)")]),
        (report("P-1"), report(), [("P-1 (affected)", "")]),
        (report("P-1=C-1"), report("G-1=C-1"), []),
        (report("P-1"), report("G-1=P-1"), []),
        (report("P-1=C-1"), report("P-2=C-2"), [("", "P-2 (affected)"), ("P-1 (affected)", "")]),
        (report("P-1", "G-1=P-1"), report("P-1"), []),
        (
            report("P-1", state=Affected.POSSIBLY),
            report("P-1"),
            [("P-1 (possibly affected)", "P-1 (affected)")],
        ),
        (report(audit=None), report("P-1"), []),
        (report("P-1"), report(audit=None), []),
        (report("P-1"), report(audit=Audit("osv", "2026-01-01", 3, 2)), []),
        (report("P-1"), report("P-1", "P-2", audit=Audit("osv", "2026-01-01", 3, 2)), [("", "P-2 (affected)")]),
    ],
)
def test_what_came_and_went(old: Report, new: Report, expected: list[tuple[str, str]]) -> None:
    assert differences(old, new) == expected


def test_what_one_report_did_not_look_up_is_known_in_the_other_only() -> None:
    silent, told = report(audit=None), report("P-1")
    learnt = diff.compare(silent, told)
    assert [(each.what, each.learnt, each.lost) for each in learnt.sight] == [("advisories", ("torch",), ())]
    assert learnt.incomparable == ("only the second report looked up known vulnerabilities",)
    lost = diff.compare(told, silent)
    assert [(each.what, each.learnt, each.lost) for each in lost.sight] == [("advisories", (), ("torch",))]
    assert lost.incomparable == ("only the first report looked up known vulnerabilities",)


def test_another_database_is_said() -> None:
    (reason,) = diff.compare(report(), report(audit=Audit("osv", "2026-02-02", 3, 3))).incomparable
    assert "records.zip, 2026-01-01" in reason
    assert "osv, 2026-02-02" in reason


def test_a_finding_that_nobody_looked_for_is_not_fixed() -> None:
    finding = Finding("DS201", Severity.HIGH, Confidence.HIGH, "torch is affected", "torch", (), "f", advisory="P-1")
    told, silent = replace(report("P-1"), findings=(finding,)), report(audit=None)
    (gone,) = diff.compare(told, silent).findings
    assert (gone.turn, gone.note) == (Turn.UNSEEN, "known vulnerabilities were not looked up")
    (came,) = diff.compare(silent, told).findings
    assert (came.turn, came.note) == (Turn.NEW, "known vulnerabilities were not looked up")
    (fixed,) = diff.compare(told, report()).findings
    assert fixed.turn is Turn.FIXED
    (without,) = diff.compare(told, replace(EMPTY, audit=None)).findings
    assert without.turn is Turn.FIXED


def test_many_are_one_line() -> None:
    old, new = report("P-1", "Q-1"), report(*(f"R-{number:02}" for number in range(20)), "Q-1")
    old = replace(old, packages=(replace(old.packages[0], version="1.0"),))
    new = replace(new, packages=(replace(new.packages[0], version="2.0"),))
    page = " ".join(changes.render(diff.compare(old, new), width=400).split())
    assert "torch: version 1.0 → 2.0; + advisories R-00 (affected), R-01 (affected)" in page
    assert "R-11 (affected) and 8 more; - advisory P-1 (affected)" in page
    worse = changes.render(diff.compare(report("P-1", state=Affected.UNKNOWN), report("P-1")), width=120)
    assert "advisory P-1 (unknown) → P-1 (affected)" in worse
