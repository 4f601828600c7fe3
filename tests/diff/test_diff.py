"""What changed between two reports, what only seems to have, and what fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import diff
from depscan.diff import Changes, Difference, Move, Turn
from depscan.model import (
    Code,
    Concentration,
    Confidence,
    Declaration,
    Edge,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Gap,
    Licence,
    LicenceFamily,
    Location,
    Package,
    Relation,
    Report,
    Severity,
    Share,
    Source,
    State,
    Status,
    Steward,
    Subject,
    Tier,
    Tool,
)

EMPTY = Report(Tool("depscan", "1.0"), Subject("x", "x"), "2026-01-01T00:00:00Z", Code(modules=100))


def finding(
    package: str = "einops",
    *,
    code: str = "DS101",
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
    path: str = "src/a.py",
    line: int = 1,
    message: str = "",
    root: str = "",
    suppressed: str = "",
) -> Finding:
    text = message or f"{package} is imported by {line} modules (first at {path}:{line})"
    print_ = f"{code} {package} {root}"
    return Finding(code, severity, confidence, text, package, (Location(path, line),), print_, suppressed=suppressed)


def report(*findings: Finding, packages: tuple[Package, ...] = (), gaps: tuple[Gap, ...] = ()) -> Report:
    return replace(EMPTY, findings=findings, packages=packages, gaps=gaps)


def turns(old: Report, new: Report) -> list[tuple[str, str]]:
    return [(change.turn.value, change.finding.package) for change in diff.compare(old, new).findings]


# -- findings ----------------------------------------------------------------------------------------------------------


def test_equal_reports_give_no_changes() -> None:
    full = report(finding(), finding("yaml"), packages=(Package("einops"),), gaps=(Gap("code", Location("a"), "b"),))
    changes = diff.compare(full, full)
    assert changes == Changes(changes.old, changes.new)
    assert not diff.regression(changes, Severity.LOW)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((), (finding(),), [("new", "einops")]),
        ((finding(),), (), [("fixed", "einops")]),
        ((finding(line=3),), (finding(line=99),), []),
        ((finding(severity=Severity.LOW),), (finding(),), [("changed", "einops")]),
        ((finding(confidence=Confidence.LOW),), (finding(),), [("changed", "einops")]),
        ((finding(),), (finding(suppressed="ours"),), [("changed", "einops")]),
        ((finding(message="a"),), (finding(message="b"),), [("changed", "einops")]),
        ((finding(message="in 3 files"),), (finding(message="in 4 files"),), []),
        ((finding("b"), finding("a")), (finding("c"),), [("new", "c"), ("fixed", "a"), ("fixed", "b")]),
    ],
)
def test_what_became_of_findings(
    old: tuple[Finding, ...], new: tuple[Finding, ...], expected: list[tuple[str, str]]
) -> None:
    assert turns(report(*old), report(*new)) == expected


def test_what_changed_of_a_finding_is_said() -> None:
    (change,) = diff.compare(
        report(finding(severity=Severity.LOW, confidence=Confidence.MEDIUM, message="a")),
        report(finding(message="b", suppressed="ours")),
    ).findings
    assert change.differences == (
        Difference("severity", "low", "high"),
        Difference("confidence", "medium", "high"),
        Difference("suppressed", "", "ours"),
        Difference("message", "a", "b"),
    )


def test_a_renamed_folder_makes_nothing_new() -> None:
    old = report(finding(path="packages/core/a.py", root="packages/core", message="in packages/core"))
    new = report(finding(path="libs/base/a.py", line=7, root="libs/base", message="in libs/base"))
    (change,) = diff.compare(old, new).findings
    assert change.turn is Turn.CHANGED
    assert change.differences == (Difference("place", "packages/core/a.py:1", "libs/base/a.py:7"),)
    assert not diff.fresh(new, old)


@pytest.mark.parametrize(
    "new",
    [
        report(finding(path="libs/b.py", root="libs")),  # another file
        report(finding("yaml", path="libs/a.py", root="libs")),  # another package
        replace(  # the old place is still there: mended in one project, made in another
            report(finding(path="libs/a.py", root="libs")), declarations=(Declaration("x", Location("src/a.py", 9)),)
        ),
        replace(
            report(finding(path="libs/a.py", root="libs")), declarations=(Declaration("x", Location("src/req.txt", 1)),)
        ),
        report(finding(path="libs/a.py", root="libs"), finding(path="more/a.py", root="more")),  # which of the two?
    ],
)
def test_what_is_no_renamed_folder(new: Report) -> None:
    found = turns(report(finding()), new)
    assert [turn for turn, _ in found] == ["new"] * len(new.findings) + ["fixed"]


@pytest.mark.parametrize(
    ("gap", "turn"),
    [
        (Gap("tree", Location("src/a.py"), "not read: Permission denied"), Turn.UNSEEN),
        (Gap("tree", Location("src"), "folder cannot be listed"), Turn.UNSEEN),
        (Gap("code", Location("src/a.py", 7), "not understood as an import: import"), Turn.UNSEEN),
        (Gap("tree", Location("src/b.py"), "not read: Permission denied"), Turn.FIXED),
        (Gap("knowledge", Location("src/a.py"), "no source knows it"), Turn.FIXED),
    ],
)
def test_what_is_not_read_any_more_is_not_fixed(gap: Gap, turn: Turn) -> None:
    (change,) = diff.compare(report(finding()), report(gaps=(gap,))).findings
    assert change.turn is turn
    assert bool(change.note) is (turn is Turn.UNSEEN)


def test_a_gap_that_was_there_before_explains_nothing() -> None:
    gap = Gap("code", Location("src/a.py", 7), "3 more places in this file were not read")
    moved = replace(gap, location=Location("src/a.py", 9), reason="4 more places in this file were not read")
    assert turns(report(finding(), gaps=(gap,)), report(gaps=(moved,))) == [("fixed", "einops")]


def test_what_was_not_read_before_is_new_and_says_so() -> None:
    gap = Gap("tree", Location("src/a.py"), "not read: Permission denied")
    (change,) = diff.compare(report(gaps=(gap,)), report(finding())).findings
    assert change.turn is Turn.NEW
    assert "src/a.py was not read" in change.note


def test_knowledge_that_is_gone_fixes_nothing() -> None:
    fact = Fact("einops", FactKind.STATUS, "archived", "here", "2026-01-01")
    old = replace(report(finding(code="DS301"), packages=(Package("einops"),)), facts=(fact,))
    assert turns(old, report(packages=(Package("einops"),))) == [("unseen", "einops")]
    assert turns(old, report()) == [("fixed", "einops")]
    assert turns(old, replace(old, findings=())) == [("fixed", "einops")]


def test_what_several_packages_share_is_not_fixed() -> None:
    packages = (Package("einops"), Package("yaml"))
    new = report(finding("", code="DS404"), packages=packages)
    found = turns(report(finding(code="DS404"), packages=packages), new)
    assert found == [("new", ""), ("unseen", "einops")]


def test_a_rule_that_may_be_deselected_fixes_nothing() -> None:
    assert turns(report(finding()), replace(report(), hidden=1)) == [("unseen", "einops")]
    assert turns(report(finding()), replace(report(finding("yaml")), hidden=1)) == [
        ("new", "yaml"),
        ("fixed", "einops"),
    ]


def test_a_change_of_hands_is_another_one_each_time() -> None:
    old, new = (report(finding(code="DS305", message=f"since 2026-0{month}-01: + mallory")) for month in (1, 4))
    assert turns(old, new) == [("new", "einops"), ("unseen", "einops")]


@pytest.mark.parametrize(
    ("new", "floor", "expected"),
    [
        (finding(), Severity.HIGH, True),
        (finding(), Severity.CRITICAL, False),
        (finding(severity=Severity.LOW), Severity.LOW, True),
        (finding(confidence=Confidence.LOW), Severity.LOW, False),
        (finding(suppressed="ours"), Severity.LOW, False),
    ],
)
def test_what_is_a_regression(new: Finding, floor: Severity, expected: bool) -> None:
    assert diff.regression(diff.compare(report(), report(new)), floor) is expected
    assert not diff.regression(diff.compare(report(new), report(new)), floor)
    assert not diff.regression(diff.compare(report(new), report()), floor)


def test_fresh_findings_in_the_order_of_the_report() -> None:
    new = report(finding("b"), finding("a"), finding("c"))
    assert [each.package for each in diff.fresh(new, report(finding("a")))] == ["b", "c"]


# -- packages ----------------------------------------------------------------------------------------------------------


def package(direct: float = 0.2, blast: float = 0.5, tier: Tier = Tier.SIGNIFICANT, **changes: Any) -> Package:
    exposure = Exposure(direct_share=direct, blast_radius=blast, tier=tier)
    return replace(Package("torch", exposure=exposure), **changes)


KNOWN: dict[str, Any] = {
    "version": "1.0",
    "licence": Licence("MIT", LicenceFamily.PERMISSIVE),
    "steward": Steward("Meta", parent="Meta Platforms"),
    "publishers": ("ann", "bob"),
    "status": Status("active"),
    "organisation": "pytorch",
}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (package(0.2), package(0.24), []),
        (package(0.2), package(0.26), ["direct share 20.0% 26.0%"]),
        (package(blast=0.5), package(blast=0.4), ["blast radius 50.0% 40.0%"]),
        (
            package(0.11, tier=Tier.SIGNIFICANT),
            package(0.12, tier=Tier.LOAD_BEARING),
            ["tier significant load-bearing", "direct share 11.0% 12.0%"],
        ),
        (package(), package(state=State.UNDECLARED), ["state used undeclared"]),
        (package(), package(relation=Relation.DIRECT), ["relation none direct"]),
        (package(**KNOWN), package(**{**KNOWN, "version": "2.0"}), ["version 1.0 2.0"]),
        (
            package(**KNOWN),
            package(**{**KNOWN, "licence": Licence("BUSL-1.1", LicenceFamily.SOURCE_AVAILABLE)}),
            ["licence MIT BUSL-1.1", "licence family permissive source-available"],
        ),
        (
            package(**KNOWN),
            package(**{**KNOWN, "steward": Steward("Linux Foundation")}),
            ["steward Meta Linux Foundation"],
        ),
        (
            package(**KNOWN),
            package(**{**KNOWN, "steward": Steward("Meta", parent="Other")}),
            ["parent Meta Platforms Other"],
        ),
        (package(**KNOWN), package(**{**KNOWN, "status": Status("archived")}), ["status active archived"]),
        (package(**KNOWN), package(**{**KNOWN, "organisation": "x"}), ["organisation pytorch x"]),
        (package(**KNOWN), package(**{**KNOWN, "publishers": ("bob", "eve")}), ["publisher ann ", "publisher  eve"]),
        (package(**KNOWN), package(), []),
        (package(), package(**KNOWN), []),
    ],
)
def test_what_changed_of_a_package(old: Package, new: Package, expected: list[str]) -> None:
    changes = diff.compare(report(packages=(old,)), report(packages=(new,))).packages
    assert [f"{d.what} {d.before} {d.after}" for change in changes for d in change.differences] == expected


def test_one_module_of_a_small_project_is_noise() -> None:
    small = replace(EMPTY, code=Code(modules=10))
    old, new = (replace(small, packages=(package(share),)) for share in (0.2, 0.3))
    assert not diff.compare(old, new).packages


def test_packages_that_came_and_went() -> None:
    old = report(packages=(Package("b"), Package("c")))
    new = report(packages=(Package("a", exposure=Exposure(tier=Tier.INCIDENTAL)), Package("c")))
    changes = diff.compare(old, new).packages
    assert [(c.move, c.name, c.tier) for c in changes] == [
        (Move.ADDED, "a", "incidental"),
        (Move.REMOVED, "b", "none"),
    ]


def test_a_manifest_that_moved_from_the_top() -> None:
    old = report(finding(code="DS103", path="pyproject.toml"))
    new = report(finding(code="DS103", path="python/pyproject.toml", root="python"))
    assert turns(old, new) == [("changed", "einops")]


def test_what_one_report_knows_is_no_change() -> None:
    changes = diff.compare(report(packages=(package(),)), report(packages=(package(**KNOWN),)))
    assert [(each.what, each.learnt, each.lost) for each in changes.sight] == [
        (what, ("torch",), ()) for what in ("version", "licence", "steward", "organisation", "status", "publishers")
    ]
    back = diff.compare(report(packages=(package(**KNOWN),)), report(packages=(package(),)))
    assert {each.lost for each in back.sight} == {("torch",)}


def concentration(top: str, share: float, effective: float, unknown: float) -> Report:
    figures = Concentration("steward", "exposure", 3, effective, None, Share(top, share), unknown, None)
    return replace(EMPTY, concentration=(figures,))


@pytest.mark.parametrize(
    ("new", "expected", "comparable"),
    [
        (("Meta", 0.51, 3.1, 0.12), [], True),
        (("Google", 0.5, 3.0, 0.1), ["hand"], True),
        (("Meta", 0.6, 3.0, 0.1), ["share"], True),
        (("Meta", 0.5, 4.0, 0.1), ["effective number"], True),
        (("Meta", 0.6, 3.0, 0.3), ["share", "unknown share"], False),
    ],
)
def test_concentration(new: tuple[str, float, float, float], expected: list[str], comparable: bool) -> None:
    changes = diff.compare(concentration("Meta", 0.5, 3.0, 0.1), concentration(*new)).concentration
    assert [d.what for change in changes for d in change.differences] == expected
    assert all(change.comparable is comparable for change in changes)


# -- what lies in the scans themselves ---------------------------------------------------------------------------------


def test_gaps_that_came_and_went() -> None:
    kept = Gap("code", Location("a.py", 3), "not understood as an import: import")
    closure = [Gap("knowledge", Location(""), f"{n} of 9 are in no lock: {name}") for n, name in ((8, "a"), (9, "b"))]
    went, came = Gap("tree", Location("b.py"), "not read"), Gap("tree", Location("c.py"), "not read")
    changes = diff.compare(
        report(gaps=(kept, closure[0], went)),
        report(gaps=(replace(kept, location=Location("a.py", 8)), closure[1], came)),
    )
    assert (changes.gaps_new, changes.gaps_gone) == ((came,), (went,))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (replace(EMPTY, tool=Tool("depscan", "2.0")), "depscan 1.0 made the first report, 2.0 the second"),
        (replace(EMPTY, project=Subject("y", "y")), "different projects: x and y"),
        (replace(EMPTY, scanned_at="2025-01-01T00:00:00Z"), "the first report is the younger one"),
        (replace(EMPTY, sources=(Source("index", "1", "2026-01-01"),)), "only the second report asked index"),
        (replace(EMPTY, hidden=3), "the settings hid 0 findings and hide 3"),
        (replace(EMPTY, code=Code(modules=100, ignored=4)), "0 files and folders were left out by rule, now 4"),
        (replace(EMPTY, edges=(Edge("a", "b", Location("uv.lock")),)), "only the second report knows who requires"),
        (
            replace(EMPTY, packages=(Package("a", exposure=Exposure(call_sites=1)),)),
            "only the second report counts references",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(new: Report, said: str) -> None:
    (reason,) = diff.compare(EMPTY, new).incomparable
    assert said in reason


def test_knowledge_of_another_day() -> None:
    old, new = (replace(EMPTY, sources=(Source("snapshot", "1", day),)) for day in ("2026-01-01", "2026-04-01"))
    (reason,) = diff.compare(old, new).incomparable
    assert "2026-01-01" in reason
    assert "2026-04-01" in reason


# -- laws --------------------------------------------------------------------------------------------------------------

FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from("abc"),
        severity=st.sampled_from(Severity),
        confidence=st.sampled_from(Confidence),
        path=st.sampled_from(["a/x.py", "b/x.py", "y.py"]),
        root=st.sampled_from(["", "a", "b"]),
    ),
    max_size=6,
    unique_by=lambda each: each.fingerprint,
).map(lambda findings: report(*findings))


@given(FINDINGS, FINDINGS)
def test_nothing_is_lost_and_nothing_counted_twice(old: Report, new: Report) -> None:
    found = [change.turn for change in diff.compare(old, new).findings]
    came, went = found.count(Turn.NEW), found.count(Turn.FIXED) + found.count(Turn.UNSEEN)
    assert len(old.findings) + came == len(new.findings) + went
    assert len(diff.fresh(new, old)) == came


@given(FINDINGS, FINDINGS)
def test_changes_can_be_written_and_read(old: Report, new: Report) -> None:
    changes = diff.compare(old, new)
    assert msgspec.json.decode(msgspec.json.encode(changes), type=Changes) == changes
