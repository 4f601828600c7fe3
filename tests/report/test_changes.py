"""`depscan diff`: the page, the comment and the JSON; nothing in them that came from a repository can act."""

from __future__ import annotations

import json as stdlib
import unicodedata
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from depscan.diff import (
    Changes,
    ConcentrationChange,
    Difference,
    FindingChange,
    Move,
    PackageChange,
    Side,
    Sight,
    Turn,
)
from depscan.model import Confidence, Finding, Gap, Location, Severity
from depscan.report import changes as page

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "](javascript:alert(1))",
    "\x1b[31m",
    "::error::",
    "{{7*7}}",
    "]]>",
    "a\u202eb",
    "a|b`c",
    "a\n# b",
    "%0A",
    "@everyone #1",
    "x" * 3000,
)


def finding(turn: Turn, package: str = "einops", *differences: Difference, note: str = "") -> FindingChange:
    found = Finding(
        "DS101", Severity.HIGH, Confidence.LOW, f"{package} is not declared", package, (Location("a.py", 1),), "f"
    )
    return FindingChange(turn, found, differences, note)


CHANGES = Changes(
    Side("deep", "0123456789abcdef", "2026-01-01T00:00:00Z", "1.0"),
    Side("deep", "", "2026-04-01T00:00:00Z", "1.1"),
    (
        finding(Turn.NEW, note="src was not read in full: Permission denied"),
        finding(
            Turn.CHANGED, "b", Difference("severity", "low", "high"), Difference("message", "old words", "new words")
        ),
        finding(Turn.CHANGED, "c", Difference("suppressed", "", "ours")),
        finding(Turn.CHANGED, "d", Difference("suppressed", "ours", "")),
        finding(Turn.UNSEEN, "e", note="a.py was not read"),
        finding(Turn.FIXED, "f"),
    ),
    (
        PackageChange(Move.ADDED, "jax", "significant"),
        PackageChange(Move.ADDED, "flax", "none"),
        PackageChange(Move.REMOVED, "tensorflow", "load-bearing"),
        PackageChange(Move.CHANGED, "numpy", "significant", (Difference("blast radius", "10.0%", "20.0%"),)),
        PackageChange(Move.CHANGED, "scipy", "significant", (Difference("blast radius", "10.0%", "20.0%"),)),
        PackageChange(
            Move.CHANGED,
            "torch",
            "significant",
            (Difference("publisher", "", "eve"), Difference("publisher", "ann", "")),
        ),
    ),
    (ConcentrationChange("steward", "exposure", (Difference("hand", "Meta", "Google"),), comparable=False),),
    (Sight("licence", ("jax",), ("numpy",)),),
    (Gap("tree", Location("b.py"), "not read"),),
    (Gap("knowledge", Location(""), "nothing is known"),),
    ("the settings hid 0 findings and hide 3",),
)
TEXT = """\
deep: findings: 1 new, 3 changed, 1 not seen any more, 1 fixed; packages: 2
  added, 1 removed, 3 changed
since 2026-01-01T00:00:00Z at 0123456789ab (depscan 1.0); now
  2026-04-01T00:00:00Z (depscan 1.1)

New findings (1)
  high DS101 einops is not declared (not sure)
    src was not read in full: Permission denied

Changed findings (3)
  high DS101 new words (not sure)
    severity low → high; was: old words
  high DS101 c is not declared (not sure)
    accepted now: ours
  high DS101 d is not declared (not sure)
    no longer accepted: ours

Findings that are gone, but not seen to be fixed (1)
  high DS101 e is not declared (not sure)
    a.py was not read

Fixed findings (1)
  high DS101 f is not declared (not sure)

Packages that came (2)
  significant: jax
  not imported: flax

Packages that went (1)
  load-bearing: tensorflow

Packages that changed (3)
  numpy, scipy: blast radius 10.0% → 20.0%
  torch: + account eve; - account ann

Concentration (1)
  steward (by direct share): hand Meta → Google
    how much is unknown changed as well: the figures do not compare

Known of packages in one report only (2)
  licence known now: jax
  licence no longer known: numpy

Gaps that came (1)
  b.py: not read

Gaps that went (1)
  nothing is known

Mind when comparing (1)
  the settings hid 0 findings and hide 3
"""


def test_the_page() -> None:
    assert page.render(CHANGES) == TEXT


def test_no_change_is_one_sentence() -> None:
    nothing = Changes(CHANGES.old, CHANGES.new)
    assert page.render(nothing).startswith("deep: no finding and no package changed\n")
    assert page.markdown(nothing).startswith(b"### depscan: `deep`: no finding and no package changed\n")


def test_long_lists_are_cut_and_counted() -> None:
    many = replace(CHANGES, findings=tuple(finding(Turn.NEW, f"p{number:02}") for number in range(30)))
    assert "... and 20 more (-v shows all)" in page.render(many)
    assert "p29" in page.render(many, verbose=1)
    assert "- ... and 20 more" in page.markdown(many).decode()
    crowd = replace(CHANGES, packages=tuple(PackageChange(Move.ADDED, f"p{number:02}", "none") for number in range(30)))
    assert "p11 and 18 more" in " ".join(page.render(crowd).split())


def test_markdown_says_the_same() -> None:
    text = page.markdown(CHANGES).decode()
    assert text.startswith("### depscan: `deep`: findings: 1 new, 3 changed")
    assert "- **high `DS101`** new words (not sure) (severity low to high; was: old words)" in text
    assert "- **numpy, scipy:** blast radius 10.0% to 20.0%" in text


def test_json_has_every_key() -> None:
    document = stdlib.loads(page.encode(CHANGES))
    assert next(iter(document)) == "schema"
    assert document["schema"] == "depscan.changes/1"
    assert msgspec.convert(document, Changes) == CHANGES


def hostile(text: str) -> Changes:
    """Changes in which a repository chose every string."""
    found = Finding(text, Severity.HIGH, Confidence.LOW, text, text, (Location(text, 1),), text, text, text)
    differences = tuple(Difference(what, text, text) for what in (text, "publisher", "message", "suppressed"))
    return Changes(
        Side(text, text, text, text),
        Side(text, text, text, text),
        tuple(FindingChange(turn, found, differences, text) for turn in Turn),
        tuple(PackageChange(move, text, "none", differences) for move in Move),
        (ConcentrationChange(text, text, differences, comparable=False),),
        (Sight(text, (text,), (text,)),),
        (Gap(text, Location(text, 1), text),),
        (Gap(text, Location(text, 1), text),),
        (text,),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str) -> None:
    shown = page.render(hostile(text), color=False)
    assert all(character == "\n" or unicodedata.category(character)[0] != "C" for character in shown)
    assert "::error" not in shown
    written = page.markdown(hostile(text)).decode()
    assert all(character == "\n" or unicodedata.category(character)[0] != "C" for character in written)
    outside = "".join(written.split("`")[::2])
    assert not [mark for mark in ("<", ">", "](", "@", "{{", "\n# b") if mark in outside]
    assert page.encode(hostile(text)).isascii()


@settings(max_examples=50)
@given(st.text(max_size=80), st.integers(40, 120))
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    for line in page.render(hostile(text), width=width).splitlines():
        assert cell_len(line) <= max(width, 60)


def test_plain_terminals_get_ascii() -> None:
    assert page.render(CHANGES, unicode=False).isascii()
