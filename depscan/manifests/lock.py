"""What lock files written in TOML have in common: a list of packages, each with its place, its pin and its edges."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from depscan.manifests import markers, pep508
from depscan.manifests.document import describe
from depscan.manifests.reader import Ask, Fact, clip
from depscan.model import Declaration, Edge, Gap, Location, Pin, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depscan.manifests.reader import Manifest

T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_TABLE = re.compile(r"\[([^\[\]]+)\]\s*(?:#.*)?$")
_WORDS: dict[type, str] = {dict: "a table", list: "a list", str: "a string"}
_MOST_GAPS = 1_000

_Lines = dict[tuple[str, str], deque[int]]
"""For each name in each table of an entry the lines it stands on, in order."""


class Lock:
    """A parsed lock; `gaps` fills while values of the wrong shape are asked for."""

    def __init__(self, manifest: Manifest, packages: str, names: str) -> None:
        """`packages` is the key of the list of packages; `names` matches a name on a line, of a package or required."""
        self.ask = manifest.ask
        self.gaps: list[Gap] = []
        self.data = self._parse(manifest.text)
        tables = self.data.get(packages, [])
        if not isinstance(tables, list):
            self.wrong(self.ask, f"`{packages}` is {describe(tables)}, not a list of tables")
            tables = []
        places = _index(manifest.text, packages, re.compile(names))
        if len(places) != len(tables):  # a list on one line, or headers inside a string: no line can be told
            places = [(0, {}) for _ in tables]
        self.entries = tuple(self._entries(packages, tables, places))
        versions: dict[str, set[str]] = {}
        for entry in self.entries:
            versions.setdefault(entry.name, set()).add(entry.version)
        self.forked = frozenset(name for name, several in versions.items() if len(several) > 1)
        """Packages that are fixed to several versions, each for other environments."""

    def wrong(self, ask: Ask, problem: str) -> None:
        """Note that something cannot be used."""
        if len(self.gaps) < _MOST_GAPS:
            self.gaps.append(ask.gap(f"{problem}; it was left out"))

    def written_for(self, version: object, *known: str) -> None:
        """Note when a lock states a format that is none of the known ones, given by how they begin."""
        if self.data and not str(version).startswith(known):
            self.gaps.append(
                self.ask.gap(f"format {clip(str(version))!r} of this lock is not known; it was read anyway")
            )

    def _parse(self, text: str) -> dict[str, Any]:
        import tomli

        line, why, data = 0, "it is empty", {}
        try:
            data = tomli.loads(text)
        except tomli.TOMLDecodeError as error:
            line, why = error.lineno, str(error)
        except RecursionError:
            why = "it is nested too deeply"
        except ValueError as error:  # an integer of thousands of digits
            why = str(error)
        if not data:
            self.gaps.append(
                self.ask.at(line).gap(f"nothing was read, no pin and no edge of this lock is known: {why}")
            )
        return data

    def _entries(self, packages: str, tables: list[Any], places: list[tuple[int, _Lines]]) -> Iterator[Entry]:
        for table, (line, lines) in zip(tables, places, strict=True):
            name = legal(table.get("name")) if isinstance(table, dict) else ""
            if name:
                yield Entry(self, name, table, self.ask.at(_next(lines, "", table["name"], line)), lines)
            else:
                self.wrong(self.ask.at(line), f"an entry of `{packages}` has no legal name")


@dataclass(frozen=True, slots=True)
class Entry:
    """One package of a lock, in one version."""

    lock: Lock
    name: str
    """Normalised."""
    table: dict[str, Any]
    ask: Ask
    _lines: _Lines

    @property
    def version(self) -> str:
        """The version; empty where there is none."""
        version = self.table.get("version")
        return clip(version) if isinstance(version, str) else ""

    def get(self, kind: type[T], key: str) -> T | None:
        """Return the value of a key if it is there and of this kind."""
        value = self.table.get(key)
        if value is None or isinstance(value, kind):
            return value
        self.wrong(f"`{key}` is {describe(value)}, not {_WORDS.get(kind, kind.__name__)}")
        return None

    def wrong(self, problem: str) -> None:
        """Note that something of this package cannot be used."""
        self.lock.wrong(self.ask, f"{self.name}: {problem}")

    def line(self, name: str, table: str = "") -> Location:
        """Return the next line of this entry, or of a table below it, that holds a name; else that of the entry."""
        place = self.ask.location
        return Location(place.path, _next(self._lines, table, name, place.line))

    def pin(self) -> Iterator[Pin]:
        """Yield the version that is fixed."""
        if self.version:
            yield Pin(self.name, self.version, self.ask.location)
        else:
            self.wrong("no version is stated")

    def marker(self, value: object) -> str:
        """Return a marker in canonical form; one that is not legal does not count."""
        if not isinstance(value, str):
            if value is not None:
                self.wrong(f"a marker is {describe(value)}, not a string")
            return ""
        try:
            return markers.canonical(value)
        except ValueError as error:
            self.wrong(str(error))
            return ""

    def requires(
        self, text: object, *, table: str = "", extras: Iterable[str] = ("",), when: str = ""
    ) -> Iterator[Fact]:
        """Read a requirement string of this package, or of its extras, which stands in a table below it."""
        if not isinstance(text, str):
            self.wrong(f"a requirement is {describe(text)}, not a string")
            return
        name = _NAME.match(text)
        for fact in pep508.declare(text, Ask(self.line(name[0] if name else "", table))):
            if isinstance(fact, Declaration):
                for extra in extras:
                    yield from edges(self.name, fact, extra=extra, when=when)
            else:
                yield fact


def edges(source: str, wanted: Declaration, *, extra: str = "", when: str = "") -> Iterator[Edge]:
    """
    Yield the edges of a requirement: one without an extra, and one for each extra that its marker names.

    `extra` and `when` are what the place of the requirement says: it stands below an extra, or in one of several forks.
    """
    for asked, marker in markers.by_extra(wanted.marker):
        if wanted.name != source or wanted.extras:
            yield Edge(source, wanted.name, wanted.location, markers.both(marker, when), extra or asked, wanted.extras)


def legal(name: object) -> str:
    """Return the normalised form of a name; nothing when it is none."""
    return normalised(name) if isinstance(name, str) and _NAME.fullmatch(name) else ""


def legals(names: Iterable[object]) -> tuple[str, ...]:
    """Return the normalised forms of extras, those that are legal."""
    return tuple(sorted({extra for name in names if (extra := legal(name))}))


_FILES = ("    { url", "    {url", "sdist = { url")
"""How the lines begin that list the files of a package: most lines of a lock, and they name nobody."""


def _index(text: str, packages: str, names: re.Pattern[str]) -> list[tuple[int, _Lines]]:
    """Go over the text once: for each package the line of its header, and where names stand below that."""
    header = re.compile(rf"\[\[\s*{packages}\s*\]\]")
    found: list[tuple[int, _Lines]] = []
    table, lines = "", _Lines()
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            if header.match(line):
                table, lines = "", _Lines()
                found.append((number, lines))
                continue
            if match := _TABLE.match(line):
                table = match[1].strip().removeprefix(f"{packages}.")
                continue
        if not found or line.startswith(_FILES):
            continue
        for name in names.findall(line):
            lines.setdefault((table, name), deque()).append(number)
    return found


def _next(lines: _Lines, table: str, name: str, otherwise: int) -> int:
    """Take the next line on which a name stands in a table."""
    waiting = lines.get((table, name))
    return waiting.popleft() if waiting else otherwise
