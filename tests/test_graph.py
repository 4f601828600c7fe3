"""The verbs over the dependency graph: hand-made graphs, brute force on random ones, and size."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.graph import DependencyGraph
from depscan.metrics import measure
from depscan.model import (
    Code,
    Declaration,
    Edge,
    Evidence,
    Location,
    Need,
    Package,
    Pin,
    Project,
    Report,
    Subject,
    Tool,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LOCK = Location("uv.lock")
MANIFEST = Location("pyproject.toml", 5)
METADATA = Location(".venv/lib/a/METADATA", 3)
APP = Project("", "app", MANIFEST)


def asks(
    name: str, path: str = "pyproject.toml", scope: Need = Need.RUNTIME, extras: tuple[str, ...] = ()
) -> Declaration:
    return Declaration(name, Location(path), scope=scope, extras=extras)


def edges(text: str, location: Location = LOCK) -> tuple[Edge, ...]:
    """`a>b>c d>e` is three edges."""
    return tuple(Edge(a, b, location) for chain in text.split() for a, b in pairwise(chain.split(">")))


def graph(direct: str, requires: str) -> DependencyGraph:
    declarations = tuple(asks(name) for name in direct.split())
    return DependencyGraph.build(Evidence(projects=(APP,), declarations=declarations, edges=edges(requires)))


# -- known answers ----------------------------------------------------------------------------------------------------

DIAMOND = graph("a b", "a>c>e a>d>e>f b>e d>g app>a x>y")
VERBS: tuple[Callable[[str], tuple[object, ...]], ...] = (
    DIAMOND.why,
    DIAMOND.introducers,
    DIAMOND.dependents,
    DIAMOND.requires,
    DIAMOND.exclusive,
)


def test_what_is_here() -> None:
    assert DIAMOND.known
    assert DIAMOND.direct() == ("a", "b")
    assert DIAMOND.closure() == ("a", "b", "c", "d", "e", "f", "g")
    assert DIAMOND.requires("d") == ("e", "f", "g")
    assert DIAMOND.dependents("e") == ("a", "b", "c", "d")
    assert DIAMOND.dependents("a") == ()


def test_how_it_comes_here() -> None:
    assert DIAMOND.introducers("e") == ("a", "b")
    assert DIAMOND.introducers("g") == ("a",)
    assert DIAMOND.introducers("b") == ("b",)
    assert DIAMOND.why("e") == (("b", "e"), ("a", "c", "e"))
    assert DIAMOND.why("e", limit=1) == (("b", "e"),)
    assert DIAMOND.why("a") == (("a",),)
    assert not DIAMOND.why("e", limit=0)
    assert not DIAMOND.why("e", limit=-1)


def test_what_goes_with_it() -> None:
    assert DIAMOND.exclusive("a") == ("c", "d", "g")
    assert DIAMOND.exclusive("b") == ()
    assert DIAMOND.exclusive("e") == ("f",)
    assert DIAMOND.chokepoints() == (("a", 3), ("d", 1), ("e", 1))
    assert DIAMOND.reach() == {"a": 0, "b": 0, "c": 1, "d": 1, "e": 4, "f": 5, "g": 2}
    assert DIAMOND.cycles() == ()


@pytest.mark.parametrize("root", [{}, {"/": "/"}, {"/": None}])
def test_what_networkx_says_of_the_root_differs_by_version(
    monkeypatch: pytest.MonkeyPatch, root: dict[str, str | None]
) -> None:
    def dominators(graph: nx.DiGraph[str], start: str) -> dict[str, str | None]:
        return {node: above for node, above in original(graph, start).items() if node != start} | root

    original = nx.immediate_dominators
    monkeypatch.setattr(nx, "immediate_dominators", dominators)
    assert graph("a b", "a>c>e a>d>e>f b>e").chokepoints() == (("a", 2), ("e", 1))


@pytest.mark.parametrize("name", ["nowhere", "", "app"])
def test_unknown_names_and_own_projects_have_empty_answers(name: str) -> None:
    assert not any(verb(name) for verb in VERBS)


def test_a_package_outside_of_the_closure_is_nobody_s() -> None:
    assert not any(verb("y") for verb in VERBS)
    assert DIAMOND.requires("x") == ("y",)


def test_cycles() -> None:
    found = graph("a p", "a>b>c>a c>d>e>f>d p>q>r>s>p q>p x>y>x")
    assert found.cycles() == (("a", "b", "c"), ("d", "e", "f"), ("p", "q"))
    assert found.reach() == {"a": 2, "b": 2, "c": 2, "d": 5, "e": 5, "f": 5, "p": 3, "q": 3, "r": 3, "s": 3}
    assert found.exclusive("a") == ("b", "c", "d", "e", "f")
    assert found.dependents("a") == ("b", "c")
    assert found.why("a") == (("a",),)


def test_a_package_that_requires_itself_is_no_cycle() -> None:
    assert graph("a", "a>a").cycles() == ()


def test_of_several_shortest_chains_the_first_of_the_alphabet_is_told() -> None:
    assert graph("a", "a>c>z a>b>z").why("z") == (("a", "b", "z"),)


def test_nothing_at_all() -> None:
    empty = DependencyGraph.build(Evidence())
    assert not any((empty.direct(), empty.closure(), empty.cycles(), empty.chokepoints(), empty.reach()))
    assert not empty.known


def test_without_edges_the_graph_is_not_known() -> None:
    found = graph("a b", "")
    assert not found.known
    assert found.closure() == found.direct() == ("a", "b")
    assert found.why("a") == (("a",),)


# -- what counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", Need)
def test_all_declarations_but_constraints_ask(scope: Need) -> None:
    found = DependencyGraph.build(Evidence(declarations=(asks("a", scope=scope),)))
    assert found.direct() == (() if scope is Need.CONSTRAINT else ("a",))


EXTRA = Edge("a", "b", METADATA, extra="Deep_Learning")


@pytest.mark.parametrize(
    ("edge", "declaration", "pins", "counts"),
    [
        (EXTRA, asks("a"), (), False),
        (EXTRA, asks("a"), (Pin("b", "1", LOCK),), False),
        (EXTRA, asks("a"), (Pin("b", "1", METADATA),), True),
        (EXTRA, asks("a", extras=("deep-learning",)), (), True),
        (EXTRA, asks("a", extras=("other",)), (), False),
        (Edge("app", "b", METADATA, extra="x"), asks("a"), (), True),
        (Edge("a", "b", LOCK, "python_version < '3'"), asks("a"), (), True),
        (Edge("a", "b", LOCK, "python_version < '3'"), asks("a"), (Pin("a", "1", LOCK),), False),
        (Edge("a", "b", LOCK, "python_version < '3'"), asks("a"), (Pin("b", "1", LOCK),), True),
        (Edge("a", "b", LOCK), asks("a"), (Pin("a", "1", LOCK),), True),
    ],
)
def test_edges_of_extras_and_markers(
    edge: Edge, declaration: Declaration, pins: tuple[Pin, ...], *, counts: bool
) -> None:
    found = DependencyGraph.build(Evidence((APP,), (declaration,), pins, (edge,)))
    assert found.known
    assert ("b" in found.closure()) is counts


def extra_edges(text: str) -> tuple[Edge, ...]:
    """`a[x]>b[y]` is an edge of the extra x of a, which asks for b with y."""
    found = []
    for number, pair in enumerate(text.split(), 1):
        (source, extra), (target, asked) = (end.rstrip("]").partition("[")[::2] for end in pair.split(">"))
        found.append(Edge(source, target, Location("uv.lock", number), "", extra, tuple(filter(None, [asked]))))
    return tuple(found)


@pytest.mark.parametrize(
    ("asked", "text", "wanted"),
    [
        ("a", "a[x]>b", "a"),
        ("a[x]", "a[x]>b", "a b"),
        ("a", "a>b[x] b[x]>c b[y]>d", "a b c"),
        ("a[x]", "a[x]>a[y] a[y]>b", "a b"),
        ("a", "a>b c>b[x] b[x]>d", "a b"),
        ("a", "a>b b>a[x] a[x]>c c>a[y] a[y]>d", "a b c d"),
        ("a[X_x]", "a[x-x]>b[Y.y] b[y_Y]>c", "a b c"),
        ("a app", "app>a[x] a[x]>b", "a b"),
        ("", "app[z]>a[x] a[x]>b", "a b"),
    ],
)
def test_an_extra_counts_where_something_that_counts_asks_for_it(asked: str, text: str, wanted: str) -> None:
    wishes = [name.rstrip("]").partition("[") for name in asked.split()]
    declarations = tuple(asks(name, extras=(extra,) if extra else ()) for name, _, extra in wishes)
    found = DependencyGraph.build(Evidence((APP,), declarations, edges=extra_edges(text)))
    assert found.closure() == tuple(wanted.split())


def test_a_compiled_list_names_only_what_was_asked_for() -> None:
    place, elsewhere = Location("requirements.txt", 7), Location("requirements.txt", 9)
    for pin, wanted in ((Pin("b", "1", place), ("a", "b")), (Pin("b", "1", elsewhere), ("a",))):
        edge = Edge("a", "b", place, "", "x")
        assert DependencyGraph.build(Evidence((), (asks("a"),), (pin,), (edge,))).closure() == wanted


@given(
    st.frozensets(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"])), max_size=2),
    st.frozensets(
        st.tuples(
            st.sampled_from("abcde"),
            st.sampled_from(["", "x", "y"]),
            st.sampled_from("abcde"),
            st.sampled_from(["", "x"]),
        ),
        max_size=14,
    ),
)
def test_extras_by_brute_force(asked: frozenset[tuple[str, str]], stated: frozenset[tuple[str, str, str, str]]) -> None:
    declarations = tuple(asks(name, extras=(extra,) if extra else ()) for name, extra in sorted(asked))
    given_edges = tuple(Edge(s, t, LOCK, "", e, (a,) if a else ()) for s, e, t, a in sorted(stated))
    states = {(name, each) for name, extra in asked for each in ("", extra)}
    while new := {(t, each) for s, e, t, a in stated if (s, e) in states for each in ("", a)} - states:
        states |= new
    found = DependencyGraph.build(Evidence((), declarations, edges=given_edges))
    assert found.closure() == tuple(sorted({name for name, _ in states}))


# -- own projects -----------------------------------------------------------------------------------------------------

CORE = Project("libs/core", "own-core", Location("libs/core/pyproject.toml"))
PLUGIN = Project("libs/core/plugin", "own-plugin", Location("libs/core/plugin/pyproject.toml"))


def test_own_projects_are_no_packages() -> None:
    evidence = Evidence(
        (APP, CORE, PLUGIN),
        (
            asks("own-core"),
            asks("a"),
            asks("app", extras=("all",)),
            asks("b", "libs/core/pyproject.toml"),
            asks("own-plugin", "libs/core/requirements/dev.txt"),
            asks("c", "libs/core/plugin/pyproject.toml"),
            asks("own-core", "libs/core/plugin/pyproject.toml"),
        ),
        edges=edges("own-core>d a>own-plugin b>e"),
    )
    found = DependencyGraph.build(evidence)
    assert found.direct() == ("a", "b", "c", "d")
    assert found.closure() == ("a", "b", "c", "d", "e")
    assert found.cycles() == ()
    assert found.requires("a") == ("b", "c", "d", "e")
    assert found.dependents("c") == ("a",)
    assert found.why("c") == (("c",),)
    assert found.why("e") == (("b", "e"),)
    assert found.introducers("c") == ("c",)
    assert found.exclusive("a") == ()
    assert found.chokepoints() == (("b", 1),)


def test_projects_without_a_name_and_files_outside_of_any_project() -> None:
    nameless = Project("tools", "", Location("tools/setup.py"))
    found = DependencyGraph.build(
        Evidence((nameless,), (asks("a", "tools/setup.py"), asks("b", "other/requirements.txt")))
    )
    assert found.direct() == ("a", "b")


def test_two_projects_of_one_name_are_the_first_one() -> None:
    twin = Project("twin", "app", Location("twin/pyproject.toml"))
    found = DependencyGraph.build(
        Evidence((twin, APP), (asks("app"), asks("a", "twin/setup.py")), edges=edges("app>b"))
    )
    assert found.direct() == ("a", "b")


def test_a_saved_report_has_the_same_graph() -> None:
    evidence = Evidence((APP, CORE), (asks("own-core"), asks("a")), (Pin("b", "1", LOCK),), edges("App>a>b own-core>c"))
    evidence = Evidence(
        evidence.projects,
        evidence.declarations,
        evidence.pins,
        (*evidence.edges, Edge("app", "d", METADATA, extra="x")),
    )
    found = DependencyGraph.build(evidence)
    packages = measure(evidence, found).packages
    report = Report(
        Tool("depscan", "1"),
        Subject("App", "."),
        "",
        Code(),
        declarations=evidence.declarations,
        pins=evidence.pins,
        edges=evidence.edges,
        packages=packages,
    )
    again = DependencyGraph.of_report(report)
    assert again.direct() == found.direct()
    assert again.closure() == found.closure()
    assert again.why("b") == (("a", "b"),)
    assert again.known
    assert (
        DependencyGraph.of_report(Report(Tool("", ""), Subject("", ""), "", Code(), packages=(Package("a"),))).direct()
        == ()
    )


# -- brute force ------------------------------------------------------------------------------------------------------

NAMES = "abcdefgh"
Digraph = tuple[frozenset[str], frozenset[tuple[str, str]]]
DIGRAPHS = st.tuples(
    st.frozensets(st.sampled_from(NAMES), max_size=3),
    st.frozensets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20),
)


def made(direct: Iterable[str], requires: Iterable[tuple[str, str]]) -> DependencyGraph:
    evidence = Evidence(
        declarations=tuple(asks(name) for name in direct), edges=tuple(Edge(a, b, LOCK) for a, b in requires)
    )
    return DependencyGraph.build(evidence)


def reached(start: frozenset[str], requires: frozenset[tuple[str, str]], without: str = "") -> set[str]:
    """What `start` needs, and itself, by following edges until nothing is new."""
    found = set(start) - {without}
    while new := {b for a, b in requires if a in found} - found - {without}:
        found |= new
    return found


@given(DIGRAPHS)
def test_brute_force(digraph: Digraph) -> None:
    direct, requires = digraph
    found = made(direct, requires)
    closure = reached(direct, requires)
    below = {name: reached(frozenset(name), requires) for name in NAMES}
    assert found.direct() == tuple(sorted(direct))
    assert found.closure() == tuple(sorted(closure))
    for name in NAMES:
        needing = {other for other in closure if name in below[other] and other != name}
        assert found.requires(name) == tuple(sorted(below[name] - {name}))
        assert found.dependents(name) == tuple(sorted(needing))
        assert found.introducers(name) == tuple(sorted(other for other in direct if name in below[other]))
        lost = closure - reached(direct, requires, without=name) - {name}
        assert found.exclusive(name) == (tuple(sorted(lost)) if name in closure else ())
        assert found.reach().get(name) == (len(needing) if name in closure else None)
    sizes = {name: len(found.exclusive(name)) for name in closure}
    assert found.chokepoints() == tuple(sorted(((n, s) for n, s in sizes.items() if s), key=lambda i: (-i[1], i[0])))


@given(DIGRAPHS)
def test_chains_are_shortest_and_real(digraph: Digraph) -> None:
    direct, requires = digraph
    found = made(direct, requires)
    for name in NAMES:
        chains = found.why(name)
        assert tuple(sorted(chain[0] for chain in chains)) == found.introducers(name)
        assert list(chains) == sorted(chains, key=lambda chain: (len(chain), chain))
        for chain in chains:
            assert chain[-1] == name
            assert set(pairwise(chain)) <= requires
            start, steps = {chain[0]}, 0
            while name not in start:
                start, steps = {b for a, b in requires if a in start}, steps + 1
            assert len(chain) == steps + 1


@given(DIGRAPHS)
def test_cycles_are_one_for_each_group(digraph: Digraph) -> None:
    direct, requires = digraph
    closure = reached(direct, requires)
    below = {name: reached(frozenset(name), requires) for name in NAMES}
    groups = {frozenset(b for b in below[a] if a in below[b]) for a in closure}
    cycles = made(direct, requires).cycles()
    assert [min(cycle) for cycle in cycles] == sorted(min(group) for group in groups if len(group) > 1)
    for cycle in cycles:
        assert len(set(cycle)) == len(cycle) > 1
        assert cycle[0] == min(cycle)
        assert set(pairwise((*cycle, cycle[0]))) <= requires


@given(DIGRAPHS, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_an_edge_more_never_lowers_reach_nor_shrinks_the_closure(digraph: Digraph, source: str, target: str) -> None:
    direct, requires = digraph
    before, after = made(direct, requires), made(direct, requires | {(source, target)})
    assert set(before.closure()) <= set(after.closure())
    assert all(after.reach()[name] >= count for name, count in before.reach().items())


@given(DIGRAPHS, st.data())
def test_the_order_of_facts_does_not_matter(digraph: Digraph, data: st.DataObject) -> None:
    found = made(*digraph)
    direct, requires = digraph
    shuffled = made(data.draw(st.permutations(sorted(direct))), data.draw(st.permutations(sorted(requires))))
    assert [shuffled.why(name) for name in NAMES] == [found.why(name) for name in NAMES]
    assert shuffled.cycles() == found.cycles()
    assert list(shuffled.reach().items()) == list(found.reach().items())


# -- size -------------------------------------------------------------------------------------------------------------


def everything(found: DependencyGraph, name: str) -> None:
    for verb in (found.why, found.introducers, found.exclusive, found.requires, found.dependents):
        verb(name)
    found.chokepoints()
    found.reach()
    found.cycles()


def test_a_large_graph() -> None:
    size = 20_000
    numbers = [(i, (i * 7919 + k * 104_729) % size) for i in range(size) for k in range(1, 7)]
    requires = tuple(Edge(f"p{a}", f"p{b}", LOCK) for a, b in numbers)
    forward = tuple(Edge(f"p{min(a, b)}", f"p{max(a, b)}", LOCK) for a, b in numbers)
    for stated in (requires, forward):
        found = DependencyGraph.build(Evidence(declarations=tuple(asks(f"p{i}") for i in range(50)), edges=stated))
        everything(found, f"p{size - 1}")


def test_deep_chains_do_not_recurse() -> None:
    depth = 50_000
    chain = tuple(Edge(f"p{i}", f"p{i + 1}", LOCK) for i in range(depth))
    found = DependencyGraph.build(Evidence(declarations=(asks("p0"),), edges=chain))
    everything(found, f"p{depth}")
    assert len(found.why(f"p{depth}")[0]) == depth + 1
    assert len(found.exclusive("p0")) == depth
    assert found.reach()[f"p{depth}"] == depth
    ring = DependencyGraph.build(Evidence(declarations=(asks("p0"),), edges=(*chain, Edge(f"p{depth}", "p0", LOCK))))
    assert len(ring.cycles()[0]) == depth + 1
