"""The one gate between text that came from a repository and whoever reads it."""

from __future__ import annotations

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that Unicode calls printable and nobody can see: with one of them, two names look alike."""

_DOUBLED = ":#"
"""`::set-output` and `##[group]` are commands to a CI runner, wherever a wrapped line happens to begin."""


def show(text: str, limit: int = 300, *, unicode: bool = True) -> str:
    r"""
    `text` as one line that is safe on a terminal and in a CI log, at most `limit` characters long.

    What cannot be seen becomes an escape (`\x1b`, `\u202e`): control, format, private, unassigned and surrogate
    characters, line ends, every space but the plain one, and, with `unicode` off, all that is not ASCII. So does the
    second of two colons or hashes, as those begin a workflow command. What is longer ends in an ellipsis.
    """
    if len(text) <= limit and text.isascii() and text.isprintable() and not any(two * 2 in text for two in _DOUBLED):
        return text
    pieces: list[str] = []
    before = ""
    for character in text[: limit + 1]:
        doubled = character == before and character in _DOUBLED
        pieces.append(_escape(character) if doubled or _hidden(character, unicode=unicode) else character)
        before = character
    return _clip(pieces, limit, "…" if unicode else "...")


def _hidden(character: str, *, unicode: bool) -> bool:
    if not character.isprintable() or character in _UNSEEN or "\ufe00" <= character <= "\ufe0f":
        return True
    return "\U000e0100" <= character <= "\U000e01ef" or not (unicode or character.isascii())


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _clip(pieces: list[str], limit: int, ellipsis: str) -> str:
    length = sum(map(len, pieces))
    if length <= limit:
        return "".join(pieces)
    while pieces and length + len(ellipsis) > limit:  # whole escapes go, never half of one
        length -= len(pieces.pop())
    return ("".join(pieces) + ellipsis)[:limit]
