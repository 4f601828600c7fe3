"""
Which versions an advisory speaks of, by the evaluation rules of the OSV schema with the order of PEP 440.

The schema leaves open in which order events at the same version count. Here an end and a beginning at one version
cancel out, so that adjoining ranges (`fixed` 3.1.1, `introduced` 3.1.1) have no hole and an empty one stays empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.version import Version

    from depscan.knowledge.advisories.osv import Events, Record

LONGEST = 300
"""Characters of a version that is compared; what is longer is text."""


@dataclass(frozen=True, slots=True)
class Span:
    """Affected versions from `low` to `high`; `None` means that there is no bound on that side."""

    low: Version | None
    high: Version | None
    closed: bool = False
    """Whether `high` itself is affected."""

    def __contains__(self, version: Version) -> bool:
        if self.low is not None and version < self.low:
            return False
        return self.high is None or version < self.high or (self.closed and version == self.high)

    @property
    def specifier(self) -> str:
        """The same bounds as a PEP 440 specifier; that has no word for pre-releases of an excluded upper bound."""
        bounds = (("" if self.low is None else f">={self.low}"), ("" if self.high is None else self._upper()))
        return ",".join(filter(None, bounds))

    def _upper(self) -> str:
        return f"{'<=' if self.closed else '<'}{self.high}"


class Extent:
    """The versions that one record calls affected, ready to be asked."""

    def __init__(self, record: Record) -> None:
        """A withdrawn record calls none so."""
        self._withdrawn = bool(record.withdrawn)
        self._listed = frozenset((*record.versions, *record.keys))
        ranges = [spans(events) for events in record.ranges]
        self.spans = tuple(span for found in ranges if found is not None for span in found)
        """The ranges that can be compared."""
        self.vague = None in ranges or not (ranges or record.versions)
        """Whether there is a range that cannot be compared, or nothing at all is said of versions."""

    def holds(self, text: str) -> bool | None:
        """Whether a version is affected; `None` when it, or what the record says, cannot be compared."""
        if self._withdrawn:
            return False
        if key(text) in self._listed:
            return True
        version = parsed(text)
        if version is None:
            if any(span.low is None and span.high is None for span in self.spans):
                return True
            return None if self.spans or self.vague else False
        if any(version in span for span in self.spans):
            return True
        return None if self.vague else False

    def lists(self, text: str) -> bool:
        """Whether the record names the version outright."""
        return not self._withdrawn and key(text) in self._listed

    def clean_after(self, version: Version) -> Span | None:
        """The versions from this one, which is not affected, to the next that is; nothing when it is affected."""
        if any(version in span for span in self.spans):
            return None
        return Span(version, min((span.low for span in self.spans if span.low and span.low > version), default=None))


def spans(events: Events) -> tuple[Span, ...] | None:
    """The affected versions of one range; `None` when a version of it cannot be compared, or nothing begins it."""
    known: list[tuple[bool, Version | None, str]] = []
    limits: list[Version] = []
    unlimited = ("limit", "*") in events
    for kind, text in events:
        beginning = kind == "introduced" and text == "0"  # sorts before every version, also before 0.dev0
        version = None if beginning else parsed(text)
        if kind == "limit" and unlimited:
            continue
        if version is None and not beginning:
            return None
        if kind != "limit":
            known.append((version is not None, version, kind))
        elif version is not None:
            limits.append(version)
    if all(kind != "introduced" for _, _, kind in known):
        return None
    return tuple(_clipped(_walk(known), max(limits, default=None)))


def _walk(events: list[tuple[bool, Version | None, str]]) -> Iterator[Span]:
    """Spans in order; the first of each tuple makes what has no version come first."""
    from packaging.version import Version

    zero = Version("0")
    ordered = sorted(events, key=lambda event: (event[0], event[1] or zero))
    low: Version | None = None
    inside = False
    for (_, version), group in groupby(ordered, key=lambda event: event[:2]):
        kinds = {kind for *_, kind in group}
        if {"introduced", "fixed"} <= kinds:
            kinds -= {"introduced", "fixed"}
        if "introduced" in kinds and not inside:
            low, inside = version, True
        if inside and kinds & {"fixed", "last_affected"}:
            inside = False
            yield Span(low, version, closed="fixed" not in kinds)
    if inside:
        yield Span(low, None)


def _clipped(found: Iterable[Span], limit: Version | None) -> Iterator[Span]:
    for span in found:
        if limit is None or (span.high is not None and (span.high < limit)):
            yield span
        elif span.low is None or span.low < limit:
            yield Span(span.low, limit)


@lru_cache(16_384)
def parsed(text: str) -> Version | None:
    """A version as PEP 440 reads it; `None` when it does not."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text) if len(text) <= LONGEST else None
    except InvalidVersion:
        return None


def key(text: str) -> str:
    """The same text for equal versions (`1.0`, `v1`); what is no version is its own."""
    from packaging.utils import canonicalize_version

    version = parsed(text)
    return text if version is None else canonicalize_version(version)
