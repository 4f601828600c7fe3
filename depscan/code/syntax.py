"""Parsed with `ast` only where it pays: for the names that a file uses of what it imports, and for models."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.code import uses
from depscan.code.lexer import f_strings
from depscan.model import Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depscan.code.source import Cell


_SMALL = 60_000
_MOST = 10**9
"""Bytes times fields of all f-strings: up to 3.11 the parser searches the whole string again for each field."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """All cells of a file as one module, because what one of them binds the next one uses."""

    cells: Sequence[Cell]
    module: ast.Module
    starts: tuple[int, ...]
    """The lines of the module before each cell."""
    refused: tuple[tuple[int, str], ...]
    """Of each cell that does not parse, its number and the reason."""

    @property
    def text(self) -> bytes:
        """The source, with the lines of the module."""
        return b"".join(cell.text for cell in self.cells)

    def place(self, line: int) -> tuple[int, int]:
        """Line and cell of a line of the module."""
        index = bisect_right(self.starts, line - 1) - 1
        return line - self.starts[index], self.cells[index].number


def parse(cells: Sequence[Cell]) -> Parsed:
    """Parse the cells one by one; those that do not parse are left out."""
    module = ast.Module(body=[], type_ignores=[])
    refused = []
    starts = []
    lines = 0
    for cell in cells:
        starts.append(lines)
        try:
            tree = _parse(cell.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
            refused.append((cell.number, _reason(error)))
        else:
            module.body += (ast.increment_lineno(tree, lines) if lines else tree).body
        lines += cell.text.count(b"\n")
    return Parsed(cells, module, tuple(starts), tuple(refused))


def count(parsed: Parsed) -> tuple[Use, ...]:
    """The uses in all cells."""
    return tuple(Use(use.name, use.count, *parsed.place(use.line)) for use in uses.count(parsed.module))


def _parse(text: bytes) -> ast.Module:
    if len(text) > _SMALL and sum((end - at) * text.count(b"{", at, end) for at, end in f_strings(text)) > _MOST:
        raise MemoryError
    # What is not UTF-8 can only be inside comments and strings, else the parser refuses it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.decode("utf-8", "replace"))


def _reason(error: Exception) -> str:
    """Without the version and the words of the running Python: equal files give equal reports, whoever reads them."""
    if isinstance(error, SyntaxError):
        return f"the running Python cannot parse line {error.lineno or 0}: Python 2, a template, or newer syntax"
    if isinstance(error, RecursionError | MemoryError):
        return "the running Python cannot parse it: it is nested too deeply, or has an f-string of enormous length"
    return "the running Python cannot parse it"
