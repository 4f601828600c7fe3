"""
Records about one flaw become one: databases publish the same one under ids of their own and name each other's.

Where they disagree on versions, a version that any of them calls affected is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depscan.knowledge.advisories.osv import Record

_FIRST = ("MAL-", "PYSEC-", "CVE-", "GHSA-")
"""Whose id a flaw is called by, before all others."""
_MOST_ALIASES = 100


def merged(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record per flaw of one package, sorted; withdrawn ones are left out."""
    groups: list[list[Record]] = []
    known: dict[str, list[Record]] = {}
    for record in sorted(records):
        if record.withdrawn:
            continue
        group = [record]
        for name in (record.id, *record.aliases):
            other = known.get(name, group)
            if other is not group:
                group += other
                other.clear()
                known.update({alias: group for each in group for alias in (each.id, *each.aliases)})
            known[name] = group
        groups.append(group)
    return tuple(sorted(_one(sorted(group, key=_rank)) for group in groups if group))


def _one(records: Sequence[Record]) -> Record:
    first, *others = records
    if not others:
        return first
    names = {name for record in records for name in (record.id, *record.aliases)} - {first.id}
    return replace(
        first,
        aliases=tuple(sorted(names)[:_MOST_ALIASES]),
        summary=_best(records, "summary"),
        published=min((record.published for record in records if record.published), default=""),
        modified=max(record.modified for record in records),
        vectors=tuple(dict.fromkeys(vector for record in records for vector in record.vectors)),
        rating=_best(records, "rating"),
        references=tuple(dict.fromkeys(link for record in records for link in record.references)),
        versions=tuple(dict.fromkeys(text for record in records for text in record.versions)),
        keys=tuple(dict.fromkeys(key for record in records for key in record.keys)),
        # a record without ranges and versions says nothing: what the flaw's versions are is not wholly known
        ranges=tuple(dict.fromkeys(_ranges(records))),
        symbols=tuple(sorted({symbol for record in records for symbol in record.symbols})),
    )


def _ranges(records: Sequence[Record]) -> Iterable[tuple[tuple[str, str], ...]]:
    for record in records:
        yield from record.ranges
        if not record.ranges and not record.versions:
            yield ()


def _best(records: Sequence[Record], field: str) -> str:
    return next((text for record in records if (text := getattr(record, field))), "")


def _rank(record: Record) -> tuple[int, str]:
    place = next((number for number, prefix in enumerate(_FIRST) if record.id.startswith(prefix)), len(_FIRST))
    return place, record.id
