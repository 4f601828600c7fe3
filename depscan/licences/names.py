"""Licences by their names in words: the free-text field and the trove classifiers of package metadata."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from depscan.licences.expressions import join, parse
from depscan.licences.tables import column, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 400
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_FILLER = frozenset({"the", "license", "licence", "licensed", "licensing", "under", "terms", "of", "a", "an", "file"})
_OR = re.compile(
    r"\s+or\s+(?!later|newer|above|greater|higher|any|\(?at\b|new\b|revised\b|lesser\b)|\s*\|\|?\s*", re.IGNORECASE
)
_AND = re.compile(r"\s+and\s+|\s*[,;&]\s*(?!version|v\.?\s*\d)", re.IGNORECASE)
_GNU = re.compile(
    r"(?:gnu )?(?P<kind>affero|lesser|library|library or lesser|agpl|lgpl|gpl|general public)"
    r"(?: general)?(?: public)?(?: agpl| lgpl| gpl)? ?(?:version )?v? ?(?P<version>[123](?:\.[01])?)?(?:\.0)*"
    r"(?: ?(?P<later>\+|or (?:at your option )?(?:any )?(?:later|newer|above|greater|higher)(?: versions?)?)| ?only)?"
)
_GNU_KINDS = {"affero": "AGPL", "agpl": "AGPL", "gpl": "GPL", "general public": "GPL"}
_GNU_VERSIONS = {"AGPL": ("1.0", "3.0"), "GPL": ("1.0", "2.0", "3.0"), "LGPL": ("2.0", "2.1", "3.0")}


def named(text: str) -> str:
    """
    The expression that a name of a licence means; empty if it is not known, or says nothing ("UNKNOWN").

    Names joined by "or" or by a slash, as Cargo did, are a choice; by "and", comma or ampersand they hold together.
    """
    text = " ".join(text.split()).strip(" .\"'")
    return _named(text) if len(text) <= _LONGEST else ""


def classified(classifiers: Iterable[str]) -> str:
    """
    The expression that the licence classifiers mean, others aside; empty if there is none that says anything.

    A distribution with several means a choice or all of them, and does not say which: they are taken to hold
    together (AND), which is never too kind.
    """
    table = column("classifiers", "classifier", "expression")
    own = (text.strip().lower().removeprefix("license :: ") for text in classifiers if "license ::" in text.lower())
    return join(filter(None, (table.get(text, "") for text in own)))


def says_choice(text: str) -> bool:
    """Whether the free-text field says that one of several licences may be chosen, without naming them."""
    return re.fullmatch(r"(?:dual|multi|multiple|either)[\s-]*licen[sc]ed?\.?", text.strip(), re.IGNORECASE) is not None


@lru_cache(maxsize=2048)
def _named(text: str) -> str:
    if text.lower().startswith("license ::"):
        return classified((text,))
    return _one(text) or _several(text)


def _one(text: str) -> str:
    aliases = _aliases()
    key = _key(text)
    if key in aliases:
        return aliases[key]
    if found := _gnu(text) or parse(text):
        return found
    bare, inside = _PARENTHESES.sub(" ", text), _PARENTHESES.findall(text)
    if not inside:
        return ""
    outer = _one(bare) if _key(bare) else ""
    inner = next(filter(None, map(_one, inside)), "")
    return inner if not outer or (outer.startswith("LicenseRef-") and inner) else outer


def _several(text: str) -> str:
    for pattern, word in ((_OR, " OR "), (re.compile("/"), " OR "), (_AND, " AND ")):
        parts = [part for part in pattern.split(text) if part.strip()]
        if len(parts) > 1:
            found = [named(part) for part in parts]
            return parse(word.join(f"({part})" for part in found)) or "" if all(found) else ""
    return ""


def _gnu(text: str) -> str:
    words = re.sub(r">=\s*(\d(?:\.\d)?)", r"\1+", text.lower())
    words = re.sub(r"[^a-z0-9.+]+", " ", words)
    words = re.sub(r"\b(?:the|licen[sc]e)\b", " ", words).replace("gplv", "gpl ")
    found = _GNU.fullmatch(" ".join(words.split()))
    if found is None:
        return ""
    kind = _GNU_KINDS.get(found["kind"], "LGPL")
    version = found["version"] or ""
    version = version if "." in version or not version else f"{version}.0"
    if version not in _GNU_VERSIONS[kind]:
        return f"LicenseRef-{kind}" if not version else ""
    return f"{kind}-{version}-{'or-later' if found['later'] else 'only'}"


def _key(text: str) -> str:
    words = re.sub(r"[^a-z0-9.+]+", " ", text.lower()).replace(" version ", " ")
    words = re.sub(r"\bv\.? ?(?=\d)", "", words)
    kept = [word.strip(".") for word in words.split() if word not in _FILLER]
    return " ".join(word for at, word in enumerate(kept) if word != "software" and kept[at - 1 : at] != [word])


@cache
def _aliases() -> dict[str, str]:
    return {_key(row["name"]): row["expression"] for row in rows("names") if _key(row["name"])}
