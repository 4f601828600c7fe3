"""Parsed with `ast` only where it pays: to count the names that a file uses of what it imports."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
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


def count(cells: Sequence[Cell]) -> tuple[tuple[Use, ...], list[tuple[int, str]]]:
    """
    The uses in all cells, and for each that does not parse its number and the reason.

    The cells are parsed one by one and counted as one module, because what one of them imports the next one uses.
    """
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
    found = []
    for use in uses.count(module):
        index = bisect_right(starts, use.line - 1) - 1
        found.append(Use(use.name, use.count, use.line - starts[index], cells[index].number))
    return tuple(found), refused


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
