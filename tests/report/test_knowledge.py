"""`depscan knowledge show`: every fact with its source and age, and what is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from depscan.model import Fact, FactKind, Steward, StewardKind
from depscan.report import knowledge

TODAY = "2026-03-01"
STEWARDS = {
    "Deep Foundation": Steward(
        "Deep Foundation", StewardKind.FOUNDATION, "Mother Foundation", "US", "its bylaws", "2026-02-01"
    ),
    "someone": Steward("someone", StewardKind.INDIVIDUAL, source="the repository", retrieved="2026-02-01"),
}
METADATA = "metadata of deep-net 2.0"
FACTS = (
    Fact("deep-net", FactKind.STEWARD, "Deep Foundation", "a press release", "2026-02-01", detail="since 2025"),
    Fact("deep-net", FactKind.LICENCE, "BSD-3-Clause", METADATA, "2026-02-28", "2.0", "expression"),
    Fact("deep-net", FactKind.REQUIRES, "numpy>=2", METADATA, "2026-02-28", "2.0"),
    Fact("deep-net", FactKind.REQUIRES, "six; python_version < '3'", METADATA, "2026-02-28", "2.0"),
    Fact("deep-net", FactKind.STATUS, "active", "a list", "2026-03-01", detail="last push 2026-02-27"),
    Fact("numpy", FactKind.CATEGORY, "arrays", "somebody", "2025-03-01"),
    Fact("numpy", FactKind.STEWARD, "someone", "somebody", "2026-03-01"),
    Fact("numpy", FactKind.REQUIRES, "", "metadata of numpy 2.0", "2026-03-01", "2.0"),
)

DEEP_NET = """\
deep-net

  steward
    Deep Foundation (foundation; since 2025; parent: Mother Foundation;
      registered in US)
      source: a press release, read 2026-02-01, 28 days ago
      of the steward: its bylaws, read 2026-02-01, 28 days ago

  status
    active (last push 2026-02-27)
      source: a list, read 2026-03-01, today

  licence
    BSD-3-Clause (evidence: expression; release 2.0)
      source: metadata of deep-net 2.0, read 2026-02-28, 1 day ago

  requires (2 of release 2.0)
    numpy>=2
    six; python_version < '3'
      source: metadata of deep-net 2.0, read 2026-02-28, 1 day ago

  category unknown: no source
  repository unknown: no source
  publisher unknown: no source
  organisation unknown: no source
  latest unknown: no source
  release unknown: no source
  yanked unknown: no source
  provenance unknown: no source
  history unknown: no source
  What the package index knows is asked for by a refresh.
"""

SUMMARY = """\
  package   category  steward          kind        licence       status   oldest
                                                                          (days)
What is known
  deep-net  unknown   Deep Foundation  foundation  BSD-3-Clause  active       28
  numpy     arrays    someone          individual  unknown       unknown     365

8 facts of 2 packages, read between 2025-03-01 (365 days ago) and 2026-03-01
(today).
Unknown, in packages: category 1, steward 0, repository 2, status 1, licence
  1, publisher 2, latest 2, release 2, requires 0, provenance 2, history 2.
"""


@pytest.mark.parametrize("name", ["deep-net", "Deep_Net", "deep.net"])
def test_every_fact_has_its_source_and_age(name: str) -> None:
    assert knowledge.render(FACTS, STEWARDS, name, today=TODAY) == DEEP_NET


def test_the_summary_counts_what_is_unknown() -> None:
    assert knowledge.render(FACTS, STEWARDS, today=TODAY) == SUMMARY


def test_the_order_of_the_facts_does_not_matter() -> None:
    assert knowledge.render(FACTS[::-1], STEWARDS, "deep-net", today=TODAY) == DEEP_NET


def test_nothing_known_is_said_and_near_names_are_suggested() -> None:
    text = knowledge.render(FACTS, STEWARDS, "depnet", today=TODAY)
    assert text == "Nothing is known of depnet.\nDid you mean deep-net?\n"
    assert knowledge.render(FACTS, STEWARDS, "qqq", today=TODAY) == "Nothing is known of qqq.\n"
    assert knowledge.render((), {}, today=TODAY) == "No facts are known.\n"


def test_whether_anything_is_known() -> None:
    assert knowledge.is_known(FACTS, "Deep_Net")
    assert not knowledge.is_known(FACTS, "deep")


def test_facts_of_several_releases_name_theirs() -> None:
    facts = [Fact("a", FactKind.YANKED, version, "s", TODAY, version) for version in ("1", "2")]
    text = knowledge.render(facts, {}, "a", today=TODAY)
    assert "  yanked (2)\n    1 (release 1)\n    2 (release 2)\n" in text


def test_a_release_that_requires_nothing_says_so() -> None:
    assert "    nothing (release 2.0)\n" in knowledge.render(FACTS, STEWARDS, "numpy", today=TODAY)


@pytest.mark.parametrize(
    ("known", "answered"), [(FactKind.PUBLISHER, FactKind.ORGANISATION), (FactKind.RELEASE, FactKind.YANKED)]
)
def test_absence_is_an_answer_where_its_companion_is_known(known: FactKind, answered: FactKind) -> None:
    text = knowledge.render([Fact("a", known, "x", "s", TODAY)], {}, "a", today=TODAY)
    assert f"{answered} unknown" not in text


def test_a_steward_who_is_in_no_table_and_a_date_to_come_do_no_harm() -> None:
    text = knowledge.render([Fact("a", FactKind.STEWARD, "x", "s", "2030-01-01")], {}, "a", today=TODAY)
    assert "    x\n      source: s, read 2030-01-01, today\n" in text


def test_all_known_leaves_no_line_of_unknowns() -> None:
    facts = [Fact("a", kind, "x", "s", TODAY) for kind in FactKind]
    assert "unknown" not in knowledge.render(facts, {}, "a", today=TODAY)
    assert "refresh" not in knowledge.render(facts, {}, "a", today=TODAY)


@given(text=st.text(max_size=80), width=st.integers(60, 140), unicode=st.booleans(), name=st.sampled_from(["", "a"]))
def test_no_text_escapes_the_page(text: str, width: int, unicode: bool, name: str) -> None:
    facts = [Fact("a", kind, text, text, TODAY, text, text) for kind in FactKind]
    page = knowledge.render(facts, {}, name, today=TODAY, width=width, unicode=unicode)
    assert all(cell_len(line) <= width for line in page.splitlines())
    assert all(character.isprintable() or character == "\n" for character in page)
    assert unicode or page.isascii()
