"""
Settings: `[tool.depscan]` in pyproject.toml, or depscan.toml, at the root of the scanned folder.

A repository's own file may choose rules and leave out files, nothing else: no paths outside, addresses, commands or
plugins. What it hides is counted in the report.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from depscan.errors import ConfigError
from depscan.model import Severity  # noqa: TC001  (msgspec reads the annotation)

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = ("depscan.toml", "pyproject.toml")


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """All settings, with their defaults."""

    select: tuple[str, ...] = ()
    """Rules to apply, by code or prefix (`DS1`); empty for all."""
    ignore: tuple[str, ...] = ()
    """Rules to leave out, by code or prefix."""
    exclude: tuple[str, ...] = ()
    """Files and folders to leave out, as in .gitignore."""
    fail_on: Severity | None = None
    """Lowest severity that makes the command exit 1."""
    import_names: dict[str, tuple[str, ...]] = {}
    """Import name (dotted prefix) to the distributions that provide it, for what depscan cannot know."""
    uses: bool = True
    """Count references to imported names (call sites, API surface)."""


def load(read_bytes: Callable[[str], bytes]) -> Config:
    """
    The settings that the scanned folder carries; defaults when there are none.

    `read_bytes` gives the content of a file of the folder, or OSError. ConfigError names file and key.
    """
    for name in FILES:
        try:
            data = read_bytes(name)
        except OSError:
            continue  # absent, or not readable: then the manifest reader reports it
        config = _parse(name, data, strict=name == "depscan.toml")
        if config is not None:
            return config
    return Config()


def read(path: Path) -> Config:
    """The settings in a file that the user named."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    config = _parse(str(path), data, strict=True)
    return config or Config()


def _parse(name: str, data: bytes, *, strict: bool) -> Config | None:
    import tomli

    try:
        document = tomli.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        if strict:
            raise ConfigError(f"{name}: not valid TOML: {error}") from error
        return None  # a broken pyproject.toml is a gap of the manifest reader, not the end of the run
    table = document if Path(name).name != "pyproject.toml" else _tool_table(name, document)
    return None if table is None else convert(name, table)


def _tool_table(name: str, document: dict[str, Any]) -> dict[str, Any] | None:
    tool = document.get("tool", {})
    table = tool.get("depscan") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{name}: tool.depscan must be a table")
    return table


def convert(name: str, table: dict[str, Any]) -> Config:
    """Settings from a parsed table; ConfigError with the path of the wrong key."""
    try:
        return msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(Config))
        raise ConfigError(f"{name}: {error} (known settings: {known})") from error
