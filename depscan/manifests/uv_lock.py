"""
uv.lock: every package with its version and, for each extra that something asks for, what it requires.

A package that is taken from a folder is a project of one's own and has no pin. Its development groups are for whoever
works on it, and its manifest states them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from depscan.manifests import lock, markers
from depscan.manifests.document import describe
from depscan.model import Edge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.lock import Entry, Lock
    from depscan.manifests.reader import Fact, Manifest

_FOLDERS = ("virtual", "editable", "directory")


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield a pin for every package that comes from elsewhere, and the edges of all."""
    found = lock.Lock(manifest, "package", r"""\bname\s*=\s*["']([^"']+)["']""")
    found.written_for(found.data.get("version"), "1")
    for entry in found.entries:
        source = entry.get(dict, "source") or {}
        if not any(folder in source for folder in _FOLDERS):
            yield from entry.pin()
        when = _fork(found, entry)
        yield from _edges(entry, entry.get(list, "dependencies") or [], "", when)
        for extra, wanted in (entry.get(dict, "optional-dependencies") or {}).items():
            name = lock.legal(extra)
            if name and isinstance(wanted, list):
                yield from _edges(entry, wanted, name, when)
            else:
                entry.wrong(f"the extra {extra!r} is {describe(wanted)}, or its name is not legal")
    yield from found.gaps


def _fork(found: Lock, entry: Entry) -> str:
    """Return where this version is the one that counts; locks of old do not repeat it at what the package requires."""
    if entry.name not in found.forked:
        return ""
    return markers.either(markers.by_any(entry.marker(text)) for text in entry.get(list, "resolution-markers") or [])


def _edges(entry: Entry, wanted: list[Any], extra: str, when: str) -> Iterator[Edge]:
    for each in wanted:
        target = lock.legal(each.get("name")) if isinstance(each, dict) else ""
        if not target:
            entry.wrong("a dependency has no legal name")
            continue
        place = entry.line(each["name"], "optional-dependencies" if extra else "")
        asked = each.get("extra", [])
        if not isinstance(asked, list):
            entry.wrong(f"the extras of {target} are {describe(asked)}, not a list")
            asked = []
        marker = markers.by_any(entry.marker(each.get("marker")))
        edge = Edge(entry.name, target, place, markers.both(marker, when), extra, lock.legals(asked))
        if edge.target != edge.source or edge.extras:
            yield edge
