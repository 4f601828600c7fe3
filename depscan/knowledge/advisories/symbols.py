"""
The modules, functions and classes that a record names in fields made for it; prose is not searched.

Databases agree on no one form: GitHub lists `affected_functions`, the Go database `imports` of `path` and `symbols`,
the Rust database `affects.functions`, and OSV's tools for the Python index `imports` of `attribute` and `modules`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LISTS = ("affected_functions", "symbols", "functions", "affected_symbols")
_PLACES = ("path", "module", "modules", "name")
_PARTS = ("attribute", "attributes", "symbols", "names")
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_LONGEST = 200
_MOST = 200


def named(details: Iterable[object]) -> tuple[str, ...]:
    """Dotted names, sorted, of the `ecosystem_specific` and `database_specific` mappings of a record."""
    found = {symbol for detail in details if isinstance(detail, dict) for symbol in _of(detail)}
    return tuple(sorted(found)[:_MOST])


def _of(detail: Mapping[str, object]) -> Iterator[str]:
    for field in _LISTS:
        yield from _names(detail.get(field))
    affects = detail.get("affects")
    if isinstance(affects, dict):
        yield from _names(affects.get("functions"))
    imports = detail.get("imports")
    for item in imports if isinstance(imports, list) else ():
        if not isinstance(item, dict):
            yield from _names(item)
            continue
        places = [place for field in _PLACES for place in _names(item.get(field))]
        parts = [part for field in _PARTS for part in _names(item.get(field))]
        if parts and places:
            yield from (f"{place}.{part}" for place in places for part in parts)
        else:
            yield from places or parts


def _names(value: object) -> Iterator[str]:
    """The dotted names in a text or a list of texts; a call (`a.b()`) is its name."""
    for item in value if isinstance(value, list) else (value,):
        text = item.strip().removesuffix("()") if isinstance(item, str) and len(item) <= _LONGEST else ""
        if _DOTTED.fullmatch(text):
            yield text
