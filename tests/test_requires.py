from __future__ import annotations

from collections.abc import Collection

import pytest

from depscan.model import Edge, Fact, FactKind, Location
from depscan.requires import Requirements, gather


def requires(value: str, version: str = "1.0", retrieved: str = "2026-11-01", package: str = "torch") -> Fact:
    return Fact(package, FactKind.REQUIRES, value, "index", retrieved, version)


def edge(target: str, marker: str = "", extra: str = "", extras: tuple[str, ...] = ()) -> Edge:
    return Edge("torch", target, Location("index"), marker, extra, extras)


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("filelock", [edge("filelock")]),
        ("Type_Extensions>=4.8", [edge("type-extensions")]),
        ("fsspec[HTTP,s3]", [edge("fsspec", extras=("http", "s3"))]),
        ('nvidia; sys_platform == "linux"', [edge("nvidia", 'sys_platform == "linux"')]),
        ('opt; extra == "Opt_Einsum"', [edge("opt", 'extra == "opt-einsum"', "opt-einsum")]),
        (
            'x; sys_platform == "win32" and extra == "a"',
            [edge("x", 'sys_platform == "win32" and extra == "a"', "a")],
        ),
        (
            'x; extra == "a" or extra == "b"',
            [edge("x", 'extra == "a" or extra == "b"', extra) for extra in ("", "a", "b")],
        ),
        ("torch[opt]; extra == 'all'", [edge("torch", 'extra == "all"', "all", ("opt",))]),
        ("torch", []),
        ("not a requirement", []),
        ("x" * 3_000, []),
        ("", []),
    ],
)
def test_a_requirement_becomes_edges(text: str, edges: list[Edge]) -> None:
    assert list(Requirements([requires(text)]).of("torch")) == edges


def test_the_release_asked_for_else_the_one_looked_up_last() -> None:
    facts = [requires("old", "1.0", "2026-01-01"), requires("new", "2.0", "2026-02-01"), requires("newer", "2.0")]
    known = Requirements(facts)
    assert [edge.target for edge in known.of("torch", "1.0")] == ["old"]
    assert [edge.target for edge in known.of("torch", "9.9")] == ["new", "newer"]
    assert [edge.target for edge in known.of("torch")] == ["new", "newer"]


def test_other_kinds_and_packages_say_nothing() -> None:
    known = Requirements([Fact("torch", FactKind.LICENCE, "MIT", "index", "2026-11-01"), requires("a", package="b")])
    assert known.of("torch") == ()
    assert known.names == ("b",)


def test_a_release_that_requires_nothing_is_known_to() -> None:
    known = Requirements([requires("")])
    assert known.names == ("torch",)
    assert known.of("torch") == ()


def test_facts_are_gathered_down_to_the_last_requirement() -> None:
    table = {
        name: Fact(name, FactKind.REQUIRES, target, "index", "2026-11-01", "1.0")
        for name, target in (("a", "B"), ("b", "c; extra == 'x'"), ("c", "a"), ("other", "d"))
    }
    asked: list[str] = []

    def ask(names: Collection[str]) -> list[Fact]:
        asked.extend(sorted(names))
        return [table[name] for name in names if name in table]

    assert gather(["a", "unknown"], ask) == (table["a"], table["b"], table["c"])
    assert asked == ["a", "unknown", "b", "c"]
