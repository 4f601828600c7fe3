"""`show`: what may reach a terminal or a CI log, and what may not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.report import show

NASTY = st.text(st.sampled_from("a:#[\\ \n\r\t\x1b\x07\x9b\u202e\u200b\ufeff\u2028\ue000\udc80\u3164\u0301é中😀"))
ANY = st.text(st.characters(codec=None, exclude_categories=())) | NASTY


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ""),
        ("src/naïve 中文.py", "src/naïve 中文.py"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\r\nb\tc", "a\\x0d\\x0ab\\x09c"),
        ("\x9b2J", "\\x9b2J"),
        ("evil\u202egnp.py", "evil\\u202egnp.py"),
        ("num\u200bpy\ufeff", "num\\u200bpy\\ufeff"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("no\xa0break", "no\\xa0break"),
        ("\udcff\ue000\uffff", "\\udcff\\ue000\\uffff"),
        ("\U000e0041", "\\U000e0041"),
        ("numpy\u3164", "numpy\\u3164"),
        ("x\ufe0f\U000e0100", "x\\ufe0f\\U000e0100"),
        ("::stop-commands::x", ":\\x3astop-commands:\\x3ax"),
        (":::", ":\\x3a\\x3a"),
        ("##[group]x", "#\\x23[group]x"),
        ("a:b #1", "a:b #1"),
        ("[/red].py", "[/red].py"),
    ],
)
def test_only_what_can_be_seen_passes(text: str, seen: str) -> None:
    assert show(text) == seen


@pytest.mark.parametrize(
    ("text", "limit", "seen"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("ab\x1b\x1b", 9, "ab\\x1b…"),
        ("ab\x1bc", 7, "ab\\x1bc"),
        ("\x1b" * 500, 3, "…"),
        ("abc", 0, ""),
    ],
)
def test_long_text_is_clipped_and_no_escape_is_cut(text: str, limit: int, seen: str) -> None:
    assert show(text, limit) == seen


def test_without_unicode_all_is_ascii() -> None:
    assert show("naïve 中 😀", unicode=False) == "na\\xefve \\u4e2d \\U0001f600"
    assert show("a" * 20, 10, unicode=False) == "aaaaaaa..."


@given(text=ANY, limit=st.integers(0, 400), unicode=st.booleans())
def test_nothing_that_acts_gets_through(text: str, limit: int, *, unicode: bool) -> None:
    seen = show(text, limit, unicode=unicode)
    assert len(seen) <= limit
    assert not [one for one in seen if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert "::" not in seen
    assert "##" not in seen
    assert unicode or seen.isascii()


@given(text=ANY, limit=st.integers(1, 400))
def test_showing_twice_changes_nothing(text: str, limit: int) -> None:
    assert show(show(text, limit), limit) == show(text, limit)


@given(text=st.text("abcdefghijklmnopqrstuvwxyz0123456789._-/[]()", max_size=300))
def test_ordinary_names_pass_as_they_are(text: str) -> None:
    assert show(text) == text
