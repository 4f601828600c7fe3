"""
Content-addressed bytes in one SQLite file, so that what was read once is not parsed again.

Values can always be computed again; a cache that is missing, locked, full, damaged or owned by somebody else is the
same as none. Each row carries a digest of its value: a flipped bit is a miss, not an answer.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from types import TracebackType

LAYOUT = 2
MAX_BYTES = 512 << 20
_PER_QUERY = 500


def folder() -> Path:
    """Where the cache lives: `DEPSCAN_CACHE_DIR`, else the platform's cache folder of the user."""
    if chosen := os.environ.get("DEPSCAN_CACHE_DIR"):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local")) / "depscan" / "Cache"
    if sys.platform == "darwin":
        return home / "Library/Caches/depscan"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "depscan"


def key(*parts: bytes | str) -> bytes:
    """A 16-byte digest of the parts, each marked off from the next."""
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.digest()


def _seal(value: bytes) -> bytes:
    return blake2b(value, digest_size=8).digest()


class Cache:
    """`get` and `put` many values at once; only the process that opened it writes."""

    def __init__(self, at: Path | None) -> None:
        """Open or create the cache in folder `at`; `None`, or any trouble, makes one that remembers nothing."""
        self.trouble = ""
        """Why there is no cache, in words; empty when there is one or none was asked for."""
        self.folder = at
        """Where it is, or would be; `None` when none was asked for."""
        self._database: sqlite3.Connection | None = None
        if at is not None:
            try:
                self._database = _open(at)
            except OSError as error:
                self.trouble = f"no cache: {error}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The values that are there and undamaged."""
        if self._database is None:
            return {}
        from sqlite3 import DatabaseError

        wanted = list(keys)
        found: dict[bytes, bytes] = {}
        today = _today()
        stale: list[tuple[int, bytes]] = []
        try:
            for start in range(0, len(wanted), _PER_QUERY):
                some = wanted[start : start + _PER_QUERY]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value, seal, used FROM entries WHERE key IN ({marks})"  # noqa: S608
                for name, value, seal, used in self._database.execute(query, some):
                    if _sound(name, value, seal):
                        found[name] = value
                        if used != today:
                            stale.append((today, name))
        except DatabaseError as error:
            self._give_up(error)
            return {}
        if stale:
            with suppress(DatabaseError), self._database:  # what cannot be noted goes the sooner
                self._database.executemany("UPDATE entries SET used = ? WHERE key = ?", stale)
        return found

    def put(self, items: Mapping[bytes, bytes]) -> None:
        """Keep the values; when the file outgrows its limit, the half that was used longest ago goes."""
        if self._database is None or not items:
            return
        from sqlite3 import DatabaseError

        today = _today()
        rows = [(name, value, _seal(value), today) for name, value in items.items()]
        try:
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows)
            if self.size() > MAX_BYTES:
                with self._database:
                    self._database.execute(
                        "DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries ORDER BY used, rowid "
                        "LIMIT (SELECT (count(*) + 1) / 2 FROM entries))"
                    )
                self._database.execute("VACUUM")
        except DatabaseError as error:
            self._give_up(error)

    def size(self) -> int:
        """Bytes in use; 0 without a cache."""
        if self._database is None:
            return 0
        pages, unused, page = (
            int(self._database.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - unused) * page

    def count(self) -> int:
        """Number of values; 0 without a cache."""
        if self._database is None:
            return 0
        return int(self._database.execute("SELECT count(*) FROM entries").fetchone()[0])

    def close(self) -> None:
        """Let go of the file; the cache remembers nothing from then on."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _give_up(self, error: Exception) -> None:
        self.trouble = f"cache not used: {error}"
        self.close()


def _today() -> int:
    """The day, as a number; within one day nothing is older than another."""
    return int(time.time() // 86_400)


def _sound(name: object, value: object, seal: object) -> bool:
    return isinstance(name, bytes) and isinstance(value, bytes) and seal == _seal(value)


def file(at: Path) -> Path:
    """The database file in cache folder `at`."""
    return at / f"cache-{LAYOUT}.sqlite"


def clear(at: Path) -> int:
    """Remove the cache in folder `at`; the number of bytes freed."""
    freed = 0
    for path in sorted(at.glob("cache-*.sqlite*")):
        freed += path.lstat().st_size
        path.unlink()
    return freed


def _open(at: Path) -> sqlite3.Connection:
    """Connection to a database of ours; OSError when the place is not ours or cannot hold one."""
    import sqlite3

    at.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = at.stat()
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        raise OSError(f"{at} belongs to another user")
    for number in range(1, LAYOUT):  # what earlier versions have left behind
        for path in at.glob(f"cache-{number}.sqlite*"):
            with suppress(OSError):
                path.unlink()
    for attempt in (1, 2):
        try:
            return _connect(file(at))
        except sqlite3.OperationalError as error:
            raise OSError(f"{file(at)}: {error}") from error
        except sqlite3.DatabaseError as error:  # damaged: everything in it can be computed again
            if attempt == 2:
                raise OSError(f"{file(at)}: {error}") from error
            clear(at)
    raise AssertionError


def _connect(path: Path) -> sqlite3.Connection:
    import sqlite3

    database = sqlite3.connect(path, timeout=10)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB, seal BLOB, used INTEGER)"
        )
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
