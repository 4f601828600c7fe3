"""A TOML file with typed access: a value of the wrong shape is a gap naming its key, and every value knows its line."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, TypeVar

from depscan.manifests.reader import clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Ask, Manifest
    from depscan.model import Gap

T = TypeVar("T")

_HEADER = re.compile(r"^[ \t]*\[\[?([^\[\]\n]{1,500})\]\]?[ \t]*(?:#.*)?$", re.MULTILINE)
_KEY_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s."']+))\s*(?:\.|$)""")
_WORDS = {dict: "a table", list: "a list", str: "a string", bool: "a boolean"}

_WINDOW = 20_000


class Locator:
    """
    Finds the line of a value. Parsers of TOML do not tell it, so this searches below the header of the right table, on
    from the last hit: values are asked for in the order of the file, so the search is linear. What is farther off than
    a window is searched for in the whole table, but not often.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._headers: dict[tuple[str, ...], int] = {}
        self._tables: list[int] = []
        self._cursors: dict[tuple[str, ...], int] = {}
        self._starts: dict[tuple[str, ...], int] = {}
        self._keys: dict[tuple[str, ...], int] = {}
        self._searches = 50
        for header in _HEADER.finditer(text):
            parts = tuple(next(filter(None, part.groups()), "") for part in _KEY_PART.finditer(header[1]))
            self._headers.setdefault(parts, header.end())
            self._tables.append(header.end())

    def line(self, path: tuple[str, ...], text: str = "") -> int:
        """Return the line of the string `text` in the value at `path`; of its key when the text is not found."""
        start = self._cursors.get(path)
        if start is None:
            start = self._cursors[path] = self._starts[path] = self._anchor(path)
        if text:
            following = bisect_right(self._tables, start)
            end = self._tables[following] if following < len(self._tables) else len(self._text)
            found = self._nearest(text, start, min(end, start + _WINDOW))
            if found < 0 and self._searches and end - start > _WINDOW:
                self._searches -= 1
                found = self._nearest(text, start, end)
            if found >= 0:
                self._cursors[path] = start = found
        return bisect_right(self._ends, start) + 1

    def _nearest(self, text: str, start: int, end: int) -> int:
        hits = [hit for quote in "\"'" if (hit := self._text.find(quote + text + quote, start, end)) >= 0]
        return min(hits) + 1 if hits else -1

    def rewind(self, path: tuple[str, ...]) -> None:
        """Look for the strings of the value at `path` from its start again."""
        self._cursors[path] = self._starts.get(path, self._cursors.get(path, 0))

    def _anchor(self, path: tuple[str, ...]) -> int:
        """Return where the value at `path` begins: below the header of its table, else behind the keys of its path."""
        if path in self._headers or not path:
            return self._headers.get(path, 0)
        parent = path[:-1]
        base = self._cursors.get(parent)
        if base is None:
            base = self._cursors[parent] = self._anchor(parent)
        begin = self._keys.get(parent, base)
        found = self._key(path[-1], begin, begin + _WINDOW)
        if found < 0 and self._searches:
            self._searches -= 1
            found = self._key(path[-1], base, len(self._text))
        if found < 0:
            return base
        self._keys[parent] = found
        return found

    def _key(self, key: str, start: int, end: int) -> int:
        """Return where `key` stands before a dot or an equals sign."""
        for _ in range(100):
            start = self._text.find(key, start, end)
            if start < 0:
                break
            before, after = self._text[start - 1 : start], start + len(key)
            alone = not before.isalnum() and before not in {"_", "-"}
            if alone and self._text[after : after + 20].lstrip("\"' \t")[:1] in {".", "="}:
                return start
            start += 1
        return -1


class Document:
    """The parsed file; `gaps` fills while values of the wrong shape are asked for."""

    def __init__(self, manifest: Manifest) -> None:
        """Parse; raises ValueError with the parser's reason."""
        import tomli

        self.ask = manifest.ask
        self.gaps: list[Gap] = []
        self._reported: set[tuple[tuple[str, ...], str]] = set()
        try:
            self._data: dict[str, Any] = tomli.loads(manifest.text)
        except RecursionError:
            raise ValueError("nested too deeply; the file was not read") from None
        self._locator = Locator(manifest.text)

    def get(self, kind: type[T], *path: str) -> T | None:
        """Return the value at `path` if it is there and of this kind."""
        value: Any = self._data
        for depth, key in enumerate(path):
            if not isinstance(value, dict):
                self._wrong(path[:depth], value, dict)
                return None
            if key not in value:
                return None
            value = value[key]
        if isinstance(value, kind):
            return value
        self._wrong(path, value, kind)
        return None

    def has(self, *path: str) -> bool:
        """Whether there is something at `path`, of any kind."""
        value: Any = self._data
        for key in path:
            if not isinstance(value, dict) or key not in value:
                return False
            value = value[key]
        return True

    def table(self, *path: str) -> dict[str, Any]:
        """Return the table at `path`, empty when there is none."""
        return self.get(dict, *path) or {}

    def text(self, *path: str) -> str:
        """Return the string at `path`, empty when there is none."""
        return self.get(str, *path) or ""

    def strings(self, *path: str) -> Iterator[tuple[str, Ask]]:
        """Yield the strings of the list at `path`, each with its place."""
        for item in self.items(*path):
            if isinstance(item, str):
                yield item, self.at(*path, text=item)
            else:
                self.wrong(path, f"holds {describe(item)} where a string belongs")

    def items(self, *path: str) -> list[Any]:
        """Return the list at `path`, empty when there is none, to be gone through from its start."""
        found = self.get(list, *path) or []
        if found:
            self.at(*path)
            self._locator.rewind(path)
        return found

    def at(self, *path: str, text: str = "") -> Ask:
        """Return the place of a string in the value at `path`, or of its key."""
        return self.ask.at(self._locator.line(path, text))

    def wrong(self, path: tuple[str, ...], problem: str) -> None:
        """Note that the value at `path` cannot be used."""
        if len(self._reported) < 1_000 and (path, problem) not in self._reported:
            self._reported.add((path, problem))
            self.gaps.append(self.at(*path).gap(f"`{clip('.'.join(path))}` {problem}; it was left out"))

    def _wrong(self, path: tuple[str, ...], value: object, kind: type[object]) -> None:
        self.wrong(path, f"is {describe(value)}, not {_WORDS.get(kind, kind.__name__)}")


def describe(value: object) -> str:
    """Name the kind of a parsed value for a message."""
    return _WORDS.get(type(value), f"a value of type {type(value).__name__}")
