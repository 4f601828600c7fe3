from __future__ import annotations

import sys

import pytest

from depscan.code.statements import Statements


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a", [("a", "", "", 0)]),
        ("import a.b as c, d", [("a.b", "", "c", 0), ("d", "", "", 0)]),
        ("from a.b import c as d, e", [("a.b", "c", "d", 0), ("a.b", "e", "", 0)]),
        ("from a import (b, # c\n  d,\n)", [("a", "b", "", 0), ("a", "d", "", 0)]),
        ("from a import \\\n b", [("a", "b", "", 0)]),
        ("from ... import a", [("", "a", "", 3)]),
        ("from . . a import *", [("a", "*", "", 2)]),
        ("lazy import a", [("a", "", "", 0)]),
        ("lazy  from a import b", [("a", "b", "", 0)]),
        ("import caf\N{LATIN SMALL LETTER E WITH ACUTE}", [("café", "", "", 0)]),
        ("import \N{MATHEMATICAL BOLD SMALL N}umpy", [("numpy", "", "", 0)]),
    ],
)
def test_names(text: str, names: list[tuple[str, str, str, int]]) -> None:
    assert Statements().names(text.encode()) == tuple(names)


@pytest.mark.parametrize(
    "text",
    [
        b"import",
        b"import a,",
        b"import {{ name }}",
        b"from the library",
        b"from a import b; import c",
        b"import a = 1",
        b"import a.b as c.d",
        b"import \xff",
        b"import (a)",
        b"from a import ((b))",
        b"import a" + b".a" * 100,
        b"from " + b"." * 200 + b" import a",
        b"import " + b"a" * 1001,
        b"import " + b", ".join(b"a%d" % n for n in range(20_000)),
    ],
)
def test_what_is_no_import_or_too_long_has_no_names(text: bytes) -> None:
    assert Statements().names(text) == ()


def test_a_hundred_parts_are_read() -> None:
    assert Statements().names(b"import a" + b".a" * 99) == (("a" + ".a" * 99, "", "", 0),)


def test_a_later_run_does_not_need_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Statements()
    names = first.names(b"from a import (b,\n c)")
    assert first.fresh
    second = Statements(first.dump())
    monkeypatch.setitem(sys.modules, "libcst", None)
    assert second.names(b"from  a import (b, # other spelling\n\tc)") == names
    assert not second.fresh
    assert second.dump() == first.dump()


def test_a_damaged_table_is_forgotten() -> None:
    statements = Statements(b"\x81garbage")
    assert statements.names(b"import a") == (("a", "", "", 0),)


def test_a_table_that_grows_too_large_keeps_what_was_met(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Statements()
    first.names(b"import a")
    first.names(b"import b")
    monkeypatch.setattr("depscan.code.statements._KEPT", 2)
    second = Statements(first.dump())
    second.names(b"import c")
    assert Statements(second.dump()).dump() == second.dump()
    assert b"import a" not in second.dump()
