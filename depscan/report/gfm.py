"""
Markdown in which a repository's text stays text: no link, mention, reference, emoji, formula, HTML or structure.

The dialect is GitHub's, which acts on more than its grammar says: after rendering it turns `@name`, `#1`, commit
hashes, addresses and `:emoji:` into something else, whether or not a backslash or an entity stood before them, but
nowhere inside code. So what is not plainly a word is written as code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.report.show import show

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_NAME, _SENTENCE = 300, 600
"""Characters that are shown."""

_ACTIVE = re.compile(r"[`|$]|(?<=\{)[{%#]")
"""What ends a code span or a cell, or begins a formula or a template, even in a code span."""

_OUTSIDE = re.compile(r"""([("']*)(.*?)([)"',.;:!?…]*)""")
"""A token: punctuation that may stay outside of code, and what it surrounds."""

_WORD = re.compile(r"(?:[^\W\d_]+(?:[-'][^\W\d_]+)*|\d+(?:[,.-]\d+)*[%+]?)?")
_HASH = re.compile(r"[0-9A-Fa-f]{7,}")
_ITEM = re.compile(r"\d+[.)]")


def code(text: str) -> str:
    r"""`text` as code, in one line and in one cell of a table, with escapes (`\x60`) for what acts even in code."""
    shown = _ACTIVE.sub(lambda found: f"\\x{ord(found[0]):02x}", show(text, _NAME))
    return f"`{shown}`" if shown else ""


def words(text: str, names: Collection[str] = ()) -> str:
    """`text` as a sentence in one line: plain words as they are; `names`, and all that is not a plain word, as code."""
    tokens = show(text, _SENTENCE).split()
    written = [_token(token, names) for token in tokens]
    if written and _ITEM.fullmatch(written[0]):
        written[0] = code(tokens[0])  # or it would begin a list
    return " ".join(written)


def _token(token: str, names: Collection[str]) -> str:
    found = _OUTSIDE.fullmatch(token)
    before, core, after = found.groups() if found else ("", token, "")
    is_word = _WORD.fullmatch(core) and not _HASH.fullmatch(core) and core not in names
    return token if is_word else f"{before}{code(core)}{after}"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> str:
    """A table of cells that are Markdown already; the columns numbered in `right` are aligned to the right."""
    rules = ["---:" if at in right else "---" for at in range(len(titles))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, rules, *rows))


def folded(summary: str, blocks: Iterable[str]) -> str:
    """Blocks that unfold at a click; `summary` is HTML and must hold nothing of a repository's."""
    return "\n\n".join([f"<details>\n<summary>{summary}</summary>", *blocks, "</details>"])
