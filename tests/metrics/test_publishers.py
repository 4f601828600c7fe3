from __future__ import annotations

from itertools import combinations
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depscan.metrics import publishers
from depscan.metrics.publishers import SHARES, covers, reach
from depscan.model import Exposure, Package, Tier

MODULES = 100


def package(name: str, accounts: str | None, modules: int = 10, tier: Tier = Tier.SIGNIFICANT) -> Package:
    exposure = Exposure(direct_share=modules / MODULES, tier=tier)
    return Package(name, exposure=exposure, publishers=None if accounts is None else tuple(accounts.split()))


def test_each_account_with_what_it_reaches_of_what_is_known() -> None:
    found = reach(
        [
            package("p", "a b", 30, Tier.LOAD_BEARING),
            package("q", "b", 10, Tier.LOAD_BEARING),
            package("r", "c", 60, Tier.INCIDENTAL),
            package("indirect", "c d", 0, Tier.NONE),
            package("tests", "d", 0, Tier.TOOLING),
            package("unknown", None, 80, Tier.LOAD_BEARING),
        ]
    )
    assert [(each.account, each.packages, each.load_bearing) for each in found] == [
        ("b", ("p", "q"), 1.0),
        ("a", ("p",), 0.5),
        ("c", ("indirect", "r"), 0.0),
        ("d", ("indirect", "tests"), 0.0),
    ]
    assert [each.direct_share for each in found] == pytest.approx([0.4, 0.3, 0.6, 0.0])


def test_without_known_accounts_there_is_nothing_to_reach() -> None:
    assert reach([]) == reach([package("p", None), package("q", "")]) == ()
    assert covers([], MODULES) == covers([package("p", None), package("q", "")], MODULES) == ()
    assert covers([package("p", "a", 0)], MODULES) == ()
    assert covers([package("p", "a", 0, Tier.TOOLING)], MODULES) == ()


#  packages -> accounts for half, for four fifths
CASES: dict[str, tuple[tuple[Package, ...], tuple[str, ...], tuple[str, ...]]] = {
    "one package": ((package("p", "b a"),), ("a",), ("a",)),
    "the goal itself is enough": (
        (package("p", "a", 50), package("q", "b", 30), package("r", "c", 20)),
        ("a",),
        ("a", "b"),
    ),
    "a little less is not": (
        (package("p", "a", 49), package("q", "b", 30), package("r", "c", 21)),
        ("a", "b"),
        ("a", "b", "c"),
    ),
    "greedy takes three where two do": (
        (
            package("p", "left", 20),
            package("q", "left top", 20),
            package("r", "right top", 20),
            package("s", "right", 20),
        ),
        ("left",),
        ("left", "right"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_fewest_accounts(case: tuple[tuple[Package, ...], tuple[str, ...], tuple[str, ...]]) -> None:
    packages, half, most = case
    found = covers(packages, MODULES)
    assert [(cover.share, cover.accounts, cover.exact, cover.bound) for cover in found] == [
        (0.5, half, True, 1.0),
        (0.8, most, True, 1.0),
    ]


def test_a_smaller_set_than_the_greedy_one_is_found() -> None:
    packages = (
        package("a1", "one big", 10),
        package("a2", "one", 9),
        package("b1", "two big", 10),
        package("b2", "two", 9),
        *(package(f"r{number}", f"rest{number}", 1) for number in range(9)),
    )
    found = covers(packages, MODULES)[1]
    assert found.accounts == ("one", "two") and found.exact


def test_when_the_work_is_too_much_the_bound_says_how_far_off(monkeypatch: pytest.MonkeyPatch) -> None:
    packages = (
        package("a1", "one big", 10),
        package("a2", "one", 9),
        package("b1", "two big", 10),
        package("b2", "two", 9),
        *(package(f"r{number}", f"rest{number}", 1) for number in range(9)),
    )
    monkeypatch.setattr(publishers, "_WORK", 1)
    found = covers(packages, MODULES)[1]
    assert found.accounts == ("big", "one", "two")
    assert not found.exact
    assert found.bound == 1.5


INSTANCES = st.lists(
    st.tuples(st.integers(0, 12), st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=4)), min_size=1, max_size=10
)


@settings(max_examples=150, deadline=None)
@given(INSTANCES, st.sampled_from([20_000, 3]))
def test_against_trying_every_set(parts: list[tuple[int, set[str]]], work: int) -> None:
    packages = [package(f"p{n}", " ".join(sorted(accounts)), weight) for n, (weight, accounts) in enumerate(parts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishers, "_WORK", work)
        found = covers(packages, MODULES)
    whole = sum(weight for weight, _ in parts)
    assert len(found) == (2 if whole else 0)
    for cover, share in zip(found, SHARES, strict=False):
        goal = ceil(share * whole)

        def reached(chosen: tuple[str, ...]) -> int:
            return sum(weight for weight, accounts in parts if accounts.intersection(chosen))

        fewest = next(
            size for size in range(1, 9) if any(reached(chosen) >= goal for chosen in combinations("abcdefgh", size))
        )
        assert reached(cover.accounts) >= goal
        assert len(cover.accounts) <= cover.bound * fewest
        assert not cover.exact or len(cover.accounts) == fewest
        assert cover.exact or work == 3
