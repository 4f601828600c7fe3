"""DS301 to DS304 on hand-made facts: when a project counts as given up; sources that are silent say nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from depscan import rules
from depscan.config import Exemption, Policy
from depscan.model import (
    Confidence,
    Declaration,
    Evidence,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Location,
    Package,
    Severity,
    Status,
    Tier,
)
from depscan.rules import Case
from depscan.rules.cadence import cadence, stable

TODAY = "2026-11-24"
INDEX = "package index"
PLACE = Location("pyproject.toml", 3)

LOW, MEDIUM, HIGH, CRITICAL = Severity


def library(name: str = "xyz", tier: Tier = Tier.LOAD_BEARING) -> Package:
    return Package(name, declared=(PLACE,), exposure=Exposure(tier=tier, scope="runtime"))


def found(code: str, *packages: Package, facts: tuple[Fact, ...] = (), policy: Policy | None = None) -> list[Finding]:
    declared = tuple(Declaration(package.name, PLACE) for package in packages)
    evidence = Evidence(declarations=declared, facts=facts)
    return list(rules.check(Case(evidence, packages, policy or Policy(), TODAY), select=[code]))


# -- DS301 ------------------------------------------------------------------------------------------------------------


def status(value: str, retrieved: str = "2026-11-20") -> Status:
    return Status(value, "classifier", INDEX, retrieved)


@pytest.mark.parametrize(
    ("value", "severities"),
    [
        ("quarantined", [CRITICAL, HIGH, HIGH, HIGH, HIGH]),
        ("archived", [HIGH, MEDIUM, LOW, LOW, LOW]),
        ("deprecated", [HIGH, MEDIUM, LOW, LOW, LOW]),
        ("inactive", [MEDIUM, LOW, LOW, LOW, LOW]),
        ("active", []),
        ("maintenance", []),
        ("unknown (no push for a year)", []),
        ("", []),
    ],
)
def test_severity_weighs_status_and_tier(value: str, severities: list[Severity]) -> None:
    findings = [found("DS301", replace(library(tier=tier), status=status(value))) for tier in Tier]
    assert [finding.severity for each in findings for finding in each] == severities


def test_a_status_names_its_basis_and_the_day_it_was_read() -> None:
    (finding,) = found("DS301", replace(library(), status=status("archived")))
    assert finding.message == "xyz is archived (classifier; package index, 2026-11-20)"
    assert finding.locations == (PLACE,)
    assert finding.advice.startswith("plan its replacement")
    (bare,) = found("DS301", replace(library(), status=Status("archived")))
    assert bare.message == "xyz is archived"


def test_an_unknown_status_is_silent() -> None:
    assert found("DS301", library()) == []


@pytest.mark.parametrize(
    ("value", "retrieved", "confidence"),
    [
        ("archived", "2026-11-20", Confidence.HIGH),
        ("archived", "2025-11-24", Confidence.HIGH),
        ("archived", "2025-11-23", Confidence.MEDIUM),
        ("archived", "not a date", Confidence.HIGH),
        ("inactive", "2026-11-20", Confidence.MEDIUM),
        ("inactive", "2020-01-01", Confidence.LOW),
    ],
)
def test_an_old_status_is_less_sure(value: str, retrieved: str, confidence: Confidence) -> None:
    (finding,) = found("DS301", replace(library(), status=status(value, retrieved)))
    assert finding.confidence is confidence


@pytest.mark.parametrize(
    ("required", "value", "severity"),
    [
        (("active",), "maintenance", MEDIUM),
        (("active",), "archived", MEDIUM),
        (("active", "maintenance"), "maintenance", None),
        (("active", "archived"), "archived", None),
        (("active", "quarantined"), "quarantined", HIGH),
        (("active",), "nobody knows", None),
    ],
)
def test_the_policy_says_which_statuses_it_admits(
    required: tuple[str, ...], value: str, severity: Severity | None
) -> None:
    package = replace(library(tier=Tier.INCIDENTAL), status=status(value))
    findings = found("DS301", package, policy=Policy(required_status=required))
    assert [f.severity for f in findings] == ([severity] if severity else [])
    assert all("which the policy does not admit" in f.message for f in findings)


# -- DS302 ------------------------------------------------------------------------------------------------------------


def published(name: str, *accounts: str, retrieved: str = "2026-11-20") -> tuple[Fact, ...]:
    return tuple(Fact(name, FactKind.PUBLISHER, account, INDEX, retrieved, detail="owner") for account in accounts)


@pytest.mark.parametrize(
    ("publishers", "organisation", "tier", "severity"),
    [
        (("alice",), "", Tier.LOAD_BEARING, MEDIUM),
        (("alice",), "", Tier.SIGNIFICANT, LOW),
        (("alice",), "", Tier.INCIDENTAL, LOW),
        (("alice",), "", Tier.NONE, LOW),
        (("alice",), "acme", Tier.LOAD_BEARING, None),
        (("alice", "bob"), "", Tier.LOAD_BEARING, None),
        ((), "", Tier.LOAD_BEARING, None),
        (None, "", Tier.LOAD_BEARING, None),
    ],
)
def test_one_account(
    publishers: tuple[str, ...] | None, organisation: str, tier: Tier, severity: Severity | None
) -> None:
    package = replace(library(tier=tier), publishers=publishers, organisation=organisation)
    findings = found("DS302", package)
    assert [f.severity for f in findings] == ([severity] if severity else [])
    assert all("alice" in f.message for f in findings)


def test_the_message_names_account_source_and_day() -> None:
    (finding,) = found("DS302", replace(library(), publishers=("alice",)), facts=published("xyz", "alice"))
    assert finding.message == (
        "xyz can be published by one account alone, alice, and no organisation is known to own it (package index, "
        "2026-11-20)"
    )
    assert finding.confidence is Confidence.MEDIUM
    (old,) = found(
        "DS302", replace(library(), publishers=("alice",)), facts=published("xyz", "alice", retrieved="2024-01-01")
    )
    assert old.confidence is Confidence.LOW


def test_packages_on_which_little_rests_share_one_finding() -> None:
    packages = [replace(library(name, Tier.INCIDENTAL), publishers=("alice",)) for name in ("a", "b", "c")]
    (finding,) = found("DS302", *packages)
    assert (finding.package, finding.severity) == ("", LOW)
    assert "3 packages" in finding.message and "a (alice), b (alice), c (alice)" in finding.message
    policy = Policy(exceptions=(Exemption(code="DS302", package="B", reason="known"),))
    alone, rest = found("DS302", *packages, policy=policy)[::-1]
    assert (alone.package, alone.suppressed) == ("b", "known")
    assert "2 packages" in rest.message and rest.fingerprint == finding.fingerprint


# -- DS303 ------------------------------------------------------------------------------------------------------------


def releases(
    gap: int, number: int, last: str, *, name: str = "xyz", read: str = "2026-11-20", version: str = "1.{}"
) -> tuple[Fact, ...]:
    """Releases `gap` days apart, the newest of them on the day `last`."""
    days = [date.fromisoformat(last) - timedelta(days=gap * back) for back in reversed(range(number))]
    return tuple(
        Fact(name, FactKind.RELEASE, version.format(at), INDEX, read, detail=str(day)) for at, day in enumerate(days)
    )


@pytest.mark.parametrize(
    ("facts", "confidence"),
    [
        (releases(30, 12, "2024-11-20"), Confidence.MEDIUM),
        (releases(30, 8, "2024-11-20"), Confidence.MEDIUM),
        (releases(30, 7, "2024-11-20"), Confidence.LOW),
        (releases(30, 4, "2024-11-20"), Confidence.LOW),
        (releases(30, 3, "2024-11-20"), None),
        (releases(30, 8, "2025-11-20"), None),  # 365 days: not longer than a year
        (releases(30, 8, "2025-11-19"), Confidence.MEDIUM),
        (releases(100, 8, "2025-10-16"), None),  # 400 days: not more than four gaps
        (releases(100, 8, "2025-10-15"), Confidence.MEDIUM),
        (releases(30, 8, "2024-11-20", read="2024-12-01"), None),  # as of the day it was read
        (releases(30, 8, "2022-11-20", read="2024-12-01"), Confidence.LOW),  # silent even then, but read long ago
        (releases(30, 8, "2024-11-20", version="1.0a{}"), None),
        (releases(30, 8, "2024-11-20", version="release-{}"), None),
        ((), None),
    ],
)
def test_silence_is_measured_against_habit(facts: tuple[Fact, ...], confidence: Confidence | None) -> None:
    findings = found("DS303", library(), facts=facts)
    assert [f.confidence for f in findings] == ([confidence] if confidence else [])


@pytest.mark.parametrize(("tier", "severity"), list(zip(Tier, [MEDIUM, LOW, LOW, LOW, LOW], strict=True)))
def test_a_dormant_library_weighs_by_tier(tier: Tier, severity: Severity) -> None:
    (finding,) = found("DS303", library(tier=tier), facts=releases(30, 8, "2024-11-20"))
    assert finding.severity is severity
    assert finding.message == (
        "xyz has had no stable release for 730 days, since 1.7 of 2024-11-20; its last 8 came 30 days apart in the "
        "median (package index, 2026-11-20). It may be finished, or left"
    )


def test_what_was_withdrawn_or_is_unfinished_breaks_no_silence() -> None:
    later = Fact("xyz", FactKind.RELEASE, "2.0", INDEX, "2026-11-20", detail="2026-10-01")
    facts = releases(30, 8, "2024-11-20")
    assert found("DS303", library(), facts=(*facts, later)) == []
    assert found("DS303", library(), facts=(*facts, replace(later, value="2.0rc1")))
    assert found("DS303", library(), facts=(*facts, later, Fact("xyz", FactKind.YANKED, "2.0", INDEX, "2026-11-20")))


@pytest.mark.parametrize(("value", "count"), [("archived", 0), ("maintenance", 1), ("active", 1)])
def test_nothing_is_said_twice(value: str, count: int) -> None:
    package = replace(library(), status=status(value))
    assert len(found("DS303", package, facts=releases(30, 8, "2024-11-20"))) == count


def test_back_ports_of_one_day_count_once() -> None:
    facts = releases(30, 8, "2024-11-20")
    ported = tuple(replace(fact, value=f"0.{at}") for at, fact in enumerate(facts))
    habit = cadence((*facts, *ported))
    assert habit == cadence(facts)
    assert habit is not None and (habit.version, habit.gap, habit.releases) == ("1.7", 30, 8)


def test_releases_of_one_day_are_ordered_by_version() -> None:
    facts = [
        Fact("xyz", FactKind.RELEASE, version, INDEX, "2026-11-20", detail="2024-01-01") for version in ("1.10", "1.9")
    ]
    undated = Fact("xyz", FactKind.RELEASE, "3.0", INDEX, "2026-11-20")
    assert [fact.value for fact in stable([*facts, undated])] == ["1.9", "1.10"]


def test_a_habit_read_on_no_day_is_none() -> None:
    assert cadence(releases(30, 8, "2024-11-20", read="")) is None


# -- DS304 ------------------------------------------------------------------------------------------------------------

GONE = Fact("xyz", FactKind.HISTORY, "truck-factor-gone", "git history", "2026-11-20", detail="3 developers")


@pytest.mark.parametrize(
    ("tier", "last", "severity"),
    [
        (Tier.LOAD_BEARING, "2024-01-01", HIGH),
        (Tier.LOAD_BEARING, "2026-10-01", MEDIUM),
        (Tier.LOAD_BEARING, "", MEDIUM),
        (Tier.SIGNIFICANT, "2024-01-01", MEDIUM),
        (Tier.SIGNIFICANT, "2026-10-01", LOW),
        (Tier.INCIDENTAL, "2024-01-01", LOW),
        (Tier.TOOLING, "", LOW),
    ],
)
def test_authors_gone(tier: Tier, last: str, severity: Severity) -> None:
    facts = (GONE, *(releases(30, 1, last) if last else ()))
    (finding,) = found("DS304", library(tier=tier), facts=facts)
    assert (finding.severity, finding.confidence) == (severity, Confidence.MEDIUM)
    assert finding.message.startswith(
        "xyz: the developers who wrote most of it have left (3 developers) (git history, 2026-11-20)"
    )
    assert ("no stable release" in finding.message) == (last == "2024-01-01")


@pytest.mark.parametrize(
    "fact",
    [
        replace(GONE, value="truck-factor"),
        replace(GONE, package="abc"),
        replace(GONE, kind=FactKind.CATEGORY),
    ],
)
def test_no_history_no_finding(fact: Fact) -> None:
    assert found("DS304", library(), facts=(fact,)) == []


# -- all --------------------------------------------------------------------------------------------------------------


def test_fingerprints_are_those_of_code_and_package() -> None:
    package = replace(library(), status=status("archived"), publishers=("alice",))
    facts = (GONE, *releases(30, 8, "2024-11-20"))
    for code in ("DS301", "DS302", "DS304"):
        (finding,) = found(code, package, facts=facts)
        assert finding.fingerprint == rules.fingerprint(code, "xyz")
        assert finding.locations and finding.advice


def test_a_package_that_only_a_lock_names_has_a_place() -> None:
    package = Package("deep", exposure=Exposure(introducers=("xyz",)), status=status("archived"))
    case = Case(Evidence(), (package, library()), today=TODAY)
    (finding,) = rules.check(case, select=["DS301"])
    assert finding.locations == (PLACE,)
    (alone,) = rules.check(Case(Evidence(), (package,), today=TODAY), select=["DS301"])
    assert alone.locations == (Location(""),)
