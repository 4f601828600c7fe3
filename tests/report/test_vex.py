"""Known vulnerabilities in CycloneDX: what is said of a record, of versions, and of what was decided."""

from __future__ import annotations

import json
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
from depscan.report import cyclonedx, vex

if TYPE_CHECKING:
    from collections.abc import Sequence

AUDIT = Audit("records.zip", "2026-11-20", 1, 1)


def report(advisory: Advisory | None = None, *exposed: Exposed, **changes: Any) -> Report:
    packages = (Package("torch", "2.4.1", advisories=exposed),)
    made = Report(Tool("depscan", "1.0"), Subject("p", "p"), "2026-11-23T10:00:00Z", Code(), packages=packages)
    return replace(made, audit=AUDIT, advisories=(advisory,) if advisory else (), **changes)


def one(given: Report) -> dict[str, Any]:
    (found,) = vex.vulnerabilities(given, {"torch": ["pkg:pypi/torch@2.4.1"]})
    return found


def exposed(state: Affected = Affected.YES, version: str = "2.4.1", **changes: Any) -> Exposed:
    return Exposed("PYSEC-1", "torch", state, version, **changes)


def test_a_record(full_report: Report) -> None:
    found = json.loads(cyclonedx.render(full_report))["vulnerabilities"]
    assert [(each["id"], each["affects"][0]["ref"]) for each in found] == [
        ("PYSEC-2026-9", "pkg:pypi/idna@3.7"),
        ("GHSA-aaaa-bbbb-cccc", "pkg:pypi/pyyaml"),
        ("MAL-2026-4", "pkg:pypi/pyyaml"),
        ("PYSEC-2026-1", "pkg:pypi/torch@2.4.1"),
        ("PYSEC-2026-2", "pkg:pypi/torch@2.4.1"),
    ]
    assert found[3] == {
        "id": "PYSEC-2026-1",
        "source": {"name": "records.zip (9 records)"},
        "references": [{"id": "CVE-2026-1", "source": {"name": "CVE"}}],
        "ratings": [
            {
                "score": 8.1,
                "severity": "high",
                "method": "CVSSv3",
                "vector": "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:H",
            }
        ],
        "description": "torch.load runs code of a file.",
        "advisories": [{"url": "https://flaws.example/1"}],
        "published": "2026-01-02T03:04:05Z",
        "updated": "2026-01-03T03:04:05Z",
        "recommendation": "Take 2.6.0 or a later version without the flaw.",
        "affects": [
            {
                "ref": "pkg:pypi/torch@2.4.1",
                "versions": [
                    {"version": "2.4.1", "status": "affected"},
                    {"version": "2.6.0", "status": "unaffected"},
                ],
            }
        ],
        "properties": [
            {"name": "depscan:affected", "value": "affected"},
            {"name": "depscan:weighed", "value": "critical"},
            {"name": "depscan:fix", "value": "available"},
            {"name": "depscan:imported", "value": "yes"},
            {"name": "depscan:tier", "value": "load-bearing"},
            {"name": "depscan:symbols-used", "value": "torch.load"},
        ],
    }
    assert found[0]["recommendation"].startswith("Admit a version without the flaw")
    assert "ratings" not in found[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([exposed()], [("2.4.1", "affected")]),
        ([exposed(), exposed(version="2.4.2")], [("vers:pypi/2.4.1|2.4.2", "affected")]),
        ([exposed(version="2.0+cu118", audited="2.0")], [("2.0+cu118", "affected")]),
        ([exposed(fixed_by="2.6")], [("2.4.1", "affected"), ("2.6", "unaffected")]),
        ([exposed(Affected.POSSIBLY, "", versions=("1!1.0", "1.1"))], [("vers:pypi/1%211.0|1.1", "affected")]),
        ([exposed(Affected.POSSIBLY, "")], [("vers:pypi/*", "unknown")]),
        ([exposed(Affected.UNKNOWN, "odd")], [("odd", "unknown")]),
        ([exposed(Affected.UNKNOWN, "", fixed_by="3")], [("vers:pypi/*", "unknown"), ("3", "unaffected")]),
    ],
)
def test_versions(given: Sequence[Exposed], expected: list[tuple[str, str]]) -> None:
    (affects,) = one(report(None, *given))["affects"]
    assert [(each.get("version") or each.get("range"), each["status"]) for each in affects["versions"]] == expected


def test_a_list_of_versions_is_cut_between_two() -> None:
    many = tuple(f"1.{number}" for number in range(2_000))
    (affects,) = one(report(None, exposed(Affected.POSSIBLY, "", versions=many)))["affects"]
    text = affects["versions"][0]["range"]
    assert len(text) <= 4_096
    assert text.rpartition("|")[2] in many


@pytest.mark.parametrize(
    ("vector", "method"),
    [
        ("CVSS:3.0/AV:N", "CVSSv3"),
        ("CVSS:3.1/AV:N", "CVSSv31"),
        ("CVSS:4.0/AV:N", "CVSSv4"),
        ("AV:N/AC:L/Au:N", "CVSSv2"),
        ("CVSS:9/x", "other"),
    ],
)
def test_a_rating_says_how_it_was_made(vector: str, method: str) -> None:
    record = Advisory("PYSEC-1", "torch", "s", "2026-11-20", vector=vector, score=0.0)
    assert one(report(record, exposed()))["ratings"] == [{"score": 0.0, "method": method, "vector": vector}]


def test_a_severity_in_words_is_a_rating_without_a_score() -> None:
    record = Advisory("PYSEC-1", "torch", "s", "2026-11-20", severity=Severity.LOW)
    assert one(report(record, exposed()))["ratings"] == [{"severity": "low"}]


def test_that_nobody_decided_anything_is_said_by_nothing() -> None:
    assert "analysis" not in one(report(None, exposed(fix=Fix.NONE)))


def finding(code: str = "DS201", suppressed: str = "only our own files", vex: str = "") -> Finding:
    return Finding(
        code, Severity.HIGH, Confidence.HIGH, "x", "torch", (), "f", suppressed=suppressed, advisory="PYSEC-1", vex=vex
    )


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([finding(vex="not_affected")], "not_affected"),
        ([finding()], "in_triage"),
        ([finding(vex="harmless")], "in_triage"),
        ([finding(), finding("DS203", suppressed="")], "in_triage"),
        ([finding(), finding(suppressed="")], None),
        ([finding(suppressed=""), finding("DS203")], None),
        ([replace(finding(), advisory="PYSEC-2")], None),
        ([replace(finding(), package="numpy")], None),
    ],
)
def test_what_was_decided(findings: Sequence[Finding], state: str | None) -> None:
    analysis = one(report(None, exposed(), findings=tuple(findings))).get("analysis")
    assert analysis == (None if state is None else {"state": state, "detail": "only our own files"})


def test_without_records_there_is_no_list_but_how_far_was_looked() -> None:
    found = json.loads(cyclonedx.render(report()))
    assert "vulnerabilities" not in found
    told = {each["name"]: each["value"] for each in found["metadata"]["properties"]}
    assert (told["depscan:audit:asked"], told["depscan:audit:answered"]) == ("1", "1")
    silent = json.loads(cyclonedx.render(replace(report(), audit=None)))
    assert not [each for each in silent["metadata"]["properties"] if "audit" in each["name"]]
