"""
The sections of an INI file, with lines.

As `configparser.RawConfigParser(strict=False)` reads them, which is the oracle in the tests; but linear (that one needs
four seconds for a line of 32,000 blanks), with line numbers, and one bad line costs no more than that line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Option:
    """A value and the lines it stands on; the first element may be empty when the value starts below its key."""

    line: int
    values: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The value as one string, lines joined."""
        return "\n".join(value for _, value in self.values).rstrip()


@dataclass(frozen=True, slots=True)
class File:
    """Sections by name, options by key as written; `bad` are the lines that are neither."""

    sections: dict[str, dict[str, Option]] = field(default_factory=dict)
    bad: list[int] = field(default_factory=list)


def parse(text: str) -> File:
    """Read every section; never fails."""
    file = File()
    section: dict[str, Option] | None = None
    option: Option | None = None
    indent = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line.startswith(("#", ";")):
            continue
        if not line:
            if option:
                option.values.append((number, ""))
            continue
        depth = len(raw) - len(raw.lstrip())
        if option and depth > indent:
            option.values.append((number, line))
            continue
        indent = depth
        if line.startswith("[") and (end := line.rfind("]")) > 1:
            section, option = file.sections.setdefault(line[1:end], {}), None
            continue
        cut = min((at for at in (line.find("="), line.find(":")) if at >= 0), default=-1)
        if section is None or cut < 1:
            file.bad.append(number)
            continue
        option = section[line[:cut].rstrip()] = Option(number, [(number, line[cut + 1 :].strip())])
    return file


def items(option: Option) -> Iterator[tuple[int, str]]:
    """Yield the non-empty lines of a value that is a list."""
    yield from ((line, value) for line, value in option.values if value)
