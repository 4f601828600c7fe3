"""
One record of an advisory database in the OSV schema, read tolerantly: what is wrong in it is said, the rest is kept.

What cannot be read of the versions is kept as a range that nothing can be compared with: unknown, not unaffected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.knowledge.advisories import extent
from depscan.knowledge.advisories.symbols import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Event = tuple[str, str]
Events = tuple[Event, ...]

UNREADABLE: Events = ()
"""A range that no version can be compared with."""

_KINDS = ("introduced", "fixed", "last_affected", "limit")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_NAME = 200
_LONGEST_TEXT = 300
_LONGEST_LINK = 500
_MOST = 50
_MOST_PACKAGES = 1_000
_MOST_VERSIONS = 50_000
_MOST_EVENTS = 1_000
"""In all ranges of a record; published ones have some dozen."""


@dataclass(frozen=True, slots=True, order=True)
class Record:
    """What one record says of one package."""

    id: str
    package: str
    """Normalised as PEP 503 says."""
    aliases: tuple[str, ...] = ()
    summary: str = ""
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    vectors: tuple[str, ...] = ()
    """CVSS vectors of any version."""
    rating: str = ""
    """The severity in a word, as the database puts it."""
    references: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    """Affected versions that are listed outright, in the record's order."""
    keys: tuple[str, ...] = ()
    """Normal forms of those that are not written so (`extent.key`)."""
    ranges: tuple[Events, ...] = ()
    """Each range's events, as kind and version; ranges of commits are left out."""
    symbols: tuple[str, ...] = ()
    """Modules, functions or classes that are the flaw's place."""

    @property
    def malicious(self) -> bool:
        """Whether it reports a hostile release."""
        return any(name.startswith("MAL-") for name in (self.id, *self.aliases))


def read(document: object) -> tuple[tuple[Record, ...], tuple[str, ...]]:
    """
    What a record says of each Python package, and what is wrong with it; nothing when it is about other ecosystems.

    ValueError when it is no record, or does not say whom it is about.
    """
    if not isinstance(document, dict):
        raise ValueError("it is no mapping")  # noqa: TRY004  (one error for all that is no record)
    name = document.get("id")
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueError("it has no usable id")
    schema = document.get("schema_version")
    if isinstance(schema, str) and schema.split(".")[0] not in ("1", ""):
        raise ValueError(f"it is written in version {schema[:20]!r} of the schema, and only version 1 is known")
    affected = document.get("affected")
    if not isinstance(affected, list):
        raise ValueError("it names no affected packages")  # noqa: TRY004
    faults: list[str] = []
    blocks: dict[str, list[Mapping[str, object]]] = {}
    for block in affected:
        try:
            package = _package(block)
        except ValueError as error:
            faults.append(str(error))
            continue
        if package:
            if len(blocks) >= _MOST_PACKAGES and package not in blocks:
                raise ValueError(f"it names more than {_MOST_PACKAGES:,} packages")
            blocks.setdefault(package, []).append(block)
    shared = _shared(document, name.strip())
    records = tuple(_record(shared, document, package, blocks[package], faults) for package in sorted(blocks))
    if faults and not records:
        raise ValueError(faults[0])
    return records, tuple(dict.fromkeys(faults))


def _package(block: object) -> str:
    """The normalised name of the package that a block is about; empty when it is not on the Python index."""
    package = block.get("package") if isinstance(block, dict) else None
    if package is None and isinstance(block, dict) and "package" not in block:
        return ""  # a range of commits without a package, which the schema allows
    if not isinstance(package, dict) or not isinstance(package.get("ecosystem"), str):
        raise ValueError("a block of it names no package")  # noqa: TRY004
    if package["ecosystem"].split(":")[0].casefold() != "pypi":
        return ""
    name = package.get("name")
    text = re.sub(r"[-_.]+", "-", name).lower() if isinstance(name, str) and len(name) <= _LONGEST_NAME else ""
    if not _NAME.fullmatch(text):
        raise ValueError("a block of it names a package in a way that the index does not allow")
    return text


def _shared(document: Mapping[str, object], name: str) -> dict[str, object]:
    """What the record says once for all packages."""
    links = [link.get("url") for link in _mappings(document.get("references"))]
    texts = _strings(document.get("aliases"))
    return {
        "id": name,
        "aliases": tuple(sorted({text for text in texts if text != name and len(text) <= _LONGEST_NAME})[:_MOST]),
        "summary": _summary(document),
        "published": _time(document.get("published")),
        "modified": _time(document.get("modified")),
        # whatever stands there is a withdrawal; only an empty value is none
        "withdrawn": _time(document.get("withdrawn")) or ("withdrawn" if document.get("withdrawn") else ""),
        "references": tuple(
            link
            for link in links
            if isinstance(link, str) and link.startswith(("https://", "http://")) and len(link) <= _LONGEST_LINK
        )[:_MOST],
    }


def _record(
    shared: Mapping[str, object],
    document: Mapping[str, object],
    package: str,
    blocks: list[Mapping[str, object]],
    faults: list[str],
) -> Record:
    versions: dict[str, None] = {}
    ranges: list[Events] = []
    for block in blocks:
        for found in _versions(block.get("versions"), faults):
            if found:
                versions[found] = None
            else:
                ranges.append(UNREADABLE)
        ranges += _ranges(block.get("ranges"), faults)
    if sum(map(len, ranges)) > _MOST_EVENTS or len(versions) > _MOST_VERSIONS:
        faults.append("it names more versions than are compared")
        versions, ranges = dict(list(versions.items())[:_MOST_VERSIONS]), [UNREADABLE]
    places = (document, *blocks)
    details = [place.get(field) for place in places for field in ("database_specific", "ecosystem_specific")]
    ratings = [detail.get("severity") for detail in details if isinstance(detail, dict)]
    return Record(
        **shared,  # type: ignore[arg-type]
        package=package,
        vectors=tuple(dict.fromkeys(vector for place in places for vector in _vectors(place.get("severity"))))[:_MOST],
        rating=next((rating for rating in ratings if isinstance(rating, str) and len(rating) <= 20), ""),
        versions=tuple(versions),
        keys=tuple(key for text in versions if (key := extent.key(text)) != text),
        ranges=tuple(dict.fromkeys(ranges)),
        symbols=named(details),
    )


def _versions(value: object, faults: list[str]) -> Iterator[str]:
    """The listed versions; an empty one stands for what cannot be read."""
    if value is None:
        return
    if not isinstance(value, list):
        faults.append("its list of versions is none")
        yield ""
        return
    for version in value:
        if isinstance(version, str) and version.strip() and len(version) <= extent.LONGEST:
            yield version.strip()
        else:
            faults.append("one of its listed versions is no text, or too long")
            yield ""


def _ranges(value: object, faults: list[str]) -> Iterator[Events]:
    if value is None:
        return
    if not isinstance(value, list):
        faults.append("its list of ranges is none")
        yield UNREADABLE
        return
    for item in value:
        if isinstance(item, dict) and item.get("type") == "GIT":
            continue
        events = _events(item)
        if events is UNREADABLE:
            faults.append("one of its ranges cannot be read")
        elif extent.spans(events) is None:
            faults.append("one of its ranges has no beginning, or a version that PEP 440 does not allow")
        yield events


def _events(item: object) -> Events:
    """The events of a range, in the order of their names: the file's order means nothing."""
    if not isinstance(item, dict) or item.get("type") not in ("ECOSYSTEM", "SEMVER"):
        return UNREADABLE
    found: set[Event] = set()
    events = item.get("events")
    if not isinstance(events, list):
        return UNREADABLE
    for event in events:
        if not isinstance(event, dict):
            return UNREADABLE
        for kind in _KINDS:
            version = event.get(kind)
            if isinstance(version, str) and version and len(version) <= extent.LONGEST:
                found.add((kind, version.strip()))
            elif version is not None:
                return UNREADABLE
    return tuple(sorted(found))


def _vectors(value: object) -> Iterator[str]:
    for item in _mappings(value):
        kind, score = item.get("type"), item.get("score")
        if isinstance(kind, str) and kind.startswith("CVSS_") and isinstance(score, str) and len(score) <= 300:
            yield score.strip()


def _summary(document: Mapping[str, object]) -> str:
    for field in ("summary", "details"):
        text = document.get(field)
        if isinstance(text, str) and (lines := text.strip().splitlines()):
            line = " ".join(lines[0][: 4 * _LONGEST_TEXT].split())
            return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"
    return ""


def _time(value: object) -> str:
    """A moment as it is written; empty when it does not start with a day."""
    return value if isinstance(value, str) and len(value) <= 40 and _DAY.match(value) else ""


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str) and item)
