"""Comments to depscan in Python text: what they accept, and for which lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan import waivers
from depscan.code.lexer import Lexer, comments
from depscan.waivers import Comment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.code.source import Cell
    from depscan.model import Waiver

MARK = waivers.MARK.encode()


def read(path: str, cell: Cell) -> tuple[tuple[Waiver, ...], list[tuple[int, int, str]]]:
    """The comments of one cell (or file) that accept findings; with line and cell, those that are not understood."""
    if MARK not in cell.text:
        return (), []
    found, problems = waivers.read(path, _comments(cell.text), _imports(cell.text), cell=cell.number)
    return found, [(problem.line, cell.number, problem.reason) for problem in problems]


def _comments(text: bytes) -> Iterator[Comment]:
    line, seen = 1, 0
    for start, end in comments(text):
        line += text.count(b"\n", seen, start)
        seen = start
        before = text[text.rfind(b"\n", 0, start) + 1 : start]
        yield Comment(line, text[start:end].decode("utf-8", "replace"), not before.strip())


def _imports(text: bytes) -> Iterator[tuple[int, int]]:
    """First and last line of each import statement."""
    line, seen = 1, 0
    for event in Lexer(text).events():
        if event.word == b"import":
            line += text.count(b"\n", seen, event.at)
            seen = event.at
            yield line, line + text.count(b"\n", event.at, event.end)
