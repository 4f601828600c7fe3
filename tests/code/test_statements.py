from __future__ import annotations

import sys

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from depscan.code import statements
from depscan.code.statements import Statements, plain


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


@pytest.mark.parametrize(
    "text",
    [
        b"import a.b as c, d , e",
        b"from .a import b as c ,d",
        b"from ... import *",
        b"from a import (b, # c\n  d,\n)",
        b"from a.b import ( c as d )",
        b"from a import \\\n b",
    ],
)
def test_common_forms_do_not_need_libcst(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libcst", None)
    assert Statements().names(text)


WORD = st.sampled_from(["a", "b_1", "as", "import", "from", "None", "lambda", "class", "match", "print", "__x__", "é"])
TOKEN = WORD | st.sampled_from([".", "..", ",", "(", ")", "*", " ", " as ", " import "])


@given(st.sampled_from(["import ", "from "]), st.lists(TOKEN, max_size=10))
def test_common_forms_say_what_libcst_says(first: str, rest: list[str]) -> None:
    text = " ".join((first + "".join(rest)).split()).encode()
    names = plain(text)
    if names is not None:
        event("common")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(statements, "plain", lambda _: None)
            assert Statements().names(text) == names
