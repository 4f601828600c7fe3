"""The code quality report of GitLab: what its page needs of each finding."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from depscan.model import Confidence, Declaration, Finding, Location, Report, Severity
from depscan.report import Look, gitlab

FINDING = Finding(
    "DS101", Severity.HIGH, Confidence.HIGH, "einops is missing", "einops", (Location("a.py", 3),), "f1", "declare it"
)
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^(/|\\./)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
        "additionalProperties": False,
    },
}
"""What GitLab's documentation asks for."""


def entries(report: Report, *findings: Finding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gitlab.render(replace(report, findings=findings), Look()))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def test_an_entry(empty_report: Report) -> None:
    assert entries(empty_report, FINDING) == [
        {
            "description": "einops is missing: declare it",
            "check_name": "DS101",
            "fingerprint": "f1",
            "severity": "critical",
            "location": {"path": "a.py", "lines": {"begin": 3}},
        }
    ]


def test_reports_of_any_size_are_valid_and_repeatable(
    empty_report: Report, full_report: Report, crowd_report: Report
) -> None:
    assert gitlab.render(empty_report, Look()) == b"[]\n"
    for report in (full_report, crowd_report):
        assert len(entries(report, *report.findings)) == len(report.findings)
        assert gitlab.render(report, Look()) == gitlab.render(replace(report), Look(color=True))


@pytest.mark.parametrize(
    ("severity", "confidence", "said"),
    [
        (Severity.CRITICAL, Confidence.HIGH, "blocker"),
        (Severity.HIGH, Confidence.MEDIUM, "critical"),
        (Severity.MEDIUM, Confidence.HIGH, "major"),
        (Severity.LOW, Confidence.HIGH, "minor"),
        (Severity.CRITICAL, Confidence.LOW, "info"),
    ],
)
def test_severities(empty_report: Report, severity: Severity, confidence: Confidence, said: str) -> None:
    (entry,) = entries(empty_report, replace(FINDING, severity=severity, confidence=confidence))
    assert entry["severity"] == said


def test_the_worst_come_first_and_what_was_accepted_is_left_out(empty_report: Report) -> None:
    low = replace(FINDING, severity=Severity.LOW, fingerprint="low")
    accepted = replace(FINDING, suppressed="we know", fingerprint="accepted")
    assert [entry["fingerprint"] for entry in entries(empty_report, low, accepted, FINDING)] == ["f1", "low"]


def test_fingerprints_are_unique_and_stable(empty_report: Report) -> None:
    twice = [replace(FINDING, message=message) for message in ("a", "b", "c")]
    prints = [entry["fingerprint"] for entry in entries(empty_report, *twice)]
    assert len(set(prints)) == 3
    assert prints[0] == "f1"
    moved = [replace(finding, locations=(Location("a.py", 99),)) for finding in twice]
    assert [entry["fingerprint"] for entry in entries(empty_report, *moved)] == prints
    assert len(entries(empty_report, replace(FINDING, fingerprint=""))[0]["fingerprint"]) == 64


@pytest.mark.parametrize(
    ("locations", "package", "path", "line"),
    [
        ((Location("a.py"),), "einops", "a.py", 1),
        ((Location("n.ipynb", 7, 2),), "einops", "n.ipynb", 1),
        ((), "torch", "sub/setup.py", 4),
        ((Location("environment: /usr/lib", 3),), "torch", "sub/setup.py", 4),
        ((), "einops", "requirements.txt", 9),
        ((Location("environment: /x"), Location("b.py", 2)), "einops", "b.py", 2),
    ],
)
def test_every_finding_has_a_place(
    empty_report: Report, locations: tuple[Location, ...], package: str, path: str, line: int
) -> None:
    declarations = (
        Declaration("torch", Location("sub/setup.py", 4)),
        Declaration("numpy", Location("a/b/requirements.txt", 1)),
        Declaration("numpy", Location("requirements.txt", 9)),
    )
    report = replace(empty_report, declarations=declarations)
    (entry,) = entries(report, replace(FINDING, locations=locations, package=package))
    assert entry["location"] == {"path": path, "lines": {"begin": line}}


def test_without_any_manifest_it_is_the_folder(empty_report: Report) -> None:
    (entry,) = entries(empty_report, replace(FINDING, locations=()))
    assert entry["location"]["path"] == "."


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (replace(FINDING, locations=(Location("n.ipynb", 7, 2),)), "einops is missing (n.ipynb#cell2:7): declare it"),
        (
            replace(FINDING, message="in n.ipynb#cell2:7", locations=(Location("n.ipynb", 7, 2),)),
            "in n.ipynb#cell2:7: declare it",
        ),
        (replace(FINDING, message="<b>x</b> %{a} <2 ok", advice=""), "\\x3cb>x\\x3c/b> %\\x7ba} <2 ok"),
        (replace(FINDING, message="a\nb\x1b", advice=""), "a\\x0ab\\x1b"),
    ],
)
def test_descriptions(empty_report: Report, finding: Finding, said: str) -> None:
    assert entries(empty_report, finding)[0]["description"] == said


@pytest.mark.parametrize("path", ["naïve 中.py", "a::b##c.py", 'q"uote\\.py'])
def test_paths_are_exact(empty_report: Report, path: str) -> None:
    report = replace(empty_report, findings=(replace(FINDING, locations=(Location(path, 1),)),))
    data = gitlab.render(report, Look())
    assert data.isascii()
    assert b"##" not in data
    assert json.loads(data)[0]["location"]["path"] == path
