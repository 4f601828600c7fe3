"""
Shutdowns of hosted models that installed SDKs announce in their own files, which may be newer than the embedded table.

The SDKs are looked for beside depscan, not in what is scanned, and their files are read as text: nothing is imported.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TABLE = "DEPRECATED_MODELS"
_TABLES = ("_data/deprecated_models.py", "resources/messages/messages.py")
"""Where anthropic keeps it, and where older versions did."""
_PRICES = "model_prices_and_context_window_backup.json"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = re.compile(r"([A-Z][a-z]+) (\d{1,2})(?:st|nd|rd|th)?, (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LARGEST = 16 << 20


class _Price(msgspec.Struct):
    deprecation_date: str = ""


@cache
def installed() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Shutdowns by lower-case id, each a day and who says so; empty when no SDK is installed beside depscan."""
    specs = {name: importlib.util.find_spec(name) for name in ("anthropic", "litellm")}
    return told_by({name: Path(spec.origin).parent for name, spec in specs.items() if spec and spec.origin})


def told_by(folders: Mapping[str, Path]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Shutdowns that the SDKs in these folders announce; what cannot be read announces nothing."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for package, folder in folders.items():
        for name, written in _anthropic(folder) if package == "anthropic" else _litellm(folder):
            if day := _day(written):
                found[name.strip().lower()].add((day, f"installed {package}"))
    return MappingProxyType({name: tuple(sorted(found[name])) for name in sorted(found)})


def _anthropic(folder: Path) -> Iterator[tuple[str, str]]:
    for place in _TABLES:
        try:
            tree = ast.parse(_read(folder / place))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and target.id == _TABLE and isinstance(value, ast.Dict):
                for pair in zip(value.keys, value.values, strict=True):
                    match pair:
                        case ast.Constant(value=str(name)), ast.Constant(value=str(written)):
                            yield name, written


def _litellm(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        prices = msgspec.json.decode(_read(folder / _PRICES) or b"{}", type=dict[str, _Price])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    for name, price in prices.items():
        yield name, price.deprecation_date


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= _LARGEST else b""
    except OSError:
        return b""


def _day(written: str) -> str:
    """An ISO date, of one or of words; empty when it is neither."""
    if _ISO.fullmatch(written):
        return written
    if (found := _WORDS.fullmatch(written)) and found[1][:3] in _MONTHS:
        return f"{found[3]}-{_MONTHS.index(found[1][:3]) + 1:02}-{int(found[2]):02}"
    return ""
