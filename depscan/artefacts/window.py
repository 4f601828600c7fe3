"""The few bytes that are read of a file of weights: through a function of the caller, and never more than a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Part = Callable[[str, int, int], tuple[bytes, int]]
"""`part(path, start, length)`: at most `length` bytes of a regular file from `start` on, and its size; else OSError."""

BOUND = 4 << 20
"""Bytes that are read of one file."""


class Header(NamedTuple):
    """What a header or a card says; empty where it is silent."""

    id: str = ""
    licence: str = ""
    base_models: tuple[str, ...] = ()
    architecture: str = ""
    problem: str = ""
    """What was lost, if anything was."""


class Window:
    """One file; reading beyond the bound raises ValueError."""

    def __init__(self, path: str, part: Part, *, bound: int = BOUND) -> None:
        self.path, self._part, self._left = path, part, bound
        self._start, self._held = 0, b""
        self._held, self.size = self._fetch(0, min(_FIRST, bound))

    def read(self, start: int, length: int) -> bytes:
        """Exactly `length` bytes from `start` on; ValueError if the file, or the bound, does not allow it."""
        if start < 0 or length < 0 or start + length > self.size:
            raise ValueError("it ends before its header says so: the file is cut off, or its header lies")
        at = start - self._start
        if not 0 <= at <= at + length <= len(self._held):
            self._held, _ = self._fetch(start, max(length, min(_NEXT, self._left)))
            self._start, at = start, 0
        data = self._held[at : at + length]
        if len(data) != length:
            raise ValueError("it ends before its header says so: the file is cut off, or its header lies")
        return data

    def head(self, length: int) -> bytes:
        """Its first bytes, as many as there are, of at most `length`."""
        return self.read(0, min(length, self.size))

    def _fetch(self, start: int, length: int) -> tuple[bytes, int]:
        if length > self._left:
            raise ValueError(f"its header goes on beyond the {BOUND >> 20} MiB that are read of a file")
        self._left -= length
        data, size = self._part(self.path, start, length)
        return data[:length], size


_FIRST = 16 << 10
_NEXT = 64 << 10


def shorten(text: str, limit: int = 300) -> str:
    """Text from a header as one value of bounded length, without surrounding blanks."""
    return text.strip()[:limit]
