"""The imported advisories as pip-audit asks them."""

from __future__ import annotations

from datetime import datetime

import pytest
from packaging.version import Version
from pip_audit._service.interface import ResolvedDependency, ServiceError, SkippedDependency, VulnerabilityResult

from depscan.errors import DepscanError
from depscan.knowledge.advisories.osv import Record
from depscan.knowledge.advisories.service import OfflineService
from depscan.model import Gap, Location

FLAW = Record(
    "GHSA-1",
    "demo",
    ("CVE-2024-1", "PYSEC-2024-1"),
    summary="It leaks",
    published="2024-01-02T03:04:05.678Z",
    ranges=((("fixed", "1.10"), ("fixed", "1.9"), ("introduced", "1.0")),),
)
LOCAL = Record("MAL-1", "demo", versions=("2.1+evil",))
VAGUE = Record("ODD-1", "demo", ranges=((),), published="soon")
WITHDRAWN = Record("OLD-1", "demo", ranges=((("introduced", "0"),),), withdrawn="2024-01-01")


class Table:
    """As a database, and how often it was asked."""

    def __init__(self, *records: Record) -> None:
        self.records = records
        self.asked: list[list[str]] = []

    def lookup(self, names: list[str]) -> dict[str, tuple[Record, ...]]:
        self.asked.append(list(names))
        return {
            name: found for name in names if (found := tuple(each for each in self.records if each.package == name))
        }


def service(*records: Record) -> OfflineService:
    return OfflineService(Table(*records))  # type: ignore[arg-type]


def found(version: str, *records: Record) -> list[VulnerabilityResult]:
    spec = ResolvedDependency("Demo", Version(version))
    answered, results = service(*records).query(spec)
    assert answered is spec
    return results


def test_a_result_is_what_pip_audits_own_services_would_say() -> None:
    assert found("1.8", FLAW, WITHDRAWN) == [
        VulnerabilityResult(
            "PYSEC-2024-1",
            "It leaks",
            [Version("1.9"), Version("1.10")],
            {"CVE-2024-1", "GHSA-1"},
            datetime(2024, 1, 2, 3, 4, 5, 678000),  # noqa: DTZ001  (pip-audit's are without a zone)
        )
    ]


@pytest.mark.parametrize(
    ("version", "ids"),
    [("0.9", []), ("1.8+cu118", ["PYSEC-2024-1"]), ("1.9", []), ("2.1+evil", ["MAL-1"]), ("2.0+cpu", [])],
)
def test_versions(version: str, ids: list[str]) -> None:
    assert [result.id for result in found(version, FLAW, LOCAL, WITHDRAWN)] == ids


def test_what_cannot_be_compared_is_a_gap_and_no_finding() -> None:
    offline = service(VAGUE)
    assert offline.query(ResolvedDependency("demo", Version("1.0")))[1] == []
    assert offline.gaps == [
        Gap(
            "knowledge",
            Location("ODD-1"),
            "whether demo 1.0 is affected is unknown: the record's versions cannot be compared",
        )
    ]


def test_a_result_without_text_or_time() -> None:
    (result,) = found("5", Record("A-1", "demo", ranges=((("introduced", "0"),),), published="2024"))
    assert (result.description, result.published, result.fix_versions) == ("N/A", None, [])


def test_all_are_looked_up_at_once_and_skipped_ones_passed_on() -> None:
    table = Table(FLAW)
    offline = OfflineService(table)  # type: ignore[arg-type]
    skipped = SkippedDependency("other", "not on the index")
    specs = [ResolvedDependency("demo", Version("1.8")), skipped, ResolvedDependency("B_c", Version("1"))]
    answers = list(offline.query_all(iter(specs)))
    assert [spec for spec, _ in answers] == specs
    assert [len(results) for _, results in answers] == [1, 0, 0]
    assert table.asked == [["b-c", "demo"]]
    offline.query(specs[0])
    assert table.asked == [["b-c", "demo"]]


def test_a_damaged_database_is_an_error_of_the_service() -> None:
    class Damaged:
        def lookup(self, names: list[str]) -> dict[str, tuple[Record, ...]]:
            raise DepscanError(f"damaged: {names}")

    offline = OfflineService(Damaged())  # type: ignore[arg-type]
    with pytest.raises(ServiceError, match="damaged"):
        offline.query(ResolvedDependency("demo", Version("1")))


def test_pip_audit_itself_can_use_it() -> None:
    from pip_audit._audit import Auditor
    from pip_audit._dependency_source import DependencySource

    class Pins(DependencySource):  # type: ignore[misc]
        def collect(self) -> object:
            yield ResolvedDependency("demo", Version("1.8"))

        def fix(self, fix_version: object) -> None:
            raise AssertionError(fix_version)

    twin = Record("PYSEC-2024-1", "demo", ("CVE-2024-1",), ranges=FLAW.ranges)
    audited = dict(Auditor(service(FLAW, twin)).audit(Pins()))
    assert [result.id for results in audited.values() for result in results] == ["PYSEC-2024-1"]
