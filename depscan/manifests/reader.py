"""What a reader receives and what it yields; readers touch neither the file system nor each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING

from depscan.model import Declaration, Edge, Gap, Location, Need, Pin, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Match = Callable[[str], re.Match[str] | None]

STAGE = "manifests"

_URL = re.compile(r"://[^\s'\"]+")


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks: the place, and how badly and under which name what is asked for there is needed."""

    location: Location
    need: Need = Need.RUNTIME
    group: str = ""

    def at(self, line: int) -> Ask:
        """Ask from another line of the same file."""
        # not dataclasses.replace, which takes five times as long: a lock asks for every line
        return Ask(Location(self.location.path, line, self.location.cell), self.need, self.group)

    def as_(self, need: Need, group: str = "") -> Ask:
        """
        Ask for another need, unless the file as a whole weakens it: what the manifest of an example or of a test
        requires at run time is for development, seen from the scanned project.
        """
        weaker = need in {Need.CONSTRAINT, Need.BUILD}
        return replace(self, need=need if weaker or self.need is Need.RUNTIME else self.need, group=group or self.group)

    def gap(self, reason: str) -> Gap:
        """Say what could not be seen here."""
        return Gap(STAGE, self.location, clip(redact(reason), 400))


@dataclass(frozen=True, slots=True)
class Manifest:
    """One file as a reader sees it: decoded, with line feeds between its lines."""

    path: str
    text: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Include:
    """A manifest names another one (`-r base.txt`), or a local project (`-e ./core`); `manifests.read` resolves it."""

    target: str
    """As written, relative to the folder of the manifest that names it."""
    ask: Ask
    project: bool = False
    hint: bool = False
    """Whether the path may mean another place: build steps copy files and change folders. A miss is no gap then."""


Fact = Declaration | Pin | Edge | Gap | Project | Include
Asked = Declaration | Gap | Include


@dataclass(frozen=True, slots=True)
class Reader:
    """
    A family of formats: which paths it claims, and how it reads one.

    Patterns are lower-case and match the file name; those that hold a slash match the whole path.
    """

    name: str
    patterns: tuple[str, ...]
    read: Callable[[Manifest], Iterator[Fact]]
    folders: frozenset[str] = frozenset()
    """Below a folder of this name `folder_patterns` count as well."""
    folder_patterns: tuple[str, ...] = ()
    by_name: bool = False
    """Whether the file name says who needs what it lists (`requirements-gpu.txt`)."""
    limit: int = 4_000_000
    """Bytes; larger files are not read. Real ones stay far below."""
    most: int = 10_000
    """Entries of one file that count; what a file states beyond that is lost, and said to be."""
    incidental: bool = False
    """Whether such a file does something else and installs on the way: it makes no Python project by itself."""

    def claims(self, path: str) -> bool:
        """Whether the file at `path` is for this reader, judged by its path alone."""
        path = path.lower()
        *folders, name = path.split("/")
        names, whole = _matcher(self.patterns)
        if names(name) or whole(path):
            return True
        return not self.folders.isdisjoint(folders) and _matcher(self.folder_patterns)[0](name) is not None


@lru_cache(maxsize=256)
def _matcher(patterns: tuple[str, ...]) -> tuple[_Match, _Match]:
    """Compile the patterns for file names, and those for whole paths: a scan asks for every file of a tree."""
    kinds: tuple[list[str], list[str]] = ([], [])
    for pattern in patterns:
        kinds["/" in pattern].append(translate(pattern))
    names, whole = (re.compile("|".join(kind) or "(?!)").match for kind in kinds)
    return names, whole


def redact(text: str) -> str:
    """Remove credentials from the URLs in a text: user, password, and the query, where tokens travel."""

    def clean(match: re.Match[str]) -> str:
        rest, mark, fragment = match[0].removeprefix("://").partition("#")
        host, slash, path = rest.partition("?")[0].partition("/")
        user, _, host = host.rpartition("@")
        return f"://{'git@' if user == 'git' else ''}{host}{slash}{path}{mark}{fragment}"

    return _URL.sub(clean, text)


def clip(text: str, length: int = 100) -> str:
    """Shorten foreign text for a message: one line, no control characters."""
    line = "".join(char if char.isprintable() else " " for char in text[: length + 1]).strip()
    return line if len(line) <= length else line[:length] + "…"


def strings(value: object) -> list[str]:
    """Return the strings of a list, or a single string as a list; other types give none."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
