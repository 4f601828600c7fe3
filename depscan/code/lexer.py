"""
One pass over Python source that stops only at what matters: import statements, and the lines that decide when they run.

It works on bytes and builds no tree, so it also answers for syntax that the running Python does not know. Strings
(f-strings as PEP 701 has them), comments, brackets and continued lines are passed over by one regular expression; only
deep brackets and f-strings with quotes in their fields need Python steps. Repeats are possessive: time is linear.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from depscan import regex

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

BLANK = rb"(?:[ \t\f]|\\\n)"
"""What may stand between two tokens of one logical line."""
NAME = rb"[\w\x80-\xff]"
"""A byte of an identifier, once the source is UTF-8."""


class Event(NamedTuple):
    """A statement that an import's fate may depend on, or a mark that the caller asked about."""

    word: bytes
    """The keyword of a block, or `import`, `raise` (also for a call of `exit`), `mark`."""
    at: int
    end: int
    """Just after the keyword; for an import, after the statement."""
    line: int
    """Where its logical line begins."""
    indent: int
    """Columns of that line's indentation."""


# -- strings ----------------------------------------------------------------------------------------------------------

_QUOTES = (b'"', b"'")


def _string(quote: bytes) -> bytes:
    return rb"%b(?!%b)(?:[^%b\\\n]++|\\.)*+%b" % (quote, quote * 2, quote, quote)


def _long_string(quote: bytes) -> bytes:
    return rb"%b(?:[^%b\\]++|\\.|%b(?!%b))*+%b" % (quote * 3, quote, quote, quote * 2, quote * 3)


def _f_string(quote: bytes) -> bytes:
    """On one line, and in its fields at most strings in the other quotes and one level of fields."""
    other = b"'" if quote == b'"' else b'"'
    text = rb"[^{}\"'\\\n#]"
    field = rb"\{(?:%b++|%b%b*+%b|\{%b*+\})*+\}" % (text, other, text, other, text)
    return rb"%b(?!%b)(?:[^%b\\\n{]++|\\[^N{]|\{\{|%b)*+%b" % (quote, quote * 2, quote, field, quote)


def _long_f_string(quote: bytes) -> bytes:
    text = rb"[^%b\\{]++|\\[^N{]|\{\{|%b(?!%b)" % (quote, quote, quote * 2)
    return rb"%b(?:%b|\{[^{}\"'\\#]*+\})*+%b" % (quote * 3, text, quote * 3)


_F_PREFIX = rb"(?:%b)" % b"|".join(
    rb"(?<=%b)(?<!%b%b)" % (letters, NAME, letters) for letters in (rb"[fFtT]", rb"[fFtT][rR]", rb"[rR][fFtT]")
)
"""Looks back from a quote: what begins here is an f-string or t-string (the string of `if"..."` is not)."""
_F_STRING = _F_PREFIX + rb"(?:%b)" % b"|".join(make(q) for make in (_f_string, _long_f_string) for q in _QUOTES)
_PLAIN_STRING = rb"(?!%b)(?:%b)" % (
    _F_PREFIX,
    b"|".join(make(quote) for make in (_string, _long_string) for quote in _QUOTES),
)
_STRING = rb"(?=[\"'])(?:%b|%b)" % (_F_STRING, _PLAIN_STRING)

# -- logical lines ----------------------------------------------------------------------------------------------------

_IMPORT = rb"(?:lazy%b++(?=import|from))?+(?:import|from)(?!%b)" % (BLANK, NAME)
_RAISE = rb"(?:raise(?!%b)|(?:(?:sys\.|os\._)?+exit|quit)(?=%b*+\())" % (NAME, BLANK)
_ASYNC = rb"(?:async%b++)?+" % BLANK
_BLOCK = rb"(?:def|class|if|elif|else|try|except|finally|for|while|with|match|case)(?!%b)" % NAME
_BEGINS = rb"%b*+(?:%b|%b|%b%b)" % (BLANK, _IMPORT, _RAISE, _ASYNC, _BLOCK)

_NO_EXPRESSION = (
    rb"(?:import|from[ \t]++[\w.]++[ \t]++import|class|def|while|try|except|finally|with|return|raise|pass|break|"
    rb"continue|del|global)(?!%b)" % NAME
)
"""A line within brackets that begins like this shows that somebody forgot to close them."""
_IN_FIELD = rb"[^\"'#\\()\[\]{}\n:]++|\n(?![ \t\f]*+%b)|#[^\n]*+|\\\n?|%b" % (_NO_EXPRESSION, _STRING)
_IN_BRACKETS = _IN_FIELD + b"|:"


def _brackets(depth: int) -> bytes:
    """Brackets that hold at most `depth` levels of others."""
    inner = _IN_BRACKETS + b"|" + _brackets(depth - 1) if depth else _IN_BRACKETS
    return rb"[(\[{](?:" + inner + rb")*+[)\]}]"


_PIECE = rb"[^\"'#\n\\(\[{;:]++|\\\n?|%b|%b" % (_brackets(2), _STRING)
_REST = rb"(?:%b|[;:](?!%b*+(?:%b|%b))|#[^\n]*+)*+" % (_PIECE, BLANK, _IMPORT, _RAISE)

_OPENING = regex.compile(
    rb"%b*+(?:(?P<import>%b)|(?P<raise>%b)|%b(?P<block>%b))" % (BLANK, _IMPORT, _RAISE, _ASYNC, _BLOCK)
)
_INLINE = regex.compile(rb"[;:]%b*+(?:(?P<import>%b)|(?P<raise>%b))" % (BLANK, _IMPORT, _RAISE))
_DULL_LINES = regex.compile(rb"(?:(?!%b)%b\n)*+" % (_BEGINS, _REST), re.DOTALL)
_REST_OF_LINE = regex.compile(_REST, re.DOTALL)
_MARGIN = regex.compile(rb"(?:\\\n)*+([ \t\f]*+)")
_STATEMENT = regex.compile(rb"(?:%b)*+" % _PIECE, re.DOTALL)
_CODE = regex.compile(rb"(?:[^\"'#]++|#[^\n]*+\n|%b)*+" % _STRING, re.DOTALL)
_NO_F_STRING = regex.compile(rb"(?:[^\"'#]++|#[^\n]*+|(?=[\"'])%b)*+" % _PLAIN_STRING, re.DOTALL)
_NO_COMMENT = regex.compile(rb"(?:[^\"'#]++|%b)*+" % _STRING, re.DOTALL)
_COMMENT_OR_STRING = regex.compile(rb"#[^\n]*+|%b" % _STRING, re.DOTALL)


class Lexer:
    """Reads one text in normal form: UTF-8, and a line feed at the end of every line."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.complete = True
        """Every bracket and string read so far was closed."""

    def events(self, marks: Sequence[int] = ()) -> Iterator[Event]:
        """Yield what matters, line by line; of the ascending `marks`, those that are not in strings or comments."""
        text = self.text
        waiting = [len(text), *reversed(marks)]
        at = 0
        while at < len(text):
            line = _after(_DULL_LINES, text, at, waiting[-1])
            indent = _columns(text, line)
            at = yield from self._statements(line, indent)
            seen = line
            while waiting[-1] < min(at, len(text)):
                mark = waiting.pop()
                seen = self._code_from(seen, mark)
                if seen == mark:
                    yield Event(b"mark", mark, mark, line, indent)

    def _statements(self, line: int, indent: int) -> Generator[Event, None, int]:
        """Yield those of interest on one logical line, and return where the next line begins."""
        at = line
        found = _OPENING.match(self.text, line)
        while True:
            if found and (kind := found.lastgroup):
                at = found.end()
                if kind == "import":
                    at = _after(_STATEMENT, self.text, at)
                yield Event(found[kind] if kind == "block" else kind.encode(), found.start(kind), at, line, indent)
            at = self._rest_of_line(at)
            found = _INLINE.match(self.text, at)
            if not found:
                return at + 1

    def line_end(self, at: int) -> int:
        """Where the logical line that begins at `at` ends and the next one begins."""
        while True:
            at = self._rest_of_line(at)
            if self.text[at : at + 1] not in (b";", b":"):
                return min(at + 1, len(self.text))
            at += 1

    def statement(self, at: int) -> bytes:
        """What follows `at`, up to the next colon, semicolon, comment or line end outside brackets."""
        return self.text[at : _after(_STATEMENT, self.text, at)]

    def _rest_of_line(self, at: int) -> int:
        """Where the logical line ends, or where a statement of interest follows a colon or semicolon."""
        text = self.text
        while True:
            at = _after(_REST_OF_LINE, text, at)
            if at >= len(text) or text[at] in b"\n;:":
                return at
            at, closed = closing(text, at)
            self.complete &= closed

    def _code_from(self, at: int, goal: int) -> int:
        """`goal`, if it is code; else the end of the comment or string around it."""
        text = self.text
        while at < goal:
            at = _after(_CODE, text, at, goal)
            if at < goal:
                whole = _COMMENT_OR_STRING.match(text, at)
                at = whole.end() if whole else closing(text, at)[0]
        return at


def comments(text: bytes) -> Iterator[tuple[int, int]]:
    """Where each comment begins and ends."""
    at = 0
    while (at := _after(_NO_COMMENT, text, at)) < len(text):
        if text[at : at + 1] == b"#":
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            yield at, end
            at = end
        else:
            at = max(closing(text, at)[0], at + 1)


def f_strings(text: bytes) -> Iterator[tuple[int, int]]:
    """Where each f-string begins and ends."""
    end = 0
    while (at := _after(_NO_F_STRING, text, end)) < len(text):
        whole = _COMMENT_OR_STRING.match(text, at)
        end = whole.end() if whole else closing(text, at)[0]
        yield at, end


def _columns(text: bytes, line: int) -> int:
    """The indentation as CPython counts it: a tab goes to the next multiple of eight, a form feed back to zero."""
    margin = _MARGIN.match(text, line)
    return len(margin[1].rpartition(b"\f")[2].expandtabs(8)) if margin and margin[1] else 0


def _after(pattern: re.Pattern[bytes], text: bytes, at: int, limit: int = sys.maxsize) -> int:
    match = pattern.match(text, at, limit)
    return match.end() if match else at


# -- what regular expressions cannot balance --------------------------------------------------------------------------

_F_START = regex.compile(rb"%b[\"']" % _F_PREFIX)
_TEXT = {
    **{q: regex.compile(rb"(?:[^%b\\\n{]++|\\N\{[\w -]*+\}|\\(?=\{)|\\.|\{\{)*+" % q, re.DOTALL) for q in _QUOTES},
    **{
        q * 3: regex.compile(rb"(?:[^%b\\{]++|\\N\{[\w -]*+\}|\\(?=\{)|\\.|\{\{|%b(?!%b))*+" % (q, q, q * 2), re.DOTALL)
        for q in _QUOTES
    },
}
_BRACKETS, _FIELD, _FORMAT = b"(", b"{", b":"
_PASSED = {
    **_TEXT,
    _BRACKETS: regex.compile(rb"(?:%b)*+" % _IN_BRACKETS, re.DOTALL),
    _FIELD: regex.compile(rb"(?:%b)*+" % _IN_FIELD, re.DOTALL),
    _FORMAT: regex.compile(rb"(?:[^{}\"'\\\n]++|\\.)*+", re.DOTALL),
}
"""What is passed over at once in the text of f-strings, in brackets, replacement fields and format specifications."""


def closing(text: bytes, at: int) -> tuple[int, bool]:
    """Where the bracket or string that opens at `at` ends, and whether it was closed at all."""
    inside: list[bytes] = []
    while step := _step(text, at, inside):
        at += step
        if not inside:
            return at, True
        at = _after(_PASSED[inside[-1]], text, at)
    if text.startswith((b'"""', b"'''"), at):
        return len(text), False
    return text.find(b"\n", at) if at < len(text) else at, False


def _step(text: bytes, at: int, inside: list[bytes]) -> int:
    """Note in `inside` what the delimiter at `at` opens or closes; its length, or 0 if it cannot stand here."""
    mode = inside[-1] if inside else _BRACKETS
    here = text[at : at + 1]
    if mode in _TEXT or mode == _FORMAT:
        string = next(quote for quote in reversed(inside) if quote in _TEXT)
        if here == b"{":
            inside.append(_FIELD)
        elif text.startswith(string, at):
            if mode == _FORMAT:
                return 0
            inside.pop()
            return len(string)
        elif here == b"}":
            inside.pop()
        return 1 if here in (b"{", b"}", *_QUOTES) else 0
    if here in _QUOTES:
        if not _F_START.match(text, at):
            return 0
        inside.append(here * 3 if text.startswith(here * 3, at) else here)
        return len(inside[-1])
    if here == b":" and mode == _FIELD:
        inside[-1] = _FORMAT
    elif here and here in b"([{":
        inside.append(_BRACKETS)
    elif here and here in b")]}":
        inside.pop()
    else:
        return 0
    return 1
