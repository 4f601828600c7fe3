"""Inline script metadata (PEP 723): the `# /// script` block of a single-file program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.manifests import pep508, source
from depscan.manifests.document import Document
from depscan.manifests.reader import Ask, Include, Manifest
from depscan.model import Declaration, Gap, Location, Need

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = b"# /// script"

_START = re.compile(r"^# /// script[ \t]*$", re.MULTILINE)


def read(path: str, data: bytes) -> Iterator[Declaration | Gap]:
    """Yield what the program at `path` asks for at run time, for itself alone."""
    if MARK not in data:
        return
    ask = Ask(Location(path), Need.RUNTIME, "script")
    lines = source.decode(data)[0].split("\n")
    starts = [number for number, line in enumerate(lines) if _START.match(line)]
    blocks = [(start, end) for start in starts if (end := _end(lines, start))]
    if not blocks:
        if starts:
            yield ask.at(starts[0] + 1).gap("the `# /// script` block has no end (`# ///`); it was not read")
        return
    start, end = blocks[0]
    if any(other > end for other, _ in blocks):
        yield ask.at(start + 1).gap("a second `# /// script` block follows, which is not allowed; it was not read")
    yield from _block(lines, start, end, ask)


def _end(lines: list[str], start: int) -> int:
    """Return the last `# ///` of the comment that begins at `start`; zero when there is none."""
    end = 0
    for number in range(start + 1, len(lines)):
        line = lines[number].rstrip()
        if number > start + 1 and _START.match(line):
            break
        if line == "# ///":
            end = number
        elif line != "#" and not line.startswith("# "):
            break
    return end


def _block(lines: list[str], start: int, end: int, ask: Ask) -> Iterator[Declaration | Gap]:
    """Read the TOML of a block where it stands, so that its lines are those of the file."""
    toml = "\n" * (start + 1) + "\n".join(line[2:] for line in lines[start + 1 : end])
    try:
        document = Document(Manifest(ask.location.path, toml, ask))
    except ValueError as error:
        yield ask.at(start + 1).gap(f"inline script metadata: {error}")
        return
    for text, place in document.strings("dependencies") if document.has("dependencies") else ():
        for fact in pep508.declare(text, place):
            if isinstance(fact, Include):
                yield place.gap(f"{text!r} is a path, which inline script metadata does not allow; it was left out")
            else:
                yield fact
    yield from document.gaps
