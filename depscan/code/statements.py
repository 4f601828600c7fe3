"""What an import statement says. libcst reads each distinct statement once; the answers outlive the run in a cache."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import msgspec

from depscan import regex
from depscan.code.lexer import BLANK, NAME

if TYPE_CHECKING:
    import libcst

Names = tuple[tuple[str, str, str, int], ...]
"""Module, name, alias and level of each name that a statement binds, as in `model.Import`."""

_LONGEST = 1 << 16
_SHAPE = regex.compile(rb"(?:import|from)[\w\x80-\xff .,*]++(?:\([\w\x80-\xff .,]*+\))?+")
"""Words, dots and commas, and one pair of parentheses: nothing else is shown to libcst, which can crash on nesting."""
_ABSURD = regex.compile(rb"(?<!%b)(?:(?:%b*+ *+\. *+){100}|%b{1000})" % (NAME, NAME, NAME))
"""More dots than any module has (libcst recurses over them), or a longer name than any."""
_COMMENT = regex.compile(rb"#[^\n]*")
_LAZY = regex.compile(rb"lazy%b++" % BLANK)
_KEPT = 100_000
"""Statements in a saved table; when there are more, those that this run did not meet are dropped."""
_TABLE = msgspec.msgpack.Decoder(dict[bytes, Names])


class Statements:
    """Reads import statements and remembers the answers, also those in `known`, which an earlier run has dumped."""

    def __init__(self, known: bytes = b"") -> None:
        try:
            self._known = _TABLE.decode(known) if known else {}
        except msgspec.DecodeError:
            self._known = {}
        self._met: dict[bytes, Names] = {}
        self._spellings: dict[bytes, Names] = {}

    def names(self, text: bytes) -> Names:
        """The names that the statement binds; none if it is no import statement, or too long to be one."""
        names = self._spellings.get(text)
        if names is None:
            names = self._spellings[text] = self._recall(_canonical(text))
        return names

    def _recall(self, text: bytes) -> Names:
        names = self._met.get(text)
        if names is None:
            names = self._known.get(text)
            self._met[text] = names = _parse(text) if names is None else names
        return names

    @property
    def fresh(self) -> bool:
        """Whether there is something to dump that was not known before."""
        return not self._met.keys() <= self._known.keys()

    def dump(self) -> bytes:
        """All answers, for a later run."""
        table = {**self._known, **self._met}
        return msgspec.msgpack.encode(table if len(table) <= _KEPT else self._met)


def _canonical(text: bytes) -> bytes:
    """The statement on one line, without comments, and without `lazy`."""
    text = _LAZY.sub(b"", text, count=1) if text.startswith(b"lazy") else text
    if b"#" in text:
        text = _COMMENT.sub(b"", text)
    return b" ".join(text.replace(b"\\\n", b" ").split())


def _parse(text: bytes) -> Names:
    if len(text) > _LONGEST or not _SHAPE.fullmatch(text) or _ABSURD.search(text):
        return ()
    import libcst

    try:
        line = libcst.parse_statement(text.decode())
    except (libcst.ParserSyntaxError, UnicodeDecodeError):
        return ()
    match line:
        case libcst.SimpleStatementLine(body=[libcst.Import(names=names)]):
            return tuple((_dotted(each.name), "", _alias(each), 0) for each in names)
        case libcst.SimpleStatementLine(body=[libcst.ImportFrom() as statement]):
            module = _dotted(statement.module) if statement.module else ""
            level = len(statement.relative)
            if isinstance(statement.names, libcst.ImportStar):
                return ((module, "*", "", level),)
            return tuple((module, _dotted(each.name), _alias(each), level) for each in statement.names)
    return ()


def _alias(name: libcst.ImportAlias) -> str:
    return _dotted(name.asname.name) if name.asname else ""


def _dotted(name: libcst.BaseExpression) -> str:
    """The name in the form that Python compares: NFKC, as PEP 3131 says."""
    import libcst

    parts = []
    while isinstance(name, libcst.Attribute):
        parts.append(name.attr.value)
        name = name.value
    if isinstance(name, libcst.Name):
        parts.append(name.value)
    dotted = ".".join(reversed(parts))
    return dotted if dotted.isascii() else unicodedata.normalize("NFKC", dotted)
