"""
Where records are read from: a published zip, osv-scanner's folder of them, or a folder of JSON and YAML files.

Everything is bounded: the size of a record whatever its header says, their number, and their bytes taken together.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from depscan.errors import DepscanError
from depscan.knowledge.advisories.documents import LARGEST
from depscan.model import Gap, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RECORDS = 500_000
MOST_BYTES = 4 << 30
LARGEST_ZIP = 1 << 30

_SUFFIXES = (".json", ".yaml", ".yml")
_LAYOUTS = ("osv-scanner/PyPI/all.zip", "PyPI/all.zip", "all.zip")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError)
_UNREADABLE = (*_BROKEN, OSError, RuntimeError)  # RuntimeError: the entry is encrypted


@dataclass(slots=True)
class _Budget:
    """What may still be read."""

    place: str
    records: int = field(default_factory=lambda: MOST_RECORDS)
    bytes: int = field(default_factory=lambda: MOST_BYTES)

    def spend(self, size: int) -> None:
        self.records -= 1
        self.bytes -= size

    def gap(self) -> Gap | None:
        if self.records > 0 and self.bytes > 0:
            return None
        reason = (
            f"holds more than {MOST_RECORDS:,} records or {MOST_BYTES >> 30} GiB; the rest was not read: "
            "import the records of the Python index only"
        )
        return Gap("knowledge", Location(self.place), reason)


def locate(source: Path) -> Path:
    """The zip inside osv-scanner's layout, else the path itself; DepscanError when there is nothing."""
    found = next((source / layout for layout in _LAYOUTS if (source / layout).is_file()), source)
    if not found.exists():
        raise DepscanError(f"{source}: there is no such file or folder")
    return found.resolve()


def read(at: Path) -> Iterator[tuple[str, bytes] | Gap]:
    """Name and bytes of every record, in the order of their names; DepscanError when a file is no zip."""
    return _folder(at) if at.is_dir() else _zip(at)


def _zip(at: Path) -> Iterator[tuple[str, bytes] | Gap]:
    budget = _Budget(at.name)
    try:
        if at.stat().st_size > LARGEST_ZIP:
            raise DepscanError(f"{at}: is larger than {LARGEST_ZIP >> 20} MiB and was not read")
        archive = zipfile.ZipFile(at)
    except (*_BROKEN, OSError) as error:
        raise DepscanError(
            f"{at}: is no zip of advisories that can be read ({error}); give the zip that OSV publishes for PyPI, "
            "a folder that holds it, or a folder of records"
        ) from error
    with archive:
        for info in sorted(archive.infolist(), key=lambda each: each.filename):
            if not info.filename.casefold().endswith(_SUFFIXES):
                continue
            if gap := budget.gap():
                yield gap
                return
            place = f"{at.name}/{info.filename}"
            try:
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise NotImplementedError("it is compressed in a way that is not read")
                with archive.open(info) as file:
                    data = file.read(LARGEST + 1)
            except _UNREADABLE as error:
                budget.spend(0)
                yield _lost(place, error)
            else:
                budget.spend(len(data))
                yield place, data


def _folder(at: Path) -> Iterator[tuple[str, bytes] | Gap]:
    """Links are not followed, and hidden folders not entered."""
    budget = _Budget(at.name)
    troubles: list[OSError] = []
    for folder, folders, names in os.walk(at, onerror=troubles.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.casefold().endswith(_SUFFIXES) or path.is_symlink() or not path.is_file():
                continue
            if gap := budget.gap():
                yield gap
                return
            place = path.relative_to(at).as_posix()
            try:
                with path.open("rb") as file:
                    data = file.read(LARGEST + 1)
            except OSError as error:
                yield _lost(place, error)
            else:
                budget.spend(len(data))
                yield place, data
    yield from (_lost(Path(error.filename or at).name, error) for error in troubles)


def _lost(place: str, error: Exception) -> Gap:
    why = error.strerror or "it cannot be read" if isinstance(error, OSError) else str(error) or "it cannot be read"
    return Gap("knowledge", Location(place), f"the advisory was left out: {why}")
