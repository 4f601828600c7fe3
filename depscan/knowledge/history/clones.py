"""Clones of the source repositories of libraries, in the cache: bare, without tags, by a git that runs nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from depscan.errors import DepscanError

if TYPE_CHECKING:
    from collections.abc import Collection

TIMEOUT = 900.0
"""Seconds for one clone."""

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "transfer.fsckObjects=true",
    "http.followRedirects=initial",
    "protocol.allow=never",
)


class NotCloned(DepscanError):
    """The repository cannot be had; the message says why, without credentials."""


def fetch(url: str, folder: Path, *, schemes: Collection[str] = ("https",), timeout: float = TIMEOUT) -> Path:
    """
    The bare clone of `url` below `folder`: made anew, or the one there brought up to date.

    Only `schemes` are spoken, which are not those that run programs; no credentials are asked for. Raises NotCloned.
    """
    parts = urlsplit(url)
    if parts.scheme not in schemes or "@" in parts.netloc or not url.isprintable() or url.startswith("-"):
        raise NotCloned(f"{url[:100]!r} is no address that is cloned from")
    program = shutil.which("git")
    if program is None:
        raise NotCloned("git is not installed")
    target = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.git"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="clone-", dir=folder, ignore_cleanup_errors=True) as name:
            fresh = Path(name, "repository.git")
            _git(program, schemes, timeout, "clone", "--bare", "--no-tags", "--single-branch", "--", url, str(fresh))
            if target.exists():
                shutil.rmtree(target)
            fresh.rename(target)
    except OSError as error:
        raise NotCloned(f"the cache cannot be written: {error.strerror or error}") from error
    (target / "FETCH_HEAD").write_text(f"{url}\n", encoding="utf-8")  # its date is the day that live figures refer to
    return target


def _git(program: str, schemes: Collection[str], timeout: float, *arguments: str) -> None:
    settings = [*_SETTINGS, *(f"protocol.{scheme}.allow=always" for scheme in sorted(schemes))]
    words = [word for setting in settings for word in ("-c", setting)]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_ASKPASS": ""}
    try:
        done = subprocess.run(
            [program, *words, *arguments],
            env=kept | quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotCloned(f"cloning took longer than {timeout:.0f} seconds") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git ended without a word"]
        reason = next((line for line in lines if line.startswith("fatal:")), lines[-1])
        raise NotCloned("".join(char for char in reason[:300] if char.isprintable()))
