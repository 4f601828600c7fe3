"""
Source files -> what they import, when, and which names they use of it.

`extract` reads one file and never runs it. It answers for every input: what could not be read is a `Gap`. Imports are
found by `lexer`, read by `statements`, put into `context`; `notebooks` takes notebooks apart; `uses` counts names;
`remarks` are comments to depscan itself.
"""

from __future__ import annotations

from depscan.code import models, notebooks, reader, remarks, source, syntax
from depscan.code.scope import scope_of
from depscan.code.statements import Statements
from depscan.code.uses import STANDARD
from depscan.model import Gap, Import, Location, Module, Use

__all__ = ["VERSION", "Statements", "claims", "extract", "models", "read", "scope_of", "unread"]

VERSION = "3"
"""Part of every cache key: raised when the same bytes give another answer than before."""

_SHOWN = 20


def claims(path: str) -> bool:
    """Whether `extract` reads a file of this name."""
    return path.endswith((".py", ".pyw", ".ipynb"))


def extract(path: str, data: bytes, statements: Statements, *, uses: bool = True) -> tuple[Module, tuple[Gap, ...]]:
    """Read one file: its imports always; how often it uses what they bind only if `uses`, and only where it parses."""
    return read(path, data, statements, uses=uses)[:2]


def read(
    path: str, data: bytes, statements: Statements, *, uses: bool = True, naming: bool = False
) -> tuple[Module, tuple[Gap, ...], models.Facts | None]:
    """What `extract` answers, and if `naming` what the file says about models; none where it names no model."""
    found = notebooks.read(data) if path.endswith(".ipynb") else source.read(data)
    readings = [reader.read(cell.text, statements, cell=cell.number) for cell in found.cells]
    imports = tuple(name for reading in readings for name in reading.imports)
    counted: tuple[Use, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    facts: models.Facts | None = None
    if not any(cell == 0 for cell, _ in found.problems):
        named = naming and models.concerns(path, b"".join(cell.text for cell in found.cells), imports)
        used = uses and any(_from_outside(name) for name in imports)
        if used or named:
            parsed = syntax.parse(found.cells)
            refused = parsed.refused
            counted = syntax.count(parsed) if used else ()
            facts = models.of(path, parsed) if named else None
        if not used:
            pairs = zip(found.cells, readings, strict=True)
            refused = syntax.parse([cell for cell, reading in pairs if not (reading.complete and cell.is_utf8)]).refused
    spoken = [remarks.read(path, cell) for cell in found.cells]
    module = Module(
        path=path,
        scope=scope_of(path),
        lines=sum(cell.text.count(b"\n") for cell in found.cells),
        main=any(reading.main for reading in readings),
        imports=imports,
        uses=counted,
        dynamic=tuple(call for reading in readings for call in reading.dynamic),
        commands=tuple(found.commands),
        waivers=tuple(waiver for waivers, _ in spoken for waiver in waivers),
    )
    problems = [(0, number, reason) for number, reason in found.problems]
    for cell, reading in zip(found.cells, readings, strict=True):
        problems += [(line, cell.number, f"not understood as an import: {text}") for line, text in reading.refused]
    problems += [(0, number, f"names used in it were not counted: {reason}") for number, reason in refused]
    problems += [problem for _, unread in spoken for problem in unread]
    return module, _gaps(path, problems), facts


def unread(path: str, reason: str) -> tuple[Module, tuple[Gap, ...], None]:
    """What `read` answers for a file that nothing could be had of."""
    return Module(path, scope=scope_of(path)), _gaps(path, [(0, 0, f"not read: {reason}")]), None


def _gaps(path: str, problems: list[tuple[int, int, str]]) -> tuple[Gap, ...]:
    """One gap for each line, cell and reason, as long as a person would still read them."""
    gaps = [Gap("code", Location(path, line, cell), reason) for line, cell, reason in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        gaps.append(Gap("code", Location(path), f"{len(problems) - _SHOWN} more places in this file were not read"))
    return tuple(gaps)


def _from_outside(name: Import) -> bool:
    return not name.level and name.module.partition(".")[0] not in STANDARD
