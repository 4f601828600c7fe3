"""Annotations of GitHub: levels, places, limits, escapes."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.model import Code, Confidence, Finding, Location, Report, Severity, Subject, Tool
from depscan.report import Look, github

LOOK = Look(titles={"DS101": "Imported, but not declared"})
FINDING = Finding(
    "DS101", Severity.HIGH, Confidence.HIGH, "einops is missing", "einops", (Location("a.py", 3),), "f", "declare it"
)


def lines(report: Report, *findings: Finding) -> list[str]:
    return github.render(replace(report, findings=findings), LOOK).decode().splitlines()


def test_a_finding_is_one_line(empty_report: Report) -> None:
    assert github.render(replace(empty_report, findings=(FINDING,)), LOOK) == (
        b"::error file=a.py,line=3,title=DS101 Imported%2C but not declared (high)::einops is missing%0Adeclare it\n"
    )


@pytest.mark.parametrize(
    ("severity", "confidence", "level", "aside"),
    [
        (Severity.CRITICAL, Confidence.HIGH, "error", "critical"),
        (Severity.HIGH, Confidence.MEDIUM, "error", "high%2C medium confidence"),
        (Severity.MEDIUM, Confidence.HIGH, "warning", "medium"),
        (Severity.LOW, Confidence.HIGH, "notice", "low"),
        (Severity.CRITICAL, Confidence.LOW, "notice", "critical%2C low confidence"),
    ],
)
def test_levels(empty_report: Report, severity: Severity, confidence: Confidence, level: str, aside: str) -> None:
    (line,) = lines(empty_report, replace(FINDING, severity=severity, confidence=confidence))
    assert line.startswith(f"::{level} file=")
    assert f"({aside})::" in line


@pytest.mark.parametrize(
    ("locations", "place", "said"),
    [
        ((), "", ""),
        ((Location("a.py"),), "file=a.py,", ""),
        ((Location("a.py", 3), Location("b.py", 4)), "file=a.py,line=3,", " (1 more place)"),
        ((Location("n.ipynb", 3, 2),), "file=n.ipynb,", " (n.ipynb#cell2:3)"),
        (
            (Location("n.ipynb", 3, 2), Location("b.py"), Location("c.py")),
            "file=n.ipynb,",
            " (n.ipynb#cell2:3 and 2 more places)",
        ),
        ((Location("environment: /x", 3),), "", ""),
        ((Location("a:b,c%d\r\ne.py", 3),), "file=a%3Ab%2Cc%25d%0D%0Ae.py,line=3,", ""),
        ((Location("a\x1b.py", 3),), "file=a\\x1b.py,line=3,", ""),
    ],
)
def test_places(empty_report: Report, locations: tuple[Location, ...], place: str, said: str) -> None:
    (line,) = lines(empty_report, replace(FINDING, locations=locations))
    assert line.startswith(f"::error {place}title=")
    assert line.endswith(f"::einops is missing{said}%0Adeclare it")


def test_a_place_that_the_message_names_is_not_said_again(empty_report: Report) -> None:
    (line,) = lines(
        empty_report, replace(FINDING, message="see a.py:3", locations=(Location("a.py", 3),) * 2, advice="")
    )
    assert line.endswith("::see a.py:3")


def test_ten_of_each_level_and_a_count_of_the_others(empty_report: Report) -> None:
    findings = [
        replace(FINDING, severity=severity, message=f"{severity} {number:02}")
        for severity in Severity
        for number in range(15)
    ]
    written = lines(empty_report, *findings)
    levels = [line.split()[0] for line in written]
    assert levels == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert "critical 00" in written[0]
    assert "low 08" in written[-2]
    assert written[-1] == "::notice title=depscan::31 more findings of 60 not annotated here: the report has them all."


def test_ten_notices_are_no_crowd_and_the_unsure_come_last(empty_report: Report) -> None:
    sure = [replace(FINDING, severity=Severity.LOW, message=f"sure {number}") for number in range(9)]
    unsure = replace(FINDING, severity=Severity.CRITICAL, confidence=Confidence.LOW, message="perhaps")
    written = lines(empty_report, unsure, *sure)
    assert len(written) == 10
    assert "perhaps" in written[-1]


def test_what_was_accepted_is_left_out_and_nothing_is_said_with_its_denominator(empty_report: Report) -> None:
    assert lines(empty_report, replace(FINDING, suppressed="we know")) == [
        "::notice title=depscan::No findings; 0 of 0 source files read, 0 gaps."
    ]


EMPTY = Report(Tool("depscan", "1"), Subject("x", "x"), "", Code())
ANY = st.text(st.characters(codec=None, exclude_categories=())) | st.text(
    st.sampled_from("::%,\r\n#=a0DA"), max_size=40
)


@given(path=st.text(st.sampled_from("ab%,:\r\n=/.0DA3"), min_size=1, max_size=30))
def test_a_runner_reads_back_the_path(path: str) -> None:
    report = replace(EMPTY, findings=(replace(FINDING, locations=(Location(path, 1),)),))
    (line,) = github.render(report, LOOK).decode().splitlines()
    found = re.match(r"::error (.*?)::", line)
    assert found
    assert unquote(dict(pair.split("=", 1) for pair in found[1].split(","))["file"]) == path


@given(text=ANY)
def test_one_finding_is_one_command(text: str) -> None:
    finding = Finding(text, Severity.HIGH, Confidence.HIGH, text, text, (Location(text, 1),), text, text)
    report = replace(EMPTY, findings=(finding,))
    written = github.render(report, Look(titles={text: text})).decode()
    assert written.count("\n") == 1
    assert re.fullmatch(r"::error (file=[^,:]+,)?(line=1,)?title=[^,:]+::(?!.*::).*\n", written)
