"""
What an import statement says.

Nearly all are of a few plain forms, which one regular expression takes apart; what it does not know is read by libcst.
To import libcst alone takes longer than to scan a small repository.
"""

from __future__ import annotations

import unicodedata
from keyword import kwlist
from typing import TYPE_CHECKING

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
_ID = r"[A-Za-z_][A-Za-z0-9_]*+"
_MODULE = rf"{_ID}(?:\.{_ID})*+"
_NAMES = rf"{_ID}(?: as {_ID})?+(?: ?, ?{_ID}(?: as {_ID})?+)*+"
_PLAIN = regex.compile(
    rf"import (?P<modules>{_MODULE}(?: as {_ID})?+(?: ?, ?{_MODULE}(?: as {_ID})?+)*+)"
    rf"|from (?P<dots>\.*+)(?P<module>(?:{_MODULE})?+) import "
    rf"(?:(?P<names>{_NAMES}|\*)|\( ?(?P<inside>{_NAMES})(?: ?,)?+ ?\))"
)
_KEYWORDS = frozenset(kwlist)
_COMMENT = regex.compile(rb"#[^\n]*")
_LAZY = regex.compile(rb"lazy%b++" % BLANK)


class Statements:
    """Reads import statements and remembers the answers: most files begin with the same ones."""

    def __init__(self) -> None:
        self._met: dict[bytes, Names] = {}
        self._spellings: dict[bytes, Names] = {}

    def names(self, text: bytes) -> Names:
        """The names that the statement binds; none if it is no import statement, or too long to be one."""
        names = self._spellings.get(text)
        if names is None:
            whole = _canonical(text)
            names = self._met.get(whole)
            if names is None:
                names = self._met[whole] = _parse(whole)
            self._spellings[text] = names
        return names


def _canonical(text: bytes) -> bytes:
    """The statement on one line, without comments, and without `lazy`."""
    text = _LAZY.sub(b"", text, count=1) if text.startswith(b"lazy") else text
    if b"#" in text:
        text = _COMMENT.sub(b"", text)
    return b" ".join(text.replace(b"\\\n", b" ").split())


def _parse(text: bytes) -> Names:
    if len(text) > _LONGEST or not _SHAPE.fullmatch(text) or _ABSURD.search(text):
        return ()
    if (told := plain(text)) is not None:
        return told
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


def plain(text: bytes) -> Names | None:
    """What a statement of the common forms says; `None` for any other, and where a keyword stands for a name."""
    try:
        found = _PLAIN.fullmatch(text.decode("ascii"))
    except UnicodeDecodeError:
        return None
    if not found:
        return None
    modules, dots, module, names, inside = found.group("modules", "dots", "module", "names", "inside")
    if modules is not None:
        listed = [each.strip().partition(" as ") for each in modules.split(",")]
        words = [word for name, _, alias in listed for word in (*name.split("."), alias)]
        told = tuple((name, "", alias, 0) for name, _, alias in listed)
    else:
        if not dots and not module:
            return None
        listed = [each.strip().partition(" as ") for each in (names or inside).split(",")]
        words = [*module.split("."), *(word for name, _, alias in listed for word in (name, alias))]
        told = tuple((module, name, alias, len(dots)) for name, _, alias in listed)
    return None if _KEYWORDS.intersection(words) else told


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
