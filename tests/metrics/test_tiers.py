from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.metrics.tiers import PUBLISHED, Thresholds, judge
from depscan.model import Exposure, Tier

RANK = {tier: rank for rank, tier in enumerate(Tier)}

#  scope, direct share, blast radius, entry points, names -> tier, next tier
CASES: dict[str, tuple[str, float, float, float | None, int, Tier, str]] = {
    "most modules stop, and many import it": ("runtime", 0.10, 0.50, None, 1, Tier.LOAD_BEARING, ""),
    "most modules stop, few import it, but they use much of it": ("runtime", 0.01, 1.0, 0.0, 20, Tier.LOAD_BEARING, ""),
    "half of the programs do not start": ("runtime", 0.10, 0.2, 0.5, 1, Tier.LOAD_BEARING, ""),
    "most modules stop, through one that uses little of it": (
        "runtime",
        0.03,
        1.0,
        None,
        3,
        Tier.SIGNIFICANT,
        "load-bearing needs direct share >= 10 % (now 3 %) or API surface >= 20 names (now 3)",
    ),
    "in depth and breadth, though most modules live without it": ("runtime", 0.15, 0.2, 0.1, 20, Tier.LOAD_BEARING, ""),
    "widely imported for a few names, yet most modules live without it": (
        "runtime",
        0.30,
        0.31,
        None,
        5,
        Tier.SIGNIFICANT,
        "load-bearing needs blast radius >= 50 % (now 31 %) or API surface >= 20 names (now 5)",
    ),
    "many names in a few modules, most modules live without it": (
        "runtime",
        0.14,
        0.31,
        None,
        50,
        Tier.SIGNIFICANT,
        "load-bearing needs blast radius >= 50 % (now 31 %) or direct share >= 15 % (now 14 %)",
    ),
    "one program of ten does not start": (
        "runtime",
        0.01,
        0.02,
        0.1,
        2,
        Tier.SIGNIFICANT,
        (
            "load-bearing needs blast radius >= 50 % (now 2 %) or entry points >= 50 % (now 10 %) "
            "or direct share >= 15 % (now 1 %) with API surface >= 20 names (now 2), "
            "and direct share >= 10 % (now 1 %) or API surface >= 20 names (now 2)"
        ),
    ),
    "a small direct share, no programs": (
        "runtime",
        0.049,
        0.2,
        None,
        90,
        Tier.INCIDENTAL,
        "significant needs direct share >= 5 % (now 4 %) or blast radius >= 50 % (now 20 %)",
    ),
    "a small direct share, programs live": (
        "runtime",
        0.004,
        0.0,
        0.0,
        90,
        Tier.INCIDENTAL,
        (
            "significant needs direct share >= 5 % (now under 1 %) or blast radius >= 50 % (now 0 %) "
            "or entry points >= 5 % (now 0 %)"
        ),
    ),
    "a twentieth of the programs does not start": (
        "runtime",
        0.01,
        0.01,
        0.05,
        20,
        Tier.SIGNIFICANT,
        (
            "load-bearing needs blast radius >= 50 % (now 1 %) or entry points >= 50 % (now 5 %) "
            "or direct share >= 15 % (now 1 %)"
        ),
    ),
    "one script of many does not start": (
        "runtime",
        0.01,
        0.01,
        0.02,
        1,
        Tier.INCIDENTAL,
        (
            "significant needs direct share >= 5 % (now 1 %) or blast radius >= 50 % (now 1 %) "
            "or entry points >= 5 % (now 2 %)"
        ),
    ),
    "used in depth and breadth, though most modules live without it": (
        "runtime",
        0.15,
        0.31,
        None,
        20,
        Tier.LOAD_BEARING,
        "",
    ),
    "guarded everywhere never bears the load": (
        "optional",
        0.60,
        0.0,
        0.0,
        90,
        Tier.SIGNIFICANT,
        ("load-bearing needs an unguarded import at module level (now optional)"),
    ),
    "lazy in a tenth of the modules": (
        "lazy",
        0.10,
        0.0,
        None,
        3,
        Tier.SIGNIFICANT,
        (
            "load-bearing needs an unguarded import at module level (now lazy), and blast radius >= 50 % (now 0 %) "
            "or direct share >= 15 % (now 10 %) with API surface >= 20 names (now 3)"
        ),
    ),
    "guarded needs twice the share": (
        "optional",
        0.07,
        0.0,
        None,
        3,
        Tier.INCIDENTAL,
        "significant needs direct share >= 10 % (now 7 %)",
    ),
    "loaded by name": (
        "dynamic",
        0.01,
        0.0,
        None,
        3,
        Tier.INCIDENTAL,
        "significant needs direct share >= 10 % (now 1 %)",
    ),
    "for the type checker": (
        "typing",
        0.0,
        0.0,
        None,
        3,
        Tier.TOOLING,
        "incidental needs an import that production code runs (now typing only)",
    ),
    "in tests": (
        "test",
        0.0,
        0.0,
        None,
        0,
        Tier.TOOLING,
        "incidental needs an import that production code runs (now test only)",
    ),
    "nowhere": ("", 0.0, 0.0, None, 0, Tier.NONE, "tooling needs an import (now none)"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tier_and_distance(case: tuple[str, float, float, float | None, int, Tier, str]) -> None:
    scope, direct, blast, starts, surface, tier, next_tier = case
    exposure = Exposure(scope=scope, direct_share=direct, blast_radius=blast, entry_points=starts, api_surface=surface)

    assert judge(exposure) == (tier, next_tier)


def test_shares_that_are_exactly_at_a_threshold_reach_it() -> None:
    exposure = Exposure(scope="runtime", direct_share=3 / 60)

    assert judge(exposure)[0] is Tier.SIGNIFICANT


def test_a_share_just_short_of_a_threshold_does_not_read_as_if_it_reached_it() -> None:
    exposure = Exposure(scope="runtime", direct_share=0.1499, blast_radius=0.4999, api_surface=20)

    assert judge(exposure)[1] == (
        "load-bearing needs blast radius >= 50 % (now 49 %) or direct share >= 15 % (now 14 %)"
    )


shares = st.floats(0, 1)


@given(
    st.sampled_from(["runtime", "lazy", "optional", "dynamic"]), shares, shares, st.none() | shares, st.integers(0, 40)
)
def test_more_use_never_lowers_the_tier(
    scope: str, direct: float, blast: float, starts: float | None, surface: int
) -> None:
    more = Exposure(direct, blast, scope="runtime", entry_points=starts, api_surface=surface)
    less = Exposure(direct / 2, blast / 2, scope=scope, entry_points=starts and starts / 2, api_surface=surface // 2)

    assert RANK[judge(more)[0]] <= RANK[judge(less)[0]]


@given(shares, shares, st.none() | shares, st.integers(0, 40))
def test_only_the_top_needs_nothing_more(direct: float, blast: float, starts: float | None, surface: int) -> None:
    tier, next_tier = judge(Exposure(direct, blast, scope="runtime", entry_points=starts, api_surface=surface))

    assert (tier is Tier.LOAD_BEARING) == (next_tier == "")


def test_thresholds_can_be_moved() -> None:
    exposure = Exposure(scope="runtime", direct_share=0.3, blast_radius=0.4)

    assert judge(exposure, thresholds=PUBLISHED)[0] is Tier.SIGNIFICANT
    assert judge(exposure, thresholds=Thresholds(stops=0.4))[0] is Tier.LOAD_BEARING
