"""
What the services answer that pip-audit speaks to, and what pip-audit needs of it: the index, OSV and ecosyste.ms.

Nothing here asks anybody, or knows pip-audit from within.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from depscan.knowledge.advisories import extent
from depscan.model import Gap, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from depscan.knowledge.advisories.osv import Record
    from depscan.knowledge.http import Answer

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_LONGEST_VERSION = 100
_SHOWN = 12
"""Pins that a gap names before it counts."""


@dataclass(frozen=True, slots=True)
class Question:
    """One release, and the pinned versions that are builds or other spellings of it."""

    package: str
    audited: str
    versions: tuple[str, ...]

    def __str__(self) -> str:
        return printable(f"{self.package} {' and '.join(self.versions)}")


@dataclass(slots=True)
class Lost:
    """Pins by why they were not looked up: one gap says it for all."""

    pins: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, pins: Iterable[object]) -> None:
        """Note a reason, in words that follow the pins."""
        self.pins.setdefault(reason, []).extend(str(pin) for pin in pins)

    @property
    def count(self) -> int:
        """How many pins there are so far."""
        return sum(map(len, self.pins.values()))

    def gaps(self, label: str) -> Iterator[Gap]:
        """All of it, by reason."""
        for reason, pins in sorted(self.pins.items()):
            more = f" and {len(pins) - _SHOWN} more" if len(pins) > _SHOWN else ""
            which = f"{', '.join(pins[:_SHOWN])}{more}: " if pins else ""
            yield Gap("knowledge", Location(label), f"{which}{reason}")


def questions(pins: Mapping[str, Collection[str]]) -> tuple[list[Question], Lost]:
    """Return what to ask, each release once, and the pins that cannot be asked for."""
    from packaging.version import Version

    wanted: dict[tuple[str, Version], dict[str, str]] = defaultdict(dict)
    lost = Lost()
    for name, versions in sorted(pins.items()):
        for version in sorted(versions):
            pin = printable(f"{name[:60]} {version[:60]}")
            try:
                release = Version(Version(version).public)
            except ValueError:  # InvalidVersion, and what int() says of too many digits
                lost.add("not audited: not a version by PEP 440; advisories cannot be compared with it", [pin])
                continue
            if not _NAME.fullmatch(name) or len(version) > _LONGEST_VERSION:
                lost.add("not audited: not a legal package name or version", [pin])
            else:
                wanted[normalised(name), release][version] = str(release)
    return [
        Question(package, min(asked.values()), tuple(sorted(asked))) for (package, _), asked in sorted(wanted.items())
    ], lost


class NoAnswerError(Exception):
    """What a service sent is no answer; the message says so as a predicate."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What differs from one service to the next."""

    name: str
    label: str
    engine: str
    """Name of pip-audit's class."""
    pick: Callable[[Any, Question], list[Any]]
    """The records in an answer; NoAnswerError when it is none."""
    wrap: Callable[[list[Any]], Any]
    """Records as an answer."""
    document: Callable[[dict[str, Any], str], dict[str, Any]]
    """A record in the OSV schema, as far as it goes."""
    repaired: Callable[[dict[str, Any], Record], dict[str, Any]]
    """A record as pip-audit can read it."""
    selects: bool = False
    """Whether pip-audit selects by version; where it does not, the service has."""

    def records(self, answer: Answer, question: Question) -> list[Any]:
        """The records in an answer of the right shape; NoAnswerError when it has another."""
        import msgspec

        try:
            value = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            what = (
                "a web page (a login or a proxy?)" if answer.kind == "text/html" else "no JSON that can be understood"
            )
            raise NoAnswerError(f"answers with {what}") from None
        return self.pick(value, question)


def _pick_index(value: Any, question: Question) -> list[Any]:
    if not isinstance(value, dict):
        raise NoAnswerError("answers with no JSON object")
    info = value.get("info")
    name, version = (str(info.get(key) or "") if isinstance(info, dict) else "" for key in ("name", "version"))
    if (name and normalised(name) != question.package) or (version and not _same(version, question.audited)):
        raise NoAnswerError(printable(f"answers with another release: {name[:60]} {version[:60]}"))
    found = value.get("vulnerabilities")
    if not isinstance(found, list):
        raise NoAnswerError("does not say which vulnerabilities there are; use --advisories osv, esms or offline")
    return found


def _pick_osv(value: Any, _: Question) -> list[Any]:
    found = value.get("vulns", [] if value.keys() <= {"next_page_token"} else None) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise NoAnswerError("answers with no list of vulnerabilities")
    return found


def _pick_esms(value: Any, _: Question) -> list[Any]:
    if not isinstance(value, list):
        raise NoAnswerError("answers with no list of advisories")
    return value


def _index_document(record: dict[str, Any], package: str) -> dict[str, Any]:
    affected = {"package": {"name": package, "ecosystem": "PyPI"}}
    return {**record, "affected": [affected], "references": [{"url": record.get("link")}]}


def _osv_document(record: dict[str, Any], _: str) -> dict[str, Any]:
    return record


def _esms_document(record: dict[str, Any], package: str) -> dict[str, Any]:
    names, links = ([*items(record.get(key))] for key in ("identifiers", "references"))
    return {
        "id": names[0] if names else None,
        "aliases": names[1:],
        "summary": record.get("title"),
        "details": record.get("description"),
        "published": record.get("published_at"),
        "modified": record.get("updated_at"),
        "withdrawn": record.get("withdrawn_at"),
        "severity": [{"type": "CVSS_", "score": record.get("cvss_vector")}],
        "database_specific": {"severity": record.get("severity")},
        "references": [{"url": link} for link in (record.get("url"), *links)],
        "affected": [{"package": {"name": package, "ecosystem": "PyPI"}}],
    }


def _index_repaired(record: dict[str, Any], known: Record) -> dict[str, Any]:
    """Leave out fixes that are no versions: pip-audit would drop the whole answer for one."""
    fixes = [fix for fix in items(record.get("fixed_in")) if isinstance(fix, str) and extent.parsed(fix)]
    return {"id": known.id, "aliases": [], "fixed_in": fixes, "withdrawn": known.withdrawn or None}


def _osv_repaired(_: dict[str, Any], known: Record) -> dict[str, Any]:
    """Join the ranges: of several, pip-audit reads the fixes of one; and it fails for lack of a package's name."""
    fixes = {version for events in known.ranges for kind, version in events if kind == "fixed"}
    ranges = {"type": "ECOSYSTEM", "events": [{"fixed": fix} for fix in sorted(fixes) if extent.parsed(fix)]}
    affected = {"package": {"name": known.package, "ecosystem": "PyPI"}, "ranges": [ranges]}
    return {"id": known.id, "affected": [affected], "withdrawn": known.withdrawn or None}


def _esms_repaired(record: dict[str, Any], known: Record) -> dict[str, Any]:
    """Normalise names: asked for `pillow`, ecosyste.ms finds `Pillow`, which pip-audit takes for another package."""
    packages = [
        {**each, "package_name": normalised(str(each.get("package_name")))} if isinstance(each, dict) else each
        for each in items(record.get("packages"))
    ]
    return {
        "identifiers": [known.id],
        "title": "-",
        "packages": packages,
        "withdrawn_at": known.withdrawn or None,
    }


FEEDS = {
    "pypi": Feed(
        "pypi",
        "package index",
        "PyPIService",
        _pick_index,
        lambda records: {"vulnerabilities": records},
        _index_document,
        _index_repaired,
    ),
    "osv": Feed(
        "osv", "OSV", "OsvService", _pick_osv, lambda records: {"vulns": records}, _osv_document, _osv_repaired
    ),
    "esms": Feed(
        "esms", "ecosyste.ms", "EcosystemsService", _pick_esms, list, _esms_document, _esms_repaired, selects=True
    ),
}
"""The services that can be asked, by the names that --advisories knows them by."""


def affecting(record: Record, version: str, fixes: Iterable[str]) -> Record:
    """
    A record that calls one more version affected, and others fixed, without a word on any between.

    A range that ends where it begins holds nothing: it says no more than that its end is fixed.
    """
    listed = (*record.versions, version) if extent.key(version) not in record.keys else record.versions
    ranges = (*record.ranges, *((("fixed", fix), ("introduced", fix)) for fix in fixes))
    return replace(record, versions=listed, keys=tuple(map(extent.key, listed)), ranges=ranges)


def items(value: Any) -> list[Any]:
    """The list that a value is; empty when it is none."""
    return value if isinstance(value, list) else []


def normalised(name: str) -> str:
    """A name in PEP 503's spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def printable(text: str) -> str:
    """A text without control characters."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _same(one: str, other: str) -> bool:
    return extent.key(one) == extent.key(other)
