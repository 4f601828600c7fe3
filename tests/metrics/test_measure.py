from __future__ import annotations

import pytest

from depscan.graph import DependencyGraph
from depscan.metrics import Measurement, measure
from depscan.model import (
    Context,
    Declaration,
    Edge,
    Evidence,
    Exposure,
    Import,
    Link,
    Location,
    Module,
    Need,
    Origin,
    Package,
    Pin,
    Project,
    Relation,
    Resolver,
    Scope,
    State,
    Symbol,
    Tier,
    Use,
)

LOCK = Location("uv.lock")
MANIFEST = Location("pyproject.toml", 5)


def third(
    path: str,
    *packages: str,
    name: str = "",
    context: Context = Context.RUNTIME,
    line: int = 1,
    resolver: Resolver = Resolver.DECLARATION,
) -> Link:
    name = name or packages[0]
    return Link(
        path, Import(name, context=context, line=line), Origin.THIRD_PARTY, resolver, packages, import_name=name
    )


def first(path: str, *modules: str) -> Link:
    return Link(path, Import("own"), Origin.FIRST_PARTY, Resolver.LAYOUT, modules=modules)


def declared(name: str, specifier: str = "", scope: Need = Need.RUNTIME, path: str = "pyproject.toml") -> Declaration:
    return Declaration(name, Location(path, 5), specifier, scope=scope)


def run(evidence: Evidence) -> Measurement:
    return measure(evidence, DependencyGraph.build(evidence))


def only(evidence: Evidence, name: str) -> Package:
    return next(package for package in run(evidence).packages if package.name == name)


def exposure(evidence: Evidence, name: str = "x") -> Exposure:
    return only(evidence, name).exposure


A, B, C, D = (Module(f"{name}.py") for name in "abcd")
TEST = Module("tests/test_a.py", Scope.TEST)


# -- shares -----------------------------------------------------------------------------------------------------------


def test_direct_share_and_blast_radius_are_over_production_modules_only() -> None:
    evidence = Evidence(
        modules=(A, B, C, D, TEST),
        links=(
            third("a.py", "x"),
            first("b.py", "a.py"),
            third("tests/test_a.py", "x"),
            first("tests/test_a.py", "a.py"),
        ),
    )
    measured = run(evidence)

    assert measured.modules == 4
    assert measured.gaps == ()
    assert measured.packages[0].exposure.direct_share == 0.25
    assert measured.packages[0].exposure.blast_radius == 0.5
    assert measured.packages[0].exposure.modules == 2


@pytest.mark.parametrize(
    ("context", "direct", "blast"),
    [
        (Context.RUNTIME, 0.5, 0.5),
        (Context.LAZY, 0.5, 0.0),
        (Context.OPTIONAL, 0.5, 0.0),
        (Context.DYNAMIC, 0.5, 0.0),
        (Context.TYPING, 0.0, 0.0),
    ],
)
def test_what_an_import_context_counts_for(context: Context, direct: float, blast: float) -> None:
    found = exposure(Evidence(modules=(A, B), links=(third("a.py", "x", context=context),)))

    assert (found.direct_share, found.blast_radius, found.scope) == (direct, blast, context.value)
    assert (found.import_sites, found.modules) == (1, 1)


@pytest.mark.parametrize(
    ("entry_points", "share"),
    [((), None), (("a.py",), 1.0), (("a.py", "c.py"), 0.5), (("c.py",), 0.0), (("b.py", "b.py", "c.py"), 0.5)],
)
def test_share_of_entry_points_that_cannot_start(entry_points: tuple[str, ...], share: float | None) -> None:
    evidence = Evidence(modules=(A, B, C), links=(third("a.py", "x"), first("b.py", "a.py")), entry_points=entry_points)

    assert exposure(evidence).entry_points == share


def test_programs_outside_production_are_not_counted() -> None:
    example = Module("examples/run.py", Scope.EXAMPLE)
    links = (third("a.py", "x"), third("examples/run.py", "x"))

    assert (
        exposure(Evidence(modules=(A, B, example), links=links, entry_points=("b.py", example.path))).entry_points == 0
    )
    assert exposure(Evidence(modules=(A, B, example), links=links, entry_points=(example.path,))).entry_points is None


def test_a_repository_without_production_code_is_measured_over_the_rest_and_says_so() -> None:
    notebook = Module("examples/a.ipynb", Scope.EXAMPLE)
    setup = Module("setup.py", Scope.TOOLING)
    measured = run(
        Evidence(modules=(notebook, TEST, setup), links=(third("examples/a.ipynb", "x"), third("setup.py", "y")))
    )

    assert measured.modules == 2
    assert [gap.reason for gap in measured.gaps] == [
        "no production code was found: shares are computed over the 2 modules of tests, benchmarks, docs and examples"
    ]
    assert [(package.name, package.exposure.scope, package.exposure.direct_share) for package in measured.packages] == [
        ("x", "runtime", 0.5),
        ("y", "tooling", 0.0),
    ]


def test_a_repository_without_code_says_that_its_zeros_mean_nothing() -> None:
    measured = run(Evidence(declarations=(declared("x"),)))

    assert measured.modules == 0
    assert "shares are 0 for want of modules" in measured.gaps[0].reason
    assert measured.packages[0].exposure.tier is Tier.NONE


# -- use --------------------------------------------------------------------------------------------------------------


def test_statements_and_files_are_counted_in_all_scopes() -> None:
    evidence = Evidence(
        modules=(A, B, TEST),
        links=(
            third("a.py", "x", line=1),
            third("a.py", "x", line=1),  # from x import y, z: one statement
            third("a.py", "x", line=7, context=Context.LAZY),
            third("tests/test_a.py", "x", line=1),
        ),
    )
    found = exposure(evidence)

    assert (found.import_sites, found.modules) == (3, 2)


def test_names_belong_to_the_longest_import_name_of_their_file() -> None:
    module = Module(
        "a.py",
        uses=(
            Use("google.cloud.storage.Client", 3),
            Use("google.auth.default", 1),
            Use("googly.eyes", 9),
            Use("os.path", 2),
        ),
    )
    links = (
        third("a.py", "google-cloud-storage", name="google.cloud.storage"),
        third("a.py", "google-auth", name="google"),
    )
    packages = {package.name: package.exposure for package in run(Evidence(modules=(module,), links=links)).packages}

    assert packages["google-cloud-storage"].symbols == (Symbol("google.cloud.storage.Client", 3),)
    assert packages["google-auth"].symbols == (Symbol("google.auth.default", 1),)


def test_names_are_added_up_over_files_most_used_first() -> None:
    modules = (
        Module("a.py", uses=(Use("x.b", 1), Use("x.a", 2), Use("x.c", 2))),
        Module("tests/t.py", Scope.TEST, uses=(Use("x.c", 1),)),
        Module("b.py", uses=(Use("x.never_imported_here", 5),)),
    )
    found = exposure(Evidence(modules=modules, links=(third("a.py", "x"), third("tests/t.py", "x"))))

    assert found.symbols == (Symbol("x.c", 3), Symbol("x.a", 2), Symbol("x.b", 1))
    assert (found.call_sites, found.api_surface) == (6, 3)


def test_an_import_that_several_declared_distributions_satisfy_counts_for_each() -> None:
    module = Module("a.py", uses=(Use("cv2.imread", 2),))
    link = third("a.py", "opencv-python", "opencv-python-headless", name="cv2")
    packages = run(Evidence(modules=(module,), links=(link,))).packages

    assert [(package.name, package.exposure.blast_radius, package.exposure.call_sites) for package in packages] == [
        ("opencv-python", 1.0, 2),
        ("opencv-python-headless", 1.0, 2),
    ]


@pytest.mark.parametrize(
    ("links", "scope"),
    [
        ((third("a.py", "x", context=Context.TYPING), third("tests/test_a.py", "x")), "typing"),
        ((third("a.py", "x", context=Context.TYPING), third("b.py", "x", context=Context.DYNAMIC)), "dynamic"),
        ((third("a.py", "x", context=Context.OPTIONAL), third("b.py", "x", context=Context.LAZY)), "lazy"),
        ((third("tests/test_a.py", "x"), third("docs/conf.py", "x")), "test"),
        ((third("docs/conf.py", "x"),), "docs"),
    ],
)
def test_the_strongest_use_names_the_scope(links: tuple[Link, ...], scope: str) -> None:
    modules = (A, B, TEST, Module("docs/conf.py", Scope.DOCS))

    assert exposure(Evidence(modules=modules, links=links)).scope == scope


# -- the graph --------------------------------------------------------------------------------------------------------


def test_without_a_lock_the_graph_figures_are_not_known() -> None:
    found = exposure(Evidence(modules=(A,), links=(third("a.py", "x"),), declarations=(declared("x"),)))

    assert (found.exclusive, found.introducers) == (None, None)


LOCKED = Evidence(
    projects=(Project("", "app", MANIFEST),),
    modules=(A,),
    links=(third("a.py", "x"), third("a.py", "deep"), third("a.py", "stray")),
    declarations=(declared("x"), declared("y")),
    pins=tuple(Pin(name, "1", LOCK) for name in ("x", "y", "deep", "shared")),
    edges=(
        Edge("app", "x", LOCK),
        Edge("app", "y", LOCK),
        Edge("x", "deep", LOCK),
        Edge("x", "shared", LOCK),
        Edge("y", "shared", LOCK),
    ),
)


@pytest.mark.parametrize(
    ("name", "state", "relation", "introducers"),
    [
        ("x", State.USED, Relation.DIRECT, None),
        ("y", State.UNUSED, Relation.DIRECT, None),
        ("deep", State.TRANSITIVE_ONLY, Relation.TRANSITIVE, ("x",)),
        ("shared", State.INDIRECT, Relation.TRANSITIVE, ("x", "y")),
        ("stray", State.UNDECLARED, Relation.NONE, ()),
    ],
)
def test_how_declarations_imports_and_the_lock_meet(
    name: str, state: State, relation: Relation, introducers: tuple[str, ...] | None
) -> None:
    package = only(LOCKED, name)

    assert (package.state, package.relation) == (state, relation)
    assert introducers is None or package.exposure.introducers == introducers


def test_own_projects_are_no_packages() -> None:
    evidence = Evidence(
        projects=(Project("core", "own-core", MANIFEST),),
        declarations=(declared("own-core"), declared("x")),
        modules=(A,),
    )

    assert [package.name for package in run(evidence).packages] == ["x"]


# -- declarations -----------------------------------------------------------------------------------------------------


def test_a_constraint_declares_nothing_but_its_exact_version_counts() -> None:
    evidence = Evidence(
        modules=(A,),
        links=(third("a.py", "x"),),
        declarations=(declared("x", "==2.0", Need.CONSTRAINT), declared("unasked", "==1", Need.CONSTRAINT)),
    )
    measured = run(evidence).packages

    assert [(package.name, package.version, package.state, package.declared) for package in measured] == [
        ("x", "2.0", State.UNDECLARED, ())
    ]


@pytest.mark.parametrize(
    ("needs", "state"),
    [((Need.BUILD,), State.USED), ((Need.BUILD, Need.RUNTIME), State.UNUSED), ((Need.DEVELOPMENT,), State.UNUSED)],
)
def test_only_what_the_build_asks_for_is_used_without_an_import(needs: tuple[Need, ...], state: State) -> None:
    evidence = Evidence(modules=(A,), declarations=tuple(declared("x", scope=need) for need in needs))

    assert only(evidence, "x").state is state


@pytest.mark.parametrize(
    ("facts", "version"),
    [
        ((), ""),
        ((declared("x", ">=1"),), ""),
        ((declared("x", "==1.*"),), ""),
        ((declared("x", "==2.0.0+cpu"),), "2.0.0+cpu"),
        ((declared("x", "===2.0"),), "2.0"),
        ((declared("x", "!=1.5,==2.0"),), "2.0"),
        ((Pin("x", "3", LOCK), declared("x", "==2")), "3"),
        ((Pin("x", "10", LOCK), Pin("x", "9", LOCK)), "9"),
        ((Pin("x", "10", LOCK), Pin("x", "unversioned", LOCK)), "10"),
        ((Pin("x", "b", LOCK), Pin("x", "a", LOCK)), "a"),
        ((Pin("x", "1", Location("sub/uv.lock")), Pin("x", "2", LOCK)), "2"),
        ((Pin("x", "1", Location("sub/uv.lock")), declared("x", "==2")), "2"),
    ],
)
def test_version(facts: tuple[Pin | Declaration, ...], version: str) -> None:
    evidence = Evidence(
        modules=(A,),
        links=(third("a.py", "x"),),
        pins=tuple(fact for fact in facts if isinstance(fact, Pin)),
        declarations=tuple(fact for fact in facts if isinstance(fact, Declaration)),
    )

    assert only(evidence, "x").version == version


def test_where_declared_by_which_names_and_how_surely() -> None:
    evidence = Evidence(
        modules=(A,),
        links=(
            third("a.py", "x", name="x2"),
            third("a.py", "x", name="x1", resolver=Resolver.TABLE),
            third("a.py", "x", name="x1"),
        ),
        declarations=(declared("x", path="requirements.txt"), declared("x"), declared("x", "<2", Need.EXTRA)),
    )
    package = only(evidence, "x")

    assert package.declared == (MANIFEST, Location("requirements.txt", 5))
    assert package.import_names == ("x1", "x2")
    assert package.resolver is Resolver.TABLE


# -- order ------------------------------------------------------------------------------------------------------------


def test_hardest_first_whatever_the_order_of_the_evidence() -> None:
    links = (
        third("a.py", "everywhere"),
        third("b.py", "everywhere"),
        third("c.py", "everywhere"),
        third("a.py", "twin-b"),
        third("a.py", "twin-a"),
        third("d.py", "lonely"),
        third("a.py", "guarded", context=Context.OPTIONAL),
        third("tests/test_a.py", "tests-only"),
    )
    evidence = Evidence(modules=(A, B, C, D, TEST), links=links, declarations=(declared("idle"), declared("absent")))
    backwards = Evidence(modules=evidence.modules[::-1], links=links[::-1], declarations=evidence.declarations[::-1])

    names = [package.name for package in run(evidence).packages]

    assert names == ["everywhere", "lonely", "twin-a", "twin-b", "guarded", "tests-only", "absent", "idle"]
    assert run(evidence) == run(backwards)
