"""The embedded tables of this package; each is read once, when first asked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")


@cache
def column(name: str, key: str, value: str) -> dict[str, str]:
    """Two columns of a table: from the lower-case text of one to the text of the other."""
    return {row[key].lower(): row[value] for row in rows(name)}


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table, each by column name."""
    import csv

    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
