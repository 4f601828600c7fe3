"""Imports that are calls: `importlib.import_module("x")`, `__import__("x")`, `pytest.importorskip("x")`."""

from __future__ import annotations

from depscan import regex
from depscan.code.lexer import BLANK, NAME, closing

_CALL = regex.compile(rb"import(?:_module|orskip|(?P<dunder>__))%b*+\(" % BLANK)
_BEFORE = regex.compile(
    rb"(?<!%b)(?<!\.)(?<!def )(?:(?:importlib|builtins|pytest|py\.test)\.)?(?P<dunder>__)?\Z" % NAME
)
"""A bare function, or one of a module that has it; `self.import_module(...)` may do anything."""
_GAP = rb"(?:%b|\n|#[^\n]*+\n)*+" % BLANK
_LITERAL = regex.compile(
    rb"%b(?:(?:mod)?name%b=%b)?[rRuU]?(\"\"\"|'''|\"|')([\w.\x80-\xff]{1,1000}+)\1%b[,)]" % (_GAP, _GAP, _GAP, _GAP)
)
_SHOWN = 120


def calls(text: bytes) -> dict[int, int]:
    """Where something that reads like an import call begins, and where its arguments do, in ascending order."""
    found = {}
    for call in _CALL.finditer(text):
        before = _BEFORE.search(text, max(0, call.start() - 32), call.start())
        if before and bool(before["dunder"]) == bool(call["dunder"]):
            found[before.start()] = call.end()
    return found


def module(text: bytes, arguments: int) -> str:
    """The absolute module that the call names in so many words; empty if it is computed, or relative."""
    literal = _LITERAL.match(text, arguments)
    name = literal[2].decode("utf-8", "replace") if literal else ""
    return name if all(part.isidentifier() for part in name.split(".")) else ""


def wording(text: bytes, call: int, arguments: int) -> str:
    """The call as a person would quote it: on one line, and not too long."""
    near = text[call : arguments + 2 * _SHOWN] + b"\n"
    end, _ = closing(near, arguments - 1 - call)
    return " ".join(near[:end].decode("utf-8", "replace").split())[:_SHOWN]
