"""Comments to depscan in manifests: every format that has comments begins them with `#`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan import waivers
from depscan.model import Gap, Location, Waiver
from depscan.waivers import Comment

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")


def read(path: str, text: str) -> Iterator[Waiver | Gap]:
    """Yield what such comments accept; Python files are left to the reader of code, which knows its strings."""
    if waivers.MARK not in text or path.endswith(".py"):
        return
    lines = text.split("\n")
    found, problems = waivers.read(path, _comments(lines, quoted=path.endswith(".toml")), _continued(lines))
    yield from found
    for problem in problems:
        yield Gap("manifests", Location(path, problem.line), problem.reason)


def _comments(lines: list[str], *, quoted: bool) -> Iterator[Comment]:
    for number, line in enumerate(lines, 1):
        for found in _COMMENT.finditer(line):
            before = line[: found.start()]
            if quoted and (before.count('"') % 2 or before.count("'") % 2):
                continue  # within a string
            yield Comment(number, found[0], not before.strip())


def _continued(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last line of what backslashes join."""
    start = 0
    for number, line in enumerate(lines, 1):
        joined = line.endswith("\\")
        if joined and not start:
            start = number
        elif start and not joined:
            yield start, number
            start = 0
