"""
What an earlier run made of the same files, for a run in which nothing has changed.

A report is a function of the settings, of what a walk finds and of what was read through the tree. The tree notes all
of that; a report is recalled only when every note still holds: the same names, and for each file the same size, times
and inode. Files that were changed within seconds of being read are not vouched for, because a clock may be coarser
than that (git calls such entries racy).
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from depscan import artefacts, code
from depscan import cache as store
from depscan.model import Report
from depscan.tree import Notes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from depscan.cache import Cache
    from depscan.tree import Tree

_SETTLED = 3 * 10**9
"""Nanoseconds after which a change to a file shows in its times, whatever the file system."""
_MOST_DATA = 100
_KEPT = msgspec.msgpack.Decoder(tuple[str, Notes, Report])


def key(tree: Tree, asked: Sequence[object], data: Path | None) -> bytes | None:
    """What a report depends on besides the files; nothing where that cannot be told."""
    stamps = _stamps(data)
    if stamps is None:
        return None
    versions = (code.VERSION, code.models.VERSION, artefacts.VERSION, sys.version)
    return store.key("report", msgspec.msgpack.encode((versions, tree.root, asked, stamps)))


def recall(cache: Cache, name: bytes, tree: Tree, today: str) -> Report | None:
    """The report that was kept under that key today, if nothing which it was made from has changed."""
    value = cache.get([name]).get(name)
    if value is None:
        return None
    try:
        day, notes, report = _KEPT.decode(value)
    except msgspec.DecodeError:
        return None
    return report if day == today and tree.holds(notes) else None


def keep(cache: Cache, name: bytes, tree: Tree, today: str, report: Report, *, since: int) -> None:
    """
    Keep the report of a run that began at `since` (nanoseconds), if all it was made from had settled before.

    It takes the place of an earlier one of the same folder and settings.
    """
    if all(stamp is None or max(stamp[1:3]) < since - _SETTLED for stamp in tree.notes.read.values()):
        cache.put({name: msgspec.msgpack.encode((today, tree.notes, report))})


def now() -> int:
    """Nanoseconds since the epoch."""
    return time.time_ns()


def _stamps(data: Path | None) -> list[tuple[str, int, int]] | None:
    """Names, sizes and times of the user's own facts; nothing if there are too many to look at."""
    found: list[tuple[str, int, int]] = []
    waiting = [os.fspath(data)] if data is not None else []
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        status = entry.stat()
                        found.append((entry.path, status.st_size, status.st_mtime_ns))
        except OSError:
            continue  # there is no such folder, or it says nothing
        if len(found) + len(waiting) > _MOST_DATA:
            return None
    return sorted(found)
