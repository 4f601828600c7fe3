"""
The imported advisories as a service that pip-audit can ask.

Importing this file imports pip-audit, which takes a while: import it where it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.errors import DepscanError
from depscan.knowledge.advisories.audit import fixed_in
from depscan.knowledge.advisories.extent import Extent
from depscan.knowledge.advisories.merging import merged
from depscan.knowledge.safely import safe_path
from depscan.model import Gap, Location

with safe_path():
    from packaging.version import Version
    from pip_audit._service.interface import (
        Dependency,
        ResolvedDependency,
        ServiceError,
        VulnerabilityID,
        VulnerabilityResult,
        VulnerabilityService,
    )

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from depscan.knowledge.advisories.database import Database
    from depscan.knowledge.advisories.osv import Record


class OfflineService(VulnerabilityService):  # type: ignore[misc]  # pip-audit ships no types
    """Answers from the user's database; what it cannot compare it says in `gaps`, for pip-audit knows two states."""

    def __init__(self, database: Database) -> None:
        """The database stays the caller's to close."""
        self._database = database
        self._records: dict[str, tuple[Record, ...]] = {}
        self.gaps: list[Gap] = []
        """Records of which it stays unknown whether they concern a version that was asked for."""

    def query(self, spec: Dependency) -> tuple[Dependency, list[VulnerabilityResult]]:
        """The advisories that affect a resolved version; ServiceError when the database is damaged."""
        if not isinstance(spec, ResolvedDependency):
            return spec, []
        name = spec.canonical_name
        if name not in self._records:
            self._load([name])
        return spec, list(self._answers(name, spec.version))

    def query_all(self, specs: Iterator[Dependency]) -> Iterator[tuple[Dependency, list[VulnerabilityResult]]]:
        """The same for many, in one look-up."""
        wanted = list(specs)
        self._load(sorted({spec.canonical_name for spec in wanted if isinstance(spec, ResolvedDependency)}))
        for spec in wanted:
            yield self.query(spec)

    def _load(self, names: list[str]) -> None:
        try:
            found = self._database.lookup(names)
        except DepscanError as error:
            raise ServiceError(str(error)) from error
        # pip-audit joins by alias itself, but counts two records twice that both name a PYSEC id
        self._records |= {name: merged(found.get(name, ())) for name in names}

    def _answers(self, name: str, version: Version) -> Iterator[VulnerabilityResult]:
        for record in self._records[name]:
            extent = Extent(record)
            affected = extent.lists(str(version)) or extent.holds(version.public)
            if affected:
                yield _result(record, fixed_in(record, extent))
            elif affected is None:
                reason = f"whether {name} {version} is affected is unknown: the record's versions cannot be compared"
                self.gaps.append(Gap("knowledge", Location(record.id), reason))


def _result(record: Record, fixed: tuple[str, ...]) -> VulnerabilityResult:
    return VulnerabilityResult.create(
        ids=[VulnerabilityID(name) for name in (record.id, *record.aliases)],
        description=record.summary or "N/A",
        fix_versions=[Version(text) for text in fixed],
        published=_moment(record.published),
    )


def _moment(text: str) -> datetime | None:
    """The time without a zone, as pip-audit's own services give it."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
