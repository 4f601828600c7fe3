from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge.history.absence import by_organisation, by_person, fewest, organisation
from depscan.knowledge.history.log import Ledger
from depscan.knowledge.history.people import BOT, Identity, People

FEWEST = [
    ([1000, 202, 90, 33, 332, 343, 42, 433], 2),  # the example in the definition by CHAOSS: 1433 of 2475
    ([1], 1),
    ([1, 1], 1),  # exactly one half
    ([1, 1, 1], 2),
    ([3, 3, 3, 3, 3], 3),
]


@pytest.mark.parametrize(("contributions", "expected"), FEWEST)
def test_fewest(contributions: list[int], expected: int) -> None:
    assert fewest(contributions, sum(contributions)) == expected


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_fewest_is_the_smallest(contributions: list[int]) -> None:
    number = fewest(contributions, sum(contributions))
    ordered = sorted(contributions, reverse=True)
    assert 2 * sum(ordered[:number]) >= sum(ordered) > 2 * sum(ordered[: number - 1])


ORGANISATIONS = [
    ("ann@meta.com", "meta.com"), ("ann@eecs.berkeley.edu", "berkeley.edu"), ("ann@maths.cam.ac.uk", "cam.ac.uk"),
    ("ann@x.co.jp", "x.co.jp"), ("ann@cnrs.fr", "cnrs.fr"), ("ann@gmail.com", ""), ("ann@yahoo.co.uk", ""),
    ("1+ann@users.noreply.github.com", ""), ("ann@localhost", ""), ("ann", ""), ("", ""), ("ann@mac.local", ""),
]  # fmt: skip


@pytest.mark.parametrize(("email", "expected"), ORGANISATIONS)
def test_organisation(email: str, expected: str) -> None:
    assert organisation(email) == expected


def test_recent_commits_by_person_and_organisation() -> None:
    ledger = Ledger(None)
    emails = ["ann@a.com", "bob@mail.a.com", "ann@gmail.com", "cid@cid.org", "bot@a.com", "dot@b.com", "eve@b.com"]
    ledger.identities = [Identity("", email) for email in emails]
    ledger.recent = [5, 1, 7, 9, 100, 0, 0]
    people = People((0, 1, 0, 2, BOT, 3, 4), ("Ann", "Bob", "Cid", "Dot", "Eve"))
    assert by_person(ledger, people) == [12, 9, 1]
    assert by_organisation(ledger, people) == [6]  # cid.org has one user, b.com no recent commit
