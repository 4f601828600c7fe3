"""Laws that hold for any evidence: order does not matter, more declarations never mean more missing ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from depscan import rules
from depscan.model import (
    Context,
    Declaration,
    Evidence,
    Finding,
    Import,
    Link,
    Location,
    Module,
    Need,
    Origin,
    Project,
    Resolver,
    Scope,
)
from depscan.rules import Case

PACKAGES = ("torch", "numpy", "pandas", "openpyxl", "pytest")
PATHS = ("a.py", "pkg/__init__.py", "pkg/b.py", "docs/conf.py", "tests/test_a.py", "libs/x/c.py", "n.ipynb", "setup.py")
MANIFESTS = ("pyproject.toml", "requirements.txt", "docs/requirements.txt", "libs/x/pyproject.toml", "n.ipynb")

third = st.builds(
    lambda path, package, context, resolver, line: Link(
        path, Import(package, context=context, line=line), Origin.THIRD_PARTY, resolver, (package,), (), package
    ),
    st.sampled_from(PATHS),
    st.sampled_from(PACKAGES),
    st.sampled_from(Context),
    st.sampled_from([Resolver.TABLE, Resolver.IDENTITY]),
    st.integers(1, 9),
)
first = st.builds(
    lambda path, target, context: Link(
        path, Import("x", context=context, line=1), Origin.FIRST_PARTY, Resolver.LAYOUT, (), (target,)
    ),
    st.sampled_from(PATHS),
    st.sampled_from(PATHS),
    st.sampled_from(Context),
)
declarations = st.builds(
    lambda name, path, scope, specifier: Declaration(name, Location(path, 1), specifier, scope=scope),
    st.sampled_from(PACKAGES),
    st.sampled_from(MANIFESTS),
    st.sampled_from(Need),
    st.sampled_from(["", "==1.0", ">=1"]),
)
evidence = st.builds(
    lambda links, declared, scopes, projects: Evidence(
        projects=projects,
        declarations=tuple(declared),
        modules=tuple(Module(path, scope) for path, scope in zip(PATHS, scopes, strict=True)),
        links=tuple(links),
    ),
    st.lists(third | first, max_size=12, unique=True),
    st.lists(declarations, max_size=8, unique=True),
    st.lists(st.sampled_from(Scope), min_size=len(PATHS), max_size=len(PATHS)),
    st.sampled_from([
        (),
        (Project("", "app", Location("pyproject.toml")),),
        (Project("", "app", Location("pyproject.toml")), Project("libs/x", "x", Location("libs/x/pyproject.toml"))),
    ]),
)  # fmt: skip


def missing(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.fingerprint for finding in findings if finding.code == "DS101"}


@settings(max_examples=60, deadline=None)
@given(evidence, st.randoms(use_true_random=False))
def test_order_of_facts_does_not_matter(subject: Evidence, random: object) -> None:
    shuffle = random.shuffle  # type: ignore[attr-defined]
    links, declared, modules = list(subject.links), list(subject.declarations), list(subject.modules)
    for facts in (links, declared, modules):
        shuffle(facts)
    mixed = replace(subject, links=tuple(links), declarations=tuple(declared), modules=tuple(modules))
    assert rules.check(Case(mixed)) == rules.check(Case(subject))


@settings(max_examples=60, deadline=None)
@given(evidence)
def test_every_finding_has_its_own_identity_and_a_place(subject: Evidence) -> None:
    findings = rules.check(Case(subject))
    assert len({finding.fingerprint for finding in findings}) == len(findings)
    assert all(0 < len(finding.locations) <= 20 and finding.message for finding in findings)


@settings(max_examples=60, deadline=None)
@given(evidence, declarations)
def test_one_declaration_more_never_means_one_missing_more(subject: Evidence, more: Declaration) -> None:
    with_more = replace(subject, declarations=(*subject.declarations, more))
    assert missing(rules.check(Case(with_more))) <= missing(rules.check(Case(subject)))


@settings(max_examples=60, deadline=None)
@given(evidence, st.sampled_from(PACKAGES))
def test_a_runtime_declaration_at_the_top_satisfies_everybody(subject: Evidence, package: str) -> None:
    declared = Declaration(package, Location("requirements.txt", 1))
    findings = rules.check(Case(replace(subject, declarations=(*subject.declarations, declared))))
    assert not [f for f in findings if f.package == package and f.code in ("DS101", "DS104")]


@settings(max_examples=60, deadline=None)
@given(evidence, st.sampled_from(PACKAGES))
def test_a_package_that_is_imported_is_never_unused(subject: Evidence, package: str) -> None:
    link = Link("a.py", Import(package, line=1), Origin.THIRD_PARTY, Resolver.TABLE, (package,), (), package)
    findings = rules.check(Case(replace(subject, links=(*subject.links, link))))
    assert not [f for f in findings if f.package == package and f.code == "DS103"]
