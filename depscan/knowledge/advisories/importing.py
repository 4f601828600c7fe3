"""Builds the user's advisory database from published records, beside the old one, and swaps it in."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from depscan.errors import DepscanError
from depscan.knowledge.advisories import documents, osv, sources
from depscan.knowledge.advisories.database import APPLICATION, FILE, LAYOUT, About
from depscan.model import Gap, Location

if TYPE_CHECKING:
    import sqlite3

_MOST_GAPS = 20
_TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {LAYOUT};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE records (id TEXT NOT NULL, package TEXT NOT NULL, record BLOB NOT NULL, PRIMARY KEY (id, package));
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    path: Path
    about: About
    others: int
    """Records about other ecosystems, which are not kept."""
    gaps: tuple[Gap, ...]


def import_records(source: Path, folder: Path, *, today: str) -> Imported:
    """
    Make the database in the data folder anew from a zip, osv-scanner's folder or a folder of records.

    A record that cannot be read is a gap, and the rest is kept. DepscanError, and the old database stays, when there is
    no record at all or the folder cannot be written.
    """
    import sqlite3

    at = sources.locate(source)
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")
    except OSError as error:
        raise DepscanError(f"{folder}: the advisory database cannot be written ({error.strerror})") from error
    os.close(handle)
    beside = Path(name)
    try:
        with closing(sqlite3.connect(beside)) as database:
            filling = _fill(database, at, today)
        if not filling.about.records:
            raise DepscanError(_nothing(at, filling))
        _swap(beside, path)
    except (sqlite3.Error, OSError) as error:
        raise DepscanError(f"{path}: the advisory database cannot be written ({error})") from error
    finally:
        beside.unlink(missing_ok=True)
    return Imported(path, filling.about, filling.others, filling.gaps)


@dataclass(slots=True)
class _Filled:
    about: About
    others: int
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Seen:
    """What has been read so far."""

    modified: dict[str, str] = field(default_factory=dict)
    others: int = 0
    gaps: list[Gap] = field(default_factory=list)
    lost: int = 0

    def lose(self, gap: Gap) -> None:
        self.lost += 1
        if self.lost <= _MOST_GAPS:
            self.gaps.append(gap)


def _fill(database: sqlite3.Connection, at: Path, today: str) -> _Filled:
    database.executescript(_TABLES)
    seen = _Seen()
    digest = blake2b(digest_size=16)
    for item in sources.read(at):
        if isinstance(item, Gap):
            seen.lose(item)
            continue
        place, data = item
        digest.update(blake2b(data, digest_size=16).digest())
        try:
            records, faults = osv.read(documents.decode(place, data))
        except ValueError as error:
            seen.lose(_gap(place, f"the advisory was left out: {error}"))
            continue
        for fault in faults:
            seen.lose(_gap(place, f"{fault}: whether a version is affected may stay unknown"))
        if records:
            _keep(database, records, place, seen)
        else:
            seen.others += 1
    database.execute("CREATE INDEX by_package ON records (package)")
    (packages,) = database.execute("SELECT count(DISTINCT package) FROM records").fetchone()
    days = [modified[:10] for modified in seen.modified.values()]
    newest = max((day for day in days if day <= today and _is_day(day)), default="")
    about = About(at.name, today, newest, len(seen.modified), packages, digest.hexdigest())
    fields = ("source", "imported", "newest", "records", "packages", "digest")
    database.executemany("INSERT INTO about VALUES (?, ?)", [(name, str(getattr(about, name))) for name in fields])
    database.commit()
    if seen.lost > _MOST_GAPS:
        seen.gaps.append(_gap(at.name, f"{seen.lost - _MOST_GAPS} more advisories could not be read, or not wholly"))
    return _Filled(about, seen.others, tuple(seen.gaps))


def _keep(database: sqlite3.Connection, records: tuple[osv.Record, ...], place: str, seen: _Seen) -> None:
    """Store a record's packages; of two records with one id the one that was modified last."""
    import msgspec

    name, modified = records[0].id, records[0].modified
    earlier = seen.modified.get(name)
    if earlier is not None:
        seen.lose(_gap(place, f"{name} is there twice; the record that was modified last is kept"))
        if modified <= earlier:
            return
        database.execute("DELETE FROM records WHERE id = ?", (name,))
    seen.modified[name] = modified
    encode = msgspec.msgpack.encode
    database.executemany(
        "INSERT INTO records VALUES (?, ?, ?)", [(name, each.package, encode(each)) for each in records]
    )


def _swap(beside: Path, path: Path) -> None:
    """Put the new file in the place of the old one, after its bytes are on the disk."""
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def _nothing(at: Path, filled: _Filled) -> str:
    why = f"; the first of {len(filled.gaps)} problems: {filled.gaps[0].reason}" if filled.gaps else ""
    others = f", only {filled.others} of other ecosystems" if filled.others else ""
    return f"{at}: holds no advisory about a Python package{others}{why}; the database was left as it is"


def _gap(place: str, reason: str) -> Gap:
    return Gap("knowledge", Location(place), reason)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
