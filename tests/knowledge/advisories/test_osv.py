"""Reading one record: what is kept of it, and what is said of what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.knowledge.advisories.extent import Extent
from depscan.knowledge.advisories.osv import UNREADABLE, Record, read

PACKAGE = {"ecosystem": "PyPI", "name": "Demo_Pack.age"}


def document(*blocks: object, **fields: object) -> dict[str, Any]:
    return {"id": "DEMO-2024-1", "affected": list(blocks), **fields}


def block(**fields: object) -> dict[str, Any]:
    return {"package": PACKAGE, **fields}


def span(*events: object, kind: str = "ECOSYSTEM") -> dict[str, object]:
    return {"type": kind, "events": list(events)}


def one(*blocks: object, **fields: object) -> Record:
    records, faults = read(document(*blocks, **fields))
    assert faults == ()
    assert len(records) == 1
    return records[0]


def test_a_whole_record() -> None:
    record = one(
        block(
            versions=["1.0", "1.1"],
            ranges=[
                span({"introduced": "0"}, {"fixed": "1.2"}),
                span({"introduced": "0"}, {"fixed": "abcdef0"}, kind="GIT"),
                span({"introduced": "2.0.0"}, {"last_affected": "2.1.0"}, kind="SEMVER"),
            ],
            ecosystem_specific={"affected_functions": ["demo.io.load"]},
        ),
        schema_version="1.6.0",
        aliases=["GHSA-x", "CVE-2024-1", "DEMO-2024-1"],
        summary="A flaw",
        details="A long story",
        published="2024-01-02T03:04:05Z",
        modified="2024-02-03T04:05:06.789Z",
        severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}, {"type": "Ubuntu", "score": "low"}],
        references=[{"type": "WEB", "url": "https://a.example"}, {"type": "WEB", "url": "javascript:alert(1)"}],
        database_specific={"severity": "MODERATE"},
    )
    assert record == Record(
        id="DEMO-2024-1",
        package="demo-pack-age",
        aliases=("CVE-2024-1", "GHSA-x"),
        summary="A flaw",
        published="2024-01-02T03:04:05Z",
        modified="2024-02-03T04:05:06.789Z",
        vectors=("CVSS:3.1/AV:N",),
        rating="MODERATE",
        references=("https://a.example",),
        versions=("1.0", "1.1"),
        keys=("1",),
        ranges=((("fixed", "1.2"), ("introduced", "0")), (("introduced", "2.0.0"), ("last_affected", "2.1.0"))),
        symbols=("demo.io.load",),
    )


def test_blocks_of_one_package_are_one_however_it_is_written() -> None:
    record = one(
        block(versions=["1.0"]),
        {"package": {"ecosystem": "PyPI", "name": "demo-pack-age"}, "versions": ["2.0"]},
        {"package": {"ecosystem": "npm", "name": "demo"}, "versions": ["3.0"]},
    )
    assert record.versions == ("1.0", "2.0")


def test_a_record_of_several_packages_speaks_of_each() -> None:
    records, _ = read(document(block(), {"package": {"ecosystem": "PyPI:https://x.example", "name": "B"}}))
    assert [record.package for record in records] == ["b", "demo-pack-age"]


@pytest.mark.parametrize(
    "affected", [[], [{"package": {"ecosystem": "npm", "name": "x"}}], [{"ranges": [span(kind="GIT")]}]]
)
def test_what_is_not_about_python_is_nothing(affected: list[object]) -> None:
    assert read({"id": "A", "affected": affected}) == ((), ())


@pytest.mark.parametrize(
    ("name", "aliases", "malicious"),
    [("MAL-2024-1", [], True), ("GHSA-1", ["MAL-2024-1"], True), ("PYSEC-1", ["CVE-MAL-1"], False)],
)
def test_hostile_releases(name: str, aliases: list[str], malicious: bool) -> None:
    (record,), _ = read({"id": name, "aliases": aliases, "affected": [block()]})
    assert record.malicious is malicious


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({"summary": "One", "details": "Two"}, "One"),
        ({"summary": "  ", "details": "  The first\t line.\nThe second."}, "The first line."),
        ({"summary": 7, "details": "Text"}, "Text"),
        ({"summary": "x" * 5_000}, "x" * 299 + "…"),
        ({}, ""),
    ],
)
def test_the_summary_is_one_line(fields: dict[str, object], summary: str) -> None:
    assert one(block(), **fields).summary == summary


@pytest.mark.parametrize(
    ("value", "withdrawn"),
    [("2022-02-22T16:15:07Z", "2022-02-22T16:15:07Z"), (None, ""), ("", ""), (True, "withdrawn"), ("yes", "withdrawn")],
)
def test_withdrawn(value: object, withdrawn: str) -> None:
    record = one(block(versions=["1.0"]), withdrawn=value)
    assert record.withdrawn == withdrawn
    assert Extent(record).holds("1.0") is (not withdrawn)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no mapping"),
        ([], "no mapping"),
        ("text", "no mapping"),
        ({}, "no usable id"),
        ({"id": 7, "affected": []}, "no usable id"),
        ({"id": " ", "affected": []}, "no usable id"),
        ({"id": "x" * 201, "affected": []}, "no usable id"),
        ({"id": "a\x1b[31m", "affected": []}, "no usable id"),
        ({"id": "A"}, "no affected packages"),
        ({"id": "A", "affected": {"package": PACKAGE}}, "no affected packages"),
        ({"id": "A", "schema_version": "2.0.0", "affected": []}, "version '2.0.0' of the schema"),
        ({"id": "A", "affected": ["demo"]}, "names no package"),
        ({"id": "A", "affected": [{"package": "demo"}]}, "names no package"),
        ({"id": "A", "affected": [{"package": {"name": "demo"}}]}, "names no package"),
        ({"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": ""}}]}, "does not allow"),
        ({"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "a b"}}]}, "does not allow"),
        ({"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": ["a"]}}]}, "does not allow"),
        ({"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "a" * 201}}]}, "does not allow"),
    ],
)
def test_no_record(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(value)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"versions": "1.0"}, "list of versions"),
        ({"versions": ["1.5", 1.0]}, "listed versions"),
        ({"versions": ["1.5", ""]}, "listed versions"),
        ({"versions": ["1.5", " "]}, "listed versions"),
        ({"versions": ["1" * 301]}, "listed versions"),
        ({"ranges": {"type": "ECOSYSTEM"}}, "list of ranges"),
        ({"ranges": ["0"]}, "ranges cannot be read"),
        ({"ranges": [{"type": "ECOSYSTEM"}]}, "ranges cannot be read"),
        ({"ranges": [span({"introduced": "0"}, kind="CALENDAR")]}, "ranges cannot be read"),
        ({"ranges": [span("0")]}, "ranges cannot be read"),
        ({"ranges": [span({"introduced": 0})]}, "ranges cannot be read"),
        ({"ranges": [span({"introduced": "0"}, {"fixed": ""})]}, "ranges cannot be read"),
        ({"ranges": [span()]}, "ranges cannot be read"),
        ({"ranges": [span({"fixed": "1.0"})]}, "no beginning"),
        ({"ranges": [span({"introduced": "0"}, {"fixed": "2019-09-12"})]}, "PEP 440"),
    ],
)
def test_what_cannot_be_read_of_versions_stays_unknown(fields: dict[str, object], fault: str) -> None:
    (record,), faults = read(document(block(**fields)))
    assert len(faults) == 1
    assert fault in faults[0]
    assert Extent(record).holds("7") is None
    assert Extent(record).holds("1.5") is (True if "1.5" in record.versions else None)


def test_a_block_that_cannot_be_read_does_not_cost_the_others() -> None:
    (record,), faults = read(document("nonsense", block(versions=["1.0"])))
    assert record.versions == ("1.0",)
    assert faults == ("a block of it names no package",)


def test_odd_values_elsewhere_are_left_out() -> None:
    record = one(
        block(severity={"type": "CVSS_V3"}, database_specific=["x"], ecosystem_specific=7),
        aliases=["A", 1, "", "x" * 201],
        references=["https://a.example", {"url": 7}, {}],
        severity=[{"type": 3, "score": "x"}, {"type": "CVSS_V3", "score": 9.8}, "x"],
        published=20240101,
        modified="yesterday",
        database_specific={"severity": 9},
    )
    assert record == Record("DEMO-2024-1", "demo-pack-age", ("A",))


def test_hostile_lengths_are_cut() -> None:
    record = one(
        block(),
        aliases=[f"A-{number}" for number in range(9_000)],
        references=[{"url": f"https://a.example/{number}{'x' * (number % 2 * 500)}"} for number in range(9_000)],
        severity=[{"type": "CVSS_V3", "score": f"CVSS:3.1/{number}"} for number in range(9_000)],
    )
    assert [len(record.aliases), len(record.references), len(record.vectors)] == [50, 50, 50]


def test_a_flood_of_versions_is_not_compared() -> None:
    numbers = range(60_000)
    flood = span({"introduced": "0"}, *({"fixed": f"1.{number}"} for number in numbers))
    for fields in ({"ranges": [flood]}, {"versions": [f"1.{number}" for number in numbers]}):
        (record,), faults = read(document(block(**fields)))
        assert faults == ("it names more versions than are compared",)
        assert Extent(record).holds("7") is None


def test_a_flood_of_packages_is_refused() -> None:
    packages = [{"package": {"ecosystem": "PyPI", "name": f"demo-{number}"}} for number in range(2_000)]
    with pytest.raises(ValueError, match="more than 1,000 packages"):
        read(document(*packages))


def test_severity_may_stand_beside_the_package() -> None:
    record = one(block(severity=[{"type": "CVSS_V4", "score": "v"}], database_specific={"severity": "HIGH"}))
    assert record.vectors == ("v",)
    assert record.rating == "HIGH"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "affected", "package", "ecosystem", "name", "versions", "ranges", "type", "events", "introduced",
             "fixed", "severity", "score", "references", "url", "database_specific", "imports", "withdrawn"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(VALUES, VALUES)
def test_any_value_is_read_or_refused(value: object, inner: object) -> None:
    for candidate in (value, document(block(versions=value, ranges=inner), severity=inner), document(inner, value)):
        try:
            records, faults = read(candidate)
        except ValueError:
            continue
        for record in records:
            assert Extent(record).holds("1.0") in (True, False, None)
            assert (UNREADABLE in record.ranges) <= bool(faults)
        json.dumps([record.id for record in records])
