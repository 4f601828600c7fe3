"""
Which licences a licence file holds: told by phrases that only the one licence has, never by likeness.

A phrase is looked for among the bare words of the text, so that line breaks, comment signs, quotes and spelling in
capitals do not matter. What a phrase proves is in a table. A `title` proves by itself. A `grant` is a sentence that
several licences share; what follows it within the same licence tells which one it is. A `notice` counts only where
the licence itself is not given in full, because the GNU licences end with a sample of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from depscan.licences.expressions import join
from depscan.licences.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST = 2_000_000
_REACH = 1_500
"""How far after a shared sentence the words stand that tell the licences apart, in characters."""
_SHORT = 2_000
"""A file that only points to other files is no longer than this."""
_GCC = "gcc runtime library exception version 3 1"
_CLASSPATH = "to link this library with independent modules to produce an executable"
_EITHER = re.compile(
    r"\b(?:under (?:the terms of )?either|(?:dual|double|multi) licensed|licensed under (?:the terms of )?either)\b"
)
_CONTAINED = (
    ("LGPL-3.0-only", "GPL-3.0-only"),
    ("Python-2.0", "PSF-2.0"),
    ("Python-2.0", "CNRI-Python"),
    ("Python-2.0", "HPND"),
    ("Python-2.0", "0BSD"),
    ("MIT-CMU", "HPND"),
)
"""Licences whose text comes with, or quotes, the text of another."""


class _Phrase(NamedTuple):
    licence: str
    kind: str
    needs: tuple[str, ...]
    lacks: tuple[str, ...]

    def fits(self, window: str) -> bool:
        return all(words in window for words in self.needs) and not any(words in window for words in self.lacks)


def recognise(texts: Iterable[str]) -> str:
    """
    The expression of the licences that the texts hold; empty if none is known.

    Several hold together (AND), as in a file that bundles the licences of vendored code; two of which a text says that
    either may be taken are a choice (OR). The GNU licences' own text does not say whether later versions may be
    taken as well; then it is `-only`.
    """
    found: dict[str, None] = {}
    either = False
    for text in texts:
        words = _words(text[:_LONGEST])
        found.update(dict.fromkeys(_licences(words)))
        either = either or (len(words) <= _SHORT and _EITHER.search(words) is not None)
    for whole, part in _CONTAINED:
        if whole in found:
            found.pop(part, None)
    return " OR ".join(found) if either and len(found) == 2 else join(found)


def is_text(field: str) -> bool:
    """Whether a metadata field holds a licence's text rather than its name."""
    return len(field) > 200 or field.count("\n") > 2


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _licences(words: str) -> tuple[str, ...]:
    known = _phrases()
    starts = sorted((at, phrase) for phrase in known for at in _places(phrase, words))
    grants = [at for at, phrase in starts if known[phrase][0].kind == "grant"]
    found: dict[str, None] = {}
    notices: dict[str, None] = {}
    for at, phrase in starts:
        after = bisect_right(grants, at) if known[phrase][0].kind == "grant" else len(grants)
        window = words[at : min([at + _REACH, *grants[after : after + 1]])]
        if fitting := next((row for row in known[phrase] if row.fits(window)), None):
            (notices if fitting.kind == "notice" else found)[fitting.licence] = None
    if not any("GPL-" in licence for licence in found):
        found |= notices
    return tuple(_excepted(found, words))


def _places(phrase: str, words: str) -> Iterator[int]:
    at = words.find(phrase)
    while at >= 0:
        yield at
        at = words.find(phrase, at + len(phrase))


def _excepted(found: dict[str, None], words: str) -> Iterator[str]:
    """GPL texts that come with the exception for compilers' or class libraries."""
    for licence in found:
        if licence.startswith("GPL-3.0") and _GCC in words:
            yield "GPL-3.0-or-later WITH GCC-exception-3.1"
        elif licence.startswith("GPL-2.0") and _CLASSPATH in words:
            yield f"{licence} WITH Classpath-exception-2.0"
        else:
            yield licence


@cache
def _phrases() -> dict[str, list[_Phrase]]:
    found: dict[str, list[_Phrase]] = {}
    for row in rows("texts"):
        needs, lacks = (tuple(filter(None, row[name].split("|"))) for name in ("needs", "lacks"))
        found.setdefault(row["phrase"], []).append(_Phrase(row["licence"], row["kind"], needs, lacks))
    return found
