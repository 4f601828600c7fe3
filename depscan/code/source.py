"""Bytes of a file -> the normal form that the lexer reads: UTF-8 without a mark, and a line feed at every line end."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from depscan.model import Command

_COOKIE = re.compile(rb"(?:[ \t\f]*+(?:#[^\n]*+)?\n)?[ \t\f]*+#[^\n]*?coding[:=][ \t]*+([-\w.]++)")
"""PEP 263: in the first line, or in the second if the first is empty or a comment."""
_CODECS = re.compile(
    r"ascii|utf-7|(raw-)?unicode-escape|iso8859-\d+|iso2022_\w+|cp\d+|koi8-\w|mac-\w+|big5\w*|gb\w+|euc_\w+|"
    r"shift_jis\w*|johab|hz|kz1048|ptcp154|tis-620|hp-roman8"
)
"""What Python decodes sources with, less punycode and idna (quadratic) and what exists on Windows alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of Python in normal form: a cell of a notebook, or (number 0) a whole file."""

    number: int
    text: bytes

    @property
    def is_utf8(self) -> bool:
        """Whether nothing had to be guessed; the lexer does not mind."""
        try:
            self.text.decode()
        except UnicodeDecodeError:
            return False
        return True


@dataclass(slots=True)
class Source:
    """The Python of a file, its install commands, and per cell (0: the whole file) what is wrong with it."""

    cells: list[Cell] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read(data: bytes) -> Source:
    """Read a script; what Python itself cannot read is read for its imports all the same."""
    text, problem = normalise(data)
    return Source(
        [Cell(0, text)], problems=[(0, f"file {problem}; names used in it were not counted")] if problem else []
    )


def normalise(data: bytes) -> tuple[bytes, str]:
    """The text of a source file, and what keeps Python from reading it as such (empty if nothing does)."""
    problem = ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
        problem = "is UTF-16, which Python does not read"
    marked = data.startswith(codecs.BOM_UTF8)
    text = lines(data.removeprefix(codecs.BOM_UTF8))
    cookie = _COOKIE.match(text)
    if cookie and not problem:
        text, problem = _decode(text, cookie[1].decode("ascii", "replace"), marked=marked)
    if b"\0" in text and not problem:
        problem = "holds NUL bytes"
    return text, problem


def lines(text: bytes) -> bytes:
    """Universal newlines, also behind the last line."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text + b"\n" if text and not text.endswith(b"\n") else text


def _decode(text: bytes, cookie: str, *, marked: bool) -> tuple[bytes, str]:
    """Decode as CPython does, which treats `utf-8-unix` and `latin-1-unix` like the names without a suffix."""
    name = cookie.lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return text, ""
    if re.match(r"(latin-1|iso-8859-1|iso-latin-1)(-|$)", name):
        name = "iso8859-1"
    try:
        codec = codecs.lookup(name).name
        if codec == "utf-8":
            return text, ""
        if marked:
            return text, f"has a UTF-8 byte order mark, but says that it is {cookie[:40]}"
        if not _CODECS.fullmatch(codec):
            return text, f"says that it is {cookie[:40]}, which is not an encoding for sources"
        return lines(text.decode(codec).encode()), ""
    except (LookupError, UnicodeError):
        return text, f"cannot be decoded as {cookie[:40]}, as it says it should be"
