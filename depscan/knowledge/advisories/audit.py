"""
What advisories mean for what a project asks for, in three states: affected, possibly affected, unknown.

A pinned version is affected or not. Where none is pinned, a range is possibly affected when it admits an affected
version. What cannot be compared is unknown, and never left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from depscan.knowledge.advisories.asked import Asked
from depscan.knowledge.advisories.extent import Extent, key, parsed
from depscan.knowledge.advisories.merging import merged
from depscan.knowledge.advisories.severity import rate
from depscan.model import Gap, Location
from depscan.model.advisories import Advisory, Affected, Exposed, Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from packaging.version import Version

    from depscan.knowledge.advisories.osv import Record
    from depscan.knowledge.advisories.severity import Rating


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a project says of one package's version; without pin and specifier nothing is known of it."""

    pins: tuple[str, ...] = ()
    specifiers: tuple[str, ...] = ()
    """PEP 440 specifiers of the declarations, of which each may be met by itself; an empty one admits every version."""
    released: tuple[str, ...] = ()
    """Versions that are known to be released; need not be all."""


def audit(
    wanted: Mapping[str, Wanted], records: Mapping[str, Sequence[Record]], *, source: str, retrieved: str
) -> Iterator[Advisory | Exposed | Gap]:
    """
    Each advisory that concerns the project, followed by what it means for each version; by package, sorted.

    Names are normalised as PEP 503 says. Records about one flaw are one advisory; those that do not concern what is
    wanted yield nothing.
    """
    for package in sorted(wanted):
        found = merged(records.get(package, ()))
        if not found:
            continue
        asked = Asked(wanted[package].pins, wanted[package].specifiers)
        for text in asked.unreadable:
            yield _gap(package, f"what is asked for, {text[:80]!r}, is no PEP 440 specifier and was not compared")
        for record in found:
            case = _Case(record, asked, wanted[package].released)
            exposures = sorted(case.exposures())
            if exposures:
                rating = rate(record.vectors, record.rating)
                yield advisory(record, rating, case.fixed_in, source=source, retrieved=retrieved)
                yield from (_rated(exposed, rating) for exposed in exposures)
                yield from (
                    _gap(record.id, f"its CVSS vector {text[:80]!r} cannot be read and was not counted")
                    for text in rating.unread
                )


def advisory(record: Record, rating: Rating, fixed_in: tuple[str, ...], *, source: str, retrieved: str) -> Advisory:
    """What a record says of its package, without regard to a project."""
    return Advisory(
        id=record.id,
        package=record.package,
        source=source,
        retrieved=retrieved,
        aliases=record.aliases,
        summary=record.summary,
        published=record.published,
        modified=record.modified,
        malicious=record.malicious,
        vector=rating.vector,
        score=rating.score,
        severity=rating.severity,
        fixed_in=fixed_in,
        symbols=record.symbols,
        references=record.references,
    )


def fixed_in(record: Record, extent: Extent) -> tuple[str, ...]:
    """The versions that a record calls fixed and nowhere affected, lowest first."""
    named = [text for events in record.ranges for kind, text in events if kind == "fixed"]
    return _ordered(text for text in named if (version := parsed(text)) and extent.clean_after(version))


class _Case:
    """One record against what is asked for."""

    def __init__(self, record: Record, asked: Asked, released: tuple[str, ...]) -> None:
        self._record = record
        self._asked = asked
        self._released = released
        self._extent = Extent(record)

    @cached_property
    def fixed_in(self) -> tuple[str, ...]:
        return fixed_in(self._record, self._extent)

    def exposures(self) -> Iterator[Exposed]:
        """What the record means for each pinned version, else for the ranges; nothing where it does not matter."""
        if not self._asked.pins:
            exposed = self._range()
            if exposed is not None:
                yield exposed
        for pin in self._asked.pins:
            exposed = self._pin(pin)
            if exposed is not None:
                yield exposed

    def _pin(self, pin: str) -> Exposed | None:
        version = parsed(pin)
        audited = version.public if version is not None and version.local and not self._extent.lists(pin) else ""
        affected = self._extent.holds(audited or pin)
        if affected is False:
            return None
        state = Affected.YES if affected else Affected.UNKNOWN
        return self._exposed(state, version if affected else None, version=pin, audited=audited)

    def _range(self) -> Exposed | None:
        if not self._asked.is_readable:
            return self._exposed(Affected.UNKNOWN, None)
        versions = _ordered(text for text in self._named() if self._extent.holds(text) and self._asked.admits(text))
        if versions:
            return self._exposed(Affected.POSSIBLY, parsed(versions[0]), versions=versions)
        if any(self._asked.meets(span) for span in self._extent.spans if self._may_hold_more(span.high)):
            return self._exposed(Affected.POSSIBLY, None)
        if self._extent.vague or self._asked.unreadable:
            return self._exposed(Affected.UNKNOWN, None)
        return None

    def _may_hold_more(self, high: Version | None) -> bool:
        """Whether a range can hold versions the record does not list: it lists none, or the range is open."""
        return high is None or not self._record.versions

    def _named(self) -> Iterator[str]:
        yield from self._record.versions
        yield from self._released
        for events in self._record.ranges:
            yield from (text for kind, text in events if kind in ("introduced", "last_affected") and text != "0")

    def _exposed(
        self,
        state: Affected,
        above: Version | None,
        *,
        version: str = "",
        audited: str = "",
        versions: tuple[str, ...] = (),
    ) -> Exposed:
        fix, fixed_by = self._fix(above)
        return Exposed(
            id=self._record.id,
            package=self._record.package,
            state=state,
            version=version,
            audited=audited,
            versions=versions,
            fix=fix,
            fixed_by=fixed_by,
        )

    def _fix(self, above: Version | None) -> tuple[Fix, str]:
        """Whether a version above this one, or from the first fixed one on, is without the flaw and asked for."""
        least = parsed(self.fixed_in[0]) if above is None and self.fixed_in else above
        if least is None:
            return Fix.NONE, ""
        free = [
            (version, text)
            for text in _ordered((*self.fixed_in, *self._released))
            if (version := parsed(text)) is not None
            and (version > least or (above is None and version == least))
            and self._extent.holds(text) is False
        ]
        if not free:
            return Fix.NONE, ""
        for _, text in free:
            if self._asked.admits(text):
                return Fix.AVAILABLE, text
        for version, text in free:  # not this very version, but one before the next affected one
            span = self._extent.clean_after(version)
            if span is not None and self._asked.meets(span):
                return Fix.AVAILABLE, text if self._asked.admits(text, prereleases=True) else ""
        return Fix.FORBIDDEN, ""


def _rated(exposed: Exposed, rating: Rating) -> Exposed:
    return replace(exposed, severity=rating.severity)


def _ordered(texts: Iterable[str]) -> tuple[str, ...]:
    """Equal versions once, lowest first; what is no version is left out."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(key(text), text)
    known = [(version, text) for text in found.values() if (version := parsed(text)) is not None]
    return tuple(text for _, text in sorted(known))


def _gap(name: str, reason: str) -> Gap:
    return Gap("knowledge", Location(name), reason)
