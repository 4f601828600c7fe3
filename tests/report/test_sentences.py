"""What is said of hands, accounts and terms, and that the terminal says it, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depscan.model import (
    Code,
    Concentration,
    Cover,
    Exposure,
    Fact,
    FactKind,
    Licence,
    LicenceFamily,
    Package,
    Report,
    Share,
    Status,
    Steward,
    StewardKind,
    Subject,
    Terms,
    Tier,
    Tool,
)
from depscan.report import sentences, terminal

HARD = Exposure(direct_share=0.5, blast_radius=1.0, tier=Tier.LOAD_BEARING)
TORCH = Package(
    "torch",
    exposure=HARD,
    licence=Licence("BSD-3-Clause", LicenceFamily.PERMISSIVE),
    steward=Steward("PyTorch Foundation", StewardKind.FOUNDATION, "Linux Foundation"),
    publishers=("ann", "bob"),
    organisation="acme",
    status=Status("active"),
)
PLAIN = Package("plain", exposure=HARD)
HANDS = Concentration(
    "parent", "exposure", 4, 2.5, (2.0, 3.0), None, 0.1, None, tuple(Share(name, 0.25) for name in ("A", "B", "C", "D"))
)
ACCOUNTS = Concentration("account", "exposure", 2, 1.0, (1.0, 1.0), None, 0.4, None)


def report(**parts: object) -> Report:
    empty = Report(Tool("depscan", "1"), Subject("x", "x"), "2026-11-24T10:00:00Z", Code(modules=3))
    return replace(empty, **parts)  # type: ignore[arg-type]


def terms(platform: str, chains: tuple[tuple[str, ...], ...] = (), **families: int) -> Terms:
    shares = tuple(
        Share(name.replace("_", " "), 0.5, tuple(f"p{number}" for number in range(size)))
        for name, size in families.items()
    )
    return Terms(platform, shares, "lock", chains)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, ""),
        (
            {"concentration": (HANDS,)},
            (
                "By direct share: A 25%, B 25%, C 25% and 1 more: effectively 2.5 hands (2.0 to 3.0: for 10% the"
                " steward is unknown)."
            ),
        ),
        (
            {"concentration": (replace(HANDS, unknown_share=0.0, shares=HANDS.shares[:1]),)},
            "By direct share: A 25%: effectively 2.5 hands.",
        ),
        ({"concentration": (replace(HANDS, effective_number=None),)}, ""),
        ({"concentration": (replace(HANDS, weight="packages"),)}, ""),
        ({"covers": (Cover(0.5, (), exact=True),)}, ""),
        (
            {
                "concentration": (ACCOUNTS,),
                "covers": (Cover(0.5, ("ann",), exact=True), Cover(0.8, tuple("abcde"), exact=False, bound=1.5)),
            },
            (
                "Publishing: of the direct share whose accounts are known, 1 account (ann) reaches 50% and at most 5"
                " accounts reach 80% with what they can release; for 40% the accounts are unknown."
            ),
        ),
        (
            {"terms": (terms("linux", permissive=3, unknown=1), terms("macos", permissive=2))},
            (
                "Terms: on linux and macos none restrict. Licence unknown: 1 of 4, 0 of 2 packages of an installation,"
                " as known from lock."
            ),
        ),
        (
            {
                "terms": (
                    terms(
                        "linux",
                        (("a", "p1"), ("a", "p2"), ("a", "p3"), ("b",), ("c", "p4"), ("d", "p5")),
                        strong_copyleft=2,
                        proprietary=4,
                    ),
                )
            },
            (
                "Terms: on linux 2 strong copyleft and 4 proprietary, through a (p1, p2 and 1 more), b, c (p4) and 1"
                " more. Licence unknown: 0 of 6 packages of an installation, as known from lock."
            ),
        ),
    ],
)
def test_what_it_adds_up_to(parts: dict[str, object], said: str) -> None:
    assert "\n".join(map(str, sentences.adding_up(report(**parts)))) == said


def test_terms_that_restrict_warn() -> None:
    (restricted,) = sentences.adding_up(report(terms=(terms("linux", (("a",),), proprietary=1),)))
    (free,) = sentences.adding_up(report(terms=(terms("linux", permissive=1),)))
    assert restricted.warns
    assert not free.warns


@pytest.mark.parametrize(
    ("package", "roomy", "said"),
    [
        (TORCH, True, ("PyTorch Foundation (Linux Foundation)", "BSD-3-Clause", "2+ accounts, acme", "active")),
        (TORCH, False, ("PyTorch Foundation", "permissive", "2+ accounts", "active")),
        (PLAIN, True, ("unknown", "unknown", "unknown", "unknown")),
        (
            replace(
                TORCH,
                steward=Steward("Ann", StewardKind.INDIVIDUAL),
                licence=Licence(""),
                publishers=("ann",),
                organisation="",
            ),
            True,
            ("Ann (individual)", "unknown", "1 account", "active"),
        ),
        (
            replace(TORCH, publishers=None),
            True,
            ("PyTorch Foundation (Linux Foundation)", "BSD-3-Clause", "acme", "active"),
        ),
    ],
)
def test_what_is_said_of_a_package(package: Package, *, roomy: bool, said: tuple[str, ...]) -> None:
    assert said == (
        sentences.steward(package, roomy=roomy),
        sentences.licence(package, 26 if roomy else 10),
        sentences.publishers(package, roomy=roomy),
        sentences.status(package),
    )


@pytest.mark.parametrize(
    ("days", "span"),
    [
        ((), ""),
        (("",), ""),
        (("2026-11-02", "2026-11-02"), "2026-11-02"),
        (("2026-11-02", "", "2026-10-01"), "2026-10-01 to 2026-11-02"),
    ],
)
def test_the_age_of_the_facts(days: tuple[str, ...], span: str) -> None:
    facts = tuple(Fact("torch", FactKind.STATUS, "active", "somebody", day) for day in days)
    assert sentences.read_between(report(facts=facts)) == span


def test_the_terminal_says_the_same() -> None:
    text = terminal.render(
        report(
            packages=(TORCH, PLAIN),
            concentration=(HANDS,),
            terms=(terms("linux", (("a",),), proprietary=1),),
            facts=(Fact("torch", FactKind.STATUS, "active", "somebody", "2026-11-02"),),
        ),
        width=120,
    )
    assert "torch    PyTorch Foundation (Linux Foundation)  BSD-3-Clause  2+ accounts, acme  active" in text
    assert "plain    unknown                                unknown       unknown            unknown" in text
    assert "By direct share: A 25%, B 25%, C 25% and 1 more: effectively 2.5 hands" in text
    assert "Terms: on linux 1 proprietary, through a." in text
    assert "Facts were read from their sources on 2026-11-02" in text
