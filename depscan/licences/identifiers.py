"""Single licence identifiers: which there are, and how each is spelt."""

from __future__ import annotations

import re
from functools import lru_cache

from depscan.licences.library import symbols
from depscan.licences.tables import column

_OWN = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?(?P<kind>LicenseRef|AdditionRef)-[A-Za-z0-9.-]+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+:-]*")
_WITHOUT_LATER = re.compile(r"Ref-|\s|-only$|-or-later$|\+$")
"""Expressions to which no `+` may be put."""
_LONGEST = 200


@lru_cache(maxsize=4096)
def canonical(text: str) -> str | None:
    """
    The expression that one identifier stands for, spelt as SPDX spells it; `None` if SPDX knows no such licence.

    A deprecated identifier gives what replaces it (`GPL-3.0`: `GPL-3.0-only`). `LicenseRef-` and `DocumentRef-` names
    are whoever's who wrote them: they stand as they are, except those that depscan's own table spells otherwise.
    """
    if len(text) > _LONGEST or not _WORD.fullmatch(text):
        return None
    lower = text.lower()
    known = column("families", "id", "id").get(lower) or column("deprecated", "id", "expression").get(lower)
    if known:
        return known
    if (own := _OWN.fullmatch(text)) and own["kind"] == "LicenseRef":
        return text
    if text.endswith("+"):
        older = canonical(text[:-1])
        return f"{older}+" if older and not _WITHOUT_LATER.search(older) else None
    return _listed(lower, exception=False)


@lru_cache(maxsize=512)
def canonical_exception(text: str) -> str | None:
    """An exception to a licence, spelt as SPDX spells it; `None` if SPDX knows no such exception."""
    if len(text) > _LONGEST or not _WORD.fullmatch(text):
        return None
    if known := column("exceptions", "id", "id").get(text.lower()):
        return known
    if (own := _OWN.fullmatch(text)) and own["kind"] == "AdditionRef":
        return text
    return _listed(text.lower(), exception=True)


def _listed(lower: str, *, exception: bool) -> str | None:
    key, is_exception = symbols().get(lower, ("", False))
    return key if key and is_exception is exception else None
