"""Patterns mean the same on every Python."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import regex
from depscan.code import Statements, extract, lexer


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?:a|b)*+c", r"(?>(?:a|b)*)c"),
        (r"(?:a++(?:b)?+)++", r"(?>(?:a++(?>(?:b)?))+)"),
        (r"(a)++\1", r"(?>(a)+)\1"),
        (r"(?:a){1,3}+(?:b){2}+", r"(?>(?:a){1,3})(?>(?:b){2})"),
        (r"(?:a)+ (?:b)* [)*+]*+ \)*+ (?:[]()])*+", r"(?:a)+ (?:b)* [)*+]*+ \)*+ (?>(?:[]()])*)"),
        (r"[^\])]++(?:[^])*+])*+", r"[^\])]++(?>(?:[^])*+])*)"),
        (r"(?<!a)(?!(?:b)*+)", r"(?<!a)(?!(?>(?:b)*))"),
    ],
)
def test_atomic(pattern: str, expected: str) -> None:
    assert regex.atomic(pattern) == expected
    assert regex.atomic(pattern.encode()) == expected.encode()


def test_a_failed_try_leaves_no_trace() -> None:
    """The repeat ends where its last try began; before 3.11.5 the plain pattern ended behind `import`."""
    match = regex.compile(r"(?:(?!import)\w++\n)*+").match("a\nimport\n")
    assert match and match.end() == 2
    assert [name.module for name in extract("a.py", b"x = 1\nimport torch\n", Statements())[0].imports] == ["torch"]


@pytest.mark.skipif(sys.version_info < (3, 11, 5), reason="the plain patterns are broken there")
@given(st.text("ab\n\t\"'#\\()[]{}:;f=.import ", max_size=60))
def test_both_forms_agree(text: str) -> None:
    data = text.encode()
    for name in ("_DULL_LINES", "_REST_OF_LINE", "_STATEMENT", "_CODE", "_NO_F_STRING", "_NO_COMMENT"):
        pattern: re.Pattern[bytes] = getattr(lexer, name)
        rewritten = re.compile(regex.atomic(pattern.pattern), pattern.flags)
        for start in range(0, len(data), 7):
            ends = [match and match.end() for match in (pattern.match(data, start), rewritten.match(data, start))]
            assert ends[0] == ends[1], (name, data[start:])
