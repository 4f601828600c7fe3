from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.metrics.reach import Reach
from depscan.model import Context, Evidence, Import, Link, Module, Origin, Resolver


def first(path: str, *modules: str, context: Context = Context.RUNTIME) -> Link:
    return Link(path, Import("own", context=context), Origin.FIRST_PARTY, Resolver.LAYOUT, modules=modules)


def third(path: str, *packages: str, context: Context = Context.RUNTIME) -> Link:
    return Link(
        path, Import("ext", context=context), Origin.THIRD_PARTY, Resolver.IDENTITY, packages, import_name="ext"
    )


def reach(paths: str, *links: Link) -> Reach:
    return Reach.of(Evidence(modules=tuple(map(Module, paths.split())), links=links))


CASES: dict[str, tuple[str, tuple[Link, ...], str]] = {
    "the importer itself": ("a.py b.py", (third("a.py", "x"),), "a.py"),
    "and who imports it": ("a.py b.py c.py", (third("a.py", "x"), first("b.py", "a.py")), "a.py b.py"),
    "however far": (
        "a.py b.py c.py",
        (third("a.py", "x"), first("b.py", "a.py"), first("c.py", "b.py")),
        "a.py b.py c.py",
    ),
    "a cycle stops as one": (
        "a.py b.py c.py d.py",
        (
            first("a.py", "b.py"),
            first("b.py", "c.py"),
            first("c.py", "a.py"),
            third("b.py", "x"),
            first("d.py", "c.py"),
        ),
        "a.py b.py c.py d.py",
    ),
    "not who a cycle imports": (
        "a.py b.py c.py",
        (first("a.py", "b.py"), first("b.py", "a.py", "c.py"), third("a.py", "x")),
        "a.py b.py",
    ),
    "a package stops with its __init__": (
        "p/__init__.py p/a.py p/q/__init__.py p/q/b.py c.py",
        (third("p/__init__.py", "x"),),
        "p/__init__.py p/a.py p/q/__init__.py p/q/b.py",
    ),
    "an inner __init__ stops its own folder": (
        "p/__init__.py p/a.py p/q/__init__.py p/q/b.py",
        (third("p/q/__init__.py", "x"),),
        "p/q/__init__.py p/q/b.py",
    ),
    "a folder without __init__ ends the chain": (
        "p/__init__.py p/scripts/a.py",
        (third("p/__init__.py", "x"),),
        "p/__init__.py",
    ),
    "a script in a source root runs no __init__": (
        "src/p/__init__.py src/a.py",
        (third("src/p/__init__.py", "x"),),
        "src/p/__init__.py",
    ),
    "a lazy import lets the module live": ("a.py", (third("a.py", "x", context=Context.LAZY),), ""),
    "a guarded import lets the module live": ("a.py", (third("a.py", "x", context=Context.OPTIONAL),), ""),
    "an import for the type checker never runs": ("a.py", (third("a.py", "x", context=Context.TYPING),), ""),
    "a guarded import of our own module carries nothing": (
        "a.py b.py",
        (third("a.py", "x"), first("b.py", "a.py", context=Context.OPTIONAL)),
        "a.py",
    ),
    "each of several distributions counts": ("a.py", (third("a.py", "y", "x"),), "a.py"),
    "files that were not read are passed over": ("a.py", (third("gone.py", "x"), first("a.py", "gone.py")), ""),
    "a package that nothing imports": ("a.py", (third("a.py", "y"),), ""),
}


@pytest.mark.parametrize(("paths", "links", "stopped"), CASES.values(), ids=CASES)
def test_what_stops_without_x(paths: str, links: tuple[Link, ...], stopped: str) -> None:
    found = reach(paths, *links)

    assert found.stopped_by("x") == tuple(stopped.split())
    assert found.counts(paths.split()).get("x", 0) == len(stopped.split())


def test_counts_only_the_paths_asked_for() -> None:
    found = reach("a.py b.py", third("a.py", "x"), third("b.py", "x", "y"))

    assert found.counts(["b.py", "unknown.py"]) == {"x": 1, "y": 1}


def test_a_chain_deeper_than_the_stack_of_python() -> None:
    depth = 5_000
    links = [first(f"{n}.py", f"{n + 1}.py") for n in range(depth)]

    found = reach(" ".join(f"{n}.py" for n in range(depth + 1)), *links, third(f"{depth}.py", "x"))

    assert len(found.stopped_by("x")) == depth + 1


@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30),
    st.sets(st.tuples(st.integers(0, 9), st.sampled_from("xyz")), max_size=6),
)
def test_agrees_with_a_search_per_package(imports: set[tuple[int, int]], uses: set[tuple[int, str]]) -> None:
    links = [first(f"{source}.py", f"{target}.py") for source, target in imports] + [
        third(f"{n}.py", name) for n, name in uses
    ]
    found = reach(" ".join(f"{n}.py" for n in range(10)), *links)

    for name in "xyz":
        stopped = {n for n, used in uses if used == name}
        while more := {source for source, target in imports if target in stopped} - stopped:
            stopped |= more
        assert set(found.stopped_by(name)) == {f"{n}.py" for n in stopped}
