"""`depscan what-if`: which libraries, at which places, through whom, and what is not claimed."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from depscan.model import Licence, LicenceFamily, Location, State, Symbol, Tier
from depscan.report.scenario import render
from depscan.scenario import Certainty, Change, Effect, Effort, Kind, Library, Outcome

TORCH = Library(
    "torch",
    "2.4.1",
    Tier.LOAD_BEARING,
    State.USED,
    0.5,
    0.998,
    476,
    (Symbol("torch.nn.Module", 310), Symbol("torch.Tensor", 120)),
    Effort.REFACTOR,
    Licence("BSD-3-Clause", LicenceFamily.PERMISSIVE),
    (
        Effect(Certainty.AFFECTED, "fixed to 2.4.1", (Location("uv.lock", 100), Location("ci.lock", 7))),
        Effect(Certainty.POSSIBLE, "asks for >=2.0: could have resolved to it", (Location("pyproject.toml", 11),)),
        Effect(Certainty.UNKNOWN, "nobody knows"),
    ),
    (("torch",), ("accelerate", "torch"), ("timm", "torchvision", "torch")),
    ("accelerate", "timm", "torchvision"),
)
OUTCOME = Outcome(
    "compromised:torch@==2.4.1|==2.4.2",
    Kind.COMPROMISED,
    "torch",
    "deep",
    Certainty.AFFECTED,
    (TORCH,),
    horizon="hours",
    unknown=("which secrets could be read", "when"),
    not_claimed=("that the rest is safe",),
)
TEXT = """\
What if torch is compromised? (==2.4.1 or ==2.4.2)
deep: affected; 1 library, 1 load-bearing; of its places 2 affected, 1 possible,
1 unknown.

torch 2.4.1: load-bearing, direct share 50%, blast radius >99%; BSD-3-Clause
  (permissive).
  affected  fixed to 2.4.1 uv.lock:100, ci.lock:7
  possible  asks for >=2.0: could have resolved to it pyproject.toml:11
  unknown  nobody knows
  replacing it is a refactoring or more; 476 references: torch.nn.Module,
    torch.Tensor
  through accelerate → torch
  through timm → torchvision → torch
  needed by 3: accelerate, timm, torchvision

Horizon: hours.
Not known: which secrets could be read; when.
Not claimed: that the rest is safe.
"""


def test_a_scenario_with_everything() -> None:
    assert render([OUTCOME]) == TEXT


def test_without_unicode_arrows_are_plain() -> None:
    text = render([OUTCOME], unicode=False)
    assert "through accelerate -> torch" in text
    assert text.isascii()


def test_colours_mark_what_is_affected() -> None:
    assert "\x1b[31maffected" in render([OUTCOME], color=True)


def test_a_steward_with_and_without() -> None:
    changes = (
        Change("steward", "packages", 8.53, 10.3),
        Change("steward", "exposure", 1.0, None),
        Change("account", "packages", None, 2.0),
    )
    text = render([replace(OUTCOME, kind=Kind.STEWARD, subject="NumFOCUS", concentration=changes)], width=120)
    assert text.startswith("What if the steward NumFOCUS changes what it publishes?\n")
    assert "  Effective number of stewards: 8.5, without it 10.3 (each library counted alike).\n" in text
    assert "  Effective number of stewards: 1.0, no other is known (by direct share).\n" in text
    assert "  Effective number of publishing accounts: unknown, without it 2.0 (each library counted alike).\n" in text


def test_libraries_without_use_or_tier() -> None:
    unused = Library("idna", "3.7", Tier.NONE, State.INDIRECT)
    supposed = Library("cublas")
    text = render([replace(OUTCOME, libraries=(unused, supposed), unknown=(), not_claimed=())])
    assert text == (
        "What if torch is compromised? (==2.4.1 or ==2.4.2)\n"
        "deep: affected; 2 libraries, 0 load-bearing.\n"
        "\n"
        "idna 3.7: not imported, indirect.\n"
        "\n"
        "cublas: required by others, as facts say.\n"
        "\n"
        "Horizon: hours.\n"
    )


def test_several_projects_follow_one_another() -> None:
    text = render([OUTCOME, replace(OUTCOME, project="other")])
    assert text.split("\n\nWhat if")[0] == TEXT.rstrip("\n")
    assert text.split() == [*TEXT.split(), *TEXT.replace("deep:", "other:").split()]


def test_long_lists_are_cut_and_say_so() -> None:
    places = tuple(Location("a.py", line) for line in range(1, 20))
    long = replace(
        TORCH,
        effects=tuple(Effect(Certainty.POSSIBLE, f"reason {number}", places) for number in range(12)),
        chains=tuple((f"d{number}", "torch") for number in range(9)),
        dependents=tuple(f"d{number}" for number in range(9)),
    )
    libraries = (long, *(replace(TORCH, name=f"library-{number}") for number in range(14)))
    text = render([replace(OUTCOME, libraries=libraries)], width=100)
    assert "a.py:5, a.py:6 and 13 more\n" in text
    assert "  ... and 4 more (-v shows all)\n" in text
    assert "  ... and 6 more (-v shows all)\n" in text
    assert "  needed by 9: d0, d1, d2, d3, d4, d5, d6, d7, ...\n" in text
    assert "... and 5 more libraries: library-9, library-10, library-11, library-12, library-13\n" in text
    everything = render([replace(OUTCOME, libraries=libraries)], width=100, verbose=1)
    assert "library-13 2.4.1: load-bearing" in everything
    assert "-v shows all" not in everything
    assert "..." not in everything


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec=None, exclude_categories=())) | st.text(":#a"), width=st.integers(60, 160))
def test_hostile_names_do_nothing(text: str, width: int) -> None:
    library = replace(
        TORCH,
        name=text,
        version=text,
        symbols=(Symbol(text, 1),),
        licence=Licence(text),
        effects=(Effect(Certainty.POSSIBLE, text, (Location(text, 1),)),),
        chains=((text, text),),
        dependents=(text,),
    )
    change = Change(text, text, 1.0, 2.0)
    hostile = Outcome(
        text, Kind.COMPROMISED, text, text, Certainty.POSSIBLE, (library,), (change,), text, (text,), (text,)
    )
    page = render([hostile], width=width)
    assert "::" not in page
    assert "##" not in page
    for line in page.split("\n"):
        assert cell_len(line) <= width
        assert not [one for one in line if unicodedata.category(one)[0] == "C"]
