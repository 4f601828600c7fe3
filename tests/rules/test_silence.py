"""Laws of DS3xx and DS4xx for any knowledge: none means no finding, and every finding has an identity and a place."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import rules
from depscan.config import Distribution, Exemption, Policy
from depscan.licences import family
from depscan.model import (
    Declaration,
    Evidence,
    Exposure,
    Fact,
    FactKind,
    Licence,
    LicenceEvidence,
    Location,
    Need,
    Package,
    Share,
    State,
    Status,
    Steward,
    Terms,
    Tier,
)
from depscan.rules import Case

NAMES = ("a", "b", "c", "d")
LICENCES = ("MIT", "GPL-3.0-only", "AGPL-3.0-only", "BUSL-1.1", "LicenseRef-NVIDIA-Proprietary", "LicenseRef-ours", "")

packages = st.builds(
    lambda name, tier, state, licence, publishers, status, introducers: Package(
        name,
        "1.0",
        state,
        declared=() if state is State.INDIRECT else (Location("pyproject.toml", NAMES.index(name) + 1),),
        exposure=Exposure(tier=tier, scope="runtime", introducers=introducers),
        licence=Licence(licence, family(licence), LicenceEvidence.TEXT) if licence else None,
        steward=Steward("s") if publishers else None,
        publishers=publishers,
        status=Status(status) if status else None,
        latest="2.0",
    ),
    st.sampled_from(NAMES),
    st.sampled_from(Tier),
    st.sampled_from([State.USED, State.INDIRECT, State.UNUSED]),
    st.sampled_from(LICENCES),
    st.sampled_from([None, (), ("x",), ("x", "y")]),
    st.sampled_from(["", "active", "archived", "quarantined", "odd"]),
    st.sampled_from([None, (), ("a",), ("a", "b")]),
)
facts = st.builds(
    lambda name, kind, value, day, version: Fact(name, kind, value, "index", "2026-11-20", version, day),
    st.sampled_from(NAMES),
    st.sampled_from([FactKind.RELEASE, FactKind.YANKED, FactKind.LICENCE, FactKind.PUBLISHER]),
    st.sampled_from(["1.0", "1.1", "2.0", "MIT", "BUSL-1.1", ""]),
    st.sampled_from(["", "2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01", "text", "?"]),
    st.sampled_from(["", "1.0", "2.0"]),
)
policies = st.builds(
    lambda distribution, allowed, denied, exceptions: Policy(
        distribution=distribution, allowed_licences=allowed, denied_licences=denied, exceptions=exceptions
    ),
    st.sampled_from([None, *Distribution]),
    st.sampled_from([(), ("permissive",)]),
    st.sampled_from([(), ("unknown", "strong copyleft"), ("BUSL-1.1",)]),
    st.sampled_from([(), (Exemption(code="DS4", package="b", reason="r"), Exemption(code="DS302", reason="r"))]),
)
terms = st.sampled_from([
    (),
    (
        Terms("linux", (Share("proprietary", 1.0, ("d", "e")),), "snapshot", (("a", "d"), ("a", "d", "e"))),
        Terms("macos", (), "snapshot"),
    ),
])  # fmt: skip
cases = st.builds(
    lambda packages, facts, policy, terms: Case(
        Evidence(
            declarations=tuple(
                Declaration(each.name, place, scope=Need.RUNTIME) for each in packages for place in each.declared
            ),
            facts=tuple(facts),
        ),
        tuple(packages),
        policy,
        "2026-11-24",
        terms=terms,
    ),
    st.lists(packages, max_size=4, unique_by=lambda package: package.name),
    st.lists(facts, max_size=8, unique=True),
    policies,
    terms,
)


@settings(max_examples=100, deadline=None)
@given(cases)
def test_every_finding_has_its_own_identity_a_place_and_advice(case: Case) -> None:
    findings = rules.check(case, select=["DS3", "DS4"])
    assert len({finding.fingerprint for finding in findings}) == len(findings)
    assert all(finding.locations and finding.message and finding.advice for finding in findings)
    limits = {rule.code: list(rules.RULES).index(rule) for rule in rules.RULES}
    severities = {rule.code: rule.severity for rule in rules.RULES}
    order = list(type(severities["DS301"]))
    assert all(order.index(f.severity) <= order.index(severities[f.code]) for f in findings if f.code in limits)


@settings(max_examples=100, deadline=None)
@given(cases)
def test_without_knowledge_nothing_is_said(case: Case) -> None:
    blank = tuple(
        replace(each, licence=None, steward=None, publishers=None, status=None, latest="") for each in case.packages
    )
    unknown = replace(case, evidence=replace(case.evidence, facts=()), packages=blank, terms=())
    assert rules.check(unknown, select=["DS3", "DS4"]) == ()


@settings(max_examples=100, deadline=None)
@given(cases)
def test_exceptions_hide_nothing(case: Case) -> None:
    codes = {finding.code for finding in rules.check(case)}
    bare = Policy(
        distribution=case.policy.distribution,
        allowed_licences=case.policy.allowed_licences,
        denied_licences=case.policy.denied_licences,
    )
    assert codes == {finding.code for finding in rules.check(replace(case, policy=bare))}


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_order_of_facts_does_not_matter(case: Case) -> None:
    turned = replace(case, evidence=replace(case.evidence, facts=case.evidence.facts[::-1]))
    assert rules.check(turned, select=["DS3", "DS4"]) == rules.check(case, select=["DS3", "DS4"])
