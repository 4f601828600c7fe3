"""
pdm.lock: every package with its version and what it requires.

A package that was asked for with extras has a second entry, which lists what the extras add. A package that is taken
from a folder is a project of one's own and has no pin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.manifests import lock, markers
from depscan.manifests.reader import strings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depscan.manifests.lock import Entry
    from depscan.manifests.reader import Fact, Manifest

_NAMES = r"""(?:^name\s*=|^|[\[,])\s*["']([A-Za-z0-9][A-Za-z0-9._-]*)"""
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz")


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield one pin for every version of a package that comes from elsewhere, and the edges of all."""
    found = lock.Lock(manifest, "package", _NAMES)
    metadata = found.data.get("metadata")
    if isinstance(metadata, dict):
        found.written_for(metadata.get("lock_version", "4"), "2", "3", "4")
    alone = {(entry.name, extras[0]) for entry in found.entries if len(extras := _extras(entry)) == 1}
    pinned = set()
    for entry in found.entries:
        if not _is_folder(entry) and (entry.name, entry.version) not in pinned:
            pinned.add((entry.name, entry.version))
            yield from entry.pin()
        when = markers.by_any(entry.marker(entry.table.get("marker"))) if entry.name in found.forked else ""
        extras = _extras(entry)
        for text in entry.get(list, "dependencies") or []:
            yield from entry.requires(text, extras=_added(entry, alone), when=when)
    yield from found.gaps


def _added(entry: Entry, alone: set[tuple[str, str]]) -> Sequence[str]:
    """
    Return the extras that an entry is for.

    What several add together is not told apart, but for those of them that have an entry of their own.
    """
    extras = _extras(entry)
    return [extra for extra in extras if (entry.name, extra) not in alone] if len(extras) > 1 else extras or ("",)


def _extras(entry: Entry) -> tuple[str, ...]:
    return lock.legals(strings(entry.table.get("extras")))


def _is_folder(entry: Entry) -> bool:
    path = entry.table.get("path")
    return isinstance(path, str) and not path.lower().endswith(_ARCHIVES)
