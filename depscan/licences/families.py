"""What a licence asks of those who build on the code: its family, from a table; rules for AND, OR and WITH."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from depscan.licences.expressions import Term, tree
from depscan.licences.library import categories
from depscan.licences.tables import column, rows
from depscan.model import LicenceFamily

if TYPE_CHECKING:
    from depscan.licences.expressions import Node

_F = LicenceFamily
_STRICTNESS = (
    _F.PUBLIC_DOMAIN,
    _F.PERMISSIVE,
    _F.WEAK_COPYLEFT,
    _F.NON_SPDX,
    _F.UNKNOWN,
    _F.STRONG_COPYLEFT,
    _F.NETWORK_COPYLEFT,
    _F.SOURCE_AVAILABLE,
    _F.PROPRIETARY,
)
"""Kindest first, for parts that hold together. See `family` on the place of the two that are not known."""
_CATEGORIES = {
    "Public Domain": _F.PUBLIC_DOMAIN,
    "Permissive": _F.PERMISSIVE,
    "Copyleft Limited": _F.WEAK_COPYLEFT,
    "Copyleft": _F.STRONG_COPYLEFT,
    "Source-available": _F.SOURCE_AVAILABLE,
    "Free Restricted": _F.SOURCE_AVAILABLE,
    "Proprietary Free": _F.PROPRIETARY,
    "Commercial": _F.PROPRIETARY,
}
"""ScanCode's categories; it has none for network copyleft, which the table of families names in full."""
_TELLING = ("proprietary", "eula", "commercial")
"""Words in a vendor's own `LicenseRef-` that say what kind of terms it names."""
_SOFTENED = frozenset({_F.WEAK_COPYLEFT, _F.STRONG_COPYLEFT, _F.NETWORK_COPYLEFT})
"""An exception is written for a copyleft; what else it is put to is not what its author had in mind."""


def family(expression: str) -> LicenceFamily:
    """
    The family of an expression.

    AND takes the strictest part: all have to be kept. A part whose terms are not known could be anything, so it hides
    whatever is kinder than strong copyleft; from strong copyleft on the certain part decides, because that duty is
    there whatever the rest turns out to be, and it must not vanish behind an unknown. OR takes the kindest part
    that is known, for one may choose it; a part that is not known takes nothing away from that choice. Where no part
    is known, one that is at least named (`non-SPDX`) is put before one that is not. A text that is no expression is
    unknown.
    """
    node = tree(expression)
    return _F.UNKNOWN if node is None else _of(node)


def stricter(one: LicenceFamily, other: LicenceFamily) -> bool:
    """Whether the first asks more than the second when both hold together."""
    return _STRICTNESS.index(one) > _STRICTNESS.index(other)


def _of(node: Node) -> LicenceFamily:
    if isinstance(node, Term):
        return _of_term(node.licence, node.exception)
    found = [_of(part) for part in node.parts]
    if node.operator == "AND":
        return max(found, key=_STRICTNESS.index)
    return min(found, key=tuple(_F).index)


@lru_cache(maxsize=1024)
def _of_term(licence: str, exception: str) -> LicenceFamily:
    own = _of_licence(licence.removesuffix("+"))
    if not exception:
        return own
    effect, limit = _effects().get(exception, ("none", own))
    if effect == "at most":
        return limit if stricter(own, limit) and own in _SOFTENED else own
    return limit if effect == "at least" and stricter(limit, own) else own


@cache
def _effects() -> dict[str, tuple[str, LicenceFamily]]:
    return {row["id"]: (row["effect"], _F(row["family"])) for row in rows("exceptions") if row["family"]}


def _of_licence(licence: str) -> LicenceFamily:
    lower = licence.rpartition(":")[2].lower()
    if found := column("families", "id", "family").get(lower):
        return _F(found)
    if lower.startswith("licenseref-") and any(word in lower for word in _TELLING):
        return _F.PROPRIETARY
    if lower.startswith("licenseref-") and not lower.startswith("licenseref-scancode-"):
        return _F.NON_SPDX
    return _CATEGORIES.get(categories().get(lower, ""), _F.NON_SPDX)
