"""The parent's side: children, what they are given, and what becomes of those that end."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec

from depscan.workers.child import receive, send
from depscan.workers.tasks import Job, Settings, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

CHUNK = 768 << 10
"""Bytes of source that are handed over at once; a run with less in all starts no child."""
SECONDS = 60.0
"""For one file; a chunk may take as much more as it has files, up to ten times that."""
MOST = 16
_GRACE = 0.5
_VALUES = msgspec.msgpack.Decoder(tuple[bytes, ...])
_PROGRAM = (
    "import os, sys; target = os.fdopen(os.dup(1), 'wb'); os.dup2(2, 1); sys.path[:] = {path!r}; "
    "from depscan.workers import child; child.main(target)"
)
"""What an imported module prints must not end up among the answers."""

Result = tuple[Job, bytes | str]
"""A job with its encoded value, or with the reason why there is none."""


def processors() -> int:
    """How many of them this process may use: by affinity, and by the quota of its control group."""
    number = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        number = min(number, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):
        pass  # no such group, or no quota
    return min(number, MOST)


class Crew:
    """
    Does jobs in any order; `add` hands them in, `take` and `finish` give back what is done.

    With one process, or as long as there is less than a chunk, the work is done here.
    """

    def __init__(self, settings: Settings, *, processes: int = 0) -> None:
        """Nothing is started before there is enough to do; `processes` of 0 means as many as there are processors."""
        self._settings = settings
        self._own = Worker(settings)
        self._most = (processes or processors()) if sys.executable else 1
        self._waiting: list[Job] = []
        self._size = 0
        self._given = 0
        self.lost = 0
        """Jobs that nothing came of: another run may do them."""
        self._hands: list[_Hand] = []
        self._todo: queue.Queue[list[Job] | None] = queue.Queue(maxsize=self._most)
        self._done: queue.SimpleQueue[list[Result]] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, job: Job) -> None:
        """Take a job; waits while every child has one chunk waiting."""
        self._waiting.append(job)
        self._size += len(job.data)
        if self._size >= CHUNK and self._most > 1:
            self._hand_over()

    def take(self) -> Iterator[Result]:
        """What is done by now."""
        while not self._done.empty():
            yield from self._taken()

    def finish(self) -> Iterator[Result]:
        """What was not yet taken, when all is done."""
        if self._waiting and self._hands:
            self._hand_over()
        waiting, self._waiting, self._size = self._waiting, [], 0
        for job in waiting:
            yield job, self._own.do([job])[0]
        while self._given:
            yield from self._taken()

    def close(self) -> None:
        """End all children, also those that are at work."""
        for hand in self._hands:
            hand.dismiss()
        self._empty()
        for _ in self._hands:
            self._todo.put(None)
        for hand in self._hands:
            hand.join()
        self._hands = []

    def _empty(self) -> None:
        try:
            while True:
                self._todo.get_nowait()
        except queue.Empty:
            return

    def _hand_over(self) -> None:
        if len(self._hands) < self._most:
            self._hands.append(_Hand(self._settings, self._todo, self._done))
        self._given += 1
        self._todo.put(self._waiting)
        self._waiting, self._size = [], 0

    def _taken(self) -> list[Result]:
        results = self._done.get()
        self._given -= 1
        self.lost += sum(isinstance(value, str) for _, value in results)
        return results


class _Hand(threading.Thread):
    """A thread that keeps one child busy; it only waits, so that threads do not stand in each other's way."""

    def __init__(
        self,
        settings: Settings,
        todo: queue.Queue[list[Job] | None],
        done: queue.SimpleQueue[list[Result]],
    ) -> None:
        super().__init__(daemon=True)
        self._settings = msgspec.msgpack.encode(settings)
        self._todo = todo
        self._done = done
        self._child: subprocess.Popen[bytes] | None = None
        self._dismissed = False
        self.start()

    def run(self) -> None:
        """Do chunk after chunk, until there is `None`."""
        while (chunk := self._todo.get()) is not None:
            results: list[Result] = [(job, "the thread that had it read ended") for job in chunk]
            try:
                results = self._read(chunk)
            finally:  # whatever happens, the parent does not wait in vain
                self._done.put(results)
        if self._child is not None:
            self._child.kill()
            self._end()

    def dismiss(self) -> None:
        """Stop at once."""
        self._dismissed = True
        if self._child is not None:
            self._child.kill()

    def _read(self, chunk: list[Job]) -> list[Result]:
        answer = self._ask(chunk, SECONDS * min(len(chunk), 10))
        if not isinstance(answer, str):
            return list(zip(chunk, answer, strict=True))
        if len(chunk) == 1:
            return [(chunk[0], answer)]
        # one of them ends whoever reads it: which one is seen when each is read alone
        return [result for job in chunk for result in self._read([job])]

    def _ask(self, chunk: list[Job], seconds: float) -> tuple[bytes, ...] | str:
        """The child's answer, or what became of it."""
        if self._dismissed:
            return "the run was stopped"
        stalled = threading.Event()
        try:
            child = self._child or self._start()
            clock = threading.Timer(seconds, _stop, (child, stalled))
            clock.daemon = True
            clock.start()
            try:
                send(_stream(child.stdin), msgspec.msgpack.encode(chunk))
                return _VALUES.decode(receive(_stream(child.stdout)))
            finally:
                clock.cancel()
        except (OSError, EOFError, msgspec.DecodeError) as error:
            status = self._end()
            if stalled.is_set():
                return f"it took more than {seconds:.0f} seconds"
            return f"the process that read it ended ({_told(status) or error})"

    def _start(self) -> subprocess.Popen[bytes]:
        """A child that sees no module of the scanned folder, and no variable of the environment that Python heeds."""
        own = str(Path(__file__).resolve().parents[2])
        path = list(dict.fromkeys([*(each for each in sys.path if Path(each).is_absolute()), own]))
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path.cwd().anchor,
        )
        if self._dismissed:  # while the child was being started
            self._child.kill()
        send(_stream(self._child.stdin), self._settings)
        return self._child

    def _end(self) -> int:
        """End the child and tell its status."""
        child, self._child = self._child, None
        if child is None:
            return 0
        with suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE)  # of one that has died by itself the status is of interest
        child.kill()
        with suppress(OSError):  # what was left to write has no reader
            _stream(child.stdin).close()
        _stream(child.stdout).close()
        return child.wait()


def _stop(child: subprocess.Popen[bytes], stalled: threading.Event) -> None:
    stalled.set()
    child.kill()


def _stream(stream: object) -> BinaryIO:
    return stream  # type: ignore[return-value]


def _told(status: int) -> str:
    if not status:
        return ""
    return f"signal {-status}" if status < 0 else f"status {status}"
