"""DS402 to DS404 on hand-made packages: where delivery makes terms matter, what a platform brings, what is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan import rules
from depscan.config import Distribution, Exemption, Policy
from depscan.licences import family
from depscan.model import (
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
    State,
    Terms,
    Tier,
)
from depscan.rules import Case

LOW, MEDIUM, HIGH, _ = Severity
PLACE = Location("pyproject.toml", 3)
LOOKED_UP = Fact("other", FactKind.CATEGORY, "x", "list", "2026-11-01")
APP = Project("", "app", Location("pyproject.toml", 1))


def licence(expression: str, evidence: LicenceEvidence = LicenceEvidence.EXPRESSION) -> Licence:
    return Licence(expression, family(expression), evidence, "package index", "2026-11-20")


def library(expression: str = "", name: str = "xyz", tier: Tier = Tier.LOAD_BEARING) -> Package:
    scope = "test" if tier is Tier.TOOLING else "runtime"
    known = licence(expression) if expression else None
    return Package(name, declared=(PLACE,), exposure=Exposure(tier=tier, scope=scope), licence=known)


def indirect(expression: str, name: str, *introducers: str) -> Package:
    known = licence(expression) if expression else None
    return Package(name, state=State.INDIRECT, exposure=Exposure(introducers=introducers), licence=known)


def found(
    code: str,
    *packages: Package,
    policy: Policy | None = None,
    projects: tuple[Project, ...] = (APP,),
    need: Need = Need.RUNTIME,
    facts: tuple[Fact, ...] = (LOOKED_UP,),
    terms: tuple[Terms, ...] = (),
) -> list[Finding]:
    declared = tuple(Declaration(each.name, PLACE, scope=need) for each in packages if each.declared)
    evidence = Evidence(projects, declared, facts=facts)
    return list(rules.check(Case(evidence, packages, policy or Policy(), "2026-11-24", terms=terms), select=[code]))


# -- DS402 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "distribution", "severity"),
    [
        ("GPL-3.0-only", None, LOW),
        ("GPL-3.0-only", Distribution.SHIPPED, HIGH),
        ("GPL-3.0-only", Distribution.SERVICE, None),
        ("GPL-3.0-only", Distribution.INTERNAL, None),
        ("AGPL-3.0-only", None, LOW),
        ("AGPL-3.0-only", Distribution.SHIPPED, HIGH),
        ("AGPL-3.0-only", Distribution.SERVICE, HIGH),
        ("AGPL-3.0-only", Distribution.INTERNAL, None),
        ("LGPL-3.0-only", Distribution.SHIPPED, None),
        ("MIT", Distribution.SHIPPED, None),
        ("GPL-2.0-only OR MIT", Distribution.SHIPPED, None),
        ("GPL-2.0-only AND MIT", Distribution.SHIPPED, HIGH),
        ("GPL-2.0-only WITH Classpath-exception-2.0", Distribution.SHIPPED, None),
        ("BUSL-1.1", Distribution.SHIPPED, None),  # DS403
        ("", Distribution.SHIPPED, None),
    ],
)
def test_delivery_decides(expression: str, distribution: Distribution | None, severity: Severity | None) -> None:
    findings = found("DS402", library(expression), policy=Policy(distribution=distribution))
    assert [f.severity for f in findings] == ([severity] if severity else [])
    assert all(("set `distribution`" in f.advice) == (distribution is None) for f in findings)


@pytest.mark.parametrize(
    ("tier", "severity"),
    [(Tier.LOAD_BEARING, HIGH), (Tier.SIGNIFICANT, HIGH), (Tier.INCIDENTAL, MEDIUM), (Tier.NONE, MEDIUM)],
)
def test_copyleft_weighs_by_tier(tier: Tier, severity: Severity) -> None:
    (finding,) = found("DS402", library("GPL-3.0-only", tier=tier), policy=Policy(distribution=Distribution.SHIPPED))
    assert finding.severity is severity
    assert finding.message == (
        "xyz is under GPL-3.0-only, strong copyleft terms (package index, 2026-11-20): what is passed on together with "
        "it must be published"
    )
    assert finding.fingerprint == rules.fingerprint("DS402", "xyz")


@pytest.mark.parametrize(
    ("own", "expression", "reported"),
    [
        ("GPL-3.0-or-later", "GPL-3.0-only", False),
        ("AGPL-3.0-only", "GPL-3.0-only", False),
        ("GPL-3.0-or-later", "AGPL-3.0-only", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "GPL-3.0-only", False),
        ("MIT", "GPL-3.0-only", True),
        ("see the file", "GPL-3.0-only", True),
        ("", "GPL-3.0-only", True),
    ],
)
def test_what_the_project_asks_itself_is_nothing_new(own: str, expression: str, reported: bool) -> None:
    projects = (replace(APP, licence=own),)
    assert bool(found("DS402", library(expression), projects=projects)) == reported


def test_every_project_that_uses_it_must_ask_for_it() -> None:
    other = Project("libs/b", "b", Location("libs/b/pyproject.toml", 1), licence="MIT")
    own = replace(APP, licence="GPL-3.0-only")
    both = replace(library("GPL-3.0-only"), declared=(PLACE, Location("libs/b/pyproject.toml", 3)))
    assert found("DS402", both, projects=(own, other))
    assert not found("DS402", library("GPL-3.0-only"), projects=(own, other))
    assert found("DS402", library("GPL-3.0-only"), projects=())


@pytest.mark.parametrize(
    ("package", "need", "reported"),
    [
        (library("GPL-3.0-only", tier=Tier.TOOLING), Need.DEVELOPMENT, False),
        (library("GPL-3.0-only", tier=Tier.TOOLING), Need.RUNTIME, True),
        (replace(library("GPL-3.0-only", tier=Tier.NONE), exposure=Exposure()), Need.DEVELOPMENT, False),
        (replace(library("GPL-3.0-only", tier=Tier.NONE), exposure=Exposure()), Need.BUILD, False),
        (replace(library("GPL-3.0-only", tier=Tier.NONE), exposure=Exposure()), Need.EXTRA, True),
        (library("GPL-3.0-only"), Need.DEVELOPMENT, True),  # production code imports it all the same
    ],
)
def test_what_is_not_delivered_is_not_reported(package: Package, need: Need, reported: bool) -> None:
    assert bool(found("DS402", package, need=need)) == reported


def test_what_only_a_tool_brings_in_is_not_delivered() -> None:
    tool = replace(library("MIT", "tool", Tier.NONE), exposure=Exposure())
    deep = indirect("GPL-3.0-only", "deep", "tool")
    assert not found("DS402", tool, deep, need=Need.DEVELOPMENT)
    (finding,) = found("DS402", tool, deep)
    assert (finding.package, finding.locations) == ("deep", (PLACE,))
    assert found("DS402", tool, indirect("GPL-3.0-only", "deep"), need=Need.DEVELOPMENT)  # nobody knows why it is there


@pytest.mark.parametrize(
    ("evidence", "confidence"),
    [
        (LicenceEvidence.EXPRESSION, Confidence.HIGH),
        (LicenceEvidence.TEXT, Confidence.HIGH),
        (LicenceEvidence.CLASSIFIER, Confidence.MEDIUM),
        (LicenceEvidence.NAME, Confidence.LOW),
        (LicenceEvidence.LIST, Confidence.LOW),
        (None, Confidence.LOW),
    ],
)
def test_confidence_is_that_of_the_evidence(evidence: LicenceEvidence | None, confidence: Confidence) -> None:
    known = replace(licence("GPL-3.0-only"), evidence=evidence)
    (finding,) = found("DS402", replace(library(), licence=known))
    assert finding.confidence is confidence


@pytest.mark.parametrize(
    ("policy", "reported"),
    [
        (Policy(allowed_licences=("GPL-3.0-only",)), False),
        (Policy(allowed_licences=("MIT",)), False),  # DS401 says it
        (Policy(denied_licences=("strong copyleft",)), False),
        (Policy(denied_licences=("BUSL-1.1",)), True),
    ],
)
def test_what_the_policy_names_is_judged_once(policy: Policy, reported: bool) -> None:
    assert bool(found("DS402", library("GPL-3.0-only"), policy=policy)) == reported


# -- DS403 ------------------------------------------------------------------------------------------------------------

NVIDIA = "LicenseRef-NVIDIA-Proprietary"
CUBLAS, CUDNN = "nvidia-cublas-cu12", "nvidia-cudnn-cu12"


def on(platform: str, *proprietary: str) -> Terms:
    families = (
        Share(LicenceFamily.PERMISSIVE.value, 0.5, ("torch",)),
        Share(LicenceFamily.PROPRIETARY.value, 0.5, proprietary),
    )
    chains = tuple(("torch", name) if name == CUBLAS else ("torch", CUBLAS, name) for name in proprietary)
    return Terms(platform, families, "snapshot", chains)


EVERYWHERE = (on("linux-x86_64", CUBLAS, CUDNN), on("macos-arm64"), on("windows-x86_64"))


def test_what_a_permissive_library_brings_in_on_one_platform() -> None:
    torch = library("BSD-3-Clause", "torch")
    facts = (
        Fact(CUBLAS, FactKind.LICENCE, NVIDIA, "wheel metadata", "2026-11-20", detail="text"),
        Fact(CUDNN, FactKind.LICENCE, NVIDIA, "wheel metadata", "2026-11-20", detail="classifier"),
    )
    (finding,) = found("DS403", torch, facts=facts, terms=EVERYWHERE)
    assert finding.message == (
        "torch brings in 2 packages under proprietary terms on linux-x86_64 only, through nvidia-cublas-cu12: "
        "nvidia-cublas-cu12, nvidia-cudnn-cu12; nvidia-cublas-cu12: wheel metadata, 2026-11-20"
    )
    assert (finding.package, finding.severity, finding.confidence) == ("torch", LOW, Confidence.MEDIUM)
    assert finding.locations == (PLACE,)
    (shipped,) = found("DS403", torch, terms=EVERYWHERE, policy=Policy(distribution=Distribution.SHIPPED))
    assert (shipped.severity, shipped.confidence) == (MEDIUM, Confidence.LOW)
    assert shipped.fingerprint == finding.fingerprint != rules.fingerprint("DS403", "torch")


def test_one_package_of_those_brought_in_can_be_accepted() -> None:
    policy = Policy(exceptions=(Exemption(code="DS403", package=CUDNN, reason="EULA read"),))
    alone, group = sorted(
        found("DS403", library("BSD-3-Clause", "torch"), terms=EVERYWHERE, policy=policy), key=lambda f: f.package
    )
    assert (alone.package, alone.suppressed, alone.severity) == (CUDNN, "EULA read", LOW)
    assert alone.message == (
        "nvidia-cudnn-cu12 (torch > nvidia-cublas-cu12 > nvidia-cudnn-cu12) is under proprietary terms on linux-x86_64 "
        "only"
    )
    assert (group.package, group.suppressed) == ("torch", "") and "1 package " in group.message
    shipped = replace_policy(policy, Distribution.SHIPPED)
    assert {f.severity for f in found("DS403", library("MIT", "torch"), terms=EVERYWHERE, policy=shipped)} == {MEDIUM}


def replace_policy(policy: Policy, distribution: Distribution) -> Policy:
    return Policy(exceptions=policy.exceptions, distribution=distribution)


def test_on_all_platforms_none_is_named() -> None:
    terms = tuple(on(platform, CUBLAS) for platform in ("linux-x86_64", "macos-arm64"))
    (finding,) = found("DS403", library("BSD-3-Clause", "torch"), terms=terms)
    assert "only" not in finding.message


def test_a_locked_package_is_brought_in_by_what_introduces_it() -> None:
    torch, cublas = library("BSD-3-Clause", "torch"), indirect(NVIDIA, CUBLAS, "torch")
    (finding,) = found("DS403", torch, cublas)
    assert (finding.package, finding.severity, finding.confidence) == ("torch", LOW, Confidence.HIGH)
    (unknown,) = found("DS403", torch, indirect(NVIDIA, CUBLAS))
    assert (unknown.package, unknown.severity) == (CUBLAS, LOW)


@pytest.mark.parametrize(
    ("expression", "tier", "severity"),
    [
        ("BUSL-1.1", Tier.LOAD_BEARING, HIGH),
        ("BUSL-1.1", Tier.SIGNIFICANT, MEDIUM),
        ("BUSL-1.1", Tier.INCIDENTAL, MEDIUM),
        ("BUSL-1.1", Tier.NONE, MEDIUM),
        (NVIDIA, Tier.LOAD_BEARING, HIGH),
        ("BUSL-1.1 OR MIT", Tier.LOAD_BEARING, None),
        ("AGPL-3.0-only", Tier.LOAD_BEARING, None),
        ("LicenseRef-ours", Tier.LOAD_BEARING, None),
        ("", Tier.LOAD_BEARING, None),
    ],
)
def test_restricted_terms_of_a_direct_dependency(expression: str, tier: Tier, severity: Severity | None) -> None:
    findings = found("DS403", library(expression, tier=tier))
    assert [(f.package, f.severity) for f in findings] == ([("xyz", severity)] if severity else [])


def test_restricted_terms_of_a_tool_are_not_reported() -> None:
    assert not found("DS403", library("BUSL-1.1", tier=Tier.TOOLING), need=Need.DEVELOPMENT)
    assert not found("DS403", library("BUSL-1.1"), policy=Policy(allowed_licences=("BUSL-1.1",)))


# -- DS404 ------------------------------------------------------------------------------------------------------------


KNOWN = Fact("xyz", FactKind.LATEST, "1.0", "package index", "2026-11-20")


@pytest.mark.parametrize(
    ("tier", "facts", "outcome"),
    [
        (Tier.LOAD_BEARING, (KNOWN,), (MEDIUM, Confidence.MEDIUM)),
        (Tier.SIGNIFICANT, (KNOWN,), (LOW, Confidence.MEDIUM)),
        (Tier.LOAD_BEARING, (LOOKED_UP,), (LOW, Confidence.LOW)),  # that no source knows it says little
        (Tier.SIGNIFICANT, (LOOKED_UP,), (LOW, Confidence.LOW)),
    ],
)
def test_an_unknown_licence_on_which_much_rests(
    tier: Tier, facts: tuple[Fact, ...], outcome: tuple[Severity, Confidence]
) -> None:
    (finding,) = found("DS404", library(tier=tier), facts=facts)
    assert (finding.severity, finding.confidence) == outcome
    assert finding.message == "the licence of xyz is not known"
    assert finding.fingerprint == rules.fingerprint("DS404", "xyz")


def test_a_licence_that_is_named_and_not_understood() -> None:
    (named,) = found("DS404", library("LicenseRef-ours"), facts=(KNOWN,))
    assert (named.severity, named.confidence) == (MEDIUM, Confidence.HIGH)
    assert named.message == "xyz names a licence of which it is not known what it asks for: LicenseRef-ours"


def test_unknown_licences_on_which_little_rests_share_one_finding() -> None:
    packages = [library(name=name, tier=Tier.INCIDENTAL) for name in ("a", "b", "c")]
    (finding,) = found("DS404", *packages, indirect("", "d", "a"))
    assert (finding.package, finding.severity) == ("", LOW)
    assert finding.message == (
        "4 packages on which little code rests directly are under terms that are not known: a, b, c, d"
    )
    policy = Policy(exceptions=(Exemption(code="DS404", package="b", reason="MIT, read"),))
    findings = found("DS404", *packages, policy=policy)
    assert [(f.package, f.suppressed) for f in findings] == [("", ""), ("b", "MIT, read")]
    assert findings[0].fingerprint == finding.fingerprint


def test_nothing_is_said_where_nothing_was_looked_up() -> None:
    assert not found("DS404", library(), facts=())
    assert not found("DS404", library("MIT"))
    assert not found("DS404", library(tier=Tier.TOOLING), need=Need.DEVELOPMENT)
