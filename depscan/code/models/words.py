"""Where the names of a source text stand, found without a tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from depscan.code.models import patterns

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_NAME = re.compile(rb"[A-Za-z_]\w*+")
_VISION = re.compile(rb"\bmodels\.(?:\w+\.)*(\w+)")
_VISION_IMPORT = re.compile(rb"from torchvision\.models[\w.]* import \(?([^)\n]*)")
_RENAMED = re.compile(rb"[ \t]+as[ \t]+(\w+)")
_ASSIGNED = re.compile(rb"[ \t]*(\w+)[ \t]*=(?!=)")
_VISION_MODELS = re.compile(rb"torchvision\.models|from torchvision import[^\n]*\bmodels")
_IN_NAME = re.compile(rb"\w").match
_USED = re.compile(rb"[ \t]*(?:[(\[,)\n#]|if\b|else\b|or\b|as\b)")
_LISTED = re.compile(rb"[ \t]*(?:[,)\n#]|=(?!=)|as\b)")
_DEFINING = re.compile(rb"(?:def|class|import)[ \t]+\Z")
_MOVED = re.compile(rb"\bopenai\.(?:api_base|base_url)[ \t]*=(?!=)")
HUB_FILE = re.compile(
    rb"https://(?:huggingface|hf)\.co/(?!spaces/)(?:datasets/)?[\w.\-]+/[\w.\-]+/(?:resolve|raw|blob)/"
    rb"(?![^\n'\"]*\.(?:png|jpe?g|gif|webp|svg|mp4|wav|mp3|flac|ogg|npy|md)\b)"
)
"""A file of a repository on the hub, less what only illustrates."""
_GLOBAL = re.compile(rb"\bglobal[ \t]")
_DERIVED = re.compile(rb"[ \t]*class[ \t]+(\w+)[ \t]*\(")
_ENDS = re.compile(rb"[ \t]*\)?[ \t]*(?:\n|\Z|#|if\b|or\b)")


class Words:
    """The names of one text."""

    def __init__(self, text: bytes, path: str) -> None:
        self._text = text
        self._found: dict[bytes, list[int]] = {}
        self._names = frozenset(_NAME.findall(text)).union(path.encode("utf-8", "replace").split(b"/")[:-1])

    def lines(self, names: AbstractSet[str]) -> list[int]:
        """The lines that call one of these names, or hand it on, ascending."""
        held = self._names.intersection(map(str.encode, names))
        return sorted({bisect_right(self._ends, at) + 1 for name in held for at in self._calls(name)})

    @property
    def client_moved(self) -> bool:
        """Whether the client of the openai module is pointed to another host."""
        return b"openai" in self._names and _MOVED.search(self._text) is not None

    def marks(self) -> list[int]:
        """The lines that declare a name global, or hold an address on the hub."""
        found = [match.start() for match in HUB_FILE.finditer(self._text)] if b"://h" in self._text else []
        if b"global" in self._names:
            found += [match.start() for match in _GLOBAL.finditer(self._text)]
        return [bisect_right(self._ends, at) + 1 for at in found]

    def callables(self, wanted: frozenset[str]) -> frozenset[str]:
        """The names that callables of the table, and those that are wanted, may have in this text."""
        names = patterns.reached(self._text, self._names) | self._open_ended() | wanted
        return names | self._aliases(names)

    def _calls(self, name: bytes) -> list[int]:
        """Where the name is called, or stands as an argument, as far as it may be more than a variable."""
        text = self._text
        found = []
        imported = self._is_imported(name)
        for at in self._where(name):
            member = text[at - 1 : at] == b"."
            if name == b"pipelines" or ((member or imported) and _USED.match(text, at + len(name))):
                found.append(at)
        return found

    def _is_imported(self, name: bytes) -> bool:
        """Whether the name alone may be a callable: imported, defined or assigned in this text."""
        return self._imports_all or any(
            _LISTED.match(self._text, at + len(name)) or _DEFINING.search(self._text, max(0, at - 12), at)
            for at in self._where(name)
            if self._text[at - 1 : at] != b"."
        )

    def _where(self, name: bytes) -> list[int]:
        if name not in self._found:
            text, found, at = self._text, [], self._text.find(name)
            while at >= 0:
                after = at + len(name)
                if not ((at and _IN_NAME(text, at - 1)) or _IN_NAME(text, after)):
                    found.append(at)
                at = text.find(name, after)
            self._found[name] = found
        return self._found[name]

    @cached_property
    def _imports_all(self) -> bool:
        return b"import *" in self._text

    @cached_property
    def _ends(self) -> list[int]:
        return [found.start() for found in re.finditer(rb"\n", self._text)]

    def _open_ended(self) -> frozenset[str]:
        """Names that rows with a `*` at the end may mean."""
        found = set()
        if b"EmbeddingFunction" in self._text or b"build_sam" in self._text:
            found = {
                name for name in self._names if name.endswith(b"EmbeddingFunction") or name.startswith(b"build_sam")
            }
        if b"torchaudio" in self._names:
            found.add(b"pipelines")
        if b"torchvision" in self._names and _VISION_MODELS.search(self._text):
            found.update(_VISION.findall(self._text))
            found.update(name for names in _VISION_IMPORT.findall(self._text) for name in _NAME.findall(names))
        return frozenset(name.decode("utf-8", "replace") for name in found)

    def _aliases(self, names: AbstractSet[str]) -> frozenset[str]:
        """Names that the text gives to one of these: `x as y`, `y = a.x` up to the end of the line, `class y(x)`."""
        found = set()
        text = self._text
        for name in self._names.intersection(map(str.encode, names)):
            for at in self._where(name):
                end = at + len(name)
                renamed = _RENAMED.match(text, end)
                line = text.rfind(b"\n", 0, at) + 1
                derived = _DERIVED.match(text, line, at)
                if renamed:
                    found.add(renamed[1])
                elif derived:
                    found |= {derived[1], b"__init__"}
                elif _ENDS.match(text, end):
                    assigned = _ASSIGNED.match(text, line)
                    if assigned and assigned[1] != name:
                        found.add(assigned[1])
        return frozenset(name.decode("utf-8", "replace") for name in found)
