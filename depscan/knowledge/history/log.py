"""
Reads `git log` as it comes and keeps per file only who added it and how often who changed it.

The memory it takes grows with the pairs of file and author, not with the commits.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.knowledge.history.people import Identity
from depscan.knowledge.history.sources import is_source
from depscan.knowledge.history.store import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FORMAT = (
    "--format=%x00%ct%x00%P%x00%(trailers:key=PiperOrigin-RevId,key=fbshipit-source-id,valueonly,separator=%x2c)"
    "%x00%aE%x00%aN"
)
"""A line that starts with a zero byte: no path does, and no name can hold one."""
PAIRS = 8_000_000
"""More pairs of file and author are not kept."""

_STEP = 500
_ADDED = 1
_CHANGED = 2
_LATEST = 253_402_300_799  # the last second of the year 9999


class Ledger:
    """What the figures need to know of a history."""

    def __init__(self, window: tuple[int, int] | None) -> None:
        self.window = window
        """First and last second of the days that count as recent."""
        self.identities: list[Identity] = []
        self.commits: list[int] = []
        """By identity: commits, without merges."""
        self.recent: list[int] = []
        """By identity: those in the window."""
        self.last: list[int] = []
        """By identity: time of the newest commit, merges included."""
        self.touched: defaultdict[str, dict[int, int]] = defaultdict(dict)
        """By file and identity: twice the number of changes, plus one for who added it."""
        self.renamed: defaultdict[str, set[str]] = defaultdict(set)
        """By file: the names it had before."""
        self.synced = 0
        """Commits that a tool copied from a repository elsewhere, by the mark it left."""
        self.largest = (0, 0)
        """Source files that one commit added, at most, and its time."""
        self._number: dict[tuple[bytes, bytes], int] = {}
        self._pairs = 0

    def read(self, lines: Iterable[bytes], progress: Callable[[int], None]) -> None:
        """Enter all lines of a `git log --name-status` in `FORMAT`; `progress` is told the commits read so far."""
        who, when, adding = -1, 0, 0
        for number, line in enumerate(lines):
            if line[:1] == b"\0":
                self.largest = max(self.largest, (adding, when))
                who, when = self._commit(line)
                adding = 0
            elif line and who >= 0:
                adding += self._change(line, who)
            if number % _STEP == 0:
                progress(sum(self.commits))
        self.largest = max(self.largest, (adding, when))
        progress(sum(self.commits))

    def _commit(self, line: bytes) -> tuple[int, int]:
        fields = line.split(b"\0", 5)
        if len(fields) < 6:
            raise Unread("a commit of its history is malformed")
        _, time, parents, sync, email, name = fields
        who = self._number.get((email, name))
        if who is None:
            who = self._identity(email, name)
        when = min(int(time), _LATEST) if time.isdigit() else 0
        self.last[who] = max(self.last[who], when)
        if b" " in parents:
            return who, when  # a merge: no changes of its own, but somebody was at work
        self.commits[who] += 1
        self.synced += bool(sync)
        if self.window and self.window[0] <= when <= self.window[1]:
            self.recent[who] += 1
        return who, when

    def _identity(self, email: bytes, name: bytes) -> int:
        number = self._number[email, name] = len(self.identities)
        self.identities.append(Identity(name.decode("utf-8", "replace"), email.decode("utf-8", "replace").lower()))
        for column in (self.commits, self.recent, self.last):
            column.append(0)
        return number

    def _change(self, line: bytes, who: int) -> int:
        """Whether a source file was added."""
        status, *paths = line.decode("utf-8", "surrogateescape").split("\t")
        kind = status[:1]
        if kind not in "AMR" or len(paths) != (2 if kind == "R" else 1):
            return 0
        path = paths[-1]
        if kind == "R":
            self.renamed[path].add(paths[0])
        shares = self.touched[path]
        before = shares.get(who)
        if before is None:
            self._pairs += 1
            if self._pairs > PAIRS:
                raise Unread(f"more than {PAIRS:,} pairs of file and author: the history is too large to weigh")
            before = 0
        shares[who] = before | _ADDED if kind == "A" else before + _CHANGED
        return kind == "A" and is_source(path)
