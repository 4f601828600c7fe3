"""
The user's advisories in one SQLite file, found by package.

The file is written once, beside the old one, and swapped in; it is never changed in place. Readers therefore need no
lock, and one that is open when the next is swapped in goes on with what it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from depscan.errors import DepscanError
from depscan.knowledge.advisories.osv import Record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from pathlib import Path
    from types import TracebackType

FILE = "advisories.sqlite"
"""How the database is called in the user's data folder."""
LAYOUT = 1
APPLICATION = 0x64736164
"""What marks a SQLite file as ours."""
IMPORT = "import the advisories with: depscan knowledge import-advisories PATH"

_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class About:
    """What a database holds, and how old that is."""

    source: str
    """Name of the file or folder the records were imported from."""
    imported: str
    """ISO date of the import."""
    newest: str
    """ISO date on which a record was last changed, no later than the import; empty when no record says."""
    records: int
    """Records about Python packages, withdrawn ones among them."""
    packages: int
    digest: str
    """BLAKE2 of all that was read: equal records, equal text."""

    def days(self, today: str) -> int:
        """Age of what is known: days since the newest change in a record; an old copy stays old however imported."""
        then = date.fromisoformat(self.newest or self.imported)
        return max((date.fromisoformat(today) - then).days, 0)

    @property
    def name(self) -> str:
        """The database as a source that can be looked up again."""
        return f"{self.source} ({self.records} records, newest {self.newest or 'undated'}, {self.digest[:12]})"


class Database:
    """Advisories by package."""

    def __init__(self, path: Path) -> None:
        """DepscanError when there is none, or it is damaged or of another version of depscan."""
        import sqlite3

        if not path.is_file():
            raise DepscanError(f"{path}: there is no advisory database; {IMPORT}")
        self.path = path
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            self.about = _about(self._database, path)
        except (sqlite3.DatabaseError, ValueError, KeyError) as error:
            self._database.close()
            raise DepscanError(f"{path}: the advisory database is damaged ({error}); {IMPORT}") from error
        except DepscanError:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def lookup(self, names: Collection[str]) -> dict[str, tuple[Record, ...]]:
        """The records on packages, which are named as PEP 503 normalises, by package and sorted; DepscanError."""
        import sqlite3

        import msgspec

        decoder = msgspec.msgpack.Decoder(Record)
        wanted = sorted(set(names))
        found: dict[str, list[Record]] = {}
        try:
            for start in range(0, len(wanted), _PER_QUERY):
                some = wanted[start : start + _PER_QUERY]
                marks = ",".join("?" * len(some))
                rows = self._database.execute(f"SELECT package, record FROM records WHERE package IN ({marks})", some)  # noqa: S608
                for package, record in rows:
                    found.setdefault(package, []).append(decoder.decode(record))
        except (sqlite3.DatabaseError, msgspec.DecodeError, TypeError) as error:
            raise DepscanError(f"{self.path}: the advisory database is damaged ({error}); {IMPORT}") from error
        return {package: tuple(sorted(found[package])) for package in sorted(found)}

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _about(database: sqlite3.Connection, path: Path) -> About:
    application, layout = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != APPLICATION:
        raise ValueError("it is not one of depscan's")
    if layout != LAYOUT:
        raise DepscanError(f"{path}: the advisory database is of another version of depscan; {IMPORT}")
    held = dict(database.execute("SELECT name, value FROM about"))
    for day in (held["imported"], held["newest"] or held["imported"]):
        date.fromisoformat(day)
    return About(
        source=held["source"],
        imported=held["imported"],
        newest=held["newest"],
        records=int(held["records"]),
        packages=int(held["packages"]),
        digest=held["digest"],
    )
