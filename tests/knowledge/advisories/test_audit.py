"""What advisories mean for what a project asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge.advisories import Wanted, audit
from depscan.knowledge.advisories.asked import Asked
from depscan.knowledge.advisories.extent import key
from depscan.knowledge.advisories.osv import Record
from depscan.model import Gap, Location, Severity
from depscan.model.advisories import Advisory, Affected, Exposed, Fix

YES, POSSIBLY, UNKNOWN = Affected.YES, Affected.POSSIBLY, Affected.UNKNOWN
AVAILABLE, FORBIDDEN, NONE = Fix.AVAILABLE, Fix.FORBIDDEN, Fix.NONE

LISTED = ("1.0", "1.0.1", "1.1", "2.0", "2.0.1")


def record(*ranges: tuple[tuple[str, str], ...], versions: tuple[str, ...] = (), **fields: object) -> Record:
    keys = tuple(key(text) for text in versions if key(text) != text)
    return Record(**{"id": "A-1", "package": "demo", **fields}, ranges=ranges, versions=versions, keys=keys)  # type: ignore[arg-type]


BACKPORTED = record((("introduced", "1.0"), ("fixed", "1.2"), ("introduced", "2.0"), ("fixed", "2.1")), versions=LISTED)
UNLISTED = record((("introduced", "1.0"), ("fixed", "1.2"), ("introduced", "2.0"), ("fixed", "2.1")))
OPEN = record((("introduced", "1.0"),), versions=LISTED)
UNTIL = record((("introduced", "0"), ("last_affected", "2.0.1")), versions=LISTED)
HOSTILE = record(versions=("1.0.1", "2.0+evil"), id="MAL-1")
VAGUE = record((("introduced", "0"), ("fixed", "2019-09-12")))
SILENT = record()
CANDIDATE = record((("introduced", "0"), ("fixed", "2.0rc1")), versions=LISTED[:3])


def exposed(wanted: Wanted, *records: Record) -> list[Exposed]:
    answers = audit({"demo": wanted}, {"demo": records}, source="db", retrieved="2026-11-24")
    return [answer for answer in answers if isinstance(answer, Exposed)]


def told(found: list[Exposed]) -> list[tuple[Affected, str, Fix, str]]:
    return [(each.state, each.version, each.fix, each.fixed_by) for each in found]


@pytest.mark.parametrize(
    ("wanted", "record", "found"),
    [
        # pins
        (Wanted(("1.1",)), BACKPORTED, [(YES, "1.1", AVAILABLE, "1.2")]),
        (Wanted(("2.0.1",)), BACKPORTED, [(YES, "2.0.1", AVAILABLE, "2.1")]),
        (Wanted(("1.2",)), BACKPORTED, []),
        (Wanted(("2.1",)), BACKPORTED, []),
        (Wanted(("1.1", "1.3", "2.0")), BACKPORTED, [(YES, "1.1", AVAILABLE, "1.2"), (YES, "2.0", AVAILABLE, "2.1")]),
        (Wanted(("1.1",), (">=1,<2",)), BACKPORTED, [(YES, "1.1", AVAILABLE, "1.2")]),
        (Wanted(("1.1",), ("<1.2",)), BACKPORTED, [(YES, "1.1", FORBIDDEN, "")]),
        (Wanted(("2.0",), ("<2.1",)), BACKPORTED, [(YES, "2.0", FORBIDDEN, "")]),  # 1.2 would be a step back
        (Wanted(("1.1",), ("<1.2", ">=2")), BACKPORTED, [(YES, "1.1", AVAILABLE, "2.1")]),
        (Wanted(("1.1",), (">=1.1,!=1.2,<2",)), BACKPORTED, [(YES, "1.1", AVAILABLE, "")]),  # a later 1.x, if any
        (Wanted(("1.1",), ("==1.1",)), BACKPORTED, [(YES, "1.1", FORBIDDEN, "")]),
        (Wanted((), ("==1.1",)), BACKPORTED, [(YES, "1.1", FORBIDDEN, "")]),
        (Wanted((), ("===1.1",)), BACKPORTED, [(YES, "1.1", FORBIDDEN, "")]),
        (Wanted((), ("==1.1", ">=1")), BACKPORTED, [(YES, "1.1", AVAILABLE, "1.2")]),
        (Wanted((), ("==1.2",)), BACKPORTED, []),
        (Wanted(("1.1",), ("what ever",)), BACKPORTED, [(YES, "1.1", AVAILABLE, "")]),
        (Wanted(("1.1",)), OPEN, [(YES, "1.1", NONE, "")]),
        (Wanted(("99",)), OPEN, [(YES, "99", NONE, "")]),
        (Wanted(("1.1",), released=("1.1", "3.0")), OPEN, [(YES, "1.1", NONE, "")]),
        (Wanted(("2.0",)), UNTIL, [(YES, "2.0", NONE, "")]),
        (Wanted(("2.0",), released=("1.9", "2.0.1", "2.2", "2.1")), UNTIL, [(YES, "2.0", AVAILABLE, "2.1")]),
        (Wanted(("2.0",), ("~=2.0.0",), ("2.1",)), UNTIL, [(YES, "2.0", FORBIDDEN, "")]),
        (Wanted(("1.0.1",), released=("1.0", "1.0.2")), HOSTILE, [(YES, "1.0.1", AVAILABLE, "1.0.2")]),
        (Wanted(("2.0+evil",)), HOSTILE, [(YES, "2.0+evil", NONE, "")]),
        (Wanted(("2.0",)), HOSTILE, []),
        (Wanted(("2.0+cpu",)), HOSTILE, []),
        (Wanted(("nightly",)), BACKPORTED, [(UNKNOWN, "nightly", AVAILABLE, "1.2")]),
        (Wanted(("nightly",)), OPEN, [(UNKNOWN, "nightly", NONE, "")]),
        (Wanted(("nightly",)), HOSTILE, []),
        (Wanted(("nightly",)), record((("introduced", "0"),)), [(YES, "nightly", NONE, "")]),
        (Wanted(("1.0",)), VAGUE, [(UNKNOWN, "1.0", NONE, "")]),
        (Wanted(("1.0",)), SILENT, [(UNKNOWN, "1.0", NONE, "")]),
        (Wanted(("1.0",)), CANDIDATE, [(YES, "1.0", AVAILABLE, "2.0rc1")]),
        (Wanted(("1.0",), (">=1",), ("1.1", "2.0")), CANDIDATE, [(YES, "1.0", AVAILABLE, "2.0")]),
        (Wanted(("1.0",), (">=1.0rc1",)), CANDIDATE, [(YES, "1.0", AVAILABLE, "2.0rc1")]),
        (Wanted(("1.0",), ("<2",)), CANDIDATE, [(YES, "1.0", FORBIDDEN, "")]),
        # ranges
        (Wanted((), (">=1.1",)), BACKPORTED, [(POSSIBLY, "", AVAILABLE, "1.2")]),
        (Wanted((), (">=2.1",)), BACKPORTED, []),
        (Wanted((), ("==1.2.*",)), BACKPORTED, []),
        (Wanted((), (">=1.2,<2",)), BACKPORTED, []),
        (Wanted((), ("<1.2",)), BACKPORTED, [(POSSIBLY, "", FORBIDDEN, "")]),
        (Wanted((), ("",)), BACKPORTED, [(POSSIBLY, "", AVAILABLE, "1.2")]),
        (Wanted((), (">=2.1", "<1.0")), BACKPORTED, []),
        (Wanted((), (">=2.1", "~=1.0.0")), BACKPORTED, [(POSSIBLY, "", AVAILABLE, "2.1")]),
        (Wanted((), (">1.1,<1.2",)), BACKPORTED, []),  # nothing listed is there, and the range has an end
        (Wanted((), (">1.1,<1.2",)), UNLISTED, [(POSSIBLY, "", FORBIDDEN, "")]),
        (Wanted((), (">=1.1",)), UNLISTED, [(POSSIBLY, "", AVAILABLE, "2.1")]),
        (Wanted((), (">=3",)), OPEN, [(POSSIBLY, "", NONE, "")]),
        (Wanted((), ("<1.0",)), OPEN, []),
        (Wanted((), (">=3",), ("3.0", "3.1")), UNTIL, []),
        (Wanted((), (">=2",), ("3.0", "3.1")), UNTIL, [(POSSIBLY, "", AVAILABLE, "3.0")]),
        (Wanted((), (">=1.0.2",)), HOSTILE, [(POSSIBLY, "", NONE, "")]),  # an index may hold the local build
        (Wanted((), (">=2.1",)), HOSTILE, []),
        (Wanted((), (">=1",), ("1.0", "1.0.1", "1.0.2")), HOSTILE, [(POSSIBLY, "", AVAILABLE, "1.0.2")]),
        (Wanted((), (">=1",)), VAGUE, [(UNKNOWN, "", NONE, "")]),
        (Wanted((), (">=1",)), SILENT, [(UNKNOWN, "", NONE, "")]),
        (Wanted((), (">=1+cpu",)), BACKPORTED, [(POSSIBLY, "", AVAILABLE, "1.2")]),
        (Wanted((), ("what ever",)), BACKPORTED, [(UNKNOWN, "", AVAILABLE, "")]),
        (Wanted((), ("what ever", ">=3")), BACKPORTED, [(UNKNOWN, "", AVAILABLE, "")]),
        # nothing is known of the version
        (Wanted(), BACKPORTED, [(UNKNOWN, "", AVAILABLE, "1.2")]),
        (Wanted(), OPEN, [(UNKNOWN, "", NONE, "")]),
    ],
)
def test_states_and_fixes(wanted: Wanted, record: Record, found: list[tuple[Affected, str, Fix, str]]) -> None:
    assert told(exposed(wanted, record)) == found


@pytest.mark.parametrize(
    ("wanted", "record", "versions"),
    [
        (Wanted((), (">=1.0.1",)), BACKPORTED, ("1.0.1", "1.1", "2.0", "2.0.1")),
        (Wanted((), ("<2",)), BACKPORTED, ("1.0", "1.0.1", "1.1")),
        (Wanted((), ("==1.0.*", "==2.0.*")), BACKPORTED, ("1.0", "1.0.1", "2.0", "2.0.1")),
        (Wanted((), (">=1",), ("1.0.0", "1.5", "2.0.2", "3")), BACKPORTED, (*LISTED, "2.0.2")),
        (Wanted((), (">=1",)), UNLISTED, ("1.0", "2.0")),  # where its ranges begin
        (Wanted((), ("",)), record((("introduced", "0"), ("last_affected", "1.0"))), ("1.0",)),
        (Wanted((), ("",)), record((("introduced", "0"), ("fixed", "1.0"))), ()),
        (Wanted((), (">=0.5",)), record(versions=("1.0rc1", "0.9", "odd", "0.9.0")), ("0.9",)),
        (Wanted((), (">=0.5rc1",)), record(versions=("1.0rc1", "0.9")), ("0.9", "1.0rc1")),
    ],
)
def test_the_affected_versions_a_range_admits(wanted: Wanted, record: Record, versions: tuple[str, ...]) -> None:
    (found,) = exposed(wanted, record)
    assert found.state is POSSIBLY
    assert found.versions == versions


@pytest.mark.parametrize(
    ("pin", "audited"),
    [
        ("1.1+cu118", "1.1"),
        ("1.1.0+cpu.post4", "1.1.0"),
        ("1.1", ""),
        ("2.0+cu118", "2.0"),
    ],
)
def test_a_local_build_is_compared_as_its_release(pin: str, audited: str) -> None:
    (found,) = exposed(Wanted((pin,)), BACKPORTED)
    assert (found.state, found.version, found.audited) == (YES, pin, audited)


def test_a_local_build_that_the_record_names_is_itself() -> None:
    (found,) = exposed(Wanted(("2.0+EVIL",)), HOSTILE)
    assert (found.version, found.audited) == ("2.0+EVIL", "")


def test_the_advisory_comes_first_and_carries_what_the_record_says() -> None:
    flaw = record(
        (("introduced", "1.0"), ("fixed", "1.10"), ("introduced", "2.0"), ("fixed", "2.1")),
        (("introduced", "1.5"), ("fixed", "1.9"), ("introduced", "2.0"), ("fixed", "2.1.0")),
        aliases=("CVE-1",),
        summary="A flaw",
        published="2024-01-01",
        modified="2024-02-02",
        vectors=("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:?"),
        rating="LOW",
        symbols=("demo.f",),
        references=("https://a.example",),
    )
    found = list(audit({"demo": Wanted(("2.0", "1.1"))}, {"demo": [flaw]}, source="db (1)", retrieved="2026-11-24"))
    assert found == [
        Advisory(
            id="A-1",
            package="demo",
            source="db (1)",
            retrieved="2026-11-24",
            aliases=("CVE-1",),
            summary="A flaw",
            published="2024-01-01",
            modified="2024-02-02",
            vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            score=9.8,
            severity=Severity.CRITICAL,
            fixed_in=("1.10", "2.1"),  # 1.9 is affected by the other range
            symbols=("demo.f",),
            references=("https://a.example",),
        ),
        Exposed("A-1", "demo", YES, "1.1", fix=AVAILABLE, fixed_by="1.10", severity=Severity.CRITICAL),
        Exposed("A-1", "demo", YES, "2.0", fix=AVAILABLE, fixed_by="2.1", severity=Severity.CRITICAL),
        Gap("knowledge", Location("A-1"), "its CVSS vector 'CVSS:3.1/AV:?' cannot be read and was not counted"),
    ]


def test_a_hostile_release_says_so() -> None:
    found = audit({"demo": Wanted(("1.0.1",))}, {"demo": [HOSTILE]}, source="db", retrieved="2026-11-24")
    assert [answer.malicious for answer in found if isinstance(answer, Advisory)] == [True]


def test_one_flaw_in_two_databases_is_one_advisory() -> None:
    twin = record((("introduced", "0"), ("fixed", "1.3")), id="B-1", aliases=("A-1",))
    found = exposed(Wanted(("1.1", "1.2")), BACKPORTED, twin)
    assert [(each.id, each.version, each.fixed_by) for each in found] == [("A-1", "1.1", "1.3"), ("A-1", "1.2", "1.3")]


def test_what_cannot_be_compared_of_the_question_is_said_once() -> None:
    twin = record((("introduced", "0"),), id="B-1")
    found = audit({"demo": Wanted((), ("a b",))}, {"demo": [OPEN, twin]}, source="db", retrieved="2026-11-24")
    assert [answer for answer in found if isinstance(answer, Gap)] == [
        Gap("knowledge", Location("demo"), "what is asked for, 'a b', is no PEP 440 specifier and was not compared")
    ]


def test_packages_are_sorted_and_those_without_records_silent() -> None:
    records = {name: [record((("introduced", "0"),), package=name)] for name in ("b", "a", "unasked")}
    wanted = {name: Wanted(("1.0",)) for name in ("c", "b", "a")}
    found = list(audit(wanted, records, source="db", retrieved="2026-11-24"))
    assert [(type(each).__name__, each.package) for each in found if not isinstance(each, Gap)] == [
        ("Advisory", "a"), ("Exposed", "a"), ("Advisory", "b"), ("Exposed", "b")
    ]  # fmt: skip


def test_a_withdrawn_record_is_silent() -> None:
    withdrawn = record((("introduced", "0"),), withdrawn="2024-01-01")
    assert list(audit({"demo": Wanted(("1",))}, {"demo": [withdrawn]}, source="db", retrieved="2026-11-24")) == []


VERSIONS = st.sampled_from(["0.9", "1.0", "1.0.1", "1.1", "1.2", "1.5", "2.0", "2.0.1", "2.1", "3.0", "1.2rc1"])
SPECIFIERS = st.sampled_from(["", ">=1", "<1.2", "~=1.0", ">=2", "!=2.1", ">=1.1,<2", "==2.*", "==1.1", ">=1rc1"])
RECORDS = st.sampled_from([BACKPORTED, UNLISTED, OPEN, UNTIL, HOSTILE, VAGUE, SILENT, CANDIDATE])


@given(st.lists(SPECIFIERS, max_size=3), st.lists(VERSIONS, max_size=5), RECORDS, st.lists(VERSIONS, max_size=2))
def test_laws(specifiers: list[str], released: list[str], flaw: Record, pins: list[str]) -> None:
    wanted = Wanted(tuple(pins), tuple(specifiers), tuple(released))
    asked = Asked(wanted.pins, wanted.specifiers)
    found = exposed(wanted, flaw)
    assert found == exposed(Wanted(tuple(pins[::-1]), tuple(specifiers[::-1]), tuple(released[::-1])), flaw)
    for each in found:
        if each.fixed_by:  # what is offered is admitted and is no longer affected
            assert asked.admits(each.fixed_by, prereleases=True)
            assert exposed(Wanted((each.fixed_by,)), flaw) == []
        assert (each.fix is AVAILABLE) >= bool(each.fixed_by)
        for version in each.versions:
            assert asked.admits(version)
            assert exposed(Wanted((version,)), flaw)[0].state is YES
    if specifiers and not asked.pins:  # asking for more never makes it safer
        wider = exposed(Wanted((), (*specifiers, ">=0"), tuple(released)), flaw)
        assert len(wider) >= len(found)
        assert all(set(one.versions) <= set(other.versions) for one, other in zip(found, wider, strict=False))
