from __future__ import annotations

from itertools import permutations

from depscan.knowledge.advisories.extent import Extent
from depscan.knowledge.advisories.merging import merged
from depscan.knowledge.advisories.osv import Record

PYSEC = Record(
    "PYSEC-2024-1",
    "demo",
    ("CVE-2024-1",),
    published="2024-02-01",
    modified="2024-03-01",
    ranges=((("fixed", "1.2"), ("introduced", "1.0")),),
    references=("https://a.example",),
)
GHSA = Record(
    "GHSA-aaaa",
    "demo",
    ("CVE-2024-1",),
    summary="It leaks",
    published="2024-01-01",
    modified="2024-04-01",
    vectors=("CVSS:3.1/AV:N",),
    rating="HIGH",
    versions=("1.3.0",),
    keys=("1.3",),
    symbols=("demo.f",),
    references=("https://a.example", "https://b.example"),
)
BRIDGE = Record("OTHER-1", "demo", ("CVE-2024-1", "CVE-2024-2"), versions=("9",))
SECOND = Record("PYSEC-2024-2", "demo", ("CVE-2024-2",), versions=("2.0.0",), keys=("2",))
ALONE = Record("PYSEC-2024-3", "demo", ("CVE-2024-3",), versions=("3",))


def test_one_flaw_is_one_record_with_all_that_is_known() -> None:
    assert merged([GHSA, PYSEC, ALONE]) == (
        Record(
            "PYSEC-2024-1",
            "demo",
            ("CVE-2024-1", "GHSA-aaaa"),
            summary="It leaks",
            published="2024-01-01",
            modified="2024-04-01",
            vectors=("CVSS:3.1/AV:N",),
            rating="HIGH",
            references=("https://a.example", "https://b.example"),
            versions=("1.3.0",),
            keys=("1.3",),
            ranges=((("fixed", "1.2"), ("introduced", "1.0")),),
            symbols=("demo.f",),
        ),
        ALONE,
    )


def test_the_order_of_records_does_not_matter_and_names_are_followed() -> None:
    for records in permutations([PYSEC, GHSA, SECOND, ALONE, BRIDGE]):
        found = merged(records)
        assert found == merged([PYSEC, GHSA, SECOND, ALONE, BRIDGE])
        assert [each.id for each in found] == ["PYSEC-2024-1", "PYSEC-2024-3"]
        assert [text for text in ("1.1", "1.3", "2.0", "3", "9") if Extent(found[0]).holds(text)] == [
            "1.1", "1.3", "2.0", "9"
        ]  # fmt: skip


def test_a_hostile_release_is_called_by_its_own_id() -> None:
    malware = Record("MAL-2024-9", "demo", ("GHSA-aaaa",), versions=("6",))
    assert [(each.id, each.malicious) for each in merged([PYSEC, GHSA, malware])] == [("MAL-2024-9", True)]


def test_what_is_withdrawn_is_left_out_and_joins_nothing() -> None:
    withdrawn = Record("OTHER-1", "demo", ("CVE-2024-1", "CVE-2024-2"), withdrawn="2024-05-01", versions=("9",))
    assert [each.id for each in merged([PYSEC, SECOND, withdrawn])] == ["PYSEC-2024-1", "PYSEC-2024-2"]


def test_a_record_that_says_nothing_of_versions_leaves_the_flaw_unknown_elsewhere() -> None:
    silent = Record("GHSA-bbbb", "demo", ("CVE-2024-3",))
    extent = Extent(merged([ALONE, silent])[0])
    assert extent.holds("3") is True
    assert extent.holds("4") is None
