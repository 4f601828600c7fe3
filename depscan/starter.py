"""`depscan init`: the settings of a folder, every one of them explained and none of them set."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from depscan.errors import ConfigError

_SETTINGS = """\
# Settings of depscan. Each line shows a setting; without it the default holds. docs/configuration.md explains them all.

# Rules to apply, by code or prefix; all when empty.
# select = ["DS1", "DS4"]

# Rules to leave out: a code, a prefix, or either for one package.
# ignore = ["DS105", "DS103:tensorboard"]

# Files and folders to leave out, as in .gitignore.
# exclude = ["third_party/", "*_pb2.py"]

# Lowest severity that makes the command exit 1: low, medium (the default), high or critical.
# fail-on = "high"

# Count references to imported names (call sites, API surface); false is faster.
# uses = true

# Do not look for the AI models and datasets that code, configuration and weights name.
# models = false

# Import names that depscan cannot know, and the distributions that provide them.
# [{table}import-names]
# "acme.vision" = ["acme-vision-internal"]

# What is admitted. Whatever is not named here is.
# [{table}policy]
# How the code reaches those who use it: shipped, service or internal; decides which copyleft it sets off.
# distribution = "shipped"
# Licences, as SPDX identifiers or families; with an allowed list every other one is denied.
# allowed-licences = ["permissive", "MPL-2.0"]
# denied-licences = ["network copyleft", "BUSL-1.1"]
# denied-packages = ["pickle5", "torch<2.6"]
# The statuses a package may have: active, maintenance, deprecated, archived, quarantined or inactive.
# required-status = ["active", "maintenance"]

# The largest share that one hand may hold: steward, parent, account, licence or jurisdiction.
# [{table}policy.max-concentration]
# steward = 0.5

# A finding that somebody has looked at and accepts. It stays in the report; `package` and `until` may be left out.
# [[{table}policy.exceptions]]
# code = "DS402"
# package = "pyqt6"
# reason = "commercial licence, order 1234"
# until = 2027-06-30

# A known vulnerability, by its id or any alias; with until-fixed the exception ends when a fix becomes known. `vex` is
# for the VEX export: in_triage (the default), not_affected, exploitable, false_positive or resolved.
# [[{table}policy.exceptions]]
# code = "DS2"
# advisory = "CVE-2021-4118"
# reason = "no checkpoint of others is loaded"
# until-fixed = true
# vex = "not_affected"
"""


def text(table: str = "tool.depscan") -> str:
    """The commented settings below the heading of `table`; for a file of their own, where `table` is empty, without."""
    settings = _SETTINGS.replace("{table}", f"{table}." if table else "")
    return f"[{table}]\n{settings}" if table else settings


def write(folder: Path) -> Path:
    """
    Add the commented settings to the folder's pyproject.toml, or else write depscan.toml; which of them is returned.

    What pyproject.toml holds stays as it is, to the byte. ConfigError when the folder has settings already, when the
    file is not one that can be added to, or when it cannot be written.
    """
    own, project = folder / "depscan.toml", folder / "pyproject.toml"
    if os.path.lexists(own):
        raise ConfigError(f"{own} is there already: nothing was written")
    if not os.path.lexists(project):
        _put(own, text("").encode())
        return own
    if project.is_symlink() or not project.is_file():
        raise ConfigError(f"{project} is not a regular file: nothing was written")
    try:
        before = project.read_bytes()
    except OSError as error:
        raise ConfigError(f"{project}: {error.strerror}") from error
    _put(project, _appended(project, before), mode=project.stat().st_mode & 0o777)
    return project


def _appended(path: Path, before: bytes) -> bytes:
    """The content with the table behind it; ConfigError unless TOML before and after, with nothing else changed."""
    import tomli

    try:
        document = tomli.loads(before.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML, nothing was written: {error}") from error
    tool = document.get("tool", {})
    if isinstance(tool, dict) and "depscan" in tool:
        raise ConfigError(f"{path} has a table tool.depscan already: nothing was written")
    end = "\r\n" if b"\r\n" in before else "\n"
    gap = end if before.endswith(b"\n") or not before else end * 2
    after = before + (gap + text().replace("\n", end)).encode() if before else text().encode()
    try:
        tomli.loads(after.decode())
    except ValueError as error:
        raise ConfigError(f"{path}: no table tool.depscan can be added to it, nothing was written: {error}") from error
    return after


def _put(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file that is complete or not there at all."""
    partial = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            partial = Path(file.name)
            file.write(data)
        partial.chmod(mode)
        partial.replace(path)
    except OSError as error:
        if partial is not None:
            partial.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
