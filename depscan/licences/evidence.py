"""Which licence a distribution is under, concluded from all that it says: by the strongest evidence, with doubts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.licences.expressions import Group, Term, join, parse, terms, tree
from depscan.licences.likeness import is_akin, is_closer
from depscan.licences.names import classified, named, says_choice
from depscan.licences.texts import is_text, recognise
from depscan.model import LicenceEvidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SAYS = {
    LicenceEvidence.TEXT: "the licence files say",
    LicenceEvidence.CLASSIFIER: "the classifiers say",
    LicenceEvidence.NAME: "the licence field says",
}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A licence, and how it is known."""

    expression: str
    """Canonical SPDX expression."""
    evidence: LicenceEvidence
    doubts: tuple[str, ...] = ()
    """What weaker evidence says that does not agree, in words."""
    further: tuple[str, ...] = ()
    """
    Licences that the licence files hold beyond those that the metadata names: mostly of code that is bundled (scipy's
    wheel brings the GNU Fortran runtime). Not part of `expression`; `whole` has them all.
    """

    @property
    def whole(self) -> str:
        """The expression of all that is known to be inside: the distribution's own licence and the further ones."""
        return join([self.expression, *self.further])


def conclude(
    *, expression: str = "", texts: Iterable[str] = (), classifiers: Iterable[str] = (), name: str = ""
) -> Conclusion | None:
    """
    The licence that a distribution's metadata and licence files amount to; `None` if they say nothing that is known.

    The strongest evidence wins, in `LicenceEvidence`'s order. Weaker evidence that says the same more exactly replaces
    it (classifier "BSD License", field "BSD-3-Clause"; two licence files, field "MIT OR Apache-2.0"), unless there is a
    `License-Expression`, which is exact. Weaker evidence that names another licence is a doubt. Where the licence
    files hold all that the metadata names, and more, the rest is set apart as `further`; where the metadata names
    nothing, or something that they do not hold, all that they hold counts.
    """
    levels = list(_levels(expression, [*texts], [*classifiers], name))
    if not levels:
        return None
    further, levels = _set_apart(levels)
    doubts = [f'the licence expression "{_short(expression)}" is not valid'] if _is_broken(expression) else []
    evidence, concluded = levels[0]
    for weaker, other in levels[1:]:
        if evidence is not LicenceEvidence.EXPRESSION and _refines(other, concluded):
            evidence, concluded = weaker, other
        elif not _agrees(other, concluded):
            doubts.append(f"{_SAYS[weaker]} {_short(other)}")
    return Conclusion(concluded, evidence, tuple(doubts), further)


def _levels(
    expression: str, texts: list[str], classifiers: list[str], name: str
) -> Iterator[tuple[LicenceEvidence, str]]:
    if exact := parse(expression):
        yield LicenceEvidence.EXPRESSION, exact
    elif _is_broken(expression) and not name:
        name = expression
    if is_text(name):
        texts = [*texts, name]
        name = name.strip().partition("\n")[0]
    found = {
        LicenceEvidence.TEXT: recognise(texts),
        LicenceEvidence.CLASSIFIER: classified(classifiers),
        LicenceEvidence.NAME: named(name),
    }
    for evidence, concluded in found.items():
        if concluded:
            yield evidence, _as_choice(concluded) if says_choice(name) else concluded


def _set_apart(
    levels: list[tuple[LicenceEvidence, str]],
) -> tuple[tuple[str, ...], list[tuple[LicenceEvidence, str]]]:
    """The licences of the licence files that no metadata names, and the levels without them."""
    inside = next((said for evidence, said in levels if evidence is LicenceEvidence.TEXT), "")
    held = _terms(inside)
    agreeing = [
        said for evidence, said in levels if evidence is not LicenceEvidence.TEXT and _covers(held, _terms(said))
    ]
    named_too = [term for term in held if any(is_akin(term, one) for said in agreeing for one in _terms(said))]
    if not named_too or len(named_too) == len(held):
        return (), levels
    further = tuple(str(term) for term in held if term not in named_too)
    own = join(str(term) for term in named_too)
    return further, [(evidence, own if evidence is LicenceEvidence.TEXT else said) for evidence, said in levels]


def _is_broken(expression: str) -> bool:
    return bool(expression.strip()) and parse(expression) is None


def _as_choice(expression: str) -> str:
    node = tree(expression)
    return str(Group("OR", node.parts)) if isinstance(node, Group) else expression


def _refines(other: str, concluded: str) -> bool:
    """Whether the other names the same licences, but more exactly, or as a choice where they were only listed."""
    mine, theirs = _terms(concluded), _terms(other)
    if not _covers(mine, theirs) or not _covers(theirs, mine):
        return False
    if any(is_closer(one, two) for one in mine for two in theirs):
        return False
    return any(is_closer(two, one) for one in mine for two in theirs) or (
        _operator(concluded) == "AND" and _operator(other) == "OR"
    )


def _operator(expression: str) -> str:
    node = tree(expression)
    return node.operator if isinstance(node, Group) else ""


def _agrees(other: str, concluded: str) -> bool:
    return _covers(_terms(concluded), _terms(other))


def _covers(these: tuple[Term, ...], those: tuple[Term, ...]) -> bool:
    return all(any(is_akin(one, other) for one in these) for other in those)


def _terms(expression: str) -> tuple[Term, ...]:
    node = tree(expression)
    return () if node is None else terms(node)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else f"{text[:117]}..."
