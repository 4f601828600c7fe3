"""DS305 and DS405: what has changed since an earlier report, or will with an upgrade, and what only reads so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan import rules
from depscan.licences import family
from depscan.model import (
    Code,
    Confidence,
    Evidence,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Licence,
    LicenceEvidence,
    Location,
    Package,
    Report,
    Severity,
    Steward,
    Subject,
    Tier,
    Tool,
)
from depscan.rules import Case

LOW, MEDIUM, HIGH, _ = Severity
ACME = Steward("acme", parent="acme holding", source="list", retrieved="2026-08-01")
PLACE = Location("pyproject.toml", 3)
LIBRARY = Package("xyz", declared=(PLACE,), exposure=Exposure(tier=Tier.LOAD_BEARING))


def report(*packages: Package, facts: tuple[Fact, ...] = ()) -> Report:
    return Report(
        Tool("depscan", "0"), Subject("app", "app"), "2026-08-01T10:00:00Z", Code(), packages=packages, facts=facts
    )


def found(
    code: str, now: Package, *before: Package, old: tuple[Fact, ...] = (), new: tuple[Fact, ...] = ()
) -> list[Finding]:
    baseline = report(*before, facts=old) if before else None
    return list(rules.check(Case(Evidence(facts=new), (now,), today="2026-11-24", baseline=baseline), select=[code]))


# -- DS305 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "severity", "words"),
    [
        ({"steward": ACME}, {"steward": Steward("evil")}, HIGH, "steward: acme -> evil"),
        ({"steward": ACME}, {"steward": replace(ACME, parent="b")}, HIGH, "parent of acme: acme holding -> b"),
        ({"steward": ACME}, {"steward": replace(ACME, parent="")}, None, ""),
        ({"steward": ACME}, {"steward": replace(ACME, retrieved="2026-11-01")}, None, ""),
        ({"steward": ACME}, {}, None, ""),
        ({}, {"steward": ACME}, None, ""),
        ({"organisation": "a"}, {"organisation": "b"}, HIGH, "organisation: a -> b"),
        ({"organisation": "a"}, {}, None, ""),
        ({"publishers": ("a",)}, {"publishers": ("a", "b")}, MEDIUM, "publishing accounts: + b"),
        ({"publishers": ("a", "b")}, {"publishers": ("a",)}, MEDIUM, "publishing accounts: - b"),
        ({"publishers": ("a",)}, {"publishers": ("b",)}, HIGH, "publishing accounts: + b, - a"),
        ({"publishers": ("a",)}, {"publishers": ("a",)}, None, ""),
        ({"publishers": ("a",)}, {}, None, ""),
        ({}, {"publishers": ("a",)}, None, ""),
    ],
)
def test_what_counts_as_another_owner(
    before: dict[str, object], now: dict[str, object], severity: Severity | None, words: str
) -> None:
    findings = found("DS305", replace(LIBRARY, **now), replace(LIBRARY, **before))  # type: ignore[arg-type]
    assert [f.severity for f in findings] == ([severity] if severity else [])
    assert all(f.message == f"xyz changed hands since 2026-08-01: {words}" for f in findings)


@pytest.mark.parametrize(
    ("tier", "some", "every"),
    [
        (Tier.LOAD_BEARING, MEDIUM, HIGH),
        (Tier.SIGNIFICANT, LOW, MEDIUM),
        (Tier.INCIDENTAL, LOW, LOW),
        (Tier.TOOLING, LOW, LOW),
    ],
)
def test_a_change_weighs_by_tier(tier: Tier, some: Severity, every: Severity) -> None:
    package = replace(LIBRARY, exposure=Exposure(tier=tier))
    before = replace(package, publishers=("a", "b"))
    assert found("DS305", replace(package, publishers=("a",)), before)[0].severity is some
    assert found("DS305", replace(package, publishers=("c",)), before)[0].severity is every


def account(source: str) -> tuple[Fact, ...]:
    return (Fact("xyz", FactKind.PUBLISHER, "a", source, "2026-08-01"),)


@pytest.mark.parametrize(
    ("old", "new", "confidence"),
    [("index", "index", Confidence.HIGH), ("snapshot", "index", Confidence.MEDIUM)],
)
def test_one_source_is_surer_than_two(old: str, new: str, confidence: Confidence) -> None:
    before, now = replace(LIBRARY, publishers=("a",)), replace(LIBRARY, publishers=("b",))
    (finding,) = found("DS305", now, before, old=account(old), new=account(new))
    assert finding.confidence is confidence
    assert finding.fingerprint == rules.fingerprint("DS305", "xyz")


@pytest.mark.parametrize(("source", "confidence"), [("list", Confidence.MEDIUM), ("another", Confidence.LOW)])
def test_stewards_are_written_down_by_people(source: str, confidence: Confidence) -> None:
    now = replace(LIBRARY, steward=Steward("evil", source=source))
    (finding,) = found("DS305", now, replace(LIBRARY, steward=ACME))
    assert finding.confidence is confidence


def test_without_a_baseline_nothing_changed() -> None:
    now = replace(LIBRARY, publishers=("b",))
    assert found("DS305", now) == []
    assert found("DS305", now, replace(LIBRARY, name="other", publishers=("a",))) == []


# -- DS405 ------------------------------------------------------------------------------------------------------------

EXPRESSION, TEXT, CLASSIFIER, NAME, LIST = LicenceEvidence


def under(expression: str, evidence: LicenceEvidence | None = EXPRESSION, tier: Tier = Tier.LOAD_BEARING) -> Package:
    known = Licence(expression, family(expression), evidence, "index", "2026-11-20")
    return replace(LIBRARY, licence=known, exposure=Exposure(tier=tier))


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        (under("Apache-2.0"), under("BUSL-1.1"), (HIGH, Confidence.HIGH)),
        (under("Apache-2.0"), under("AGPL-3.0-only", TEXT), (HIGH, Confidence.HIGH)),
        (under("Apache-2.0", CLASSIFIER), under("BUSL-1.1"), (HIGH, Confidence.MEDIUM)),
        (under("Apache-2.0", LIST), under("BUSL-1.1"), (HIGH, Confidence.LOW)),
        (under("Apache-2.0"), under("BUSL-1.1", tier=Tier.SIGNIFICANT), (MEDIUM, Confidence.HIGH)),
        (under("Apache-2.0"), under("BUSL-1.1", tier=Tier.TOOLING), (LOW, Confidence.HIGH)),
        (under("AGPL-3.0-only"), under("MIT"), (LOW, Confidence.HIGH)),
        (under("MIT"), under("Apache-2.0"), (LOW, Confidence.HIGH)),
        (under("MIT"), under("mit"), None),
        (under("MIT"), under("MIT", CLASSIFIER), None),
        (under("MIT", CLASSIFIER), under("BSD-3-Clause"), None),  # another source may only word it otherwise
        (under("MIT", None), under("BUSL-1.1"), (HIGH, Confidence.LOW)),
        (under("MIT"), under("LicenseRef-ours"), None),
        (under("LicenseRef-ours"), under("MIT"), None),
        (under("MIT"), LIBRARY, None),
        (LIBRARY, under("MIT"), None),
    ],
)
def test_terms_against_the_baseline(before: Package, now: Package, outcome: tuple[Severity, Confidence] | None) -> None:
    findings = found("DS405", now, before)
    assert [(f.severity, f.confidence) for f in findings] == ([outcome] if outcome else [])


def of(version: str, expression: str, evidence: str = "expression") -> Fact:
    return Fact("xyz", FactKind.LICENCE, expression, "index", "2026-11-20", version, evidence)


PINNED = replace(LIBRARY, version="1.0", latest="2.0")


@pytest.mark.parametrize(
    ("package", "facts", "severity"),
    [
        (PINNED, (of("1.0", "MIT"), of("2.0", "BUSL-1.1")), HIGH),
        (PINNED, (of("1.0", "MIT"), of("2.0", "MIT")), None),
        (PINNED, (of("1.0", "MIT"), of("3.0", "BUSL-1.1")), None),
        (PINNED, (of("1.0", "MIT"),), None),
        (PINNED, (of("", "MIT"), of("2.0", "BUSL-1.1")), None),
        (PINNED, (of("1.0", "MIT"), of("2.0", "BUSL-1.1", "hearsay")), None),
        (PINNED, (of("1.0", "MIT"), of("2.0", "MIT"), of("2.0", "BUSL-1.1", "list")), None),
        (replace(PINNED, version=""), (of("1.0", "MIT"), of("2.0", "BUSL-1.1")), None),
        (replace(PINNED, latest=""), (of("1.0", "MIT"), of("2.0", "BUSL-1.1")), None),
        (replace(PINNED, latest="1.0"), (of("1.0", "MIT"), of("2.0", "BUSL-1.1")), None),
    ],
)
def test_terms_of_the_next_upgrade(package: Package, facts: tuple[Fact, ...], severity: Severity | None) -> None:
    findings = found("DS405", package, new=facts)
    assert [f.severity for f in findings] == ([severity] if severity else [])


def test_a_change_names_both_terms_and_the_source() -> None:
    facts = (of("1.0", "MIT"), of("2.0", "BUSL-1.1"))
    (ahead,) = found("DS405", PINNED, replace(PINNED, licence=under("Apache-2.0").licence), new=facts)
    assert ahead.message == (
        "the licence of xyz changes from MIT (1.0, which is pinned) to BUSL-1.1 (2.0, the newest) (index, 2026-11-20)"
    )
    (since,) = found("DS405", under("BUSL-1.1"), under("MIT"))
    assert since.message == "the licence of xyz was MIT on 2026-08-01 and is BUSL-1.1 now (index, 2026-11-20)"
    assert since.fingerprint == ahead.fingerprint == rules.fingerprint("DS405", "xyz")
