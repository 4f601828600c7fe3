"""
Where the package index is, and how it may be spoken to: as pip is set up, unless the user says otherwise.

No index is written down here: what pip asks by default is asked of pip.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from depscan.knowledge.safely import safe_path

if TYPE_CHECKING:
    from collections.abc import Mapping

PIP = (sys.executable, "-I", "-m", "pip")
"""The command that runs pip: that of the running interpreter."""
_ASK = (
    "import json, keyring, sys; found = keyring.get_credential(sys.argv[1], sys.argv[2] or None); "
    "print(json.dumps([found.username, found.password] if found else []))"
)
KEYRING = (sys.executable, "-I", "-c", _ASK)
"""The command that asks the user's keyring, apart from us: a backend may raise anything, or wait for a person."""

_PIP_SECONDS = 20.0
_KEYRING_SECONDS = 10.0
_SECTIONS = ("global", "install", ":env:")
"""Of pip's configuration, those that count for an installation, weakest first."""
_SETTING = re.compile(r"(global|install|:env:)\.([a-z0-9-]+)=(.+)")
_LABELLED = re.compile(r"\A[A-Za-z0-9_.-]+=(?=https?://)")
_NO = frozenset({"", "0", "no", "false", "off", "n", "f"})
_DEFAULTS = (("pip._internal.models.index", ("PyPI", "simple_url")), ("pip_audit._dependency_source", ("PYPI_URL",)))


def pip_settings() -> dict[str, str]:
    """Return pip's configuration with its environment variables; empty when pip cannot be asked."""
    try:
        told = subprocess.run(
            [*PIP, "config", "list"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PIP_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found: dict[str, dict[str, str]] = {}
    for line in told.decode("utf-8", "replace").splitlines():
        if setting := _SETTING.fullmatch(line):
            try:
                value = ast.literal_eval(setting[3])
            except (ValueError, SyntaxError):
                continue
            found.setdefault(setting[1], {})[setting[2]] = str(value).strip()
    return {name: value for section in _SECTIONS for name, value in found.get(section, {}).items()}


def simple_url(given: str = "", settings: Mapping[str, str] | None = None) -> str:
    """
    Return the base of the simple index: as given, from the environment, from pip's configuration, or pip's default.

    Empty when pip is told to ask no index. `settings` are those of `pip_settings`, which is asked when they are needed.
    """
    chosen = given or os.environ.get("PIP_INDEX_URL") or os.environ.get("UV_DEFAULT_INDEX", "")
    if not chosen:
        known = pip_settings() if settings is None else settings
        if known.get("no-index", "").lower() not in _NO:
            return ""
        chosen = known.get("index-url") or default_index()
    chosen = _LABELLED.sub("", chosen.strip(), count=1)
    return f"{chosen.rstrip('/')}/" if chosen else ""


def default_index() -> str:
    """Return the simple index that pip asks when nothing is set up; empty when neither pip nor pip-audit says it."""
    for module, path in _DEFAULTS:
        try:
            with safe_path():
                value: Any = importlib.import_module(module)
            for name in path:
                value = getattr(value, name)
        except (ImportError, AttributeError):
            continue
        if isinstance(value, str) and value:
            return f"{value.rstrip('/')}/"
    return ""


def json_url(simple: str) -> str:
    """Return where the JSON documents are, beside the simple index; empty when the address does not tell."""
    parts = urlsplit(simple)
    path = parts.path.rstrip("/")
    if not path.endswith("/simple"):
        return ""
    return urlunsplit((parts.scheme, parts.netloc, path.removesuffix("simple") + "pypi/", "", ""))


def shown(url: str) -> str:
    """Return an address as it may be printed: without credentials, query and fragment."""
    return split(url)[0].partition("#")[0].partition("?")[0][:200]


def split(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return an address without its credentials, and these; nothing of an address that cannot be understood."""
    try:
        parts = urlsplit("".join(char for char in url if char.isprintable()))
        parts.port  # noqa: B018  (raises for a port that is none)
    except ValueError:
        return "", None
    user, at, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    clean = urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))
    return clean, (unquote(name), unquote(password)) if at and user else None


def keyring_credentials(url: str, user: str = "") -> tuple[str, str] | None:
    """Return what the user's keyring holds for an index, by address or else by host; `None` when there is nothing."""
    import msgspec

    for service in (url, urlsplit(url).netloc):
        try:
            told = subprocess.run(
                [*KEYRING, service, user],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_KEYRING_SECONDS,
                check=False,
            )
            found = msgspec.json.decode(told.stdout, type=list[str]) if not told.returncode else []
        except (OSError, subprocess.TimeoutExpired, msgspec.DecodeError):
            return None
        if told.returncode:
            return None
        if len(found) == 2:
            return found[0], found[1]
    return None
