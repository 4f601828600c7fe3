"""DS201 to DS203 on hand-made advisories: what is certain weighs, what only may be so does not bury it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import rules
from depscan.config import Analysis, Exemption, Policy
from depscan.model import (
    Advisory,
    Affected,
    Audit,
    Confidence,
    Declaration,
    Evidence,
    Exposed,
    Exposure,
    Fact,
    FactKind,
    Finding,
    Fix,
    Location,
    Need,
    Package,
    Pin,
    Severity,
    Tier,
)
from depscan.rules import Case
from depscan.rules.flaws import newest_of, same

LOW, MEDIUM, HIGH, CRITICAL = Severity
YES, POSSIBLY, UNKNOWN = Affected
AVAILABLE, FORBIDDEN, NONE = Fix
PLACE = Location("requirements.txt", 3)
LOCK = Location("uv.lock", 70)
AUDIT = Audit("all.zip", "2026-11-20", 9, 9)
ONE, TWO = "PYSEC-2021-1", "PYSEC-2022-2"


def exposed(name: str = ONE, state: Affected = YES, version: str = "1.4", **more: Any) -> Exposed:
    fields = {"fix": AVAILABLE, "fixed_by": "1.6"} | more
    return Exposed(name, "xyz", state, version if state is YES else "", **fields)


def library(
    *found: Exposed, tier: Tier = Tier.LOAD_BEARING, scope: str = "runtime", latest: str = "", name: str = "xyz"
) -> Package:
    sites = 0 if tier is Tier.NONE else 9
    exposure = Exposure(tier=tier, scope=scope, import_sites=sites, modules=6 if sites else 0)
    return Package(name, "1.4", declared=(PLACE,), exposure=exposure, latest=latest, advisories=found)


def record(name: str = ONE, *aliases: str, **more: Any) -> Advisory:
    return Advisory(name, "xyz", "all.zip", "2026-11-20", aliases or ("CVE-2021-1",), **{"fixed_in": ("1.6",)} | more)


def case(
    *packages: Package,
    records: tuple[Advisory, ...] = (record(), record(TWO, "GHSA-2")),
    specifier: str = "",
    exceptions: tuple[Exemption, ...] = (),
    facts: tuple[Fact, ...] = (),
    audit: Audit | None = AUDIT,
) -> Case:
    evidence = Evidence(
        declarations=tuple(Declaration(each.name, PLACE, specifier) for each in packages),
        pins=(Pin("xyz", "1.4", LOCK), Pin("other", "1.4", Location("uv.lock", 1))),
        facts=facts,
    )
    return Case(evidence, packages, Policy(exceptions=exceptions), "2026-11-24", audit=audit, advisories=records)


def found(code: str, *packages: Package, **more: Any) -> list[Finding]:
    return list(rules.check(case(*packages, **more), select=[code]))


# -- DS201: what is pinned ---------------------------------------------------------------------------------------------


def test_a_pinned_version_that_is_affected() -> None:
    (finding,) = found("DS201", library(exposed(severity=HIGH, weighed=CRITICAL)))
    assert finding.message == (
        "xyz 1.4 is affected by PYSEC-2021-1 (CVE-2021-1): high in the record, critical by use (imported by 6 "
        "modules); fixed in 1.6, which is admitted"
    )
    assert (finding.severity, finding.confidence) == (CRITICAL, Confidence.HIGH)
    assert (finding.advisory, finding.package, finding.vex) == (ONE, "xyz", "")
    assert finding.locations == (LOCK, PLACE)
    assert finding.advice == "move to 1.6 or later"


@pytest.mark.parametrize(
    ("tier", "scope", "severity", "reason"),
    [
        (Tier.LOAD_BEARING, "runtime", MEDIUM, "imported by 6 modules"),
        (Tier.INCIDENTAL, "lazy", MEDIUM, "imported by 6 modules"),
        (Tier.TOOLING, "test", LOW, "imported by tests only"),
        (Tier.TOOLING, "docs", LOW, "imported by docs only"),
        (Tier.NONE, "", LOW, "not imported"),
    ],
)
def test_without_a_severity_use_decides(tier: Tier, scope: str, severity: Severity, reason: str) -> None:
    (finding,) = found("DS201", library(exposed(), tier=tier, scope=scope))
    assert finding.severity is severity
    assert f": severity not stated, {severity} by use ({reason}); " in finding.message


@pytest.mark.parametrize(
    ("symbols", "said"),
    [((), "imported by 6 modules, with nothing that"), (("xyz.load",), "imported by 6 modules, with xyz.load that")],
)
def test_what_the_advisory_names_is_said(symbols: tuple[str, ...], said: str) -> None:
    records = (record(symbols=("xyz.load", "xyz.dump")),)
    (finding,) = found("DS201", library(exposed(symbols=symbols)), records=records)
    assert f"({said} the advisory names)" in finding.message


@pytest.mark.parametrize(
    ("fix", "fixed_by", "fixed_in", "remedy", "advice"),
    [
        (AVAILABLE, "1.6", ("1.6",), "fixed in 1.6, which is admitted", "move to 1.6 or later"),
        (AVAILABLE, "", ("1.2", "1.6"), "fixed in 1.6, and a later one is admitted", "move to 1.6 or later"),
        (AVAILABLE, "", (), "a fix is admitted", "move to a version without it"),
        (
            FORBIDDEN,
            "",
            ("1.2", "2.0", "1.6"),
            "fixed in 1.6, which the declaration forbids",
            "admit 1.6 in the declaration, and move to it",
        ),
        (
            FORBIDDEN,
            "",
            ("odd",),
            "fixed in a later version, which the declaration forbids",
            "admit a later version in the declaration, and move to it",
        ),
        (NONE, "", (), "no fix is known", "find out whether the flaw can be reached here; look for another package if"),
    ],
)
def test_the_state_of_the_fix(fix: Fix, fixed_by: str, fixed_in: tuple[str, ...], remedy: str, advice: str) -> None:
    (finding,) = found(
        "DS201", library(exposed(fix=fix, fixed_by=fixed_by)), records=(record(fixed_in=fixed_in),), specifier="<1.5"
    )
    assert finding.message.endswith(f"; {remedy}")
    assert finding.advice.startswith(advice)


def test_several_pinned_versions_are_one_finding() -> None:
    both = exposed(severity=HIGH, weighed=LOW), exposed(version="0.9+cu1", audited="0.9", fix=NONE, weighed=HIGH)
    (finding,) = found("DS201", library(*both))
    assert finding.message.startswith("xyz 0.9+cu1 (compared as 0.9), 1.4 is affected by PYSEC-2021-1")
    assert finding.message.endswith("; 0.9+cu1: no fix is known, 1.4: fixed in 1.6, which is admitted")
    assert finding.severity is HIGH


def test_what_is_certain_hides_what_is_not() -> None:
    mixed = exposed(), replace(exposed(state=UNKNOWN), version="odd")
    (finding,) = found("DS201", library(*mixed))
    assert finding.message.startswith("xyz 1.4 is affected by")


def test_a_new_advisory_is_a_new_finding() -> None:
    (before,) = found("DS201", library(exposed()))
    after = found("DS201", library(exposed(), exposed(TWO)))
    assert len({finding.fingerprint for finding in after}) == 2
    assert before.fingerprint in {finding.fingerprint for finding in after}
    assert [finding.advisory for finding in after if finding.fingerprint != before.fingerprint] == [TWO]


def test_other_names_are_shown_where_there_is_no_cve() -> None:
    (ghsa,) = found("DS201", library(exposed(TWO)))
    assert "PYSEC-2022-2 (GHSA-2):" in ghsa.message
    (bare,) = found("DS201", library(exposed("PYSEC-9")))
    assert "is affected by PYSEC-9: " in bare.message


# -- DS201: what may be installed --------------------------------------------------------------------------------------


def possible(name: str = ONE, **more: Any) -> Exposed:
    return exposed(name, POSSIBLY, **{"versions": ("1.0", "1.4")} | more)


def test_what_is_possible_is_one_finding_per_package() -> None:
    subject = library(possible(severity=HIGH, weighed=MEDIUM), possible(TWO), latest="2.0")
    (finding,) = found("DS201", subject)
    assert finding.message == (
        "xyz is not pinned: 2 advisories concern versions that the declaration admits; the newest release, 2.0, is "
        "not among them (PYSEC-2021-1, PYSEC-2022-2; the worst is high)"
    )
    assert (finding.severity, finding.confidence, finding.advisory) == (LOW, Confidence.MEDIUM, "")
    assert finding.locations == (PLACE,)
    (bounded,) = found("DS201", subject, specifier="<1.9")
    assert "newest release" not in bounded.message
    (one,) = found("DS201", library(possible(TWO)))
    assert one.message == "xyz is not pinned: 1 advisory concerns versions that the declaration admits (PYSEC-2022-2)"
    assert (one.advisory, one.fingerprint) == (TWO, finding.fingerprint)


@pytest.mark.parametrize(
    ("specifier", "fixed_in", "advice"),
    [
        ("", ("1.2", "1.6"), "ask for xyz>=1.6, or pin it in a lock"),
        (">=1.7", ("1.6",), "ask for xyz>=1.6, or pin it in a lock"),
        ("<1.6", ("1.6",), "pin it in a lock; then"),
        ("", (), "pin it in a lock; then"),
    ],
)
def test_the_bound_that_helps(specifier: str, fixed_in: tuple[str, ...], advice: str) -> None:
    (finding,) = found("DS201", library(possible()), records=(record(fixed_in=fixed_in),), specifier=specifier)
    assert finding.advice.startswith(advice)


@pytest.mark.parametrize(
    ("more", "latest", "said", "confidence"),
    [
        ({"versions": ("1.0", "2.0")}, "2.0.0", "and its newest release, 2.0.0, is affected by", Confidence.MEDIUM),
        ({"fix": FORBIDDEN}, "", "and no version that is admitted is known to be free of", Confidence.MEDIUM),
        ({"fix": NONE}, "", "and no version that is admitted is known to be free of", Confidence.LOW),
    ],
)
def test_what_would_be_installed_weighs(more: dict[str, Any], latest: str, said: str, confidence: Confidence) -> None:
    (finding,) = found("DS201", library(possible(severity=HIGH, weighed=MEDIUM, **more), latest=latest))
    assert finding.message.startswith(
        f"xyz is not pinned, {said} PYSEC-2021-1 (CVE-2021-1): high in the record, medium"
    )
    assert (finding.severity, finding.confidence, finding.advisory) == (MEDIUM, confidence, ONE)
    (unrated,) = found("DS201", library(possible(**more), latest=latest, tier=Tier.TOOLING))
    assert unrated.severity is LOW


def test_what_is_not_known_is_one_finding() -> None:
    one = library(exposed(state=UNKNOWN), exposed(TWO, UNKNOWN))
    two = library(replace(exposed(state=UNKNOWN), package="abc", version="odd"), name="abc")
    (finding,) = found("DS201", two, one)
    assert finding.message == (
        "whether what is installed of 2 packages is affected is not known: there are advisories on xyz (2), abc (1), "
        "and no version to compare with them"
    )
    assert (finding.severity, finding.confidence, finding.package) == (LOW, Confidence.LOW, "")
    both = found("DS201", one, two, exceptions=(Exemption(code="DS201", package="xyz", reason="r"),))
    assert sorted((each.package, each.suppressed) for each in both) == [("", ""), ("xyz", "r")]
    assert len({each.fingerprint for each in both}) == 2


@pytest.mark.parametrize(
    ("each", "said"),
    [
        (possible(), "xyz is not pinned, and 2 of the versions that are admitted are affected by"),
        (possible(versions=()), "xyz is not pinned, and some versions that are admitted are affected by"),
        (exposed(state=UNKNOWN), "nothing says which version of xyz is installed, and some are affected by"),
        (replace(exposed(state=UNKNOWN), version="odd"), "nothing says whether xyz odd is affected by"),
    ],
)
def test_an_exception_takes_an_advisory_out_of_the_others(each: Exposed, said: str) -> None:
    exception = Exemption(code="DS2", advisory="cve-2021-1", reason="not reached", vex=Analysis.NOT_AFFECTED)
    rest, accepted = sorted(
        found("DS201", library(each, replace(each, id=TWO)), exceptions=(exception,)), key=lambda f: f.suppressed
    )
    assert accepted.message.startswith(f"{said} PYSEC-2021-1 (CVE-2021-1): ")
    assert (accepted.suppressed, accepted.vex, accepted.severity) == ("not reached", "not_affected", LOW)
    assert (rest.suppressed, rest.vex) == ("", "")
    assert TWO in rest.message or "xyz (1)" in rest.message


# -- DS202 -------------------------------------------------------------------------------------------------------------

HOSTILE = (record("MAL-2026-1", "GHSA-9", malicious=True, fixed_in=()),)


@pytest.mark.parametrize(
    ("each", "latest", "severity", "confidence", "said"),
    [
        (exposed("MAL-2026-1"), "", CRITICAL, Confidence.HIGH, "xyz 1.4 is a hostile release, as MAL-2026-1 (GHSA-9)"),
        (possible("MAL-2026-1"), "2.0", MEDIUM, Confidence.LOW, "xyz is not pinned, and 2 of the versions"),
        (possible("MAL-2026-1"), "1.4", CRITICAL, Confidence.MEDIUM, "xyz is not pinned, and its newest release, 1.4,"),
        (possible("MAL-2026-1", fix=NONE), "", CRITICAL, Confidence.LOW, "xyz is not pinned, and no version that is"),
        (exposed("MAL-2026-1", UNKNOWN, fix=NONE), "", CRITICAL, Confidence.LOW, "nothing says which version of xyz"),
        (exposed("MAL-2026-1", UNKNOWN), "", MEDIUM, Confidence.LOW, "nothing says which version of xyz"),
    ],
)
def test_hostile_releases(each: Exposed, latest: str, severity: Severity, confidence: Confidence, said: str) -> None:
    subject = library(replace(each, weighed=CRITICAL), latest=latest, tier=Tier.NONE)
    (finding,) = found("DS2", subject, records=HOSTILE)
    assert (finding.code, finding.severity, finding.confidence) == ("DS202", severity, confidence)
    assert finding.message.startswith(said)
    assert finding.advisory == "MAL-2026-1"


@pytest.mark.parametrize(
    ("version", "detail", "retrieved", "expected"),
    [
        ("1.4.0", "broken", "2026-11-20", ('xyz 1.4 was withdrawn: "broken" (index, 2026-11-20)', Confidence.HIGH)),
        ("1.4", "", "2024-11-20", ("xyz 1.4 was withdrawn: no reason is given (index, 2024-11-20)", Confidence.MEDIUM)),
        ("1.5", "broken", "2026-11-20", None),
    ],
)
def test_withdrawn_releases(version: str, detail: str, retrieved: str, expected: tuple[str, Confidence] | None) -> None:
    facts = (Fact("xyz", FactKind.YANKED, version, "index", retrieved, detail=detail),)
    findings = found("DS202", library(), facts=facts, audit=None)
    assert [(each.message, each.confidence) for each in findings] == ([expected] if expected else [])
    assert all((each.severity, each.locations, each.advisory) == (MEDIUM, (LOCK, PLACE), "") for each in findings)


def test_a_hostile_release_that_was_withdrawn_is_one_finding() -> None:
    facts = (Fact("xyz", FactKind.YANKED, "1.4", "index", "2026-11-20"),)
    (finding,) = found("DS202", library(exposed("MAL-2026-1")), records=HOSTILE, facts=facts)
    assert finding.severity is CRITICAL


# -- DS203 -------------------------------------------------------------------------------------------------------------


def test_a_declaration_that_forbids_the_fix() -> None:
    stuck = exposed(fix=FORBIDDEN, fixed_by="", severity=CRITICAL, weighed=CRITICAL)
    (finding,) = found("DS203", library(stuck), specifier="<1.5")
    assert finding.message == (
        "requirements.txt:3 asks for xyz<1.5, which rules out the fix of PYSEC-2021-1 (CVE-2021-1): 1.6 or later is "
        "needed"
    )
    assert (finding.severity, finding.confidence, finding.advisory) == (MEDIUM, Confidence.HIGH, ONE)
    assert (finding.locations, finding.advice) == ((PLACE,), "admit 1.6, and run the tests with it")


def test_one_bound_is_one_finding() -> None:
    stuck = exposed(fix=FORBIDDEN), replace(possible(TWO, fix=FORBIDDEN), weighed=LOW)
    records = (record(), record(TWO, fixed_in=("0.9", "1.10", "3.0")))
    (finding,) = found("DS203", library(*stuck), specifier="<1.5", records=records)
    assert finding.message == (
        "requirements.txt:3 asks for xyz<1.5, which rules out the fix of 2 advisories: 1.10 or later is needed "
        "(PYSEC-2022-2, PYSEC-2021-1)"
    )
    assert (finding.severity, finding.confidence, finding.advisory) == (MEDIUM, Confidence.MEDIUM, "")
    accepted = Exemption(code="DS203", advisory=TWO, reason="r")
    both = found("DS203", library(*stuck), specifier="<1.5", records=records, exceptions=(accepted,))
    assert {(each.advisory, each.suppressed) for each in both} == {(ONE, ""), (TWO, "r")}
    assert finding.fingerprint in {each.fingerprint for each in both if not each.suppressed}


@pytest.mark.parametrize(
    "each", [exposed(), exposed(fix=NONE), exposed(state=UNKNOWN, fix=FORBIDDEN), exposed("MAL-1", fix=FORBIDDEN)]
)
def test_nothing_is_forbidden(each: Exposed) -> None:
    assert found("DS203", library(each), records=(record(), record("MAL-1", malicious=True))) == []


def test_a_fix_without_a_number() -> None:
    (finding,) = found("DS203", library(exposed(fix=FORBIDDEN)), records=(), specifier="<1.5")
    assert finding.message == (
        "requirements.txt:3 asks for xyz<1.5, which rules out the fix of PYSEC-2021-1: a later release is needed"
    )
    (unclear,) = found("DS203", library(exposed(fix=FORBIDDEN)))
    assert unclear.message.startswith("what is asked for of xyz rules out the fix of PYSEC-2021-1 (CVE-2021-1)")


def test_only_what_stands_in_the_way_is_named() -> None:
    subject = case(library(exposed(fix=FORBIDDEN)))
    declarations = (
        Declaration("xyz", Location("a.txt", 1), "<1.5"),
        Declaration("xyz", Location("b.txt", 1), ">=1"),
        Declaration("xyz", Location("c.txt", 1), "<1.5", scope=Need.CONSTRAINT),
        Declaration("xyz", Location("d.txt", 1), "", url="git+https://x.test/xyz"),
    )
    mixed = replace(subject, evidence=replace(subject.evidence, declarations=declarations))
    (finding,) = rules.check(mixed, select=["DS203"])
    assert finding.message.startswith("a.txt:1 asks for xyz<1.5, which rules out")


# -- exceptions --------------------------------------------------------------------------------------------------------


def settled(*packages: Package, exception: Exemption, **more: Any) -> tuple[list[Finding], list[str]]:
    subject = case(*packages, exceptions=(exception,), **more)
    findings = rules.check(subject)
    gaps = [gap.reason for gap in rules.idle(findings, subject)]
    return [each for each in findings if each.code == "DS201"], gaps


@pytest.mark.parametrize("name", [ONE, "CVE-2021-1", " cve-2021-1 "])
@pytest.mark.parametrize("package", ["", "XYZ"])
def test_an_advisory_is_accepted_by_id_or_alias(name: str, package: str) -> None:
    exception = Exemption(code="DS201", advisory=name, package=package, reason="not reached")
    (one, two), gaps = settled(library(exposed(weighed=HIGH), exposed(TWO)), exception=exception)
    assert (one.suppressed, one.vex, two.suppressed, two.vex, gaps) == ("not reached", "in_triage", "", "", [])


@pytest.mark.parametrize(
    "exception",
    [
        Exemption(code="DS201", advisory="CVE-2021-9", reason="r"),
        Exemption(code="DS201", advisory=ONE, package="abc", reason="r"),
        Exemption(code="DS203", advisory=ONE, reason="r"),
    ],
)
def test_an_exception_that_fits_nothing_is_named(exception: Exemption) -> None:
    (finding,), (gap,) = settled(library(exposed()), exception=exception)
    about = f"{exception.package}, {exception.advisory}".removeprefix(", ")
    assert finding.suppressed == ""
    assert gap == (
        f"policy exception {exception.code} for {about} (r) fits no finding: remove it, or correct its code, advisory "
        "and package"
    )
    assert settled(library(exposed()), exception=exception, audit=None)[1] == []
    _, (partly,) = settled(library(exposed()), exception=exception, audit=replace(AUDIT, answered=7))
    assert partly.endswith(
        "fits no finding, but of 2 packages or versions nothing was learnt: look before you remove it"
    )


@pytest.mark.parametrize(
    ("facts", "reported"), [((), False), ((Fact("abc", FactKind.LATEST, "1", "x", "2026-11-01"),), True)]
)
def test_whether_something_was_withdrawn_needs_facts(facts: tuple[Fact, ...], reported: bool) -> None:
    _, gaps = settled(library(), exception=Exemption(code="DS202", package="xyz", reason="r"), facts=facts)
    assert len(gaps) == reported


@pytest.mark.parametrize("fix", Fix)
@pytest.mark.parametrize("advisory", [ONE, ""])
def test_until_there_is_a_fix(fix: Fix, advisory: str) -> None:
    exception = Exemption(code="DS201", advisory=advisory, reason="r", until_fixed=True)
    (finding,), gaps = settled(library(exposed(fix=fix)), exception=exception)
    assert (finding.suppressed, finding.vex) == (("r", "in_triage") if fix is NONE else ("", ""))
    named = f"policy exception DS201{f' for {advisory}' if advisory else ''} (r)"
    over = f"{named} was good until a fix is known, and one is: 1 finding counts again; move to the fix"
    assert gaps == ([] if fix is NONE else [over])


def test_until_fixed_says_nothing_of_what_has_no_advisory() -> None:
    exception = Exemption(code="DS2", reason="r", until_fixed=True)
    (together,), _ = settled(library(possible(), possible(TWO)), exception=exception)
    assert together.suppressed == ""


def test_an_exception_can_end_on_a_day_as_well() -> None:
    over = Exemption(code="DS201", advisory=ONE, reason="r", until=date(2026, 11, 23), until_fixed=True)
    (finding,), (gap,) = settled(library(exposed(fix=NONE)), exception=over)
    assert finding.suppressed == ""
    assert "was good until 2026-11-23: 1 finding counts again" in gap


# -- laws --------------------------------------------------------------------------------------------------------------

exposures = st.builds(
    lambda name, state, version, fix, severity, versions: Exposed(
        name, "xyz", state, version, fix=fix, versions=versions, severity=severity, weighed=severity
    ),
    st.sampled_from([ONE, TWO, "MAL-1", "MAL-2"]),
    st.sampled_from(Affected),
    st.sampled_from(["", "1.4", "odd"]),
    st.sampled_from(Fix),
    st.sampled_from([None, *Severity]),
    st.sampled_from([(), ("1.4",), ("odd", "2.0")]),
)
names = st.sampled_from(["", ONE, "CVE-2021-1", "MAL-1"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(exposures, max_size=6, unique_by=lambda each: (each.id, each.version)),
    st.sampled_from(Tier),
    st.sampled_from(["", "2.0"]),
    names,
    st.booleans(),
)
def test_every_finding_has_its_own_identity_a_place_and_advice(
    known: list[Exposed], tier: Tier, latest: str, advisory: str, until_fixed: bool
) -> None:
    records = (record(), record(TWO), record("MAL-1", malicious=True), record("MAL-2", malicious=True))
    exception = Exemption(code="DS2", advisory=advisory, reason="r", until_fixed=until_fixed)
    subject = library(*known, tier=tier, latest=latest)
    findings = found("DS2", subject, records=records, specifier="<1.5", exceptions=(exception,))
    assert len({finding.fingerprint for finding in findings}) == len(findings)
    assert all(finding.locations and finding.message and finding.advice for finding in findings)
    assert bool(findings) is bool(known)
    certain = {each.id for each in known if each.state is YES}
    assert certain <= {finding.advisory for finding in findings if finding.code in {"DS201", "DS202"}}
    assert findings == found(
        "DS2",
        replace(subject, advisories=tuple(known[::-1])),
        records=records,
        specifier="<1.5",
        exceptions=(exception,),
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("1.0", "1", True), ("1.0", "1.1", False), ("odd", "odd", True), ("odd", "1", False)]
)
def test_same(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is expected


def test_newest_of() -> None:
    assert newest_of(["1.9", "odd", "1.10"]) == "1.10"
    assert newest_of(["odd"]) == ""
