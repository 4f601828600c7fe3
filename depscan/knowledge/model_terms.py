"""
What the licence of a model or dataset amounts to: how a card, a header or a table writes it, and what it asks.

Whether a licence is open is decided by lists (OSI-approved, FSF-libre, open data, OpenMDW), never by its first line:
MIT or Apache with an added clause has an identifier of its own. A licence that no list and no table knows is not
decided.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from depscan import licences
from depscan.licences.names import named
from depscan.licences.tables import rows as licence_rows
from depscan.model import LicenceFamily

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DATA = Path(__file__).with_name("data")

_NOT_SAID = frozenset({"", "other", "unknown"})
_RESTRICTED = frozenset({LicenceFamily.SOURCE_AVAILABLE, LicenceFamily.PROPRIETARY})
_OSI = "OSI-approved"
_LONGEST = 500
_ADDED = re.compile(
    r"\b(?:add\w*|amend\w*|based|but|custom|except\w*|limit\w*|modif\w*|non|only|plus|restrict\w*|rider|variant|with)\b",
    re.IGNORECASE,
)
"""Words in a name of a licence that say that something was added to it."""


@dataclass(frozen=True, slots=True, order=True)
class Terms:
    """What a licence amounts to."""

    expression: str
    """SPDX expression or LicenseRef; as written when it is neither, empty when nothing is written."""
    family: LicenceFamily = LicenceFamily.UNKNOWN
    open: bool | None = None
    """Whether a list has it; `None`: not decided."""
    open_by: str = ""
    """Which list: OSI, FSF, open data, OpenMDW, or reading (its text asks no more than a listed one)."""
    obligations: tuple[str, ...] = ()
    """Flags, sorted."""
    note: str = ""
    source: str = ""
    retrieved: str = ""


def licence(identifier: str, name: str = "", link: str = "") -> Terms:
    """
    Judge a licence by the identifier of a model card, an SPDX expression or a LicenseRef.

    Where that says only "other", the card's name of the licence counts, or the last part of the link to it.
    """
    written = identifier.strip()
    if written.lower() in _NOT_SAID:
        ways = (name.strip(), link.strip().rstrip("/").rpartition("/")[2])
        told = [terms for way in ways if way and (terms := _judged(way)).open is not None]
        if told:
            return told[0]
        written = name.strip() or written
    return _judged(written)


def together(parts: Iterable[Terms]) -> Terms:
    """What several licences amount to that all hold: the most restrictive decides, then what is not decided."""
    kept = list(dict.fromkeys(parts))
    if len(kept) == 1:
        return kept[0]
    states = {part.open for part in kept}
    strictest = LicenceFamily.PUBLIC_DOMAIN if kept else LicenceFamily.UNKNOWN
    for part in kept:
        strictest = part.family if licences.stricter(part.family, strictest) else strictest
    return Terms(
        " AND ".join(dict.fromkeys(_grouped(part.expression) for part in kept if part.expression)),
        strictest,
        False if False in states else None if None in states or not kept else True,
        ", ".join(dict.fromkeys(part.open_by for part in kept if part.open_by)),
        tuple(sorted({flag for part in kept for flag in part.obligations})),
        "; ".join(dict.fromkeys(part.note for part in kept if part.note)),
        "; ".join(dict.fromkeys(part.source for part in kept if part.source)),
        max((part.retrieved for part in kept), default=""),
    )


def _grouped(expression: str) -> str:
    return f"({expression})" if " OR " in expression and not expression.startswith("(") else expression


@lru_cache(maxsize=4096)
def _judged(written: str) -> Terms:
    if len(written) > _LONGEST:
        return Terms(f"{written[:_LONGEST]}...", obligations=("licence_unseen",))
    if found := _table().get(_key(written)):
        return found
    options = licences.choices(licences.parse(written) or ("" if _ADDED.search(written) else named(written)))
    if not options:
        return Terms(written, obligations=("licence_unseen",))
    ways = [together(map(_single, option)) for option in options]
    return min(ways, key=lambda way: (True, None, False).index(way.open))


def _single(term: str) -> Terms:
    """One licence of an expression: by the table of model licences, else by what is known of software licences."""
    bare = term.partition(" WITH ")[0]
    if found := _table().get(_key(bare)):
        return found
    kind = licences.family(term)
    if source := _osi().get(bare.removesuffix("+").lower()):
        flags = ("network_copyleft",) if kind is LicenceFamily.NETWORK_COPYLEFT else ()
        return Terms(term, kind, open=True, open_by="OSI", obligations=flags, source=source)
    if kind in _RESTRICTED:
        return Terms(term, kind, open=False, source="table of licence families")
    return Terms(term, kind, obligations=("licence_unseen",))


def _key(text: str) -> str:
    return re.sub(r"[\s_]+", "-", text.strip().lower())


@cache
def _osi() -> Mapping[str, str]:
    return {row["id"].lower(): "table of licence families" for row in licence_rows("families") if _OSI in row["source"]}


@cache
def _table() -> Mapping[str, Terms]:
    with (DATA / "model_licences.csv").open(encoding="utf-8", newline="") as file:
        return {_key(row["id"]): _terms(row) for row in csv.DictReader(file)}


def _terms(row: Mapping[str, str]) -> Terms:
    by = row["open_by"]
    return Terms(
        expression=row["expression"],
        family=LicenceFamily(row["family"]),
        open={"no": False, "?": None}.get(by, True),
        open_by="" if by in {"no", "?"} else by,
        obligations=tuple(sorted(row["obligations"].split())),
        note=row["note"],
        source=row["source"],
        retrieved=row["retrieved"],
    )
