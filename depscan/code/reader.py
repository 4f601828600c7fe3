"""What one Python text says about its imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depscan.code import dynamic
from depscan.code.context import Block, Blocks, resolve, stronger
from depscan.code.lexer import Event, Lexer
from depscan.model import Context, DynamicImport, Import

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depscan.code.statements import Statements

_SHOWN = 60
_MOST = 500_000
"""Bytes of distinct import statements in one text; libcst reads about as much in a second."""


@dataclass(slots=True)
class Reading:
    """The imports of one text in source order, and what could not be had."""

    imports: list[Import] = field(default_factory=list)
    dynamic: list[DynamicImport] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Line and wording of what begins like an import and is none."""
    main: bool = False
    complete: bool = True
    """No string or bracket was found open."""


def read(text: bytes, statements: Statements, *, cell: int = 0) -> Reading:
    """Find the imports of `text`, which is in normal form."""
    reading = Reading()
    last = max(text.rfind(b"import"), text.rfind(b"__main__"))
    if last < 0:
        return reading
    lexer = Lexer(text)
    blocks = Blocks(lexer)
    calls = dynamic.calls(text)
    sites = sorted(_sites(lexer, blocks, tuple(calls), last), key=lambda site: site[0].at)
    reading.main = blocks.main
    reading.complete = lexer.complete
    affordable = _affordable(text[event.at : event.end] for event, _ in sites)
    line, seen = 1, 0
    for event, block in sites:
        line += text.count(b"\n", seen, event.at)
        seen = event.at
        context = resolve(block)
        if event.word == b"mark":
            module = dynamic.module(text, calls[event.at])
            if module:
                context = stronger(context, Context.DYNAMIC)
                reading.imports.append(Import(module, context=context, line=line, cell=cell))
            else:
                reading.dynamic.append(DynamicImport(dynamic.wording(text, event.at, calls[event.at]), line, cell))
            continue
        statement = text[event.at : event.end]
        names = statements.names(statement) if statement in affordable else ()
        if statement.startswith(b"lazy"):
            context = stronger(context, Context.LAZY)
        reading.imports += [
            Import(module, name, alias, level, context, line, cell) for module, name, alias, level in names
        ]
        if not names:
            reading.refused.append((line, " ".join(statement[:400].decode("utf-8", "replace").split())[:_SHOWN]))
    return reading


def _sites(lexer: Lexer, blocks: Blocks, calls: tuple[int, ...], last: int) -> Iterator[tuple[Event, Block | None]]:
    """Every import with the block around it; reads on behind `last` only while a `try` is open."""
    for event in lexer.events(calls):
        match event.word:
            case b"import" | b"mark":
                yield event, blocks.around(event)
            case b"raise":
                blocks.leave(event)
            case _:
                blocks.enter(event)
        done = event.line if calls else event.end  # marks come behind the other events of their line
        if done > last and not blocks.undecided:
            return


def _affordable(texts: Iterable[bytes]) -> set[bytes]:
    """The distinct statements, up to what no real file reaches."""
    kept: set[bytes] = set()
    cost = 0
    for text in texts:
        if text not in kept:
            cost += len(text) + 60
            if cost > _MOST:
                break
            kept.add(text)
    return kept
