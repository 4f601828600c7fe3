from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.metrics.concentration import concentrate, concentrate_models, effective_number
from depscan.model import (
    Access,
    Concentration,
    Exposure,
    Licence,
    LicenceFamily,
    Location,
    Model,
    ModelKind,
    Package,
    Reference,
    ResolvedBy,
    Scope,
    Steward,
    Tier,
)

UNKNOWN = ""


def package(
    name: str,
    steward: str = UNKNOWN,
    share: float = 0.1,
    tier: Tier = Tier.SIGNIFICANT,
    *,
    parent: str = "",
    country: str = "",
    accounts: tuple[str, ...] | None = None,
    family: LicenceFamily | None = None,
) -> Package:
    return Package(
        name,
        exposure=Exposure(direct_share=share, tier=tier),
        steward=Steward(steward, parent=parent, jurisdiction=country) if steward else None,
        publishers=accounts,
        licence=Licence("L", family) if family else None,
    )


def over(dimension: str, weight: str, *packages: Package) -> Concentration:
    (found,) = [each for each in concentrate(packages) if (each.dimension, each.weight) == (dimension, weight)]
    return found


def held(*stewards: str) -> Concentration:
    return over("steward", "packages", *(package(f"p{number}", name) for number, name in enumerate(stewards)))


#  stewards -> hands, N2, bounds, top, unknown share
CASES: dict[str, tuple[tuple[str, ...], int, float | None, tuple[float, float], str, float]] = {
    "one": (("a",), 1, 1.0, (1.0, 1.0), "a", 0.0),
    "two alike": (("a", "b"), 2, 2.0, (2.0, 2.0), "a", 0.0),
    "three to one": (("a", "a", "a", "b"), 2, 1.6, (1.6, 1.6), "a", 0.0),
    "one unknown": (("a", "b", ""), 2, 2.0, (1.8, 3.0), "a", 1 / 3),
    "all unknown": (("", "", ""), 0, None, (1.0, 3.0), "", 1.0),
    "one, and one unknown": (("a", ""), 1, 1.0, (1.0, 2.0), "a", 0.5),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_steward_counted_by_packages(
    case: tuple[tuple[str, ...], int, float | None, tuple[float, float], str, float],
) -> None:
    stewards, hands, number, bounds, top, unknown = case
    found = held(*stewards)
    assert found.n == hands
    assert found.effective_number == (None if number is None else pytest.approx(number))
    assert found.effective_bounds == pytest.approx(bounds)
    assert (found.top.name if found.top else "") == top
    assert found.unknown_share == pytest.approx(unknown)
    assert len(found.unknown) == stewards.count("")


def test_nothing_to_concentrate_on() -> None:
    assert concentrate([]) == ()
    assert concentrate([package("a", "s", tier=Tier.TOOLING), package("b", "s", tier=Tier.NONE)]) == ()


def test_without_any_weight_only_packages_are_counted() -> None:
    found = concentrate([package("a", "s", 0.0)])
    assert {each.weight for each in found} == {"packages"}
    assert len(found) == 5


def test_only_what_production_code_imports_counts() -> None:
    tiers = [package(f"p-{tier}", tier.value, tier=tier) for tier in Tier]
    assert [share.name for share in over("steward", "packages", *tiers).shares] == [
        "incidental",
        "load-bearing",
        "significant",
    ]


def test_by_exposure_the_widely_used_count_more() -> None:
    found = over("steward", "exposure", package("a", "s", 0.3), package("b", "t", 0.1), package("c", share=0.1))
    assert [(each.name, round(each.share, 9), each.packages) for each in found.shares] == [
        ("s", 0.75, ("a",)),
        ("t", 0.25, ("b",)),
    ]
    assert found.effective_number == pytest.approx(1.6)
    assert found.unknown_share == pytest.approx(0.2)
    assert found.unknown == ("c",)


def test_a_package_is_shared_evenly_by_its_accounts() -> None:
    found = over("account", "packages", package("p", accounts=("a", "b")), package("q", accounts=("a",)), package("r"))
    assert [(each.name, each.share, each.packages) for each in found.shares] == [
        ("a", 0.75, ("p", "q")),
        ("b", 0.25, ("p",)),
    ]
    assert found.unknown == ("r",)


def test_the_parent_stands_for_its_stewards_and_others_for_themselves() -> None:
    packages = (package("p", "FAIR", parent="Meta"), package("q", "Meta"), package("r", "Alone"))
    assert [share.name for share in over("parent", "packages", *packages).shares] == ["Meta", "Alone"]
    assert over("steward", "packages", *packages).n == 3


def test_the_body_at_the_top_counts() -> None:
    packages = (
        package("p", "DeepMind", parent="Google"),
        package("q", "Google", parent="Alphabet", tier=Tier.TOOLING),
        package("r", "Chicken", parent="Egg"),
        package("s", "Egg", parent="Chicken"),
    )
    assert [share.name for share in over("parent", "packages", *packages).shares] == ["Alphabet", "Chicken", "Egg"]


def test_licences_by_family_and_countries_where_known() -> None:
    packages = (
        package("p", "s", country="US", family=LicenceFamily.PERMISSIVE),
        package("q", "s", family=LicenceFamily.UNKNOWN),
        package("r", family=LicenceFamily.NON_SPDX),
    )
    families = over("licence", "packages", *packages)
    assert [share.name for share in families.shares] == ["non-SPDX", "permissive"]
    assert families.unknown == ("q",)
    assert over("jurisdiction", "packages", *packages).unknown == ("q", "r")


@pytest.mark.parametrize(("hands", "index"), [(9, None), (10, 1_000.0), (20, 500.0)])
def test_the_index_is_given_from_ten_hands_on(hands: int, index: float | None) -> None:
    found = held(*(f"s{number}" for number in range(hands))).hhi
    assert found == (None if index is None else pytest.approx(index))


PARTS = st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.floats(0.001, 1)), min_size=1, max_size=12)


@given(PARTS, st.data())
def test_the_bounds_hold_whoever_the_unknown_belong_to(parts: list[tuple[str, float]], data: st.DataObject) -> None:
    found = over("steward", "exposure", *(package(f"p{n}", name, share) for n, (name, share) in enumerate(parts)))
    guessed: dict[str, float] = {}
    for number, (name, share) in enumerate(parts):
        owner = name or data.draw(st.sampled_from(["a", "b", "c", "d", f"own {number}"]))
        guessed[owner] = guessed.get(owner, 0) + share
    assert found.effective_bounds
    low, high = found.effective_bounds
    assert low - 1e-9 <= effective_number(guessed.values()) <= high + 1e-9


@given(PARTS)
def test_shares_add_up_and_the_number_lies_between_one_and_all(parts: list[tuple[str, float]]) -> None:
    found = over("steward", "exposure", *(package(f"p{n}", name, share) for n, (name, share) in enumerate(parts)))
    if found.effective_number is None:
        assert not found.shares and found.unknown_share == 1
    else:
        assert isclose(sum(share.share for share in found.shares), 1)
        assert 1 - 1e-9 <= found.effective_number <= found.n + 1e-9
        assert found.top == found.shares[0] == max(found.shares, key=lambda share: round(share.share, 9))


@given(st.lists(st.floats(0.001, 1), min_size=1), st.floats(0.1, 10))
def test_only_proportions_matter(sizes: list[float], factor: float) -> None:
    assert isclose(effective_number(sizes), effective_number(size * factor for size in sizes))


def model(name: str, places: int, scope: Scope = Scope.PRODUCTION, **known: object) -> Model:
    found = tuple(Reference(Location(f"{name}.py", line), scope, ResolvedBy.LITERAL) for line in range(places))
    return Model(name, **{"kind": ModelKind.MODEL, "references": found, **known})  # type: ignore[arg-type]


def test_models_are_counted_alike_or_by_the_places_that_name_them() -> None:
    models = [
        model("a", 3, developer="Acme", access=Access.OPEN_WEIGHTS, licence_family=LicenceFamily.PERMISSIVE),
        model("b", 1, developer="Best", access=Access.CLOSED_API, jurisdiction="DE"),
        model("c", 4),
        model("d", 9, Scope.TEST, developer="Acme"),
        model("e", 9, developer="Acme", kind=ModelKind.DATASET),
    ]
    found = {(each.dimension, each.weight): each for each in concentrate_models(models)}
    makers = found["model-developer", "models"]
    assert [(share.name, share.share, share.packages) for share in makers.shares] == [
        ("Acme", 0.5, ("a",)),
        ("Best", 0.5, ("b",)),
    ]
    assert (makers.effective_number, makers.unknown, makers.unknown_share) == (2.0, ("c",), 1 / 3)
    places = found["model-developer", "places"]
    assert places.top is not None and (places.top.name, places.top.share) == ("Acme", 0.75)
    assert places.unknown_share == 0.5
    assert [share.name for share in found["model-access", "models"].shares] == ["closed-api", "open-weights"]
    assert found["model-licence", "models"].unknown == ("b", "c")
    assert [share.name for share in found["model-jurisdiction", "places"].shares] == ["DE"]


def test_without_a_model_in_production_there_is_no_concentration_over_models() -> None:
    assert concentrate_models([model("d", 2, Scope.TEST), model("e", 1, kind=ModelKind.DATASET)]) == ()
