"""Where a finding on a package points to, and what counts as delivered."""

from __future__ import annotations

import pytest

from depscan.model import (
    Declaration,
    Edge,
    Evidence,
    Exposure,
    Import,
    Link,
    Location,
    Module,
    Need,
    Origin,
    Package,
    Pin,
    Project,
    Resolver,
    State,
    Tier,
)
from depscan.rules import Case
from depscan.rules.standing import Standing

PLACE = Location("pyproject.toml", 3)
LOCK = Location("uv.lock", 7)
PROJECT = Project("", "app", Location("pyproject.toml", 1))


def uses(path: str, line: int, *names: str) -> Link:
    return Link(path, Import(names[0], line=line), Origin.THIRD_PARTY, Resolver.TABLE, names)


OWN = Link("a.py", Import("b", line=1), Origin.FIRST_PARTY, Resolver.LAYOUT, (), ("b.py",))
EVIDENCE = Evidence(
    projects=(PROJECT,),
    declarations=(Declaration("direct", PLACE),),
    pins=(Pin("deep", "1.0", LOCK), Pin("used", "1.0", LOCK)),
    edges=(Edge("deep", "deeper", Location("uv.lock", 9)),),
    modules=(Module("a.py"), Module("b.py")),
    links=(OWN, uses("b.py", 4, "used", "twin"), uses("a.py", 9, "used"), uses("a.py", 2, "used")),
)
PACKAGES = (
    Package("direct", declared=(PLACE,)),
    Package("used", state=State.TRANSITIVE_ONLY),
    Package("below", state=State.INDIRECT, exposure=Exposure(introducers=("below", "direct"))),
    Package("shared", state=State.INDIRECT, exposure=Exposure(introducers=("direct", "used"))),
    Package("lone", state=State.INDIRECT),
)
STANDING = Standing(Case(EVIDENCE, PACKAGES))


@pytest.mark.parametrize(
    ("name", "via", "places"),
    [
        ("direct", "", (PLACE,)),
        ("used", "", (Location("a.py", 2), Location("b.py", 4))),  # one place per file, before locks
        ("twin", "", (Location("b.py", 4),)),
        ("deep", "", (LOCK,)),
        ("deeper", "", (Location("uv.lock", 9),)),
        ("below", "", (PLACE,)),
        ("elsewhere", "direct", (PLACE,)),
        ("elsewhere", "", (PROJECT.location,)),
        ("elsewhere", "below", (PROJECT.location,)),
    ],
)
def test_places(name: str, via: str, places: tuple[Location, ...]) -> None:
    assert STANDING.places(name, via) == places


def test_the_place_that_asks_for_the_project_itself_comes_first() -> None:
    asked = [(".github/x.yml", Need.DEVELOPMENT), ("Dockerfile", Need.EXTRA), ("docs/r.txt", Need.RUNTIME)]
    declared = [Declaration("x", Location(path, 1), scope=scope) for path, scope in [*asked, ("setup.py", Need.EXTRA)]]
    package = Package("x", declared=tuple(each.location for each in declared))
    places = Standing(Case(Evidence((PROJECT,), tuple(declared)), (package,))).places("x")
    assert [place.path for place in places] == ["setup.py", ".github/x.yml", "Dockerfile", "docs/r.txt"]


def test_without_a_project_the_first_declaration_stands_for_all() -> None:
    assert Standing(Case(Evidence(declarations=(Declaration("x", PLACE),)))).top == (PLACE,)
    assert Standing(Case(Evidence())).top == (Location(""),)


@pytest.mark.parametrize(
    ("name", "chain", "introducer"),
    [
        ("direct", (), "direct"),
        ("direct", ("other", "direct"), "direct"),
        ("below", ("other", "below"), "direct"),
        ("below", (), "direct"),
        ("shared", ("direct", "shared"), "shared"),  # several bring it in: none of them is singled out
        ("lone", ("direct", "lone"), "direct"),
        ("lone", (), "lone"),
        ("elsewhere", ("direct", "elsewhere"), "direct"),
        ("elsewhere", (), "elsewhere"),
    ],
)
def test_introducers(name: str, chain: tuple[str, ...], introducer: str) -> None:
    assert STANDING.introducer(name, chain) == introducer


@pytest.mark.parametrize(
    ("path", "need", "delivered"),
    [
        ("pyproject.toml", Need.RUNTIME, True),
        ("pyproject.toml", Need.EXTRA, True),
        ("pyproject.toml", Need.DEVELOPMENT, False),
        ("pyproject.toml", Need.BUILD, False),
        ("pyproject.toml", Need.CONSTRAINT, True),  # says nothing of why it is there
        ("docs/requirements.txt", Need.RUNTIME, False),
        ("Dockerfile", Need.EXTRA, True),
        (".github/workflows/test.yml", Need.DEVELOPMENT, False),
    ],
)
@pytest.mark.parametrize("tier", [Tier.TOOLING, Tier.NONE])
def test_delivery(path: str, need: Need, delivered: bool, tier: Tier) -> None:
    scope = "test" if tier is Tier.TOOLING else ""
    package = Package("x", declared=(Location(path, 1),), exposure=Exposure(tier=tier, scope=scope))
    evidence = Evidence((PROJECT,), (Declaration("x", Location(path, 1), scope=need),))
    expected = delivered and not (tier is Tier.TOOLING and need is Need.CONSTRAINT)
    assert Standing(Case(evidence, (package,))).is_delivered("x") == expected
