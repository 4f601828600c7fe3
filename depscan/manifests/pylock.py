"""
pylock.toml and pylock.*.toml, as PEP 751 defines them: every package with its version, and what else it needs.

Not read with `packaging.pylock`, which refuses a whole file for one wrong value and takes the names of wheels apart,
for which a hostile name makes it need minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.manifests import lock, markers
from depscan.model import Edge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.lock import Entry
    from depscan.manifests.reader import Fact, Manifest

_NAMES = r"""(?:\bname\s*=|^|[\[,])\s*["']([A-Za-z0-9][A-Za-z0-9._-]*)"""


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield a pin for every package that is no folder, and the edges of all, where the file states any."""
    found = lock.Lock(manifest, "packages", _NAMES)
    found.written_for(found.data.get("lock-version"), "1.")
    for entry in found.entries:
        if "directory" not in entry.table:
            yield from entry.pin()
        forked = entry.name in found.forked
        when = markers.by_any(entry.marker(entry.table.get("marker"))) if forked else ""
        for each in entry.get(list, "dependencies") or []:
            target = lock.legal(each.get("name")) if isinstance(each, dict) else ""
            if not target:
                entry.wrong("a dependency has no legal name")
            elif target != entry.name:
                yield Edge(entry.name, target, entry.line(each["name"]), when)
        yield from _of_pdm(entry, when)
    yield from found.gaps


def _of_pdm(entry: Entry, when: str) -> Iterator[Fact]:
    """Read what PDM notes beside the standard's own keys: the requirements as strings."""
    tool = entry.get(dict, "tool") or {}
    noted = tool.get("pdm")
    wanted = noted.get("dependencies") if isinstance(noted, dict) else None
    for text in wanted if isinstance(wanted, list) else []:
        yield from entry.requires(text, table="tool.pdm", when=when)
