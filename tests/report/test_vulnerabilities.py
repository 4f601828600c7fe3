"""Known vulnerabilities: how far was looked, what weighs most, what would mend it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from depscan.model import (
    Advisory,
    Affected,
    Audit,
    Code,
    Confidence,
    Exposed,
    Finding,
    Fix,
    Package,
    Report,
    Severity,
    Subject,
    Tool,
)
from depscan.report import terminal, vulnerabilities
from depscan.report.vulnerabilities import Group, counted, groups, headline, highest, looked_up, remedy, weight

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY = Report(Tool("depscan", "1.0"), Subject("p", "p"), "2026-11-23T10:00:00Z", Code())
ASKED = Audit("records.zip", "2026-11-20", 3, 3)


def exposed(number: int = 1, state: Affected = Affected.YES, **changes: Any) -> Exposed:
    return Exposed(f"PYSEC-{number}", "torch", state, **changes)


def group(*records: Exposed) -> Group:
    return Group("torch", Affected.YES, records, malicious=False)


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        (None, vulnerabilities.NOT_LOOKED_UP),
        (ASKED, "3 of 3 packages and versions looked up in records.zip, as of 2026-11-20"),
        (
            Audit("records.zip of 2026-11-20", "2026-11-20", 1, 1),
            "1 of 1 package or version looked up in records.zip of",
        ),
        (Audit("osv", "", 3, 1), "1 of 3 packages and versions looked up in osv; of 2 nothing is known"),
        (Audit("", "", 0, 0), "0 of 0 packages and versions looked up in ?"),
    ],
)
def test_how_far_was_looked(audit: Audit | None, said: str) -> None:
    assert looked_up(replace(EMPTY, audit=audit)).startswith(said)


@pytest.mark.parametrize(
    ("audit", "said"),
    [(None, ""), (ASKED, "No record concerns what was looked up"), (Audit("osv", "", 3, 0), "")],
)
def test_it_is_never_clean_when_nothing_was_looked_up(audit: Audit | None, said: str) -> None:
    report = replace(EMPTY, audit=audit)
    assert counted(report) == said
    assert headline(report) == ""
    page = terminal.render(report)
    assert ("No record concerns" in page) == bool(said)
    assert "clean" not in page


def test_records_are_counted_once_for_a_package_by_state_and_weight() -> None:
    records = (
        exposed(1, version="1.0", weighed=Severity.LOW),
        exposed(1, version="2.0", weighed=Severity.LOW),
        exposed(2, Affected.UNKNOWN),
    )
    report = replace(EMPTY, audit=ASKED, packages=(Package("torch", advisories=records),))
    assert counted(report) == "2 records: 1 affected (1 low), 1 unknown (severity not stated)"
    assert headline(report) == "1 known vulnerability affects pinned versions: torch."
    (yes, unknown) = groups(report).values()
    assert [(each.version, each.ids) for each in (*yes, *unknown)] == [
        ("1.0, 2.0", ("PYSEC-1",)),
        ("", ("PYSEC-2",)),
    ]


def test_what_was_accepted_is_counted_and_stays() -> None:
    packages = (Package("torch", advisories=(exposed(1), exposed(2))),)
    finding = Finding(
        "DS201", Severity.HIGH, Confidence.HIGH, "x", "torch", (), "f", suppressed="so it is", advisory="PYSEC-2"
    )
    report = replace(EMPTY, audit=ASKED, packages=packages, findings=(finding,))
    assert counted(report) == "2 records: 2 affected (severity not stated); 1 accepted"


def test_a_hostile_release_comes_first() -> None:
    records = (exposed(1, weighed=Severity.CRITICAL, severity=Severity.CRITICAL), exposed(2, weighed=Severity.CRITICAL))
    hostile = Advisory("PYSEC-2", "torch", "records", "2026-11-20", malicious=True)
    report = replace(EMPTY, audit=ASKED, packages=(Package("torch", advisories=records),), advisories=(hostile,))
    ((found,),) = groups(report).values()
    assert (found.worst.id, found.malicious) == ("PYSEC-2", True)


def test_what_is_not_certain_is_no_headline() -> None:
    possibly = (exposed(1, Affected.POSSIBLY, weighed=Severity.CRITICAL), exposed(2, Affected.UNKNOWN))
    assert headline(replace(EMPTY, audit=ASKED, packages=(Package("torch", advisories=possibly),))) == ""


def test_many_affected_packages_are_counted() -> None:
    packages = tuple(Package(f"p{n}", advisories=(exposed(n),)) for n in range(7))
    assert headline(replace(EMPTY, audit=ASKED, packages=packages)) == (
        "7 known vulnerabilities affect pinned versions: p0, p1, p2, p3, p4 and 2 more."
    )


def test_the_worst_comes_first() -> None:
    packages = (
        Package("a", advisories=(exposed(1), exposed(2, weighed=Severity.MEDIUM))),
        Package("b", advisories=(exposed(3, weighed=Severity.HIGH),)),
        Package("c", advisories=(exposed(4), exposed(5))),
    )
    assert groups(replace(EMPTY, audit=ASKED, packages=packages[2:]))[Affected.YES][0].ids == ("PYSEC-5", "PYSEC-4")
    (found,) = groups(replace(EMPTY, audit=ASKED, packages=packages)).values()
    assert [(each.package, each.worst.id) for each in found] == [("b", "PYSEC-3"), ("a", "PYSEC-2"), ("c", "PYSEC-5")]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([exposed(fixed_by="1.10"), exposed(2, fixed_by="1.9")], "1.10"),
        ([exposed(fixed_by="1.10"), exposed(2)], "1.10 (1 of 2)"),
        ([exposed(), exposed(2)], "none"),
        ([exposed(fix=Fix.FORBIDDEN), exposed(2)], "forbidden"),
    ],
)
def test_what_would_mend_it(records: Sequence[Exposed], said: str) -> None:
    assert remedy(group(*records)) == said


def test_versions_that_cannot_be_compared_are_lowest() -> None:
    assert highest(["zzz", "1.0", "2.0rc1"]) == "2.0rc1"
    assert highest(["b", "a"]) == "b"


@pytest.mark.parametrize(
    ("severity", "weighed", "said"),
    [
        (Severity.HIGH, Severity.HIGH, "high"),
        (Severity.HIGH, Severity.MEDIUM, "high -> medium"),
        (None, None, "not stated"),
        (None, Severity.CRITICAL, "not stated -> critical"),
    ],
)
def test_both_severities_are_shown_where_they_differ(
    severity: Severity | None, weighed: Severity | None, said: str
) -> None:
    assert weight(exposed(severity=severity, weighed=weighed)) == said


def test_the_table_is_cut_and_says_so() -> None:
    packages = tuple(
        Package(f"p{number:02}", advisories=(exposed(1, state, version="1"), exposed(2, state, version="1")))
        for state in (Affected.YES, Affected.UNKNOWN)
        for number in range(20)
    )
    report = replace(EMPTY, audit=ASKED, packages=packages)
    page = terminal.render(report)
    assert "... and 10 more (-v shows all)" in page
    assert "... and 17 more (-v shows all)" in page
    assert "PYSEC-2, PYSEC-1" not in page
    everything = terminal.render(report, verbose=1)
    assert "more (-v" not in everything
    assert everything.count("PYSEC-2, PYSEC-1") == 40
