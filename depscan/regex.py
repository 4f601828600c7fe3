"""Regular expressions that mean the same on every Python."""

from __future__ import annotations

import re
import sys
from typing import AnyStr

_REPEAT = re.compile(r"(?:[*+?]|\{\d*,?\d*\})\+")
_IS_SOUND = sys.version_info >= (3, 11, 5)


def compile(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:  # noqa: A001
    """
    `re.compile`, also where possessive repeats of groups are broken.

    Before 3.11.5 a repeat `(...)*+` may end where its last, failed try had come to instead of where the try began
    (https://github.com/python/cpython/issues/106052). Debian 12 ships 3.11.2.
    """
    return re.compile(pattern if _IS_SOUND else atomic(pattern), flags)


def atomic(pattern: AnyStr) -> AnyStr:
    """The same pattern with every possessive repeat of a group, `(...)*+`, as an atomic group, `(?>(...)*)`."""
    if isinstance(pattern, bytes):
        return _atomic(pattern.decode("latin-1")).encode("latin-1")
    return _atomic(pattern)


def _atomic(pattern: str) -> str:
    opened: list[list[str]] = [[]]
    at = 0
    while at < len(pattern):
        end = at + 1
        match pattern[at]:
            case "\\":
                end += 1
            case "[":
                end = _behind_class(pattern, at)
            case "(":
                opened.append([])
            case ")":
                group = "".join([*opened.pop(), ")"])
                if repeat := _REPEAT.match(pattern, end):
                    group = f"(?>{group}{repeat[0][:-1]})"
                    end = repeat.end()
                opened[-1].append(group)
                at = end
                continue
        opened[-1].append(pattern[at:end])
        at = end
    return "".join(opened[0])


def _behind_class(pattern: str, at: int) -> int:
    """Where the character class that begins at `at` ends; a bracket that comes first in it stands for itself."""
    end = at + 1 + pattern.startswith("^", at + 1)
    end += pattern.startswith("]", end)
    while pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1
