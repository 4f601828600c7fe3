"""The header of a .gguf file: magic, version, two counts, then keys with typed values."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from depscan.artefacts.window import Header, shorten
from depscan.model.models import HUB

if TYPE_CHECKING:
    from depscan.artefacts.window import Window

_MOST_KEYS = 4_096
_MOST_ITEMS = 1_000_000
_LONGEST_KEY = 4_096
_LONGEST_TEXT = 1 << 20
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


def read(file: Window) -> Header:
    """What the header says of the model; ValueError when it is none."""
    if file.head(4) != b"GGUF":
        raise ValueError("it does not begin as a GGUF file does")
    order = "<"
    (version,) = struct.unpack("<I", file.read(4, 4))
    if version & 0xFFFF == 0:  # written on a machine of the other byte order
        order, version = ">", struct.unpack(">I", file.read(4, 4))[0]
    if version not in {2, 3}:
        raise ValueError(f"GGUF of version {version} is not read")
    _, count = struct.unpack(f"{order}QQ", file.read(8, 16))
    told: dict[str, str] = {}
    problem = ""
    try:
        _pairs(file, order, count, told)
    except ValueError as error:
        problem = str(error)
        if not told:
            raise
    return _header(told, problem)


def _pairs(file: Window, order: str, count: int, told: dict[str, str]) -> None:
    """Read the keys into `told`: texts and numbers under `general.`, as text."""
    if count > _MOST_KEYS:
        raise ValueError(f"it claims {count} keys; no more than {_MOST_KEYS} are read")
    at = 24
    for _ in range(count):
        at, key = _text(file, order, at, _LONGEST_KEY)
        (kind,) = struct.unpack(f"{order}I", file.read(at, 4))
        at += 4
        if key.startswith("tokenizer.") and "general.architecture" in told:
            return  # the vocabulary: megabytes of it, and what is sought comes before
        wanted = key.startswith("general.") and kind != _ARRAY
        if kind == _STRING:
            at, value = _text(file, order, at, _LONGEST_TEXT, keep=wanted)
            if wanted:
                told[key] = shorten(value)
        elif kind == _ARRAY:
            at = _array(file, order, at)
        else:
            form = order + _number(kind)
            if wanted:
                told[key] = str(struct.unpack(form, file.read(at, struct.calcsize(form)))[0])
            at += struct.calcsize(form)


def _array(file: Window, order: str, at: int) -> int:
    """Where an array ends. Its items are not kept; arrays of arrays are refused."""
    kind, count = struct.unpack(f"{order}IQ", file.read(at, 12))
    at += 12
    if count > _MOST_ITEMS:
        raise ValueError(f"it claims an array of {count} items; no more than {_MOST_ITEMS} are read")
    if kind != _STRING:
        return int(at + count * struct.calcsize(order + _number(kind)))
    for _ in range(count):
        at, _ = _text(file, order, at, _LONGEST_TEXT, keep=False)
    return at


def _text(file: Window, order: str, at: int, limit: int, *, keep: bool = True) -> tuple[int, str]:
    (length,) = struct.unpack(f"{order}Q", file.read(at, 8))
    if length > limit:
        raise ValueError(f"it claims a text of {length} bytes; no more than {limit} are read")
    return at + 8 + length, file.read(at + 8, min(length, 1200)).decode("utf-8", "replace") if keep else ""


def _number(kind: int) -> str:
    if kind not in _NUMBERS:
        raise ValueError(f"it holds a value of the unknown type {kind}")
    return _NUMBERS[kind]


def _header(told: dict[str, str], problem: str) -> Header:
    bases = []
    for number in range(16):
        start = f"general.base_model.{number}."
        name = told.get(f"{start}name", "")
        owner, url = told.get(f"{start}organization", ""), told.get(f"{start}repo_url", "")
        hub = url.partition(f"{HUB}/")[2].strip("/")
        if each := hub or (f"{owner}/{name}".replace(" ", "-") if owner and name else name):
            bases.append(each)
    own = told.get("general.repo_url") or told.get("general.source.huggingface.repository", "")
    return Header(
        id=own.partition(f"{HUB}/")[2].strip("/") or told.get("general.name") or told.get("general.basename", ""),
        licence=told.get("general.license") or told.get("general.license.name") or told.get("general.license.link", ""),
        base_models=tuple(bases),
        architecture=told.get("general.architecture", ""),
        problem=problem,
    )
