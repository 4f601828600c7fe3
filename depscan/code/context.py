"""
When does an import run? The blocks around it decide, and blocks are told by the indentation of their headers.

Only headers are looked at: in valid Python the last one with less indentation than a line is the one around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan import regex
from depscan.code.lexer import BLANK, NAME
from depscan.model import Context

if TYPE_CHECKING:
    from depscan.code.lexer import Event, Lexer

_STRENGTH = (Context.RUNTIME, Context.LAZY, Context.DYNAMIC, Context.OPTIONAL, Context.TYPING)
_DEEPEST = 100
"""Levels of indentation that CPython accepts; deeper blocks are ignored, which keeps the time linear."""

_OPEN = rb"(?:%b|[\n(]|#[^\n]*+\n)*+" % BLANK
_CLOSE = rb"(?:%b|[\n)]|#[^\n]*+\n)*+" % BLANK
_DOTTED = rb"(?:%b++%b*+\.%b*+)*+" % (NAME, BLANK, BLANK)
_TYPE_CHECKING = regex.compile(
    rb"%b(?P<negated>not(?!%b)%b)?%bTYPE_CHECKING%b:" % (_OPEN, NAME, _OPEN, _DOTTED, _CLOSE)
)
_MAIN = regex.compile(
    rb"%b(?:__name__%b==%b([\"'])__main__\1|([\"'])__main__\2%b==%b__name__)%b:"
    % (_OPEN, _CLOSE, _OPEN, _CLOSE, _OPEN, _CLOSE)
)
_MISSING = rb"(?<!%b)(?:ImportError|ModuleNotFoundError|Exception|BaseException)(?!%b)" % (NAME, NAME)
_CATCHES = regex.compile(_MISSING)
_SUPPRESSES = regex.compile(rb"(?<!%b)suppress%b*+\([^)]*?%b" % (NAME, BLANK, _MISSING))
_COMMENT = regex.compile(rb"#[^\n]*")


def stronger(*contexts: Context) -> Context:
    """The context that says most: typing before optional before dynamic before lazy before runtime."""
    return max(contexts, key=_STRENGTH.index)


@dataclass(slots=True)
class Guard:
    """What becomes of an ImportError in the body of a `try`."""

    handler: Block | None = None
    """The first `except` that catches it."""

    @property
    def survives(self) -> bool:
        """Whether the module goes on without the import."""
        return self.handler is not None and not self.handler.raises


@dataclass(slots=True, eq=False)
class Block:
    """A block of statements, and what it means for an import in it."""

    header: Event
    parent: Block | None
    effect: Context = Context.RUNTIME
    otherwise: Context = Context.RUNTIME
    """What the failed conditions up to here mean for a later branch of the same `if`."""
    guard: Guard | None = None
    """Shared by the clauses of a `try`."""
    raises: bool = False
    """A statement of the block itself raises or exits."""
    colon: int = -1
    """Where the header ends, once that was asked."""


def resolve(block: Block | None) -> Context:
    """The context of a statement in `block`; final once all events of the file were seen."""
    found = Context.RUNTIME
    while block:
        guarded = block.header.word in (b"try", b"else") and block.guard and block.guard.survives
        found = stronger(found, Context.OPTIONAL if guarded else block.effect)
        block = block.parent
    return found


class Blocks:
    """The blocks that are open, told event by event."""

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._open: list[Block] = []
        self.main = False
        """An `if __name__ == "__main__"` was seen at the left margin."""

    @property
    def undecided(self) -> bool:
        """Whether a `try` is open: handlers still to come may change the context of what was seen."""
        return any(block.guard for block in self._open)

    def around(self, event: Event) -> Block | None:
        """The innermost block that holds the statement of `event`."""
        for block in reversed(self._open):
            header = block.header
            if header.indent < event.indent or (header.line == event.line and self._colon(block) < event.at):
                return block
        return None

    def leave(self, event: Event) -> None:
        """A `raise`, or a call of `exit`."""
        block = self.around(event)
        if block:
            block.raises = True

    def enter(self, event: Event) -> None:
        """The header of a block."""
        previous = None
        while self._open and self._open[-1].header.indent >= event.indent:
            previous = self._open.pop()
        if previous and previous.header.indent > event.indent:
            previous = None
        if len(self._open) < _DEEPEST:
            block = Block(event, self._open[-1] if self._open else None)
            self._judge(block, previous)
            self._open.append(block)

    def _judge(self, block: Block, previous: Block | None) -> None:
        """Set what the header means, given the clause `previous` of the same statement."""
        match block.header.word:
            case b"def":
                block.effect = Context.LAZY
            case b"for" | b"while":
                block.effect = block.otherwise = Context.OPTIONAL
            case b"case" if block.parent and block.parent.header.word == b"match":
                block.effect = Context.OPTIONAL
            case b"with" if _SUPPRESSES.search(self._head(block.header)):
                block.effect = Context.OPTIONAL
            case b"try":
                block.guard = Guard()
            case b"except" | b"finally" | b"else" if previous and previous.guard:
                self._judge_clause(block, previous.guard)
            case b"else" if previous:
                block.effect = previous.otherwise
            case (b"if" | b"elif") as word:
                before = previous.otherwise if previous and word == b"elif" else Context.RUNTIME
                holds, fails = self._condition(block.header)
                block.effect = stronger(before, holds)
                block.otherwise = stronger(before, fails)

    def _judge_clause(self, block: Block, guard: Guard) -> None:
        block.guard = guard
        if block.header.word == b"except":
            block.effect = Context.OPTIONAL
            head = self._head(block.header)
            if guard.handler is None and (not head.strip() or _CATCHES.search(head)):
                guard.handler = block

    def _condition(self, header: Event) -> tuple[Context, Context]:
        """What it means for an import that the condition holds, and that it fails."""
        text = self._lexer.text
        typing = _TYPE_CHECKING.match(text, header.end)
        if typing:
            return (Context.RUNTIME, Context.TYPING) if typing["negated"] else (Context.TYPING, Context.RUNTIME)
        if _MAIN.match(text, header.end):
            self.main = self.main or not header.indent
            return Context.LAZY, Context.RUNTIME
        return Context.OPTIONAL, Context.OPTIONAL

    def _head(self, header: Event) -> bytes:
        """The header between keyword and colon."""
        return _COMMENT.sub(b"", self._lexer.statement(header.end))

    def _colon(self, block: Block) -> int:
        if block.colon < 0:
            block.colon = block.header.end + len(self._lexer.statement(block.header.end))
        return block.colon
