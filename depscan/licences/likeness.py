"""Whether two names of licences can mean the same one, and which of them says more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.licences.families import family
from depscan.model import LicenceFamily

if TYPE_CHECKING:
    from depscan.licences.expressions import Term

_GNU = re.compile(r"(?P<kind>[AL]?GPL|GFDL)-(?P<version>\d\.\d)-(?P<range>only|or-later)")
_BY_FAMILY = {
    "LicenseRef-Proprietary": LicenceFamily.PROPRIETARY,
    "LicenseRef-Public-Domain": LicenceFamily.PUBLIC_DOMAIN,
    "LicenseRef-Noncommercial": LicenceFamily.SOURCE_AVAILABLE,
}
_BY_PREFIX = frozenset(
    f"LicenseRef-{name}"
    for name in ("AFL", "AGPL", "APSL", "Artistic", "BSD", "BSL", "EPL", "GFDL", "GPL", "LGPL", "MPL", "ZPL")
)
_CONFUSED = (
    {"PSF-2.0", "Python-2.0", "CNRI-Python", "LicenseRef-scancode-matplotlib-1.3.0"},
    {"MIT", "X11"},
    {"MIT-CMU", "HPND"},
    {"BUSL-1.1", "LicenseRef-BSL"},
)
"""Licences that one classifier or short name is used for."""


def is_akin(one: Term, other: Term) -> bool:
    """Whether both can mean the same licence: one says it less exactly, or without its exception or later versions."""
    mine, theirs = one.licence, other.licence
    if mine == theirs or _is_kind(mine, theirs) or _is_kind(theirs, mine):
        return True
    return any({mine, theirs} <= group for group in _CONFUSED) or _overlap(mine, theirs)


def is_closer(one: Term, other: Term) -> bool:
    """Whether the first says more exactly what the second says: which one of a kind, an exception, later versions."""
    if _is_kind(other.licence, one.licence) or (one.exception and not other.exception and is_akin(one, other)):
        return True
    mine, theirs = _GNU.fullmatch(one.licence), _GNU.fullmatch(other.licence)
    if mine is None or theirs is None or mine["kind"] != theirs["kind"] or mine["version"] != theirs["version"]:
        return False
    return mine["range"] == "or-later" and theirs["range"] == "only"


def _is_kind(general: str, licence: str) -> bool:
    if general in _BY_FAMILY:
        return general != licence and family(licence) is _BY_FAMILY[general]
    return general in _BY_PREFIX and licence.startswith(general.removeprefix("LicenseRef-") + "-")


def _overlap(one: str, other: str) -> bool:
    mine, theirs = _GNU.fullmatch(one), _GNU.fullmatch(other)
    if mine is None or theirs is None or mine["kind"] != theirs["kind"]:
        return False
    older, newer = sorted((mine, theirs), key=lambda found: found["version"])
    return older["version"] == newer["version"] or older["range"] == "or-later"
