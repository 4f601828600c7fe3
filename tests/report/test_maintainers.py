from __future__ import annotations

import json
from dataclasses import replace

import pytest

from depscan.model import Gap, Location
from depscan.model.history import Developer, History, TruckFactor
from depscan.report.maintainers import encode, render

ANN = Developer("Ann Archer", 2 / 3, "2023-01-01", False)
BOB = Developer("Bob Baker", 0.25, "2024-05-05", True)
WHOLE = History(
    as_of="2024-06-01", as_of_source="last fetch, by FETCH_HEAD", revision="1234567890abcdef" * 2,
    committed="2024-05-05", commits=1234, files=40, people=7,
    truck_factor=TruckFactor(2, (1, 2), (1.0, 0.52, 0.4), (ANN, BOB)),
    live_truck_factor=0, orphan_share=0.7, detached=False, contributor_absence_factor=1, contributors=3,
    elephant_factor=1, attributable_share=0.8, bot_share=0.01, renames="similar",
    gaps=(Gap("history", Location("."), "mind the gap"),),
)  # fmt: skip
NOTHING = replace(
    WHOLE, as_of="", as_of_source="", revision="", committed="", commits=None, files=None, people=None,
    truck_factor=None, live_truck_factor=None, orphan_share=None, detached=None,
    contributor_absence_factor=None, contributors=None, elephant_factor=None, attributable_share=None, bot_share=None,
    renames="",
)  # fmt: skip

PAGE = """\
demo: half of the source files rest on 2 people, 1 of whom did not commit in the year to 2024-06-01;
70% of the files have no author who still commits.
Commit 1234567890ab of 2024-05-05: 1,234 commits by 7 people, 40 source files.

Who wrote it (all history)
  Truck factor: 2 (1 to 2 with thresholds of 55% and 45%); without these people, less than half of
    the source files would have an author left.
    Ann Archer: 67% of the files, last commit 2023-01-01, silent for a year
    Bob Baker: 25% of the files, last commit 2024-05-05
  Coverage: 100%, 52%, 40% of the files after 0 to 2 removals.

Who works on it (365 days to 2024-06-01; last fetch, by FETCH_HEAD)
  Live truck factor: 0, counting as authors only those who committed in these days.
  Orphan share: 70% of the files have no such author.
  Contributor absence factor: 1 of 3 people wrote half of the commits.
  Elephant factor: 1 organisation stood behind half of the commits; 80% can be attributed.
  Left out: commits by bots and sync accounts, 1% of all.

What was not seen, or has to be kept in mind
  - mind the gap
"""


def test_the_page() -> None:
    assert render(WHOLE, "demo", width=100) == PAGE


def test_nothing_is_known() -> None:
    page = render(NOTHING, "demo")
    assert page.startswith("demo: how many people it rests on is not known.\n")
    assert "mind the gap" in page
    assert "factor" not in page


def test_unknown_figures_say_so() -> None:
    page = render(replace(NOTHING, revision="12", committed="2024-01-01", commits=0, files=0, people=1), "demo")
    for name in ("Truck factor", "Live truck factor", "Orphan share", "Contributor absence factor", "Elephant factor"):
        assert f"  {name}: unknown\n" in page
    assert "Commit 12 of 2024-01-01: 0 commits by 1 person, 0 source files." in page


def test_a_commit_that_could_not_be_measured() -> None:
    page = render(replace(NOTHING, revision="12", committed="2024-01-01"), "demo")
    assert page.splitlines()[1:3] == ["Commit 12 of 2024-01-01.", ""]


HEADLINES = [
    (
        {"detached": True, "truck_factor": TruckFactor(1, (1, 1), (1.0, 0.3), (ANN,))},
        "1 person, who has not committed in",
    ),
    ({"detached": True, "truck_factor": TruckFactor(2, (1, 2), (1.0, 0.3), (ANN, ANN))}, "2 people, none of whom has"),
    ({"detached": None}, "2 people; who still works on it is not known."),
    ({"truck_factor": TruckFactor(1, (1, 1), (1.0, 0.3), (BOB,))}, "1 person; 70% of the files"),
]


@pytest.mark.parametrize(("changes", "expected"), HEADLINES)
def test_headline(changes: dict[str, object], expected: str) -> None:
    assert expected in render(replace(WHOLE, **changes), "demo", width=200).splitlines()[0]  # type: ignore[arg-type]


def test_one_removal() -> None:
    page = render(replace(WHOLE, truck_factor=TruckFactor(1, (1, 1), (1.0, 0.3), (BOB,))), "demo", width=200)
    assert "Truck factor: 1; without this person" in page
    assert "Coverage: 100%, 30% of the files after 0 and 1 removals." in page


def test_coverage_below_one_half_never_reads_50_percent() -> None:
    page = render(replace(WHOLE, truck_factor=TruckFactor(2, (2, 2), (1.0, 0.58, 0.4999, 0.29), (ANN, BOB))), "demo")
    assert "Coverage: 100%, 58%, 49%, 29% of the files" in page


def test_names_cannot_draw_on_the_terminal() -> None:
    evil = TruckFactor(1, (1, 1), (1.0, 0.3), (Developer("\x1b[31mRed\u202e", 1.0, "2024-01-01", None),))
    page = render(replace(WHOLE, truck_factor=evil), "demo\x07")
    assert "\\x1b[31mRed\\u202e" in page
    assert "demo\\x07" in page


def test_json() -> None:
    found = json.loads(encode(WHOLE))
    assert list(found)[:3] == ["schema", "as_of", "as_of_source"]
    assert found["truck_factor"] == {
        "value": 2,
        "range": [1, 2],
        "coverage": [1.0, 0.52, 0.4],
        "developers": [
            {"name": "Ann Archer", "share": 0.6667, "last_commit": "2023-01-01", "active": False},
            {"name": "Bob Baker", "share": 0.25, "last_commit": "2024-05-05", "active": True},
        ],
    }
    assert found["gaps"] == [
        {"stage": "history", "location": {"path": ".", "line": 0, "cell": 0}, "reason": "mind the gap"}
    ]


def test_json_of_nothing() -> None:
    found = json.loads(encode(NOTHING))
    known = {key for key, value in found.items() if value is not None}
    assert known == {"schema", "gaps"}


def test_json_is_ascii() -> None:
    strange = Developer("Jos\u00e9\x1b", 1.0, "2024-01-01", None)
    data = encode(replace(WHOLE, truck_factor=TruckFactor(1, (1, 1), (1.0, 0.3), (strange,))))
    assert data.isascii()
    assert b"\x1b" not in data
