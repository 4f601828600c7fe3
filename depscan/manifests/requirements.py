"""
Requirements and constraints files, as people, pip-compile, uv and `conda list --export` write them.

Not read with pip-requirements-parser: it needs seven times as long, and gives neither the notes of a compiled file nor
the names of lines that are not quite legal. It is the oracle in the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from depscan.manifests import matchspec, pip_line
from depscan.model import Declaration, Edge, Gap, Pin, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Fact, Manifest

_VIA = re.compile(r"#\s*via\b\s*(.*)")
_ITEM = re.compile(r"#\s+(\S.*)")
_EXACT = re.compile(r"===?([^,*]+)")

_MOST_LINES = 10_000


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what each line asks for; of a compiled file also its pins, and the edges its `# via` notes tell."""
    lines = list(islice(pip_line.lines(manifest.text), _MOST_LINES + 1))
    if len(lines) > _MOST_LINES:
        yield manifest.ask.at(lines.pop().number).gap(f"more than {_MOST_LINES} requirements; the rest was not read")
    if any(line.text == "@EXPLICIT" for line in lines):
        yield from _explicit(manifest, lines)
    elif any("--hash" in line.text or _via(line.comments) for line in lines):
        yield from _compiled(manifest, lines)
    else:
        for line in lines:
            ask = manifest.ask.at(line.number)
            yield from matchspec.exported(line.text, ask) or pip_line.read(line.text, ask)


def _explicit(manifest: Manifest, lines: list[pip_line.Line]) -> Iterator[Fact]:
    for line in lines:
        if line.text == "@EXPLICIT":
            continue
        ask = manifest.ask.at(line.number)
        yield matchspec.explicit(line.text, ask) or ask.gap("a line of an explicit conda list names no package file")


@dataclass(frozen=True, slots=True)
class _Entry:
    facts: tuple[Declaration | Gap | Fact, ...]
    via: tuple[str, ...]

    @property
    def declared(self) -> tuple[Declaration, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact, Declaration))


def _compiled(manifest: Manifest, lines: list[pip_line.Line]) -> Iterator[Fact]:
    """
    Read a file that a resolver wrote: every version is a pin, every package behind a `via` is the source of an edge.

    A line that only other lines brought in is no declaration: nobody asked for it.
    """
    entries = [
        _Entry(tuple(pip_line.read(line.text, manifest.ask.at(line.number))), _via(line.comments)) for line in lines
    ]
    listed = {declaration.name for entry in entries for declaration in entry.declared}
    for entry in entries:
        sources = [(source, *_source(source)) for source in entry.via]
        brought = bool(sources) and all(name in listed for _, name, _ in sources)
        for fact in entry.facts:
            if not isinstance(fact, Declaration):
                yield fact
                continue
            if not brought:
                yield fact
            if exact := _EXACT.fullmatch(fact.specifier):
                yield Pin(fact.name, exact[1], fact.location)
            for _, name, extra in sources:
                if name in listed and name != fact.name:
                    yield Edge(name, fact.name, fact.location, fact.marker, extra, fact.extras)


def _via(comments: tuple[str, ...]) -> tuple[str, ...]:
    """Return who brought a line in: `# via a, b` on one line, or `#   a` on the lines below `# via`."""
    found: list[str] = []
    inside = False
    for comment in comments:
        if start := _VIA.match(comment):
            inside = True
            found += [part.strip() for part in start[1].split(",")]
        elif inside and (item := _ITEM.match(comment)):
            found.append(item[1].strip())
    return tuple(filter(None, found))


def _source(text: str) -> tuple[str, str]:
    """Return name and extra of a `via` note; `-r file` and `name (pyproject.toml)` are no package of the list."""
    found = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([^\[\]]*)\])?", text)
    return (normalised(found[1]), normalised(found[2] or "")) if found else ("", "")
