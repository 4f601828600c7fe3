"""SARIF: what code scanning is told, that it is well-formed, and that no name in it becomes a link or a placeholder."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan.model import (
    Advisory,
    Code,
    Confidence,
    Declaration,
    Finding,
    Gap,
    Location,
    Pin,
    Report,
    Severity,
    Subject,
    Tool,
)
from depscan.report import sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "[x](javascript:alert(1))",
    "](javascript:alert(1))",
    "\\](javascript:alert(1))",
    "[a\\\\](1)",
    '=HYPERLINK("http://x")',
    "\x1b[31m",
    "::error::x",
    "{{7*7}} {0} {1}",
    "]]>",
    "a\u202eb",
    "|`$(id)`",
    "a\nb\r\n::add-mask::x",
    "%0A::error::",
    "../../etc/passwd",
    "//evil.example/x",
    "https://evil.example/",
    "C:\\x\\y",
    "ab\udc80\ud83d.py",
    "x" * 9_000,
)
MANUAL = """\
# DS101: Imported, but not declared

Severity: high at most

## What it means

A package is imported
and no manifest asks for it.

More of it.

## How to fix

`exceptions = [{code = "DS101"}]`
"""


# -- the parts of the format that are used, each closed to other properties -------------------------------------------


def shape(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def many(item: Mapping[str, Any], **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, **limits}


TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
BAG = {"type": "object", "minProperties": 1}
MESSAGE = shape({"text": TEXT})
PHYSICAL = shape(
    {"artifactLocation": shape({"uri": TEXT, "uriBaseId": {"const": "%SRCROOT%"}})},
    {"region": shape({"startLine": {"type": "integer", "minimum": 1}})},
)
LOGICAL = shape({"fullyQualifiedName": TEXT}, {"name": TEXT, "kind": {"const": "cell"}})
PLACE = shape({}, {"physicalLocation": PHYSICAL, "logicalLocations": many(LOGICAL, minItems=1)}) | {"minProperties": 1}
RULE = shape(
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": shape({"text": TEXT | {"maxLength": 1024}}),
        "help": shape({"text": TEXT}, {"markdown": TEXT}),
        "defaultConfiguration": shape({"level": LEVEL}),
        "properties": shape(
            {
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
                "tags": many(TEXT, maxItems=10, uniqueItems=True),
            },
            {"security-severity": {"type": "string", "pattern": r"^\d+\.\d$"}},
        ),
    },
    {"name": TEXT | {"maxLength": 255}},
)
KIND = shape({"id": TEXT, "shortDescription": MESSAGE, "fullDescription": MESSAGE, "help": MESSAGE})
DRIVER = shape({"name": TEXT}, {"version": TEXT, "rules": many(RULE), "notifications": many(KIND)})
SUPPRESSION = shape({"kind": {"const": "external"}, "status": {"const": "accepted"}, "justification": TEXT})
RESULT = shape(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": many(PLACE | {"required": ["physicalLocation"]}, minItems=1, maxItems=1),
        "partialFingerprints": shape({"depscan/v1": TEXT}, {"primaryLocationLineHash": TEXT}),
        "properties": BAG,
        "suppressions": many(SUPPRESSION, uniqueItems=True),
    },
    {"relatedLocations": many(PLACE, minItems=1, maxItems=999, uniqueItems=True)},
)
NOTIFICATION = shape(
    {"descriptor": shape({"id": TEXT}), "level": {"const": "note"}, "message": MESSAGE},
    {"locations": many(PLACE, minItems=1, uniqueItems=True), "properties": BAG},
)
INVOCATION = shape(
    {"executionSuccessful": {"const": True}, "toolExecutionNotifications": many(NOTIFICATION)},
    {"endTimeUtc": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}},
)
RUN = shape(
    {
        "tool": shape({"driver": DRIVER}),
        "automationDetails": shape({"id": {"const": "depscan/"}}),
        "invocations": many(INVOCATION, minItems=1, maxItems=1),
        "originalUriBaseIds": shape({"%SRCROOT%": shape({"description": MESSAGE})}),
        "columnKind": {"const": "unicodeCodePoints"},
        "results": many(RESULT, maxItems=5_000),
        "properties": {"type": "object"},
    }
)
LOG = shape({"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": many(RUN, minItems=1, maxItems=1)})
VALIDATOR = jsonschema.Draft202012Validator(LOG)


def run(report: Report, **described: Mapping[str, str]) -> dict[str, Any]:
    """The one run of the log, after all that holds of every log."""
    data = sarif.render(report, **described)
    assert data == sarif.render(report, **described)
    assert set(data) <= {10, *range(32, 127)}
    log = json.loads(data)
    VALIDATOR.validate(log)
    found: dict[str, Any] = log["runs"][0]
    driver = found["tool"]["driver"]
    codes = [rule["id"] for rule in driver.get("rules", [])]
    kinds = {kind["id"] for kind in driver.get("notifications", [])}
    assert {note["descriptor"]["id"] for note in found["invocations"][0]["toolExecutionNotifications"]} == kinds
    for result in found["results"]:
        assert codes[result["ruleIndex"]] == result["ruleId"]
    return found


def notes(found: Mapping[str, Any], kind: str = "") -> list[str]:
    every = found["invocations"][0]["toolExecutionNotifications"]
    return [note["message"]["text"] for note in every if kind in ("", note["descriptor"]["id"])]


def finding(*places: Location, text: str = "x is imported but not declared", **changes: Any) -> Finding:
    made = Finding("DS101", Severity.HIGH, Confidence.HIGH, text, "x", places, "f0")
    return replace(made, **changes)


def report(*findings: Finding, **changes: Any) -> Report:
    made = Report(
        Tool("depscan", "1.0"), Subject("p", "p", "abc123"), "2026-11-23T10:00:00Z", Code(), findings=findings
    )
    return replace(made, **changes)


# -- what is said ------------------------------------------------------------------------------------------------------


def test_a_result() -> None:
    place, other = Location("src/a b#1.py", 3), Location("src/ü.py", 9)
    found = run(report(finding(place, other, other, advice="add it to pyproject.toml"), finding(place)))
    assert found["results"][0] == {
        "ruleId": "DS101",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "x is imported but not declared. Next: add it to pyproject.toml."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "src/a%20b%231.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3},
                }
            }
        ],
        "relatedLocations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "src/%C3%BC.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 9},
                }
            }
        ],
        "partialFingerprints": {"depscan/v1": "f0"},
        "properties": {"severity": "high", "confidence": "high", "package": "x"},
        "suppressions": [],
    }
    assert found["results"][1]["message"] == {"text": "x is imported but not declared."}
    assert "relatedLocations" not in found["results"][1]
    assert found["properties"] == {"project": "p", "revision": "abc123"}
    assert found["invocations"][0]["endTimeUtc"] == "2026-11-23T10:00:00Z"


def test_a_rule() -> None:
    found = run(report(finding()), titles={"DS101": "Imported, but not declared"}, manuals={"DS101": MANUAL})
    assert found["tool"]["driver"]["rules"] == [
        {
            "id": "DS101",
            "name": "ImportedButNotDeclared",
            "shortDescription": {"text": "Imported, but not declared"},
            "fullDescription": {"text": "A package is imported and no manifest asks for it."},
            "help": {"text": MANUAL, "markdown": MANUAL},
            "defaultConfiguration": {"level": "error"},
            "properties": {
                "precision": "high",
                "problem.severity": "error",
                "tags": ["dependencies", "maintainability"],
            },
        }
    ]


@pytest.mark.parametrize(
    ("severity", "score", "expected"),
    [
        (Severity.CRITICAL, None, "9.5"),
        (Severity.HIGH, None, "8.0"),
        (Severity.MEDIUM, None, "5.5"),
        (Severity.LOW, None, "2.0"),
        (Severity.LOW, 9.8, "9.8"),
        (Severity.HIGH, 0.0, "0.1"),
    ],
)
def test_known_vulnerabilities(severity: Severity, score: float | None, expected: str) -> None:
    record = Advisory(
        "PYSEC-1", "x", "records", "2026-11-20", ("CVE-1",), vector="CVSS:3.1/AV:N", score=score,
        references=("https://flaws.example/?a=1#b", "javascript:alert(1)", "https://x.example/<b>"),
    )  # fmt: skip
    given = report(finding(code="DS201", severity=severity, advisory="PYSEC-1"), advisories=(record,))
    found = run(given)
    (rule,) = found["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == expected
    assert rule["properties"]["tags"] == ["dependencies", "security"]
    (result,) = found["results"]
    assert {key: result["properties"][key] for key in ("advisory", "aliases", "vector", "references")} == {
        "advisory": "PYSEC-1",
        "aliases": ["CVE-1"],
        "vector": "CVSS:3.1/AV:N",
        "references": ["https://flaws.example/?a=1#b"],
    }
    (unknown,) = run(replace(given, advisories=()))["results"]
    assert [*unknown["properties"]] == ["severity", "confidence", "package"]


def test_the_worst_record_ranks_its_rule() -> None:
    records = tuple(Advisory(f"PYSEC-{n}", "x", "records", "2026-11-20", score=n) for n in (4.0, 7.5))
    findings = (finding(code="DS201", advisory=record.id) for record in records)
    (rule,) = run(report(*findings, advisories=records))["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "7.5"


def test_a_rule_that_nobody_describes() -> None:
    findings = (
        finding(code="XX1", severity=Severity.LOW, confidence=Confidence.LOW),
        finding(code="XX1", severity=Severity.MEDIUM, confidence=Confidence.MEDIUM),
        finding(code="XX1", severity=Severity.LOW, confidence=Confidence.HIGH),
    )
    (rule,) = run(report(*findings), manuals={"XX1": "Severity: odd at most"})["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == rule["fullDescription"] == {"text": "XX1"}
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert rule["properties"] == {"precision": "medium", "problem.severity": "warning", "tags": ["dependencies"]}


@pytest.mark.parametrize(("severity", "level"), [*zip(Severity, ["note", "warning", "error", "error"], strict=True)])
def test_levels(severity: Severity, level: str) -> None:
    (result,) = run(report(finding(severity=severity)))["results"]
    assert result["level"] == level
    assert result["properties"]["severity"] == severity


def test_accepted_findings_are_suppressed() -> None:
    accepted, other = run(report(finding(suppressed="agreed [until](x) {0}"), finding()))["results"]
    assert accepted["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "agreed [until](x) {0}"}
    ]
    assert other["suppressions"] == []  # SARIF: all results of a run say it, or none


def test_empty(empty_report: Report) -> None:
    found = run(empty_report)
    assert found["results"] == notes(found) == []
    assert "rules" not in found["tool"]["driver"]


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-23T10:00:00+01:00"])
def test_an_odd_moment_is_left_out(moment: str) -> None:
    assert "endTimeUtc" not in run(report(scanned_at=moment))["invocations"][0]


def test_gaps_and_deselected_rules_are_told() -> None:
    found = run(
        report(gaps=(Gap("code", Location("a.py", 3), "not [valid](1) {0}"), Gap("x", Location(""), "y")), hidden=2)
    )
    told = found["invocations"][0]["toolExecutionNotifications"]
    assert notes(found, "gap") == ["not [valid\\]\\(1) {{0}}", "y"]
    assert [note.get("properties") for note in told] == [{"stage": "code"}, {"stage": "x"}, None]
    assert told[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert "locations" not in told[1]
    assert notes(found, "deselected") == ["findings of rules that the configuration deselects: 2"]


# -- where -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "uri", "region", "name"),
    [
        (Location("a.py", 3), "a.py", {"startLine": 3}, None),
        (Location("a.py"), "a.py", None, None),
        (Location("a.py", -1), "a.py", None, None),
        (Location("n.ipynb", 2, 4), "n.ipynb", None, "n.ipynb#cell4:2"),
        (Location("a:b?c%.py", 1), "a%3Ab%3Fc%25.py", {"startLine": 1}, None),
        (Location("b\udcff.py", 1), "b%FF.py", {"startLine": 1}, None),
        (Location(""), "setup.py", None, ""),
        (Location("../a.py", 3), "setup.py", None, "../a.py:3"),
        (Location("/etc/passwd"), "setup.py", None, "/etc/passwd"),
        (Location("//evil.example/a"), "setup.py", None, "//evil.example/a"),
        (Location("environment: venv/x"), "setup.py", None, "environment: venv/x"),
        (Location("resolved (uv)", 2), "setup.py", None, "resolved (uv):2"),
    ],
)
def test_places(place: Location, uri: str, region: object, name: str | None) -> None:
    given = report(finding(place), declarations=(Declaration("x", Location("setup.py", 1)),))
    (result,) = run(given)["results"]
    (found,) = result["locations"]
    assert found["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert found["physicalLocation"].get("region") == region
    named = found.get("logicalLocations", [{}])[0].get("fullyQualifiedName")
    assert (named or None) == (name or None)
    assert ("primaryLocationLineHash" in result["partialFingerprints"]) == (region is None)


@pytest.mark.parametrize(
    ("declared", "pinned", "uri"),
    [
        ((), (), "."),
        (("environment: v/x",), (), "."),
        (("sub/setup.py",), (), "sub/setup.py"),
        (("sub/pyproject.toml", "setup.cfg"), ("a/b/uv.lock",), "setup.cfg"),
        (("a.txt", "pyproject.toml"), (), "pyproject.toml"),
        ((), ("uv.lock",), "uv.lock"),
    ],
)
def test_a_finding_without_a_place_is_shown_at_a_manifest(
    declared: tuple[str, ...], pinned: tuple[str, ...], uri: str
) -> None:
    given = report(
        finding(),
        declarations=tuple(Declaration("x", Location(path)) for path in declared),
        pins=tuple(Pin("x", "1", Location(path)) for path in pinned),
    )
    (result,) = run(given)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("x is imported", 2, "x is imported (cell 4, line 2)."),
        ("x is imported", 0, "x is imported (cell 4)."),
        ("x is imported (at n.ipynb#cell4:2)", 2, "x is imported (at n.ipynb#cell4:2)."),
    ],
)
def test_cells_are_told_in_words(text: str, line: int, expected: str) -> None:
    (result,) = run(report(finding(Location("n.ipynb", line, 4), text=text)))["results"]
    assert result["message"]["text"] == expected


def test_fingerprints_survive_moved_lines() -> None:
    before, after = (run(report(finding(Location("a.py", line))))["results"][0] for line in (3, 300))
    assert before["partialFingerprints"] == after["partialFingerprints"]


def test_equal_fingerprints_without_a_line_are_told_apart() -> None:
    found = run(report(finding(), finding(), finding(fingerprint="f1")))["results"]
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in found]
    assert hashes == ["f0:1", "f0:2", "f1:1"]


# -- limits ------------------------------------------------------------------------------------------------------------


def test_the_least_severe_results_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    severities = (Severity.LOW, Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL, Severity.CRITICAL)
    findings = [finding(severity=severity, fingerprint=str(at)) for at, severity in enumerate(severities)]
    findings[-1] = replace(findings[-1], suppressed="accepted")
    found = run(report(*findings))
    assert [result["partialFingerprints"]["depscan/v1"] for result in found["results"]] == ["1", "2", "3"]
    assert notes(found) == ["findings left out, the least severe ones, as code scanning shows no more: 2"]


@pytest.mark.parametrize(("alphabet", "cut"), [("ab", False), ("".join(map(chr, range(33, 127))), True)])
def test_the_size_after_compression_counts(alphabet: str, cut: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 12_000)
    chance = random.Random(7)  # noqa: S311 - noise that does not compress
    texts = ("".join(chance.choice(alphabet) for _ in range(400)) for _ in range(60))
    found = run(report(*(finding(text=text) for text in texts)))
    assert (len(found["results"]) < 60) == bool(notes(found)) == cut
    assert found["results"]


def test_further_places_are_left_out() -> None:
    places = tuple(Location("a.py", line) for line in range(1, 102))
    found = run(report(finding(*places), finding(*places[:100])))
    assert [len(result["relatedLocations"]) for result in found["results"]] == [99, 99]
    assert notes(found) == ["findings of which only the first 100 places are given: 1"]


def test_long_messages_and_many_gaps_are_cut_and_told() -> None:
    gaps = tuple(Gap("code", Location(f"{number}.py"), "x") for number in range(1_003))
    found = run(report(finding(text="y" * 1_001), finding(text="y" * 999), gaps=gaps))
    assert [len(result["message"]["text"]) for result in found["results"]] == [1_000, 1_000]
    assert notes(found, "left-out") == [
        "gaps that are not listed: 3",
        "findings whose message is cut at 1000 characters: 1",
    ]
    assert len(notes(found, "gap")) == 1_000


# -- hostile names -----------------------------------------------------------------------------------------------------

LINK = re.compile(r"\[(?:[^\\\[\]]|\\[\\\[\]])*\]\(")
"""A link as SARIF has it, and below, as viewers that know no escape find it."""
CARELESS = re.compile(r"\[[^\]]*\]\([^)]*\)")


def messages(node: Any) -> list[str]:
    """The texts of all messages: `text` beside no `markdown`."""
    if isinstance(node, list):
        return [text for item in node for text in messages(item)]
    if not isinstance(node, dict):
        return []
    own = [node["message"]["text"]] if "message" in node else []
    return own + [text for value in node.values() for text in messages(value)]


def check_harmless(given: Report) -> None:
    found = run(given, titles={}, manuals={})
    for text in messages(found):
        assert not LINK.search(text)
        assert not CARELESS.search(text)
        assert re.fullmatch(r"(?:[^{}]|\{\{|\}\})*", text), text
    for result in found["results"]:
        for place in [*result["locations"], *result.get("relatedLocations", [])]:
            if "physicalLocation" in place:
                uri = place["physicalLocation"]["artifactLocation"]["uri"]
                assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri)
                assert not urlsplit(uri).scheme and not urlsplit(uri).netloc
                assert not uri.startswith("/") and ".." not in unquote(uri).split("/")
    for text in strings(found):
        assert text.isprintable() and "\u202e" not in text


def strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    inner = [*node, *node.values()] if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for value in inner for text in strings(value)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str, hostile_report: Callable[[str], Report]) -> None:
    check_harmless(hostile_report(text))


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("[](){}\\01ax:/.%# \n\x1b\u202e\udc80"), max_size=40) | st.text(max_size=60))
def test_any_name_stays_text(text: str, hostile_report: Callable[[str], Report]) -> None:
    check_harmless(hostile_report(text))


@pytest.mark.parametrize("name", ["full_report", "crowd_report"])
def test_reports(name: str, request: pytest.FixtureRequest) -> None:
    given: Report = request.getfixturevalue(name)
    found = run(given)
    assert len(found["results"]) == len(given.findings)
    assert [result["ruleId"] for result in found["results"]] == [each.code for each in given.findings]
    assert len(notes(found, "gap")) == len(given.gaps)
