"""Whether a policy allows a licence expression: lists of what is allowed and what is denied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from depscan.licences.expressions import choices, parse
from depscan.licences.families import family, stricter
from depscan.model import LicenceFamily

if TYPE_CHECKING:
    from collections.abc import Collection

_BARE_GNU = re.compile(r"(?:[AL]?GPL|GFDL)-\d\.\d", re.IGNORECASE)
"""GNU licences without a range, as they are mostly written."""
_NAMES = frozenset(kind.value.lower().replace("-", " ") for kind in LicenceFamily)


class Outcome(StrEnum):
    """What a policy says of a licence."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_LISTED = "not listed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of an expression, and which of its licences decided."""

    outcome: Outcome
    licences: tuple[str, ...] = ()
    """Allowed: those of the choice that can be taken. Denied, or not listed: those that stand in the way."""


def evaluate(expression: str, *, allowed: Collection[str], denied: Collection[str]) -> Verdict:
    """
    What the lists say of an expression; an entry is an SPDX identifier, an expression, or the name of a family.

    OR: one choice that is allowed is enough; it is denied when every choice is. AND: every licence must be allowed, and
    one that is denied denies all. An entry that fits more closely goes before one that fits less: the whole expression,
    then a licence with its exception, then without, then its family; at the same closeness denied goes before allowed.
    So `allowed = ["LGPL-3.0-only"]` excepts one licence from `denied = ["weak copyleft"]`. `GPL-3.0` means both
    `GPL-3.0-only` and `GPL-3.0-or-later`. A text that is no expression can only be listed as "unknown".
    """
    lists = _entries(frozenset(denied)), _entries(frozenset(allowed))
    options = choices(expression)
    whole = _whole(options)
    for entries, outcome in zip(lists, (Outcome.DENIED, Outcome.ALLOWED), strict=True):
        if whole in entries.wholes:
            return Verdict(outcome, tuple(dict.fromkeys(licence for option in options for licence in option)))
    if not options:
        return Verdict(_by_family(family(expression), *lists), (expression.strip(),) if expression.strip() else ())
    return _best([_option(option, *lists) for option in options])


def recognises(entry: str) -> bool:
    """Whether an entry of a policy means anything: a known licence, a valid expression or the name of a family."""
    return _family_name(entry) in _NAMES or parse(entry) is not None


class _Entries(NamedTuple):
    families: frozenset[str]
    terms: frozenset[str]
    wholes: frozenset[frozenset[frozenset[str]]]


def _family_name(text: str) -> str:
    return " ".join(re.split(r"[\s_-]+", text.strip().lower()))


@lru_cache(maxsize=64)
def _entries(texts: frozenset[str]) -> _Entries:
    families = frozenset(map(_family_name, texts)) & _NAMES
    terms: set[str] = set()
    wholes: set[frozenset[frozenset[str]]] = set()
    for text in sorted(text for text in texts if _family_name(text) not in _NAMES):
        bare = _BARE_GNU.fullmatch(text.strip())
        written = (f"{bare[0]}-only", f"{bare[0]}-or-later") if bare else (text,)
        for options in map(choices, written):
            if len(options) == 1 and len(options[0]) == 1:
                terms.add(options[0][0])
            elif options:
                wholes.add(_whole(options))
    return _Entries(families, frozenset(terms), frozenset(wholes))


def _whole(options: tuple[tuple[str, ...], ...]) -> frozenset[frozenset[str]]:
    return frozenset(map(frozenset, options))


def _option(licences: tuple[str, ...], denied: _Entries, allowed: _Entries) -> Verdict:
    found = {licence: _licence(licence, denied, allowed) for licence in licences}
    for outcome in (Outcome.DENIED, Outcome.NOT_LISTED):
        if deciding := tuple(licence for licence, said in found.items() if said is outcome):
            return Verdict(outcome, deciding)
    return Verdict(Outcome.ALLOWED, licences)


def _licence(licence: str, denied: _Entries, allowed: _Entries) -> Outcome:
    own = family(licence)
    base = licence.partition(" WITH ")[0].removesuffix("+")
    names = (licence,) if stricter(own, family(base)) else (licence, base)
    for name in names:
        if name in denied.terms:
            return Outcome.DENIED
        if name in allowed.terms:
            return Outcome.ALLOWED
    return _by_family(own, denied, allowed)


def _by_family(kind: LicenceFamily, denied: _Entries, allowed: _Entries) -> Outcome:
    name = _family_name(kind.value)
    if name in denied.families:
        return Outcome.DENIED
    return Outcome.ALLOWED if name in allowed.families else Outcome.NOT_LISTED


def _best(verdicts: list[Verdict]) -> Verdict:
    for outcome in (Outcome.ALLOWED, Outcome.NOT_LISTED):
        if fitting := [verdict for verdict in verdicts if verdict.outcome is outcome]:
            return fitting[0]
    return Verdict(Outcome.DENIED, tuple(dict.fromkeys(licence for one in verdicts for licence in one.licences)))
