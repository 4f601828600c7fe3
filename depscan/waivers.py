"""
Comments that accept findings where they stand: `# depscan: ignore[DS101] reason`.

Readers know what is a comment in their language; what it says, and which lines it is about, is decided here once.
Behind code it is about its own line, or the whole statement; on a line of its own about the next line that is not a
comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from depscan.model import Location, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = "depscan:"
"""What every such comment holds: text without it need not be looked at."""

_LONGEST = 300
_SPOKEN = re.compile(r"#[ \t]*depscan:[ \t]*")
_IGNORE = re.compile(r"ignore(?:\[([^\[\]]*)\]|(?![ \t:-]*[Dd][Ss]\d))(?=[\s:-]|\Z)[ \t]*(?:[:-]+[ \t]*)?(.*)")
"""Without brackets no code may follow: `ignore DS101` would accept everything."""
_NEXT_COMMENT = re.compile(r"[ \t]#[ \t]")


class Comment(NamedTuple):
    """A comment, from its `#` on."""

    line: int
    text: str
    alone: bool
    """Nothing stands before it on its line."""


class Problem(NamedTuple):
    """A line that speaks to depscan, and is not understood."""

    line: int
    reason: str


def read(
    path: str, comments: Iterable[Comment], statements: Iterable[tuple[int, int]] = (), *, cell: int = 0
) -> tuple[tuple[Waiver, ...], tuple[Problem, ...]]:
    """What all the comments of a text say; `statements` are the first and last lines of what is judged as one."""
    every = list(comments)
    below: dict[int, int] = {}
    for line in sorted((comment.line for comment in every if comment.alone), reverse=True):
        below[line] = below.get(line + 1, line + 1)
    starts = {line: first for first, last in statements for line in range(first, last + 1)}
    waivers: list[Waiver] = []
    problems: list[Problem] = []
    for comment in every:
        spoken = _SPOKEN.search(comment.text)
        if not spoken:
            continue
        ignore = _IGNORE.fullmatch(_NEXT_COMMENT.split(comment.text[spoken.end() :], maxsplit=1)[0].strip())
        codes = tuple(dict.fromkeys(re.findall(r"[^\s,]+", ignore[1].upper()))) if ignore and ignore[1] else ()
        if not ignore or (ignore[1] is not None and not codes):
            problems.append(Problem(comment.line, f"a comment to depscan is not understood: {comment.text[:80]!r}"))
            continue
        line = below[comment.line] if comment.alone and not spoken.start() else comment.line
        place = Location(path, comment.line, cell)
        waivers.append(Waiver(place, starts.get(line, line), codes, ignore[2].strip()[:_LONGEST]))
    return tuple(waivers), tuple(problems)
