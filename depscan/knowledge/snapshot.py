"""
The snapshot that ships with depscan: what sources said of the libraries most used in machine learning.

Two tables, one row per fact and one per steward, sorted, each row with its source and the date it was read. They are
read when first asked for. A user's own table of the same form, written by a refresh, is laid over them.

A `requires` row without a value says that the release requires nothing; requirements of an extra are listed where
another row of the table asks for that extra.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from depscan.model import Fact, FactKind, Gap, Location, Steward, StewardKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

COLUMNS = ("package", "kind", "value", "version", "detail", "source", "retrieved")
"""The header of a table of facts."""

_DATA = Path(__file__).with_name("data")
TABLE = "facts.csv"
"""How a table of facts is called, the embedded one and the user's own."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_LARGEST = 64 * 1024 * 1024
_MOST_GAPS = 20
_KINDS = {kind.value: kind for kind in FactKind}


@dataclass(frozen=True, slots=True)
class Age:
    """When the embedded facts were read, and how many days ago that is."""

    oldest: str
    newest: str
    oldest_days: int
    newest_days: int


def facts(names: Collection[str]) -> tuple[Fact, ...]:
    """What the embedded table says of the packages, which are named as PEP 503 normalises."""
    rows = _embedded()
    return tuple(_fact(row) for name in sorted(set(names)) for row in rows.get(name, ()))


def all_names() -> tuple[str, ...]:
    """The packages that the embedded table speaks of."""
    return tuple(sorted(_embedded()))


def every_name(folder: Path) -> frozenset[str]:
    """The packages that the embedded table or the user's own in `folder` speaks of."""
    path = folder / TABLE
    own = read_table(path)[0] if path.exists() else ()
    return frozenset({*_embedded(), *(fact.package for fact in own)})


@cache
def stewards() -> Mapping[str, Steward]:
    """The stewards that the embedded facts name, and those that stand behind them."""
    return MappingProxyType(
        {
            name: Steward(name, StewardKind(kind), parent, jurisdiction, source, retrieved)
            for name, kind, parent, jurisdiction, source, retrieved in _rows(_DATA / "stewards.csv")
        }
    )


def age(today: str) -> Age:
    """How old the embedded facts are on a day, which is an ISO date."""
    dates = sorted({row[-1] for rows in _embedded().values() for row in rows})
    now = date.fromisoformat(today)
    oldest, newest = (max((now - date.fromisoformat(day)).days, 0) for day in (dates[0], dates[-1]))
    return Age(dates[0], dates[-1], oldest, newest)


def overlay(folder: Path, names: Collection[str]) -> tuple[tuple[Fact, ...], tuple[Gap, ...]]:
    """
    What is known of the packages: the embedded table, and the user's own in `folder` where it is the newer one.

    A folder without a table is no gap. What the user's table says of stewards is not read.
    """
    path = folder / TABLE
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return facts(names), ()
    except OSError:
        pass  # reading it says what is wrong
    own, gaps = read_table(path)
    return newest(facts(names), (fact for fact in own if fact.package in names)), gaps


def newest(*tables: Iterable[Fact]) -> tuple[Fact, ...]:
    """
    One table of several: for each package and kind, all facts of the table that read it last.

    Of tables that read it on the same day the later one is taken, so that an answer fetched now beats a saved one.
    """
    chosen: dict[tuple[str, FactKind], list[Fact]] = {}
    for table in tables:
        found: defaultdict[tuple[str, FactKind], list[Fact]] = defaultdict(list)
        for fact in table:
            found[fact.package, fact.kind].append(fact)
        for key, group in found.items():
            if key not in chosen or _read(chosen[key]) <= _read(group):
                chosen[key] = group
    return tuple(sorted({fact for group in chosen.values() for fact in group}))


def read_table(path: Path) -> tuple[tuple[Fact, ...], tuple[Gap, ...]]:
    """The facts of a table; rows that are none, and a table that cannot be read, are gaps."""
    place = Location(path.name)
    try:
        if path.stat().st_size > _LARGEST:
            return (), (_gap(place, f"is larger than {_LARGEST // 1024**2} MiB and was not read; refresh it"),)
        with path.open(encoding="utf-8", newline="") as file:
            return _read_rows(csv.reader(file, strict=True), place)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return (), (_gap(place, f"cannot be read ({reason}), the embedded facts are used; refresh it"),)


def write_table(path: Path, table: Iterable[Fact]) -> None:
    """
    Write a table, sorted, in one step: a reader sees the old one or the new one.

    Characters that a table cannot hold become U+FFFD. OSError when the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([_clean(getattr(fact, column)) for column in COLUMNS] for fact in sorted(set(table)))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@cache
def _embedded() -> Mapping[str, Sequence[list[str]]]:
    """The rows of the embedded table by package; facts are made of those that are asked for."""
    rows: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in _rows(_DATA / TABLE):
        rows[row[0]].append(row)
    return rows


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _fact(row: Sequence[str]) -> Fact:
    package, kind, value, version, detail, source, retrieved = row
    return Fact(package, _KINDS[kind], value, source, retrieved, version, detail)


def _read_rows(reader: Iterable[list[str]], place: Location) -> tuple[tuple[Fact, ...], tuple[Gap, ...]]:
    found: set[Fact] = set()
    gaps: list[Gap] = []
    lost = 0
    rows = iter(reader)
    try:
        if tuple(next(rows, ())) != COLUMNS:
            return (), (_gap(place, "has another header than a table of facts and was not read; refresh it"),)
        for number, row in enumerate(rows, start=2):
            if fault := _fault(row):
                lost += 1
                if lost <= _MOST_GAPS:
                    gaps.append(_gap(Location(place.path, number), f"row {number} {fault} and was left out"))
            else:
                found.add(_fact(row))
    except csv.Error as error:
        gaps.append(_gap(place, f"is no table from some row on ({error}), what follows was not read; refresh it"))
    if lost > _MOST_GAPS:
        gaps.append(_gap(place, f"{lost - _MOST_GAPS} more rows are no facts and were left out; refresh it"))
    return tuple(sorted(found)), tuple(gaps)


def _fault(row: Sequence[str]) -> str:
    """What is wrong with a row; empty when it is a fact."""
    if len(row) != len(COLUMNS):
        return f"has {len(row)} columns instead of {len(COLUMNS)}"
    package, kind, value, _, _, source, retrieved = row
    if not _NAME.fullmatch(package):
        return "does not name a package as PEP 503 normalises"
    if kind not in _KINDS:
        return "is of no kind that this version of depscan knows"
    if not value and kind != FactKind.REQUIRES:
        return "has no value"
    if not source:
        return "names no source"
    if not _is_date(retrieved):
        return "has no date"
    return ""


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read(group: Iterable[Fact]) -> str:
    return max(fact.retrieved for fact in group)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _gap(place: Location, reason: str) -> Gap:
    return Gap("knowledge", place, reason if reason.startswith("row ") else f"the table of facts {reason}")
