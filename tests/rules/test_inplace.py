"""Comments accept findings where they stand, and only there; what accepts nothing is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan import rules
from depscan.config import Exemption, Policy
from depscan.model import (
    Declaration,
    Evidence,
    Fact,
    FactKind,
    Finding,
    Import,
    Link,
    Location,
    Module,
    Origin,
    Project,
    Resolver,
    Waiver,
)
from depscan.rules import Case


def waiver(path: str, line: int, *codes: str, reason: str = "", cell: int = 0) -> Waiver:
    return Waiver(Location(path, line, cell), line, codes, reason)


def case(*waivers: Waiver, places: int = 2) -> Case:
    """The modules m1.py, m2.py ... import einops in line 1, and nothing declares it."""
    paths = [f"m{number}.py" for number in range(1, places + 1)]
    links = tuple(
        Link(path, Import("einops", line=1), Origin.THIRD_PARTY, Resolver.TABLE, ("einops",), import_name="einops")
        for path in paths
    )
    evidence = Evidence(
        projects=(Project("", "x", Location("pyproject.toml")),),
        declarations=(Declaration("x", Location("pyproject.toml", 3)),),
        modules=tuple(Module(path) for path in paths),
        links=links,
    )
    return Case(evidence, waivers=waivers)


def judged(case: Case) -> tuple[Finding, list[str]]:
    findings = rules.check(case, select=("DS101",))
    (finding,) = findings
    return finding, [f"{gap.location}: {gap.reason}" for gap in rules.idle(findings, case)]


@pytest.mark.parametrize(
    ("waivers", "suppressed"),
    [
        ((), ""),
        ((waiver("m1.py", 1, "DS101", reason="ours"),), ""),
        ((waiver("m1.py", 1, "DS101", reason="ours"), waiver("m2.py", 1, "DS101", reason="ours")), "ours"),
        ((waiver("m1.py", 1, "DS1", reason="a"), waiver("m2.py", 1, reason="b")), "a; b"),
        ((waiver("m1.py", 1, "DS101"), waiver("m2.py", 1)), "ignored in place, without a reason"),
        ((waiver("m1.py", 1, "DS103"), waiver("m2.py", 1, "DS101")), ""),
        ((waiver("m1.py", 1, cell=1), waiver("m2.py", 1)), ""),
        ((waiver("m1.py", 2), waiver("m2.py", 1)), ""),
    ],
)
def test_every_place_must_be_accepted(waivers: tuple[Waiver, ...], suppressed: str) -> None:
    assert judged(case(*waivers))[0].suppressed == suppressed


def test_places_that_are_left_come_first() -> None:
    finding, gaps = judged(case(waiver("m1.py", 1, "DS101")))
    assert [place.path for place in finding.locations] == ["m2.py", "m1.py"]
    assert not gaps


def test_what_names_only_some_of_its_places_is_not_accepted_in_place() -> None:
    waivers = [waiver(f"m{number}.py", 1, "DS101", reason="ours") for number in range(1, 31)]
    finding, gaps = judged(case(*waivers, places=30))
    assert not finding.suppressed
    assert not gaps


def test_the_policy_speaks_first() -> None:
    both = case(waiver("m1.py", 1, reason="comment"), waiver("m2.py", 1, reason="comment"))
    both = replace(both, policy=Policy(exceptions=(Exemption(code="DS101", reason="policy"),)))
    assert judged(both)[0].suppressed == "policy"


@pytest.mark.parametrize(
    ("waivers", "expected"),
    [
        ((waiver("m1.py", 1, "DS101"),), []),
        ((waiver("m1.py", 5, "DS101"),), ["m1.py:5: a comment ignores DS101 here, and there is no such finding"]),
        ((waiver("m1.py", 5),), ["m1.py:5: a comment ignores findings here, and there is none"]),
        ((waiver("m1.py", 1, "DS101", "DS103"),), ["m1.py:1: a comment ignores DS103 here"]),
        ((waiver("m1.py", 1, "DS999"),), ["m1.py:1: no rule has the code 'DS999'"]),
        ((waiver("m1.py", 1, "DS301"),), []),
        ((waiver("m1.py", 1, "DS305"),), []),
    ],
)
def test_what_accepts_nothing_is_named(waivers: tuple[Waiver, ...], expected: list[str]) -> None:
    _, gaps = judged(case(*waivers))
    assert len(gaps) == len(expected)
    assert all(gap.startswith(start) for gap, start in zip(gaps, expected, strict=True))


def test_rules_about_facts_are_judged_where_there_are_facts() -> None:
    fact = Fact("einops", FactKind.STATUS, "active", "here", "2026-01-01")
    known = case(waiver("m1.py", 1, "DS301"))
    known = replace(known, evidence=replace(known.evidence, facts=(fact,)))
    assert any("DS301" in gap for gap in judged(known)[1])


def test_many_idle_comments_of_one_file_are_counted() -> None:
    _, gaps = judged(case(*(waiver("m1.py", line, "DS101") for line in range(2, 102))))
    assert len(gaps) == 21
    assert any("80 more comments" in gap for gap in gaps)


def test_findings_that_name_a_file_and_its_places_first() -> None:
    finding, _ = judged(case())
    (located,) = rules.located([finding], ["m2.py"])
    assert [place.path for place in located.locations] == ["m2.py", "m1.py"]
    assert located.fingerprint == finding.fingerprint
    assert rules.located([finding], ["m1.py", "m3.py"]) == (finding,)
    assert rules.located([finding], ["m3.py", "m"]) == ()
