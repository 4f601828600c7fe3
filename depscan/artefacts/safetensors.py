"""The header of a .safetensors file: eight bytes of length, then JSON, in which `__metadata__` maps text to text."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any

from depscan.artefacts.window import Header, shorten

if TYPE_CHECKING:
    from depscan.artefacts.window import Window

_LARGEST = 100_000_000
"""Bytes of a header, by the format's own rule."""
_START = 8 << 10
_FIRST = re.compile(r'\s*\{\s*"__metadata__"\s*:\s*')


def read(file: Window) -> Header:
    """
    What the header says of the model; ValueError when it is none.

    There is no standard key for the licence: those of the Stability model specification, and plain ones, are read.
    """
    (length,) = struct.unpack("<Q", file.read(0, 8))
    if length > _LARGEST or length + 8 > file.size or length < 2:
        raise ValueError(f"its header would be {length} bytes long, of {file.size}: no safetensors file")
    metadata = _metadata(file, length)
    told = {key: shorten(value) for key, value in metadata.items() if isinstance(value, str)}
    base = told.get("base_model") or told.get("modelspec.base_model") or told.get("ss_sd_model_name", "")
    return Header(
        id=told.get("modelspec.title") or told.get("general.name") or told.get("model_name", ""),
        licence=told.get("modelspec.license") or told.get("license") or told.get("licence", ""),
        base_models=(base,) if base else (),
        architecture=told.get("modelspec.architecture") or told.get("architecture", ""),
    )


def _metadata(file: Window, length: int) -> dict[str, Any]:
    """The metadata alone where they come first, as libraries write them; else those of the whole header."""
    text = file.read(8, min(length, _START)).decode("utf-8", "ignore")
    try:
        found = _leading(text)
        if found is None:
            header = json.loads(file.read(8, length), parse_int=float, parse_constant=float)
            found = header.get("__metadata__", {}) if isinstance(header, dict) else None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("its header is no JSON of usual depth") from None
    if not isinstance(found, dict):
        raise ValueError("its header is no JSON object")  # noqa: TRY004  (the file's fault, not the caller's)
    return found


def _leading(text: str) -> Any:
    first = _FIRST.match(text)
    if first is None:
        return None
    try:
        return json.JSONDecoder(parse_int=float, parse_constant=float).raw_decode(text, first.end())[0]
    except json.JSONDecodeError:  # they go on beyond what was read
        return None
