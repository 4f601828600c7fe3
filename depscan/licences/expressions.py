"""SPDX licence expressions: their canonical form, their parts, and the choices they leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from depscan.licences.identifiers import canonical, canonical_exception
from depscan.licences.library import read

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 10_000
_MOST_TERMS = 400
_DEEPEST = 20
_MOST_CHOICES = 64
_FLAT = re.compile(r"\s+(AND|OR)\s+", re.IGNORECASE)
_WITH = re.compile(r"\sWITH\s", re.IGNORECASE)
_HOLLOW = re.compile(r"\(\s*(?:\)|(?:AND|OR|WITH)\b)", re.IGNORECASE)
"""Groups that begin with nothing; the library trips over them."""
_ODD = re.compile(r"[^A-Za-z0-9.+:()\s-]")


@dataclass(frozen=True, slots=True)
class Term:
    """One licence, perhaps with an exception."""

    licence: str
    exception: str = ""

    def __str__(self) -> str:
        return f"{self.licence} WITH {self.exception}" if self.exception else self.licence


@dataclass(frozen=True, slots=True)
class Group:
    """Licences that all hold together (AND), or of which whoever receives the software takes one (OR)."""

    operator: str
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        parts = (str(part) if isinstance(part, Term) else f"({part})" for part in self.parts)
        return f" {self.operator} ".join(parts)


Node = Term | Group


def parse(text: str) -> str | None:
    """
    The canonical SPDX expression of a text; `None` if it is none.

    Case is forgiven, deprecated identifiers become those that replace them, `X+` of the GNU licences becomes
    `X-or-later`, a part that is said twice is kept once, and a group within a group is put in parentheses. Names of
    licences that are no identifiers ("MIT License") are not understood here: see `named`.
    """
    node = tree(text)
    return None if node is None else str(node)


def choices(expression: str) -> tuple[tuple[str, ...], ...]:
    """
    Every set of licences under which the software can be taken: OR leaves several, AND joins.

    Empty if the text is no expression. Beyond 64 choices there is one, which holds every licence named: whoever
    keeps them all keeps any of them.
    """
    node = tree(expression)
    if node is None:
        return ()
    found = _choices(node)
    if found is None:
        return (tuple(str(term) for term in terms(node)),)
    return tuple(dict.fromkeys(tuple(str(term) for term in choice) for choice in found))


def terms(node: Node) -> tuple[Term, ...]:
    """The licences that an expression names, each once, in the order of writing."""
    if isinstance(node, Term):
        return (node,)
    return tuple(dict.fromkeys(term for part in node.parts for term in terms(part)))


def tree(text: str) -> Node | None:
    """An expression taken apart; `None` if the text is none, or longer or deeper than any that is meant to be read."""
    return _tree(text.strip()) if len(text) <= _LONGEST else None


def join(expressions: Iterable[str]) -> str:
    """The expression that all the given ones hold together; they must be canonical."""
    node = _group("AND", (tree(expression) for expression in expressions))
    return "" if node is None else str(node)


@lru_cache(maxsize=4096)
def _tree(text: str) -> Node | None:
    if not text or _ODD.search(text) or _HOLLOW.search(text):
        return None
    words = _FLAT.split(text)
    if len(words) > 2 * _MOST_TERMS or _depth(text) > _DEEPEST:
        return None
    operators = {word.upper() for word in words[1::2]}
    if "(" in text or len(operators) > 1 or _WITH.search(text):
        return read(text, _term, _group)
    return _group(next(iter(operators), "OR"), (_term(word, "") for word in words[::2]))


def _depth(text: str) -> int:
    deepest = depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def _term(licence: str, exception: str) -> Node | None:
    known = canonical(licence)
    addition = canonical_exception(exception) if exception else ""
    if known is None or addition is None:
        return None
    base, _, own = known.partition(" WITH ")
    if own and addition:
        return None
    return Term(base, own or addition)


def _group(operator: str, parts: Iterable[Node | None]) -> Node | None:
    flat: dict[Node, None] = {}
    for part in parts:
        if part is None:
            return None
        inner = part.parts if isinstance(part, Group) and part.operator == operator else (part,)
        flat.update(dict.fromkeys(inner))
    return next(iter(flat), None) if len(flat) < 2 else Group(operator, tuple(flat))


def _choices(node: Node) -> list[tuple[Term, ...]] | None:
    if isinstance(node, Term):
        return [(node,)]
    found: list[tuple[Term, ...]] = [()] if node.operator == "AND" else []
    for part in node.parts:
        below = _choices(part)
        if below is None:
            return None
        if node.operator == "OR":
            found = found + below
        else:
            found = [tuple(dict.fromkeys((*one, *other))) for one in found for other in below]
        if len(found) > _MOST_CHOICES:
            return None
    return found
