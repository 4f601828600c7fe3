"""What is asked of a worker, and what it answers."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from depscan import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all files of a run."""

    uses: bool = True
    naming: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One file: its imports and uses, or, if names are `asked` for, what it says of these to `code.models`."""

    path: str
    data: bytes
    asked: frozenset[str] | None = None


class Worker:
    """Does jobs one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._encoder = msgspec.msgpack.Encoder()
        self._statements = code.Statements()

    def do(self, jobs: Iterable[Job]) -> tuple[bytes, ...]:
        """Read the files of all jobs; of each what was asked, encoded."""
        with uncollected():
            return tuple(self._encoder.encode(self._one(job)) for job in jobs)

    def _one(self, job: Job) -> object:
        if job.asked is not None:
            return code.models.read(job.path, job.data, job.asked)
        return code.read(job.path, job.data, self._statements, uses=self._settings.uses, naming=self._settings.naming)


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Without the search for cyclic garbage.

    Trees of syntax are millions of objects without a cycle; to look through them takes a third of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
