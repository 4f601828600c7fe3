"""Small repositories with fixed people and dates, written with `git fast-import`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

PEOPLE = {
    "ann": ("Ann Archer", "ann@acme.test"),
    "bob": ("Bob Baker", "bob@acme.test"),
    "cid": ("Cid Cooper", "cid@gmail.com"),
    "dot": ("Dot Draper", "dot@home.test"),
}


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


class Builder:
    """Collects commits on one branch; `write` makes the repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day = "2024-01-01"
        self._stream: list[bytes] = []
        self._mark = 0
        self._top = 0

    def commit(
        self,
        who: str,
        files: Mapping[str, str | None] = {},
        *,
        day: str = "",
        renames: Mapping[str, str] = {},
        message: str = "work",
        parent: int | None = None,
        merge: int = 0,
    ) -> int:
        """A commit by one of `PEOPLE`, or by `Name <address>`; no content deletes a file."""
        name, email = PEOPLE[who] if who in PEOPLE else (who.partition(" <")[0], who.partition(" <")[2].rstrip(">"))
        self.day = day or self.day
        self._mark += 1
        stamp = f"{name} <{email}> {seconds(self.day)} +0000"
        lines = [f"commit refs/heads/main\nmark :{self._mark}\nauthor {stamp}\ncommitter {stamp}\n"]
        lines += [f"data {len(message.encode())}\n{message}\n"]
        above = self._top if parent is None else parent
        lines += [f"from :{above}\n"] if above else []
        lines += [f"merge :{merge}\n"] if merge else []
        lines += [f"R {old} {new}\n" for old, new in renames.items()]
        for path, content in files.items():
            text = content or ""
            edit = f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
            lines += [f"D {path}\n" if content is None else edit]
        self._stream += [line.encode() for line in lines]
        self._top = self._mark
        return self._mark

    def filler(self, who: str, number: int = 30) -> None:
        """Commits that touch no source file: below thirty there are no figures."""
        for at in range(number):
            self.commit(who, {"notes.txt": f"{who} {at}"})

    def write(self, *, bare: bool = True, fetched: str = "2024-06-01", options: tuple[str, ...] = ()) -> Path:
        """The repository, as it was fetched on that day; empty: it does not show."""
        self.git("init", "-q", *(["--bare"] if bare else []), *options, str(self.folder), cwd=self.folder.parent)
        git_dir = self.folder if bare else self.folder / ".git"
        (git_dir / "HEAD").write_text("ref: refs/heads/main\n")
        if self._stream:
            self.git("-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet", data=b"".join(self._stream))
        if fetched:
            (git_dir / "FETCH_HEAD").write_text("fetched\n")
            os.utime(git_dir / "FETCH_HEAD", (seconds(fetched),) * 2)
        return self.folder

    def git(self, *arguments: str, data: bytes = b"", cwd: Path | None = None) -> str:
        """What git says when it is asked in the usual way."""
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        stamp = {"GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}
        environment = {**kept, **stamp, "HOME": str(self.folder.parent), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *arguments], input=data, cwd=cwd or self.folder, env=environment, capture_output=True, check=True
        )
        return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Builder:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    return Builder(tmp_path / "repository")
