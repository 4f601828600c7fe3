"""A file as bytes -> its facts; for callers that have no tree of it yet."""

from __future__ import annotations

from depscan.code import notebooks, source, syntax
from depscan.code.models import lowering
from depscan.code.models.facts import Facts


def read(path: str, data: bytes, wanted: frozenset[str] = frozenset()) -> Facts:
    """The facts of a script or notebook; cells that do not parse are left out, as they are when names are counted."""
    found = notebooks.read(data) if path.endswith(".ipynb") else source.read(data)
    return of(path, syntax.parse(found.cells), wanted)


def of(path: str, parsed: syntax.Parsed, wanted: frozenset[str] = frozenset()) -> Facts:
    """The facts of a file that is parsed."""
    if not parsed.module.body:
        return Facts()
    return lowering.placed(lowering.lower(path, parsed.module, parsed.text, wanted), parsed.place)
