from __future__ import annotations

import pytest

from depscan import licences
from depscan.metrics.knowledge import Knowledge
from depscan.model import Fact, FactKind, Licence, LicenceEvidence, LicenceFamily, Package, Status, Steward, StewardKind

K = FactKind


def fact(kind: FactKind, value: str, retrieved: str = "2026-11-01", version: str = "", detail: str = "") -> Fact:
    return Fact("x", kind, value, "source", retrieved, version, detail)


def licence(value: str, detail: str = "", version: str = "", retrieved: str = "2026-11-01") -> Fact:
    return fact(K.LICENCE, value, retrieved, version, detail)


def filled(*facts: Fact, version: str = "", stewards: tuple[Steward, ...] = ()) -> Package:
    return Knowledge(facts, stewards).fill(Package("x", version))


def test_nothing_known_stays_unknown() -> None:
    assert filled() == Package("x")
    assert filled(licence(" "), Fact("y", K.STEWARD, "S", "source", "2026-11-01")) == Package("x")


LATEST = fact(K.LATEST, "3.0")


@pytest.mark.parametrize(
    ("facts", "pinned", "expression"),
    [
        ((licence("MIT", "list"), licence("ISC", "expression")), "", "ISC"),
        ((licence("MIT", "list", "1.0"), licence("ISC", "expression", "2.0")), "1.0", "MIT"),
        ((licence("MIT", "list", "1.0"), licence("ISC", "expression", "2.0")), "5.0", "ISC"),
        ((licence("MIT", "expression", "2.0"), licence("ISC", "list", "3.0"), LATEST), "", "ISC"),
        ((licence("MIT", "expression", "2.0"), licence("ISC", "list")), "", "ISC"),
        ((licence("MIT", "text", "3.0"), licence("ISC", "list"), LATEST), "", "MIT"),
        ((licence("MIT", "name"), licence("ISC", "classifier"), licence("Zlib", "text")), "", "Zlib"),
        ((licence("MIT", "text", retrieved="2026-01-01"), licence("ISC", "text")), "", "ISC"),
        ((licence("MIT", "no such evidence"), licence("ISC", "list", retrieved="2020-01-01")), "", "ISC"),
        ((licence("MIT"),), "", "MIT"),
    ],
)
def test_the_strongest_evidence_for_the_version_at_hand_decides(
    facts: tuple[Fact, ...], pinned: str, expression: str
) -> None:
    found = filled(*facts, version=pinned).licence
    assert found and found.expression == expression
    assert filled(*reversed(facts), version=pinned).licence == found


def test_a_licence_says_where_it_is_known_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "family", lambda expression: LicenceFamily.PROPRIETARY if expression else None)
    found = Knowledge([licence("LicenseRef-X", "text", "1.0")]).licence("x", "1.0")
    assert found == Licence(
        "LicenseRef-X", LicenceFamily.PROPRIETARY, LicenceEvidence.TEXT, "source", "2026-11-01", "1.0"
    )
    assert Knowledge([licence("MIT", "hearsay")]).licence("x").evidence is None  # type: ignore[union-attr]


def test_the_steward_last_named_with_what_is_known_of_it() -> None:
    facts = (fact(K.STEWARD, "Old", "2025-01-01"), fact(K.STEWARD, "New"))
    new = Steward("New", StewardKind.COMPANY, "Parent", "US", "register", "2026-10-01")
    older = Steward("New", StewardKind.UNKNOWN, source="register", retrieved="2020-01-01")
    assert filled(*facts, stewards=(new, older)).steward == new
    assert filled(*facts).steward == Steward("New", source="source", retrieved="2026-11-01")


def test_accounts_are_those_last_seen() -> None:
    facts = [fact(K.PUBLISHER, name, "2026-11-01", detail=role) for name in "ba" for role in ("Owner", "Maintainer")]
    assert filled(*facts, fact(K.PUBLISHER, "gone", "2025-11-01")).publishers == ("a", "b")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ((("index", "active", "2026-11-01"), ("list", "archived", "2026-01-01")), "archived"),
        ((("list", "archived", "2026-01-01"), ("list", "active", "2026-11-01")), "active"),
        ((("index", "quarantined", "2026-11-01"), ("list", "archived", "2026-11-01")), "quarantined"),
        ((("index", "strange", "2026-11-01"), ("list", "active", "2026-01-01")), "active"),
        ((("index", "strange", "2026-11-01"),), "strange"),
    ],
)
def test_the_worst_that_any_source_says_now(said: tuple[tuple[str, str, str], ...], value: str) -> None:
    facts = [Fact("x", K.STATUS, status, source, day, detail="basis") for source, status, day in said]
    found = filled(*facts).status
    assert found and found.value == value and found.basis == "basis"


def test_what_is_single_is_taken_from_the_newest_fact() -> None:
    package = filled(
        fact(K.LATEST, "1.0", "2026-01-01"), LATEST, fact(K.ORGANISATION, "o", "2026-01-01"), fact(K.STATUS, "active")
    )
    assert (package.latest, package.organisation) == ("3.0", "o")
    assert package.status == Status("active", "", "source", "2026-11-01")
