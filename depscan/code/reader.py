"""What one Python text says about its imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depscan.code import dynamic
from depscan.code.context import Block, Blocks, resolve, stronger
from depscan.code.lexer import Event, Lexer
from depscan.model import Context, DynamicImport, Import

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.code.statements import Statements

_SHOWN = 60


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
    line, seen = 1, 0
    for event, block in sites:
        line += text.count(b"\n", seen, event.at)
        seen = event.at
        context = resolve(block)
        if event.word == b"import":
            _add_statement(reading, statements, text[event.at : event.end], Import("", context=context, line=line, cell=cell))
        else:
            _add_call(reading, text, event.at, calls[event.at], Import("", context=context, line=line, cell=cell))
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
        if event.end > last and not blocks.undecided:
            return


def _add_statement(reading: Reading, statements: Statements, text: bytes, site: Import) -> None:
    names = statements.names(text)
    context = stronger(site.context, Context.LAZY) if text.startswith(b"lazy") else site.context
    for module, name, alias, level in names:
        reading.imports.append(Import(module, name, alias, level, context, site.line, site.cell))
    if not names:
        reading.refused.append((site.line, " ".join(text[: 4 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]))


def _add_call(reading: Reading, text: bytes, call: int, arguments: int, site: Import) -> None:
    module = dynamic.module(text, arguments)
    if module:
        reading.imports.append(Import(module, context=stronger(site.context, Context.DYNAMIC), line=site.line, cell=site.cell))
    else:
        reading.dynamic.append(DynamicImport(dynamic.wording(text, call, arguments), site.line, site.cell))
