"""
poetry.lock, of poetry 1 and 2: every package with its version and what it requires.

A package that is taken from a folder is a project of one's own and has no pin. Optional requirements are listed for
those extras that something asks for; which extra it is, the marker says, in old files only the table of extras.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from depscan.manifests import lock, markers
from depscan.manifests.document import describe
from depscan.manifests.reader import strings
from depscan.model import Declaration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.lock import Entry, Lock
    from depscan.manifests.reader import Fact, Manifest
    from depscan.model import Edge, Location

_NAMES = r"""^(?:name\s*=\s*)?["']?([A-Za-z0-9][A-Za-z0-9._-]*)"""
_LEADING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield a pin for every package that comes from elsewhere, and the edges of all."""
    found = lock.Lock(manifest, "package", _NAMES)
    metadata = found.data.get("metadata")
    if isinstance(metadata, dict):
        found.written_for(metadata.get("lock-version", "1"), "1", "2.")
    for entry in found.entries:
        if (entry.get(dict, "source") or {}).get("type") != "directory":
            yield from entry.pin()
        when = _fork(found, entry)
        for name, value in (entry.get(dict, "dependencies") or {}).items():
            place = entry.line(name, "dependencies")
            for each in value if isinstance(value, list) else [value]:
                yield from _edges(entry, name, each, place, when)
    yield from found.gaps


def _fork(found: Lock, entry: Entry) -> str:
    """Return where this version is the one that counts: one marker, or one for each group; extras are the project's."""
    value = entry.table.get("markers")
    if entry.name not in found.forked or value is None:
        return ""
    stated = value.values() if isinstance(value, dict) else [value]
    return markers.either(markers.by_any(entry.marker(each)) for each in stated)


def _edges(entry: Entry, name: str, value: object, place: Location, when: str) -> Iterator[Edge]:
    """Read one alternative of a dependency: a version, or a table."""
    target = lock.legal(name)
    table: dict[str, Any] = {"version": value} if isinstance(value, str) else value if isinstance(value, dict) else {}
    if not target or not table:
        entry.wrong(f"the dependency {name!r} is {describe(value)}, or its name is not legal")
        return
    extras = lock.legals(strings(table.get("extras")))
    wanted = Declaration(target, place, extras=extras, marker=entry.marker(table.get("markers")))
    found = list(lock.edges(entry.name, wanted, when=when))
    if table.get("optional") is not True or any(edge.extra for edge in found):
        yield from found
        return
    for extra in _optional(entry, target):
        yield from lock.edges(entry.name, wanted, extra=extra, when=when)


def _optional(entry: Entry, target: str) -> list[str]:
    """Return the extras that list a requirement."""
    found = []
    for extra, wanted in (entry.get(dict, "extras") or {}).items():
        names = (match[0] for text in strings(wanted) if (match := _LEADING.match(text)))
        if lock.legal(extra) and target in map(lock.legal, names):
            found.append(lock.legal(extra))
    return sorted(found)
