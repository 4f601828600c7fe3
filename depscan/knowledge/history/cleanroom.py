"""
Runs git on foreign objects from a git directory of our own.

The configuration, hooks, attributes, references, grafts and remotes of the scanned repository are not where git looks:
the room holds three lines of configuration and one commit id, and only `GIT_OBJECT_DIRECTORY` points outside. Nothing
is fetched: no remote is known there, and no protocol allowed. Time and memory of git are bounded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from depscan.knowledge.history.store import Unread

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from depscan.knowledge.history.store import Store

OLDEST = (2, 32)
"""The first git that can be told to read no configuration of the user or the machine."""
MEMORY = 2 << 30
"""Bytes of address space for git, where the system can bound it."""

_CHUNK = 1 << 18
_LINE = 1 << 20
_ERRORS = 2000
_LATE = "reading it took longer than it may; raise the time limit, or ask for an earlier day"
_SETTINGS = (
    "core.quotePath=false",
    "core.commitGraph=false",  # written by whoever made the repository, and believed unseen
    "core.packedGitWindowSize=32m",
    "core.packedGitLimit=512m",
    "diff.renameLimit=99999",
)


class GitFailed(Unread):
    """git ended with an error: objects are missing or damaged, or it needed more memory than it may have."""


class TooSlow(Unread):
    """The deadline passed while git was running."""


class Room:
    """A git directory of our own, on top of the objects of another one."""

    def __init__(self, program: str, folder: Path, objects: Path) -> None:
        self._program, self._folder = program, folder
        self._environment = _environment(folder, objects)

    def lines(self, *arguments: str, deadline: float) -> Generator[bytes, None, None]:
        """What `git ARGUMENTS` writes, line by line without line ends; `deadline` is on the monotonic clock."""
        if deadline <= time.monotonic():
            raise TooSlow(_LATE)
        errors = self._folder / "errors"
        with errors.open("wb") as sink, self._started(arguments, sink.fileno()) as process:
            late = threading.Event()
            timer = threading.Timer(deadline - time.monotonic(), _stop, (process, late))
            timer.daemon = True
            timer.start()
            try:
                yield from _split(process)
                process.wait()
            finally:
                timer.cancel()
                process.kill()
        if late.is_set():
            raise TooSlow(_LATE)
        if process.returncode:
            raise GitFailed(_complaint(errors.read_bytes()[:_ERRORS]))

    def _started(self, arguments: tuple[str, ...], errors: int) -> subprocess.Popen[bytes]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        process = subprocess.Popen(
            [self._program, "--no-pager", "--no-replace-objects", *settings, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=self._folder,
            env=self._environment,
            bufsize=0,
        )
        if sys.platform == "linux":
            import resource

            # a child that has already ended needs no bound
            with suppress(ProcessLookupError, PermissionError):
                resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        return process


@contextmanager
def enter(store: Store) -> Iterator[Room]:
    """A room on top of the objects in `store`, gone afterwards; Unread when there is no git to work in it."""
    program = _program()
    with tempfile.TemporaryDirectory(prefix="depscan-git-") as name:
        folder = Path(name)
        (folder / "refs").mkdir()
        (folder / "objects").mkdir()
        sha256 = len(store.head) == 64
        extension = "[extensions]\n\tobjectFormat = sha256\n" if sha256 else ""
        config = f"[core]\n\tbare = true\n\trepositoryFormatVersion = {int(sha256)}\n{extension}"
        (folder / "config").write_text(config, encoding="ascii")
        (folder / "HEAD").write_text(f"{store.head}\n", encoding="ascii")
        if store.shallow:
            (folder / "shallow").write_text("".join(f"{commit}\n" for commit in store.shallow), encoding="ascii")
        yield Room(program, folder, store.objects)


def _program() -> str:
    program = shutil.which("git")
    if program is None or not Path(program).is_absolute():  # one beside the scanned files is not the user's git
        raise Unread("git is not installed, and the history is read with it")
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, check=True, timeout=10, cwd=os.sep, env=_outside()
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unread("git is installed but does not answer") from error
    found = re.search(rb"(\d+)\.(\d+)", answer)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise Unread(f"git {'.'.join(map(str, OLDEST))} or newer is needed to read a foreign history safely")
    return program


def _environment(folder: Path, objects: Path) -> dict[str, str]:
    return _outside() | {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_DIR": str(folder),
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PAGER": "cat",
    }


def _outside() -> dict[str, str]:
    """Nothing of the caller's environment but where programs are: above all no variable that git obeys."""
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _split(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := cast("IO[bytes]", process.stdout).read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > _LINE:
            raise GitFailed(f"a line of its history is longer than {_LINE:,} bytes")
    if rest:
        yield rest


def _complaint(errors: bytes) -> str:
    words = errors.lower()
    if any(sign in words for sign in (b"out of memory", b"malloc failed", b"mmap failed", b"cannot allocate")):
        return "git needed more memory than it may have"
    return (
        "git could not read its objects, some are missing or damaged: clone it whole (no --filter), or see what"
        " `git fsck` says"
    )
