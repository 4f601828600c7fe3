from __future__ import annotations

import pytest

from depscan import licences
from depscan.graph import DependencyGraph
from depscan.metrics import measure, terms
from depscan.metrics.knowledge import Knowledge
from depscan.model import (
    Declaration,
    Edge,
    Evidence,
    Exposure,
    Fact,
    FactKind,
    LicenceFamily,
    Location,
    Need,
    Package,
    Pin,
    Project,
    Terms,
    Tier,
)

LINUX, MACOS, WINDOWS = "linux-x86_64", "macos-arm64", "windows-x86_64"
LOCK = Location("uv.lock")
ON_LINUX = 'platform_system == "Linux" and platform_machine == "x86_64"'


@pytest.fixture(autouse=True)
def families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expressions that are called like their family."""
    monkeypatch.setattr(licences, "family", LicenceFamily)


def asks(name: str, marker: str = "", extras: tuple[str, ...] = (), scope: Need = Need.RUNTIME) -> Declaration:
    return Declaration(name, Location("pyproject.toml", 5), extras=extras, marker=marker, scope=scope)


def edge(source: str, target: str, marker: str = "", extra: str = "", extras: tuple[str, ...] = ()) -> Edge:
    return Edge(source, target, LOCK, marker, extra, extras)


def pins(*names: str) -> tuple[Pin, ...]:
    return tuple(Pin(name, "1.0", LOCK) for name in names)


def fact(package: str, kind: FactKind, value: str, version: str = "") -> Fact:
    return Fact(package, kind, value, "metadata", "2026-11-01", version)


def on(platform: str, evidence: Evidence, *packages: Package) -> Terms:
    knowledge = Knowledge(evidence.facts)
    found = {each.platform: each for each in terms.by_platform(evidence, packages, knowledge)}
    assert list(found) == [LINUX, MACOS, WINDOWS]
    return found[platform]


def brought(platform: str, evidence: Evidence, *packages: Package) -> set[str]:
    return {name for family in on(platform, evidence, *packages).families for name in family.packages}


TORCH = Evidence(
    declarations=(asks("torch"),),
    facts=(
        fact("torch", FactKind.REQUIRES, f"nvidia-cublas-cu12; {ON_LINUX}", "2.9.0"),
        fact("torch", FactKind.REQUIRES, "filelock", "2.9.0"),
        fact("torch", FactKind.REQUIRES, "opt-einsum; extra == 'opt-einsum'", "2.9.0"),
        fact("torch", FactKind.LICENCE, "permissive"),
        fact("filelock", FactKind.LICENCE, "public domain"),
        fact("nvidia-cublas-cu12", FactKind.LICENCE, "proprietary"),
    ),
)


def test_the_linux_wheel_of_torch_is_not_alone() -> None:
    linux = on(LINUX, TORCH)
    assert linux.chains == (("torch", "nvidia-cublas-cu12"),)
    assert [(each.name, each.packages) for each in linux.families] == [
        ("permissive", ("torch",)),
        ("proprietary", ("nvidia-cublas-cu12",)),
        ("public domain", ("filelock",)),
    ]
    assert {each.share for each in linux.families} == {1 / 3}
    assert linux.basis == "snapshot"
    for platform in (MACOS, WINDOWS):
        assert on(platform, TORCH).chains == ()
        assert brought(platform, TORCH) == {"torch", "filelock"}


def test_extras_bring_more() -> None:
    evidence = Evidence(declarations=(asks("torch", extras=("Opt_Einsum",)),), facts=TORCH.facts)
    assert "opt-einsum" in brought(MACOS, evidence)


def test_nothing_declared_for_run_time_and_nothing_imported() -> None:
    evidence = Evidence(declarations=(asks("pytest", scope=Need.DEVELOPMENT), asks("x", scope=Need.EXTRA)))
    assert terms.by_platform(evidence, [Package("pytest")], Knowledge(())) == ()


def test_what_only_code_asks_for_counts_unless_it_is_for_tests() -> None:
    imported = Package("torch", exposure=Exposure(tier=Tier.INCIDENTAL))
    tested = Package("pytest", exposure=Exposure(tier=Tier.TOOLING))
    evidence = Evidence(facts=TORCH.facts)
    assert brought(MACOS, evidence, imported, tested) == {"torch", "filelock"}


def test_without_any_word_on_requirements_only_declarations_are_known() -> None:
    found = on(LINUX, Evidence(declarations=(asks("a"), asks("b", 'sys_platform == "win32"'))))
    assert found.basis == "declarations"
    assert [(each.name, each.packages) for each in found.families] == [("unknown", ("a",))]
    assert brought(WINDOWS, Evidence(declarations=(asks("b", 'sys_platform == "win32"'),))) == {"b"}


#  edges -> what `a`, declared with the extra x, brings in on Linux
LOCKED: dict[str, tuple[tuple[Edge, ...], set[str]]] = {
    "a chain": ((edge("a", "b"), edge("b", "c")), {"a", "b", "c"}),
    "a cycle": ((edge("a", "b"), edge("b", "a")), {"a", "b"}),
    "an extra that is asked for": ((edge("a", "b", extra="x"),), {"a", "b"}),
    "an extra that is not": ((edge("a", "b", extra="y"),), {"a"}),
    "an extra that a package asks for": ((edge("a", "b", extras=("z",)), edge("b", "c", extra="Z")), {"a", "b", "c"}),
    "a marker that holds": ((edge("a", "b", 'sys_platform == "linux"'),), {"a", "b"}),
    "a marker that does not": ((edge("a", "b", 'sys_platform == "win32"'),), {"a"}),
    "what was resolved away": ((edge("a", "gone", 'sys_platform == "linux"'),), {"a"}),
    "what no pin names but always holds": ((edge("a", "unpinned"),), {"a", "unpinned"}),
    "a marker that cannot be judged": ((edge("a", "b", "no marker"),), {"a", "b"}),
    "a marker that is too long": (
        (edge("a", "b", 'sys_platform == "win32" or ' * 99 + 'os_name == "nt"'),),
        {"a", "b"},
    ),
}


@pytest.mark.parametrize("case", LOCKED.values(), ids=LOCKED.keys())
def test_a_lock_says_what_is_required(case: tuple[tuple[Edge, ...], set[str]]) -> None:
    edges, expected = case
    evidence = Evidence(declarations=(asks("a", extras=("x",)),), edges=edges, pins=pins("a", "b", "c"))
    assert brought(LINUX, evidence) == expected


def test_a_compiled_list_was_asked_for_all_it_holds() -> None:
    place = Location("requirements.txt", 3)
    evidence = Evidence(
        declarations=(asks("a"),),
        edges=(Edge("a", "b", place, 'sys_platform == "linux"', "x"),),
        pins=(Pin("b", "1.0", place),),
    )
    assert brought(LINUX, evidence) == {"a", "b"}
    assert brought(MACOS, evidence) == {"a"}


def test_facts_speak_only_where_no_lock_does() -> None:
    facts = (
        fact("a", FactKind.REQUIRES, "never"),
        fact("b", FactKind.REQUIRES, "d"),
        fact("leaf", FactKind.REQUIRES, "e"),
    )
    evidence = Evidence(
        declarations=(asks("a"), asks("b"), asks("leaf")),
        edges=(edge("a", "c"),),
        pins=pins("a", "c", "leaf"),
        facts=facts,
    )
    assert brought(LINUX, evidence) == {"a", "b", "c", "d", "leaf"}
    assert on(LINUX, evidence).basis == "lock and snapshot"


@pytest.mark.parametrize(
    ("path", "basis"),
    [
        ("uv.lock", "lock"),
        ("environment: venv/a-1.dist-info/METADATA", "environment"),
        (".venv/lib/a-1.dist-info/METADATA", "environment"),
        ("resolved (uv 0.9, linux-x86_64-py311, 2026-11-24)", "resolution"),
    ],
)
def test_the_basis_is_named(path: str, basis: str) -> None:
    assert on(LINUX, Evidence(declarations=(asks("a"),), edges=(Edge("a", "b", Location(path)),))).basis == basis


def test_own_projects_are_no_packages_and_their_lock_tells_what_they_ask_for() -> None:
    own = (Project("", "own", Location("pyproject.toml")), Project("part", "part", Location("part/pyproject.toml")))
    evidence = Evidence(
        projects=own,
        declarations=(asks("part"),),
        edges=(
            edge("own", "a"),
            edge("own", "part"),
            edge("own", "dev", extra="dev"),
            edge("part", "b", extras=("x",)),
        ),
        pins=pins("a", "b", "dev"),
    )
    assert brought(LINUX, evidence) == {"a", "b"}


@pytest.mark.parametrize(
    ("requires", "judged"),
    [
        ((), "3.11"),
        (("", ">=3.9"), "3.9"),
        (("", ">=3.9,<3.13"), "3.9"),
        (("", ">=3.10.4"), "3.10.4"),
        (("", "~=3.12.0"), "3.12.0"),
        (("", "==3.9.*"), "3.9"),
        (("", "<3.13"), "3.11"),
        (("", ">=2.7"), "3.11"),
        (("a", ">=3.8"), "3.8"),
        (("a", ">=3.8", "b", ">=3.10"), "3.10"),
        (("a", ">=3.12", "", ">=3.9"), "3.9"),
    ],
)
def test_the_python_is_the_lowest_that_the_project_admits(requires: tuple[str, ...], judged: str) -> None:
    projects = tuple(
        Project(root, "", Location(root), requires_python=python)
        for root, python in zip(requires[::2], requires[1::2], strict=True)
    )
    exact = judged if judged.count(".") > 1 else f"{judged}.0"
    evidence = Evidence(
        projects=projects,
        declarations=(asks("yes", f'python_full_version == "{exact}"'), asks("no", f'python_full_version > "{exact}"')),
    )
    assert brought(LINUX, evidence) == {"yes"}


@pytest.mark.parametrize("family", list(LicenceFamily))
def test_each_restrictive_package_has_a_chain_from_what_is_asked_for(family: LicenceFamily) -> None:
    evidence = Evidence(
        declarations=(asks("a"), asks("z")),
        edges=(edge("a", "b"), edge("b", "c"), edge("c", "x"), edge("z", "y"), edge("y", "x")),
        facts=(fact("x", FactKind.LICENCE, family.value), fact("a", FactKind.LICENCE, family.value)),
    )
    restrictive = {"strong copyleft", "network copyleft", "source-available", "proprietary"}
    expected = (("a",), ("z", "y", "x")) if family.value in restrictive else ()
    assert on(LINUX, evidence).chains == expected


def test_too_many_markers_are_taken_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "_MOST_MARKERS", 0)
    assert brought(LINUX, Evidence(declarations=(asks("a", 'sys_platform == "win32"'),))) == {"a"}


def test_the_whole_measurement_holds_it() -> None:
    account = fact("torch", FactKind.PUBLISHER, "somebody")
    evidence = Evidence(declarations=TORCH.declarations, facts=(*TORCH.facts, account))
    measured = measure(evidence, DependencyGraph.build(evidence))
    (torch,) = measured.packages
    assert torch.publishers == ("somebody",)
    assert [each.platform for each in measured.terms] == [LINUX, MACOS, WINDOWS]
    assert [each.account for each in measured.reach] == ["somebody"]
    assert not measured.concentration and not measured.covers
