"""
Who wrote the code of a repository and who still works on it: truck factor, live figures, absence factors.

Reads git objects only, by a git that sees nothing else of the repository. A figure that cannot be known is None and a
gap says why; nothing here raises for what a repository holds.
"""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from depscan.errors import DepscanError
from depscan.knowledge.history import cleanroom, store
from depscan.knowledge.history.figures import Reference, figures
from depscan.knowledge.history.log import FORMAT, Ledger
from depscan.knowledge.history.sources import is_source
from depscan.knowledge.history.store import Unread
from depscan.model.facts import Gap, Location
from depscan.model.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from depscan.knowledge.history.cleanroom import Room
    from depscan.knowledge.history.store import Store

__all__ = ["measure"]

TIMEOUT = 300.0
STALE = timedelta(days=30)
"""A clone that was fetched longer ago than this says nothing of who is active on the day asked for."""
YEAR = timedelta(days=365)

_LOG = ("log", "--name-status", "--no-ext-diff", "--no-textconv", "--no-color", "--diff-merges=off", "--root", FORMAT)
_FILES = 1_000_000
_EARLIEST = date(1972, 1, 1)
"""There are 365 days before it that git can count: its time begins in 1970."""


def measure(
    root: Path,
    *,
    as_of: str = "",
    aliases: Mapping[str, str] | Path | None = None,
    exclude: Collection[str] = (),
    today: str = "",
    timeout: float = TIMEOUT,
    progress: Callable[[int], None] = lambda _: None,
) -> History:
    """
    The figures of the repository in `root`: a work tree, a bare repository or a git directory.

    `as_of` (an ISO date) measures the last commit of that day on the first-parent line, and takes it for the day that
    the live figures refer to; without it that is the day of the last fetch. `aliases` says which names are another's,
    or is a file in the format of `.mailmap`. Files in `exclude` do not count. `today` guards against clocks that run
    ahead, and tells a stale clone. `progress` is told the commits read so far.
    """
    asked, now = _date(as_of), _date(today)
    if asked and now and asked > now + timedelta(days=1):
        raise DepscanError(f"the day asked for is yet to come: {asked}")
    if isinstance(aliases, Path) and not aliases.is_file():
        raise DepscanError(f"no such file of aliases: {aliases}")
    deadline = time.monotonic() + timeout
    try:
        repository = store.find(Path(root))
        reference = _reference(repository, asked, now)
        with cleanroom.enter(repository) as room:
            return _measured(room, repository, reference, aliases, frozenset(exclude), deadline, progress)
    except Unread as error:
        reason = str(error)
    except OSError as error:
        reason = f"git cannot be run ({error.strerror})"
    return nothing(f"the history was not read: {reason}", str(asked or ""), "given" if asked else "")


def nothing(reason: str, as_of: str = "", source: str = "", revision: str = "", committed: str = "") -> History:
    """A history of which nothing is known, for this reason."""
    return History(
        as_of=as_of, as_of_source=source, revision=revision, committed=committed, commits=None, files=None, people=None,
        truck_factor=None, live_truck_factor=None, orphan_share=None, detached=None, contributor_absence_factor=None,
        contributors=None, elephant_factor=None, attributable_share=None, bot_share=None, renames="",
        gaps=(Gap("history", Location("."), reason),),
    )  # fmt: skip


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise DepscanError(f"not a date (YYYY-MM-DD): {text}") from error
    if day and day < _EARLIEST:
        raise DepscanError(f"no commit is that old: {text}")
    return day


def _reference(repository: Store, asked: date | None, now: date | None) -> Reference:
    """The day that the live figures refer to, and what is to be said about it."""
    fetched = repository.fetched
    if fetched and now and fetched > now + timedelta(days=1):
        fetched = None  # a clock was wrong, then or now
    if asked:
        if fetched and asked - fetched > STALE:
            return Reference(
                None, asked, str(asked), "given",
                f"live figures are not known: the clone was last fetched on {fetched}, what happened until {asked} is"
                " not in it; fetch again, or ask for an earlier day",
            )  # fmt: skip
        return Reference(asked, asked, str(asked), "given")
    if fetched is None:
        return Reference(
            None, None, "", "",
            "live figures are not known: the clone does not show when it was last fetched; say for which day"
            " (--as-of)",
        )  # fmt: skip
    stale = bool(now and now - fetched > STALE)
    remark = f"the clone was last fetched on {fetched}: the live figures are of that day" if stale else ""
    return Reference(fetched, None, str(fetched), f"last fetch, by {repository.fetched_by}", remark)


def _measured(
    room: Room,
    repository: Store,
    reference: Reference,
    aliases: Mapping[str, str] | Path | None,
    exclude: frozenset[str],
    deadline: float,
    progress: Callable[[int], None],
) -> History:
    revision, committed = _revision(room, repository.head, reference.asked, deadline)
    if repository.shallow:
        return nothing(
            "the clone is shallow: who wrote what is not in it; run `git fetch --unshallow` first",
            reference.label, reference.source, revision, committed,
        )  # fmt: skip
    files = _sources(room, revision, exclude, deadline)
    names = ["-c", f"mailmap.blob={revision}:.mailmap"]
    if isinstance(aliases, Path):
        names += ["-c", f"mailmap.file={aliases.resolve()}"]
    window = _window(reference.day)
    ledger, renames = _ledger(room, [*names, *_LOG], revision, window, deadline, progress)
    joined = {} if aliases is None or isinstance(aliases, Path) else aliases
    return figures(ledger, joined, files, reference, revision, committed, renames)


def _window(day: date | None) -> tuple[int, int] | None:
    if day is None:
        return None
    return _end(day - YEAR) + 1, _end(day)


def _end(day: date) -> int:
    """The last second of the day."""
    return int(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC).timestamp())


def _revision(room: Room, head: str, asked: date | None, deadline: float) -> tuple[str, str]:
    """The commit to measure, and its day."""
    before = [f"--before=@{_end(asked)} +0000"] if asked else []
    line = ["log", "-1", "--first-parent", "--format=%H %cd", "--date=format-local:%Y-%m-%d"]
    found = list(room.lines(*line, *before, head, "--", deadline=deadline))
    if not found:
        raise Unread(f"no commit on or before {asked}")
    revision, _, committed = found[0].decode("ascii", "replace").partition(" ")
    return revision, committed


def _sources(room: Room, revision: str, exclude: frozenset[str], deadline: float) -> list[str]:
    found: list[str] = []
    with closing(room.lines("ls-tree", "-r", "--full-tree", revision, deadline=deadline)) as lines:
        for number, line in enumerate(lines):
            if number >= _FILES:
                raise Unread(f"its tree has more than {_FILES:,} files")
            mode, _, path = line.decode("utf-8", "surrogateescape").partition("\t")
            if mode.startswith("100") and is_source(path) and path not in exclude:
                found.append(path)
    return found


def _ledger(
    room: Room,
    log: list[str],
    revision: str,
    window: tuple[int, int] | None,
    deadline: float,
    progress: Callable[[int], None],
) -> tuple[Ledger, str]:
    """The history, renames found by comparing contents if these are there and time allows, else by equal content."""
    now = time.monotonic()
    try:
        return _read(room, [*log, "-M", revision], window, now + (deadline - now) / 2, progress), "similar"
    except (cleanroom.GitFailed, cleanroom.TooSlow):
        return _read(room, [*log, "-M100%", revision], window, deadline, progress), "exact"


def _read(
    room: Room, log: list[str], window: tuple[int, int] | None, deadline: float, progress: Callable[[int], None]
) -> Ledger:
    ledger = Ledger(window)
    with closing(room.lines(*log, "--", deadline=deadline)) as lines:
        ledger.read(lines, progress)
    return ledger
