"""
The closure of a project without a lock: uv resolves what its manifests declare, and its lock is read like any other.

uv sees only a project file that depscan writes into an empty folder, from names, versions, extras and markers; nothing
of the scanned repository. It installs nothing and builds nothing (`--no-build`): what has no wheel is left out and
named. Where packages come from is the user's business: uv's own configuration counts, else pip's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from depscan.knowledge import endpoints, targets
from depscan.model import Declaration, Ecosystem, Gap, Location, Source, normalised

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from depscan.knowledge.targets import Target

NAME = "depscan-resolution"
"""The project that uv is asked to lock; its own rows in the lock are no facts about the repository."""

_MOST_LEFT_OUT = 30
"""How many packages without a wheel, or that the index does not have, are left out before it is given up."""
_LOCK_BYTES = 100_000_000
_SAID = 100_000
_LEGAL = re.compile(r"[ -~]{1,2000}")
_PACKAGE = r"([A-Za-z0-9][A-Za-z0-9._-]*)"
_NO_WHEEL = re.compile(
    rf"Wheels are required for `{_PACKAGE}`"
    rf"|\b{_PACKAGE}(?:\[[^\]]*\])?(?:[=<>!~]\S+)? (?:has|have) no (?:usable )?wheels"
)
_NOT_FOUND = re.compile(rf"\b{_PACKAGE} was not found in the package registry")
_NO_VERSION = re.compile(
    rf"(?:there is no version of|only the following versions of|no versions of) {_PACKAGE}(?=[\[=<>!~\s])"
    rf"|only {_PACKAGE}(?:\[[^\]]*\])?[=<>!~]\S+ is available"
)
"""What uv says, in words that it does not promise to keep; what is not recognised becomes a gap in uv's words."""
_CREDENTIALS = re.compile(r"://[^\s/@]*@")
_FROM_USER = re.compile(
    r"UV_((DEFAULT_|EXTRA_)?INDEX.*|FIND_LINKS|KEYRING_PROVIDER|CACHE_DIR|CONFIG_FILE|NO_CONFIG|NATIVE_TLS|SYSTEM_CERTS|"
    r"INSECURE_HOST|HTTP_.*|CONCURRENT_.*|OFFLINE|REQUEST_TIMEOUT|CREDENTIALS_DIR)"
)
"""Settings of uv on where packages come from; all others could ask for something else than is to be resolved."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A lock that uv wrote."""

    path: str
    """Says how it came to be, and ends in `uv.lock`."""
    data: bytes


def find() -> str | None:
    """Where uv is: on the path, or installed beside depscan; `None` when it is not there."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    return shutil.which("uv") or (str(beside) if beside.is_file() else None)


def resolve(
    groups: Mapping[str, Sequence[Declaration]],
    *,
    target: str = "",
    index_url: str = "",
    timeout: float = 300,
    uv: str | None = None,
    today: str,
) -> Iterator[Resolved | Gap | Source]:
    """
    Yield a lock for each group of declarations, by folder of their project, and a gap for all that is not in it.

    `target` is a platform and a Python (`linux-x86_64-py311`), by default those that run; `timeout` is in seconds and
    for everything; `uv` is the program. Raises ConfigError when the target is not known.
    """
    wanted = targets.parse(target)
    program = uv or find()
    if program is None:
        reason = "uv is not installed, who requires whom is not known: pip install 'depscan-ml[online]'"
        yield Gap("knowledge", Location(""), reason)
        return
    try:
        run = _Run(program, wanted, index_url, time.monotonic() + timeout, today)
        for folder in sorted(groups):
            yield from run.group(folder, groups[folder])
    except (OSError, subprocess.TimeoutExpired) as error:
        yield Gap("knowledge", Location(""), f"uv could not be run, who requires whom is not known: {error}")
        return
    yield Source(f"package index, resolved by uv for {wanted}", run.version, today, offline=False)


class _Run:
    """uv, asked once for each group and again after each package that has to be left out."""

    def __init__(self, program: str, target: Target, index_url: str, deadline: float, today: str) -> None:
        self._program, self._target, self._deadline = program, target, deadline
        self._environment = _environment(index_url)
        said = subprocess.run(
            [program, "--version"], capture_output=True, timeout=20, check=False, env=self._environment, text=True
        ).stdout.split()
        self.version = _clip(said[1], 20) if len(said) > 1 else ""
        self._place = f"resolved (uv {self.version}, {target}, {today})"

    def group(self, folder: str, declarations: Sequence[Declaration]) -> Iterator[Resolved | Gap]:
        """What one project asks for; when that cannot be had together, what each of its manifests asks for."""
        asked: list[tuple[str, Declaration]] = []
        yield from _of_conda(declarations)
        for declaration in sorted(each for each in declarations if each.ecosystem is Ecosystem.PYPI):
            line, reason = _requirement(declaration)
            if line:
                asked.append((line, declaration))
            else:
                yield Gap("knowledge", declaration.location, reason)
        manifests = sorted({declaration.location.path for _, declaration in asked})
        found, failure = self._lock(folder, asked)
        if failure and len(manifests) > 1:
            where = Location(folder or manifests[0])
            yield Gap("knowledge", where, f"its manifests cannot be resolved together, each was alone: {failure}")
            parts = [(path, [each for each in asked if each[1].location.path == path]) for path in manifests]
        else:
            yield from found
            parts = []
            if failure:
                yield Gap("knowledge", Location(manifests[0]), f"cannot be resolved: {failure}")
        for path, part in parts:
            found, failure = self._lock(path, part)
            yield from found
            if failure:
                yield Gap("knowledge", Location(path), f"cannot be resolved: {failure}")

    def _lock(self, folder: str, asked: Sequence[tuple[str, Declaration]]) -> tuple[list[Resolved | Gap], str]:
        """The lock, and gaps for what had to be left out; or nothing, and what uv said when it gave up."""
        path = "/".join(part for part in (self._place, folder, "uv.lock") if part)
        places = {declaration.name: declaration.location for _, declaration in reversed(asked)}
        left_out: dict[str, str] = {}
        with tempfile.TemporaryDirectory(prefix="depscan-", ignore_cleanup_errors=True) as temporary:
            while kept := list(dict.fromkeys(line for line, each in asked if each.name not in left_out)):
                said = self._ask(Path(temporary), kept, sorted(left_out))
                absent = _absent(said, places)
                if not said or absent.keys() <= left_out.keys() or len(left_out) >= _MOST_LEFT_OUT:
                    break
                left_out |= absent
            else:
                said = ""
            if said:
                return [], _reason(said)
            lock = Path(temporary, "uv.lock")
            if kept and lock.stat().st_size > _LOCK_BYTES:
                return [], "the lock that uv wrote is too large"
            found: list[Resolved | Gap] = [Resolved(path, lock.read_bytes())] if kept else []
        for name, lacking in sorted(left_out.items()):
            reason = f"{name}: the index has {lacking} for {self._target}; what it requires is not known"
            found.append(Gap("knowledge", places.get(name, Location(path)), reason))
        return found, ""

    def _ask(self, folder: Path, lines: Sequence[str], left_out: Sequence[str]) -> str:
        """Have uv write its lock; what it says when it cannot."""
        minor = min(self._target.minor, sys.version_info.minor)  # uv insists that the running Python would do, too
        project = [
            "[project]",
            f'name = "{NAME}"',
            'version = "0"',
            f'requires-python = ">=3.{minor}"',
            f"dependencies = {json.dumps(lines)}",
            "[tool.uv]",
            f"environments = {json.dumps([self._target.marker])}",
            f"exclude-dependencies = {json.dumps(left_out)}",
        ]
        (folder / "pyproject.toml").write_text("\n".join(project), encoding="utf-8")
        command = [self._program, "lock", "--no-build", "--no-python-downloads", "--no-progress", "--color", "never"]
        command += ["--prerelease", "explicit", "--python", sys.executable, "--project", str(folder)]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=max(self._deadline - time.monotonic(), 0.1),
            )
        except subprocess.TimeoutExpired:
            return "uv was not done in time"
        if not done.returncode:
            return ""
        said = _CREDENTIALS.sub("://", done.stderr[-_SAID:].decode("utf-8", "replace"))
        return said.strip() or f"uv ended with status {done.returncode}"


def _absent(said: str, declared: Collection[str]) -> dict[str, str]:
    """The packages that the index does not have as they are asked for, and what it lacks."""
    wheelless = (first or second for first, second in _NO_WHEEL.findall(said))
    found = {name: "no wheel" for name in wheelless if name not in {"and", "versions"}}
    found |= dict.fromkeys(_NOT_FOUND.findall(said), "no such package")
    if not found:  # several requirements that exclude one another read alike, but for packages of a kind: theirs stay
        names = (first or second for first, second in _NO_VERSION.findall(said))
        found = {name: "no such version" for name in names if normalised(name) in declared}
    return {normalised(name): lacking for name, lacking in found.items()}


def _reason(said: str) -> str:
    """What uv gives as the cause, without what depscan knows itself."""
    causes = re.split(r"\n *cause: ", said.partition("\nhint: ")[0].partition("error: ")[2] or said)
    return _clip(causes[1] if "No solution found" in causes[0] and len(causes) > 1 else " ".join(causes), 400)


def _environment(index_url: str) -> dict[str, str]:
    """The user's environment, less what would make uv do something else; pip's indexes where uv knows of none."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("UV_") or _FROM_USER.fullmatch(key)}
    if index_url:
        return kept | {"UV_DEFAULT_INDEX": index_url}
    if any(key.startswith(("UV_DEFAULT_INDEX", "UV_INDEX", "UV_CONFIG_FILE")) for key in kept):
        return kept
    settings = endpoints.pip_settings()
    named = {"UV_DEFAULT_INDEX": "index-url", "UV_INDEX": "extra-index-url"}
    found = {variable: " ".join(settings[key].split()) for variable, key in named.items() if settings.get(key)}
    if "UV_INDEX" in found:
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip chooses among several
    return kept | found


def _of_conda(declarations: Sequence[Declaration]) -> Iterator[Gap]:
    by_file = dict[str, set[str]]()
    for declaration in declarations:
        if declaration.ecosystem is Ecosystem.CONDA:
            by_file.setdefault(declaration.location.path, set()).add(declaration.name)
    for path, names in sorted(by_file.items()):
        listed = _clip(", ".join(sorted(names)), 300)
        yield Gap("knowledge", Location(path), f"packages of conda were not resolved: {listed}")


def _requirement(declaration: Declaration) -> tuple[str, str]:
    """The requirement in PEP 508's words, or nothing and why it was not resolved."""
    from packaging.requirements import InvalidRequirement, Requirement

    if declaration.url:
        return "", f"{declaration.name} comes from an address and was not resolved: what it requires is not known"
    extras = f"[{','.join(declaration.extras)}]" if declaration.extras else ""
    marker = f" ; {declaration.marker}" if declaration.marker else ""
    text = f"{declaration.name}{extras}{declaration.specifier}{marker}"
    try:
        legal = _LEGAL.fullmatch(text) and not Requirement(text).url
    except (InvalidRequirement, RecursionError):
        legal = False
    return (text, "") if legal else ("", f"{_clip(declaration.name, 100)} was not resolved: not written plainly")


def _clip(text: str, length: int) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * length]).split())
    return line if len(line) <= length else line[:length] + "…"
