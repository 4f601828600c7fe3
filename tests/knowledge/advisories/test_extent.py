"""Which versions a record calls affected: tables of the schema's cases, and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from depscan.knowledge.advisories.extent import Extent, Span, key, parsed, spans
from depscan.knowledge.advisories.osv import UNREADABLE, Record

ALL = (("introduced", "0"),)
FIXED = (("introduced", "0"), ("fixed", "1.2"))
LAST = (("introduced", "1.0"), ("last_affected", "1.2"))
TWO = (("introduced", "2.0"), ("fixed", "2.3"), ("fixed", "1.2"), ("introduced", "1.0"))
ADJOINING = (("introduced", "1.1"), ("fixed", "1.2"), ("introduced", "1.0"), ("fixed", "1.1"))
ONE = (("introduced", "1.1"), ("last_affected", "1.1"))
EMPTY = (("introduced", "1.1"), ("fixed", "1.1"))
LIMITED = (("introduced", "1.0"), ("limit", "2.0"), ("limit", "1.5"))
UNLIMITED = (("introduced", "1.0"), ("limit", "1.5"), ("limit", "*"))
OPEN_AGAIN = (("introduced", "0"), ("fixed", "1.0"), ("introduced", "2.0"))
TWICE = (("introduced", "0"), ("introduced", "2.0"), ("fixed", "1.0"), ("fixed", "3.0"))
EPOCH = (("introduced", "1!0"), ("fixed", "1!2"))
TO_A_CANDIDATE = (("introduced", "1.0"), ("fixed", "2.0rc1"))
LOCAL = (("introduced", "1.0+b.2"), ("fixed", "1.0+b.10"))


def record(*ranges: tuple[tuple[str, str], ...], versions: tuple[str, ...] = (), withdrawn: str = "") -> Record:
    keys = tuple(key(text) for text in versions if key(text) != text)
    return Record("X-1", "demo", ranges=ranges, versions=versions, keys=keys, withdrawn=withdrawn)


@pytest.mark.parametrize(
    ("events", "version", "affected"),
    [
        (ALL, "0", True),
        (ALL, "0.dev0", True),  # "0" sorts before every version, PEP 440's lowest too
        (ALL, "99!1", True),
        (ALL, "no version", True),
        (FIXED, "1.1.9", True),
        (FIXED, "1.2", False),
        (FIXED, "1.2.0", False),
        (FIXED, "v1.2", False),
        (FIXED, "1.2rc1", True),
        (FIXED, "1.2.dev1", True),
        (FIXED, "1.2.post1", False),
        (FIXED, "1.2+cpu", False),
        (FIXED, "1!1.0", False),
        (FIXED, "no version", None),
        (LAST, "0.9", False),
        (LAST, "1.0rc1", False),
        (LAST, "1.0", True),
        (LAST, "1.2.0", True),
        (LAST, "1.2.post1", False),
        (LAST, "1.2+cpu", False),  # sorts after 1.2
        (LAST, "1.3", False),
        (TWO, "0.9", False),
        (TWO, "1.0", True),
        (TWO, "1.2", False),
        (TWO, "2.2.9", True),
        (TWO, "2.3", False),
        (ADJOINING, "1.0.5", True),
        (ADJOINING, "1.1", True),
        (ADJOINING, "1.1.5", True),
        (ADJOINING, "1.2", False),
        (ONE, "1.1", True),
        (ONE, "1.1.1", False),
        (ONE, "1.0", False),
        (EMPTY, "1.1", False),
        (EMPTY, "2.0", False),
        (LIMITED, "1.9", True),  # below one of the limits is enough
        (LIMITED, "2.0", False),
        (LIMITED, "0.9", False),
        (UNLIMITED, "9", True),
        (OPEN_AGAIN, "1.5", False),
        (OPEN_AGAIN, "2.0", True),
        (OPEN_AGAIN, "9", True),
        (TWICE, "0.5", True),
        (TWICE, "1.5", False),
        (TWICE, "2.5", True),
        (TWICE, "3", False),
        (EPOCH, "5", False),
        (EPOCH, "1!1", True),
        (EPOCH, "1!2", False),
        (TO_A_CANDIDATE, "2.0b1", True),
        (TO_A_CANDIDATE, "2.0rc1", False),
        (LOCAL, "1.0", False),
        (LOCAL, "1.0+b.9", True),
        (LOCAL, "1.0+b.10", False),
        ((("introduced", "1.0"), ("limit", "1.5"), ("fixed", "1.2")), "1.3", False),
        ((("introduced", "1.0"), ("limit", "1.5"), ("fixed", "1.7")), "1.6", False),
        ((("introduced", "1.0"), ("limit", "1.5"), ("fixed", "1.7")), "1.4", True),
        ((("introduced", "2.0"), ("limit", "1.5")), "2.0", False),
    ],
)
def test_a_range(events: tuple[tuple[str, str], ...], version: str, affected: bool | None) -> None:
    assert Extent(record(events)).holds(version) is affected


@pytest.mark.parametrize(
    "events",
    [
        UNREADABLE,
        (("fixed", "1.0"),),
        (("introduced", "0"), ("fixed", "2019-09-12")),
        (("introduced", "first"),),
        (("introduced", "0"), ("limit", "?")),
        (("introduced", "0"), ("fixed", "9" * 301)),
    ],
)
def test_a_range_that_cannot_be_compared_is_unknown_not_unaffected(events: tuple[tuple[str, str], ...]) -> None:
    extent = Extent(record(events, (("introduced", "2"), ("fixed", "3")), versions=("0.5",)))
    assert spans(events) is None
    assert extent.vague
    assert extent.holds("1.0") is None
    assert extent.holds("2.5") is True  # another range says so
    assert extent.holds("0.5.0") is True  # the list says so
    assert extent.holds("no version") is None


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("1.0", True),
        ("1.0.0", True),
        ("1.1a1", True),
        ("1.1.alpha.1", True),
        ("2.0+cu118", True),
        ("2.0", False),
        ("1.1", False),
        ("0.7.10p1", True),
        ("0.7.10p2", False),
    ],
)
def test_listed_versions_are_compared_as_versions_or_as_text(version: str, affected: bool) -> None:
    assert Extent(record(versions=("1.0.0", "1.1-alpha1", "2.0+cu118", "0.7.10p1"))).holds(version) is affected


def test_a_record_that_says_nothing_of_versions_leaves_all_unknown() -> None:
    assert Extent(record()).holds("1.0") is None


def test_what_is_withdrawn_affects_nothing() -> None:
    extent = Extent(record(ALL, versions=("1.0",), withdrawn="2022-02-22T00:00:00Z"))
    assert extent.holds("1.0") is False
    assert not extent.lists("1.0")


def test_it_tells_what_is_listed_outright_from_what_a_range_holds() -> None:
    extent = Extent(record(ALL, versions=("1.0",)))
    assert extent.lists("1.0.0")
    assert not extent.lists("1.1")


@pytest.mark.parametrize(
    ("version", "until"), [("1.2", "2.0"), ("1.5", "2.0"), ("2.3", None), ("0.5", "1.0"), ("1.1", ""), ("2.0", "")]
)
def test_clean_versions_end_where_the_next_affected_begin(version: str, until: str | None) -> None:
    expected = None if until == "" else Span(Version(version), None if until is None else Version(until))
    assert Extent(record(TWO)).clean_after(Version(version)) == expected


@pytest.mark.parametrize(
    ("span", "specifier"),
    [
        (Span(None, None), ""),
        (Span(Version("1"), None), ">=1"),
        (Span(None, Version("2")), "<2"),
        (Span(Version("1"), Version("2"), closed=True), ">=1,<=2"),
    ],
)
def test_a_span_as_a_specifier(span: Span, specifier: str) -> None:
    assert span.specifier == specifier


NUMBERS = st.lists(st.integers(0, 3), min_size=1, max_size=3)
VERSIONS = st.builds(
    lambda epoch, numbers, pre, post, dev, local: f"{epoch}{'.'.join(map(str, numbers))}{pre}{post}{dev}{local}",
    st.sampled_from(["", "", "", "1!"]),
    NUMBERS,
    st.sampled_from(["", "", "a1", "rc1"]),
    st.sampled_from(["", "", ".post0", ".post1"]),
    st.sampled_from(["", "", ".dev0"]),
    st.sampled_from(["", "", "+cpu"]),
)
EVENTS = st.lists(
    st.one_of(
        st.just(("introduced", "0")),
        st.tuples(st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), VERSIONS),
    ),
    max_size=7,
)


@given(EVENTS, VERSIONS, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(
    events: list[tuple[str, str]], version: str, random: st.DataObject
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Extent(record(tuple(shuffled))).holds(version) is Extent(record(tuple(events))).holds(version)


@given(EVENTS, VERSIONS)
def test_it_is_the_walk_of_the_schema_wherever_that_has_one_answer(events: list[tuple[str, str]], version: str) -> None:
    """The pseudo-code, run over the events as they are sorted, with both orders of kinds at one version."""
    moments = [event for event in events if event[0] != "limit"]
    if all(kind != "introduced" for kind, _ in moments):
        return
    v = Version(version)
    limits = [Version(text) for kind, text in events if kind == "limit"]
    answers = set()
    for last in (False, True):
        vulnerable = False
        if not limits or any(v < limit for limit in limits):
            order = sorted(
                moments,
                key=lambda event: (event != ("introduced", "0"), Version(event[1]), (event[0] == "introduced") is last),
            )
            for kind, text in order:
                if kind == "introduced" and ((text == "0") or v >= Version(text)):
                    vulnerable = True
                elif (kind == "fixed" and v >= Version(text)) or (kind == "last_affected" and v > Version(text)):
                    vulnerable = False
        answers.add(vulnerable)
    if len(answers) == 1:
        assert Extent(record(tuple(events))).holds(version) in answers


@given(EVENTS, EVENTS, VERSIONS)
def test_another_range_never_makes_an_affected_version_unaffected(
    events: list[tuple[str, str]], more: list[tuple[str, str]], version: str
) -> None:
    if Extent(record(tuple(events))).holds(version):
        assert Extent(record(tuple(events), tuple(more))).holds(version) is True


@given(EVENTS, VERSIONS)
def test_equal_versions_have_one_answer(events: list[tuple[str, str]], version: str) -> None:
    extent = Extent(record(tuple(events), versions=("1.0", "2.0rc1")))
    assert extent.holds(version) is extent.holds(key(version)) is extent.holds(f" v{version}")


@given(VERSIONS, VERSIONS)
def test_a_key_is_equal_where_versions_are(one: str, other: str) -> None:
    assert (key(one) == key(other)) is (parsed(one) == parsed(other))
