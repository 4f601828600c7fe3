"""Bytes of a file -> the normal form that the lexer reads: UTF-8, no byte order mark, `\\n` at the end of every line."""

from __future__ import annotations

import codecs
import re

_COOKIE = re.compile(rb"(?:[ \t\f]*+(?:#[^\n]*+)?\n)?[ \t\f]*+#[^\n]*?coding[:=][ \t]*+([-\w.]++)")
"""PEP 263: in the first line, or in the second if the first is empty or a comment."""
_CODECS = re.compile(
    r"ascii|utf-7|(raw-)?unicode-escape|iso8859-\d+|iso2022_\w+|cp\d+|koi8-\w|mac-\w+|big5\w*|gb\w+|euc_\w+|"
    r"shift_jis\w*|johab|hz|kz1048|ptcp154|tis-620|hp-roman8"
)
"""What Python decodes sources with, less punycode and idna (quadratic) and what exists on Windows alone."""


def normalise(data: bytes) -> tuple[bytes, str]:
    """The text of a source file, and what keeps Python from reading it as such (empty if nothing does)."""
    problem = ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
        problem = "is UTF-16, which Python does not read"
    marked = data.startswith(codecs.BOM_UTF8)
    text = _lines(data.removeprefix(codecs.BOM_UTF8))
    cookie = _COOKIE.match(text)
    if cookie and not problem:
        text, problem = _decode(text, cookie[1].decode("ascii", "replace"), marked=marked)
    if b"\0" in text and not problem:
        problem = "holds NUL bytes"
    return text, problem


def _lines(text: bytes) -> bytes:
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
        return _lines(text.decode(codec).encode()), ""
    except (LookupError, UnicodeError):
        return text, f"cannot be decoded as {cookie[:40]}, as it says it should be"
