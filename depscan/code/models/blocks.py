"""
When statements run: blocks of them, and the bindings of names that stand in them.

Within one scope, a use sees the last binding that surely ran before it, and those that may have run since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 100_000
"""More columns than a line has."""
_CHANGES = frozenset({"update", "store", "in", "among"})
"""Kinds that do not put an end to what was held before."""


@dataclass(slots=True, eq=False)
class Block:
    """A stretch of statements that runs as a whole, or not at all."""

    parent: Block | None = None
    statement: int = 0
    """Which statement it belongs to: two branches of one `if` never both run."""
    branch: int = 0
    certain: bool = False
    """Runs whenever what is around it does: the body of a `with`."""
    depth: int = 0

    def within(self, other: Block) -> bool:
        """Whether it is `other` or inside of it."""
        block: Block | None = self
        while block is not None and block.depth > other.depth:
            block = block.parent
        return block is other

    def excludes(self, other: Block) -> bool:
        """Whether only one of both runs."""
        mine = {block.statement: block.branch for block in self.chain()}
        return any(mine.get(block.statement, block.branch) != block.branch for block in other.chain())

    def chain(self) -> Iterator[Block]:
        """The block and what is around it, less the outermost."""
        block: Block | None = self
        while block is not None and block.parent is not None:
            yield block
            block = block.parent

    def settled(self) -> Block:
        """The block around which decides whether this one runs."""
        block = self
        while block.certain and block.parent is not None:
            block = block.parent
        return block


@dataclass(slots=True, eq=False)
class Binding:
    """One way a name gets a value."""

    kind: str
    """value, each, with, import, param, func, class, update, store, in, among, typed or other."""
    node: Any
    at: int
    """Position from which on it holds."""
    block: Block
    path: tuple[int, ...] = ()
    """Which item of the value, of `a, b = value`."""
    text: str = ""


def start(node: Any) -> int:
    """The position of a node, as one number."""
    return int(node.lineno) * _WIDTH + min(int(node.col_offset), _WIDTH - 1)


def end(node: Any) -> int:
    """The position behind a node."""
    return int(node.end_lineno or node.lineno) * _WIDTH + min(int(node.end_col_offset or 0), _WIDTH - 1)


def reaching(bindings: list[Binding], at: int, block: Block) -> list[Binding]:
    """The bindings that a use in the same scope may see, in order."""
    before = sorted((b for b in bindings if b.at <= at and not b.block.excludes(block)), key=lambda b: b.at)
    first = 0
    for index, binding in enumerate(before):
        if binding.kind not in _CHANGES and block.within(binding.block.settled()):
            first = index
    return before[first:] or bindings
