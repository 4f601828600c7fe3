from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge.history.authorship import authors, degree, removal
from depscan.knowledge.history.log import Ledger
from depscan.knowledge.history.people import BOT

DEGREES = [
    # added, own, others: worked out by hand from 3.293 + 1.098 FA + 0.164 DL - 0.321 ln(1 + AC)
    (True, 0, 0, 4.391),
    (False, 0, 0, 3.293),
    (False, 1, 0, 3.457),  # 3.293 + 0.164
    (True, 0, 1, 4.16850),  # 4.391 - 0.321 * 0.693147
    (True, 2, 7, 4.05150),  # 3.293 + 1.098 + 0.328 - 0.321 * 2.079442
    (False, 3, 19, 2.82337),  # 3.293 + 0.492 - 0.321 * 2.995732
]


@pytest.mark.parametrize(("added", "own", "others", "expected"), DEGREES)
def test_degree_of_authorship(added: bool, own: int, others: int, expected: float) -> None:
    assert degree(added=added, own=own, others=others) == pytest.approx(expected, abs=1e-4)


def ledger(touched: dict[str, dict[int, tuple[bool, int]]], renamed: dict[str, set[str]] | None = None) -> Ledger:
    made = Ledger(None)
    for path, shares in touched.items():
        made.touched[path] = {who: 2 * changes + added for who, (added, changes) in shares.items()}
    made.renamed.update(renamed or {})
    return made


AUTHORS = [
    ("who added it", {"f": {0: (True, 0)}}, {}, {0}),
    # ann 4.1685, bob 3.457: 0.83 of it and above 3.293
    ("who changed it once", {"f": {0: (True, 0), 1: (False, 1)}}, {}, {0, 1}),
    # ann 4.391 + 3.28 - 0.2225 = 7.4485, bob 3.457 - 0.321 ln 21 = 2.4797: 0.33 of it
    ("not who did little", {"f": {0: (True, 20), 1: (False, 1)}}, {}, {0}),
    # ann 4.391 - 0.321 ln 13 = 3.5676, bob 3.293 + 1.968 - 0 = 5.261: ann has 0.68 of it
    ("not who added and left", {"f": {0: (True, 0), 1: (False, 12)}}, {}, {1}),
    # ten people with one change each, ann added: each other 3.457 - 0.321 ln 10 = 2.7179 < 3.293
    ("only who added, of many", {"f": {0: (True, 0)} | dict.fromkeys(range(1, 11), (False, 1))}, {}, {0}),
    # six with one change each: ann 4.391 - 0.321 ln 7 = 3.7664, others 3.457 - 0.321 ln 6 = 2.8818 (0.765 but < 3.293)
    ("absolute bound", {"f": {0: (True, 0)} | dict.fromkeys(range(1, 7), (False, 1))}, {}, {0}),
    # under its old name ann added it; cid changed it under the new one
    ("former name", {"f": {2: (False, 1)}, "e": {0: (True, 0)}}, {"f": {"e"}}, {0, 2}),
    ("two former names", {"f": {2: (False, 0)}, "d": {0: (True, 9)}}, {"f": {"e"}, "e": {"d"}}, {0}),
    ("names in a circle", {"f": {0: (True, 1)}, "e": {0: (False, 1)}}, {"f": {"e"}, "e": {"f"}}, {0}),
    ("bots are nobody", {"f": {3: (True, 9), 1: (False, 1)}}, {}, {1}),
    ("nobody", {}, {}, set()),
]


@pytest.mark.parametrize(
    ("touched", "renamed", "expected"), [case[1:] for case in AUTHORS], ids=[c[0] for c in AUTHORS]
)
def test_authors(
    touched: dict[str, dict[int, tuple[bool, int]]], renamed: dict[str, set[str]], expected: set[int]
) -> None:
    person = [0, 1, 2, BOT, *range(4, 12)]
    if any(who == 3 for who in touched.get("f", {})) and len(touched["f"]) > 3:
        person[3] = 3
    assert authors(ledger(touched, renamed), person, ["f"]) == {"f": frozenset(expected)}


def shares(*files: int) -> dict[str, set[int]]:
    """Each developer is the only author of so many files."""
    return {f"{who}/{at}": {who} for who, number in enumerate(files) for at in range(number)}


FACTORS = [
    # files of each developer; coverage; factor at 0.55, 0.50, 0.45
    (shares(6, 4), (1.0, 0.4, 0.0), (1, 1, 1)),
    (shares(5, 4, 3), (1.0, 7 / 12, 3 / 12, 0.0), (2, 2, 2)),
    (shares(3, 3, 3, 3), (1.0, 0.75, 0.5, 0.25, 0.0), (2, 3, 3)),  # one half is not below one half
    (shares(50, 4, 46), (1.0, 0.5, 0.04, 0.0), (1, 2, 2)),
    ({"a": {0, 1}, "b": {0, 1}, "c": {0}}, (1.0, 2 / 3, 0.0), (2, 2, 2)),  # others still know what one knew
    ({"a": set(), "b": {0}, "c": set()}, (1 / 3, 0.0), (0, 0, 0)),
]


@pytest.mark.parametrize(("authors_of", "coverage", "factors"), FACTORS)
def test_removal(authors_of: dict[str, set[int]], coverage: tuple[float, ...], factors: tuple[int, int, int]) -> None:
    removed = removal(authors_of)
    assert removed.coverage == pytest.approx(coverage)
    assert tuple(removed.factor(threshold) for threshold in (0.55, 0.50, 0.45)) == factors


@given(st.dictionaries(st.text(max_size=3), st.frozensets(st.integers(0, 5)), min_size=1))
def test_removing_never_covers_more(authors_of: dict[str, frozenset[int]]) -> None:
    removed = removal(authors_of)
    assert list(removed.coverage) == sorted(removed.coverage, reverse=True)
    assert removed.coverage[-1] == 0
    assert list(removed.files) == sorted(removed.files, reverse=True)
    assert removed.factor(0.55) <= removed.factor() <= removed.factor(0.45)
