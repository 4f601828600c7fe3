"""DS306, DS401 and the exceptions of the policy: what is denied, what is accepted, and what accepts nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from depscan import rules
from depscan.config import Dimension, Exemption, Policy
from depscan.errors import ConfigError
from depscan.licences import family
from depscan.model import (
    Concentration,
    Confidence,
    Declaration,
    Evidence,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Licence,
    LicenceEvidence,
    LicenceFamily,
    Location,
    Need,
    Package,
    Project,
    Severity,
    Share,
    Status,
    Terms,
    Tier,
)
from depscan.rules import Case

LOW, MEDIUM, HIGH, _ = Severity
PLACE = Location("pyproject.toml", 3)
LOOKED_UP = Fact("other", FactKind.CATEGORY, "x", "list", "2026-11-01")


def library(expression: str = "MIT", version: str = "", tier: Tier = Tier.LOAD_BEARING, name: str = "xyz") -> Package:
    known = Licence(expression, family(expression), LicenceEvidence.CLASSIFIER, "index", "2026-11-20")
    scope = "test" if tier is Tier.TOOLING else "runtime"
    licence = known if expression else None
    return Package(name, version, declared=(PLACE,), exposure=Exposure(tier=tier, scope=scope), licence=licence)


def case(
    *packages: Package,
    policy: Policy,
    need: Need = Need.RUNTIME,
    facts: tuple[Fact, ...] = (LOOKED_UP,),
    terms: tuple[Terms, ...] = (),
    concentration: tuple[Concentration, ...] = (),
) -> Case:
    declared = tuple(Declaration(each.name, PLACE, scope=need) for each in packages)
    evidence = Evidence(declarations=declared, facts=facts)
    return Case(evidence, packages, policy, "2026-11-24", terms=terms, concentration=concentration)


# -- DS306 ------------------------------------------------------------------------------------------------------------


def held(share: float, unknown: float = 0.0, *, dimension: str = "steward", weight: str = "packages") -> Concentration:
    top = Share("acme", share, ("xyz", "abc"))
    return Concentration(dimension, weight, 3, 2.0, (1.0, 3.0), top, unknown, None, (top,))


def concentrated(limits: dict[Dimension, float], *measured: Concentration) -> list[Finding]:
    subject = case(library(), policy=Policy(max_concentration=limits), concentration=measured)
    return list(rules.check(subject, select=["DS306"]))


@pytest.mark.parametrize(
    ("measured", "shown"),
    [
        ((held(0.6),), "60 %"),
        ((held(0.5),), None),
        ((held(0.6, 0.2),), None),  # 48 % of the whole: the unknown may be in other hands
        ((held(0.8, 0.2),), "at least 64 %"),
        ((held(0.6, dimension="parent"),), None),
        ((held(0.4), held(0.7, weight="exposure")), "70 % of what the code imports, by direct share"),
        ((replace(held(0.6), top=None),), None),
        ((), None),
    ],
)
def test_one_hand_against_the_limit(measured: tuple[Concentration, ...], shown: str | None) -> None:
    findings = concentrated({Dimension.STEWARD: 0.5}, *measured)
    assert len(findings) == (shown is not None)
    assert all(f"acme is steward of {shown}" in f.message for f in findings)


def test_each_dimension_has_its_limit_and_identity() -> None:
    both = {Dimension.STEWARD: 0.5, Dimension.LICENCE: 0.5}
    findings = concentrated(both, held(0.6), held(0.7, 0.1, dimension="licence"))
    assert len({f.fingerprint for f in findings}) == 2
    assert all((f.severity, f.confidence, f.package) == (MEDIUM, Confidence.HIGH, "") for f in findings)
    assert all(f.locations == (PLACE,) for f in findings)
    (licence,) = [f for f in findings if "licence" in f.message]
    assert licence.message == (
        "acme is the kind of licence of at least 63 % of the packages that the code imports, the policy admits 50 %: "
        "xyz, abc; 10 % are in hands that are not known"
    )
    assert concentrated({}, held(1.0)) == []


# -- DS401 ------------------------------------------------------------------------------------------------------------


def denied(package: Package, policy: Policy, need: Need = Need.RUNTIME) -> list[Finding]:
    return list(rules.check(case(package, policy=policy, need=need), select=["DS401"]))


@pytest.mark.parametrize(
    ("entry", "version", "words"),
    [
        ("xyz", "", "it names xyz"),
        ("X.Y_Z", "", None),
        ("XYZ", "1.0", "it names XYZ"),
        ("xyz>=1.82.7,<1.83", "1.82.8", "it names xyz>=1.82.7,<1.83, and 1.82.8 is fixed"),
        ("xyz>=1.82.7,<1.83", "1.83.0", None),
        ("xyz>=1.82.7,<1.83", "", None),
        ("xyz>=1", "2.0rc1", "it names xyz>=1, and 2.0rc1 is fixed"),
        ("xyz==2.0", "2.0+cu118", "it names xyz==2.0, and 2.0+cu118 is fixed"),
        ("xyz>=1", "latest", None),
        ("xy", "1.0", None),
    ],
)
def test_denied_by_name(entry: str, version: str, words: str | None) -> None:
    findings = denied(library(version=version), Policy(denied_packages=(entry,)))
    assert [f.message for f in findings] == ([f"xyz is denied by the policy: {words}"] if words else [])
    assert all((f.severity, f.confidence) == (HIGH, Confidence.HIGH) for f in findings)


@pytest.mark.parametrize(
    ("expression", "policy", "said"),
    [
        ("GPL-3.0-only", Policy(denied_licences=("GPL-3.0-only",)), "denied"),
        ("GPL-3.0-only", Policy(denied_licences=("GPL-3.0",)), "denied"),
        ("GPL-3.0-only", Policy(denied_licences=("strong copyleft",)), "denied"),
        ("GPL-3.0-only", Policy(denied_licences=("Strong-Copyleft",)), "denied"),
        ("GPL-3.0-only OR MIT", Policy(denied_licences=("strong copyleft",)), None),
        ("GPL-3.0-only AND MIT", Policy(denied_licences=("strong copyleft",)), "denied"),
        ("MIT", Policy(denied_licences=("strong copyleft",)), None),
        ("MIT", Policy(allowed_licences=("permissive",)), None),
        ("MPL-2.0", Policy(allowed_licences=("permissive",)), "not allowed"),
        ("LGPL-3.0-only", Policy(denied_licences=("weak copyleft",), allowed_licences=("LGPL-3.0-only",)), None),
        ("LicenseRef-ours", Policy(allowed_licences=("permissive",)), "not allowed"),
        ("LicenseRef-ours", Policy(allowed_licences=("LicenseRef-ours",)), None),
        ("", Policy(allowed_licences=("permissive",)), None),
        ("", Policy(denied_licences=("strong copyleft",)), None),
        ("", Policy(denied_licences=("unknown",)), "its licence is not known"),
        ("MIT", Policy(), None),
    ],
)
def test_denied_by_licence(expression: str, policy: Policy, said: str | None) -> None:
    findings = denied(library(expression), policy)
    assert [f.package for f in findings] == (["xyz"] if said else [])
    assert all(f.message.endswith(said or "") for f in findings)


@pytest.mark.parametrize(
    ("tier", "need", "by_name", "by_licence"),
    [
        (Tier.LOAD_BEARING, Need.RUNTIME, HIGH, HIGH),
        (Tier.SIGNIFICANT, Need.RUNTIME, HIGH, HIGH),
        (Tier.INCIDENTAL, Need.RUNTIME, HIGH, MEDIUM),
        (Tier.NONE, Need.RUNTIME, HIGH, MEDIUM),
        (Tier.TOOLING, Need.DEVELOPMENT, MEDIUM, LOW),
    ],
)
def test_denial_weighs_by_tier(tier: Tier, need: Need, by_name: Severity, by_licence: Severity) -> None:
    (name,) = denied(library(tier=tier), Policy(denied_packages=("xyz",)), need)
    (terms,) = denied(library(tier=tier), Policy(denied_licences=("MIT",)), need)
    assert (name.severity, terms.severity, terms.confidence) == (by_name, by_licence, Confidence.MEDIUM)
    (both,) = denied(library(tier=tier), Policy(denied_packages=("xyz",), denied_licences=("MIT",)), need)
    assert both.message == (
        "xyz is denied by the policy: it names xyz; MIT, permissive terms (index, 2026-11-20) are denied"
    )
    assert (both.severity, both.confidence) == (by_name, Confidence.HIGH)
    assert both.fingerprint == name.fingerprint == rules.fingerprint("DS401", "xyz")


def test_what_only_a_platform_brings_is_denied_too() -> None:
    families = (Share(LicenceFamily.PROPRIETARY.value, 1.0, ("blob",)),)
    terms = (Terms("linux-x86_64", families, "snapshot", (("xyz", "blob"),)), Terms("macos-arm64", (), "snapshot"))
    facts = (
        Fact("blob", FactKind.LICENCE, "MIT", "old list", "2026-11-20", detail="list"),
        Fact("blob", FactKind.LICENCE, "LicenseRef-NVIDIA-Proprietary", "wheel", "2026-11-20", detail="text"),
    )
    subject = case(library(), policy=Policy(denied_licences=("proprietary",)), facts=facts, terms=terms)
    (finding,) = rules.check(subject, select=["DS401"])
    assert finding.message == (
        "xyz brings in 1 package under terms that the policy does not admit (LicenseRef-NVIDIA-Proprietary) on "
        "linux-x86_64 only: blob; blob: wheel, 2026-11-20"
    )
    assert (finding.package, finding.severity, finding.locations) == ("xyz", MEDIUM, (PLACE,))
    assert finding.fingerprint != rules.fingerprint("DS401", "xyz")
    exceptions = (Exemption(code="DS401", package="blob", reason="EULA read"),)
    policy = Policy(denied_licences=("proprietary",), exceptions=exceptions)
    (alone,) = rules.check(case(library(), policy=policy, facts=facts, terms=terms), select=["DS401"])
    assert (alone.package, alone.suppressed) == ("blob", "EULA read")
    assert alone.message == (
        "blob (xyz > blob) is denied by the policy: LicenseRef-NVIDIA-Proprietary, proprietary terms (wheel, "
        "2026-11-20) on linux-x86_64 only are denied"
    )
    tool = library(tier=Tier.TOOLING)
    aside = case(tool, policy=Policy(denied_licences=("proprietary",)), need=Need.DEVELOPMENT, facts=facts, terms=terms)
    assert [f.severity for f in rules.check(aside, select=["DS401"])] == [LOW]


def test_own_projects_are_not_judged() -> None:
    terms = (Terms("linux-x86_64", (Share("unknown", 1.0, ("app",)), Share("odd", 0.0, ("x",))), "lock", ((),)),)
    subject = case(policy=Policy(denied_licences=("unknown",)), terms=terms)
    own = replace(subject.evidence, projects=(Project("", "app", PLACE),))
    assert [f.package for f in rules.check(subject, select=["DS401"])] == ["app"]
    assert rules.check(replace(subject, evidence=own), select=["DS401"]) == ()


def test_unknown_licences_are_denied_only_where_they_were_looked_up() -> None:
    subject = case(library(""), policy=Policy(denied_licences=("unknown",)), facts=())
    assert rules.check(subject, select=["DS401"]) == ()


# -- exceptions -------------------------------------------------------------------------------------------------------

ARCHIVED = replace(library(), status=Status("archived"), publishers=("alice",))


def settled(*exceptions: Exemption, facts: tuple[Fact, ...] = (LOOKED_UP,)) -> tuple[list[Finding], list[str]]:
    subject = case(ARCHIVED, policy=Policy(exceptions=exceptions), facts=facts)
    findings = rules.check(subject)
    gaps = rules.idle(findings, subject)
    assert all((gap.stage, gap.location) == ("rules", Location("")) for gap in gaps)
    return [finding for finding in findings if finding.code == "DS301"], [gap.reason for gap in gaps]


@pytest.mark.parametrize(
    "exemption",
    [
        Exemption(code="DS301", package="xyz", reason=" moves away "),
        Exemption(code="ds301", package="XYZ", reason="moves away"),
        Exemption(code="DS3", package="xyz", reason="moves away"),
        Exemption(code="DS301", reason="moves away"),
        Exemption(code="DS301", package="xyz", reason="moves away", until=date(2026, 11, 24)),
    ],
)
def test_what_is_accepted_stays_visible(exemption: Exemption) -> None:
    (finding,), gaps = settled(exemption)
    assert finding.suppressed == "moves away"
    assert replace(finding, suppressed="") == settled()[0][0]
    assert gaps == []


def test_the_first_exception_that_fits_gives_the_reason() -> None:
    (finding,), gaps = settled(Exemption(code="DS3", reason="a"), Exemption(code="DS301", reason="b"))
    assert (finding.suppressed, gaps) == ("a", [])


def test_an_exception_that_is_over_accepts_nothing() -> None:
    over = Exemption(code="DS301", package="xyz", reason="moves away", until=date(2026, 11, 23))
    (finding,), (gap,) = settled(over)
    assert finding.suppressed == ""
    assert gap == (
        "policy exception DS301 for xyz (moves away) was good until 2026-11-23: 1 finding counts again; renew it, or "
        "mend what it accepted"
    )
    undated = Case(Evidence(facts=(LOOKED_UP,)), (ARCHIVED,), Policy(exceptions=(over,)))
    (still,) = rules.check(undated, select=["DS301"])
    assert still.suppressed == "moves away"


def test_several_findings_count_again() -> None:
    _, (gap,) = settled(Exemption(code="DS", package="xyz", reason="x", until=date(2026, 11, 23)))
    assert "2 findings count again" in gap


@pytest.mark.parametrize(
    ("exemption", "reported"),
    [
        (Exemption(code="DS301", package="abc", reason="r"), True),
        (Exemption(code="DS303", package="xyz", reason="r"), True),
        (Exemption(code="DS303", package="xyz", reason="r", until=date(2020, 1, 1)), True),
        (Exemption(code="DS101", package="xyz", reason="r"), True),
        (Exemption(code="DS305", package="xyz", reason="r"), False),  # there is no baseline to compare with
    ],
)
def test_an_exception_that_fits_nothing_is_named(exemption: Exemption, reported: bool) -> None:
    (finding,), gaps = settled(exemption)
    assert finding.suppressed == ""
    named = f"policy exception {exemption.code} for {exemption.package} (r) fits no finding"
    assert [gap.partition(":")[0] for gap in gaps] == ([named] if reported else [])


def test_without_facts_an_exception_about_packages_is_not_idle() -> None:
    assert settled(Exemption(code="DS402", reason="r"), facts=())[1] == []
    assert len(settled(Exemption(code="DS1", package="abc", reason="r"), facts=())[1]) == 1


@pytest.mark.parametrize("code", ["DS9", "E501", "DS3011"])
def test_a_code_that_is_none_is_an_error(code: str) -> None:
    with pytest.raises(ConfigError, match="no rule has the code or prefix"):
        rules.check(Case(Evidence(), policy=Policy(exceptions=(Exemption(code=code, reason="r"),))))
