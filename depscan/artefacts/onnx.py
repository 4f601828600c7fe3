"""The outer message of an .onnx file, a protocol buffer: who produced it, and its properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.artefacts.window import Header, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.artefacts.window import Window

_MOST_FIELDS = 4_096
_LONGEST = 64 << 10
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_IR_VERSION, _PRODUCER, _PRODUCER_VERSION, _DOMAIN, _GRAPH, _PROPERTIES = 1, 2, 3, 4, 7, 14


def read(file: Window) -> Header:
    """What the message says of the model; ValueError when it is none. The graph, with the weights, is jumped over."""
    texts: dict[int, str] = {}
    properties: dict[str, str] = {}
    seen: set[int] = set()
    problem = ""
    try:
        for field, start, length in _fields(file, 0, file.size):
            seen.add(field)
            if field in {_PRODUCER, _PRODUCER_VERSION, _DOMAIN} and length >= 0:
                texts[field] = shorten(_content(file, start, length))
            elif field == _PROPERTIES and length >= 0:
                key, value = _entry(file, start, length)
                properties.setdefault(key.lower(), value)
    except ValueError as error:
        problem = str(error)
        if _GRAPH not in seen and not texts:
            raise
    if _GRAPH not in seen and not problem:
        raise ValueError("it holds no graph: no ONNX model")
    name = properties.get("model_name") or properties.get("name") or properties.get("model_id", "")
    base = properties.get("base_model", "")
    return Header(
        id=name,
        licence=properties.get("license") or properties.get("licence", ""),
        base_models=(base,) if base else (),
        architecture=properties.get("architecture") or properties.get("model_type", ""),
        problem=problem,
    )


def _entry(file: Window, start: int, length: int) -> tuple[str, str]:
    """A key and its value."""
    parts: dict[int, str] = {}
    if length <= _LONGEST:
        for field, at, size in _fields(file, start, start + length):
            if field in {1, 2} and size >= 0:
                parts[field] = shorten(_content(file, at, size))
    return parts.get(1, ""), parts.get(2, "")


def _content(file: Window, start: int, length: int) -> str:
    return file.read(start, min(length, 1200)).decode("utf-8", "replace")


def _fields(file: Window, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and length of each field; the length is -1 for a number."""
    for _ in range(_MOST_FIELDS):
        if at >= end:
            return
        at, tag = _varint(file, at, end)
        field, kind = tag >> 3, tag & 7
        if not 0 < field < 1_000:
            raise ValueError("it is no protocol buffer of an ONNX model")
        if kind == _VARINT:
            at, _ = _varint(file, at, end)
            yield field, at, -1
        elif kind in {_FIXED32, _FIXED64}:
            at += 8 if kind == _FIXED64 else 4
            yield field, at, -1
        elif kind == _BYTES:
            at, length = _varint(file, at, end)
            if at + length > end:
                raise ValueError("it ends before its header says so: the file is cut off, or its header lies")
            yield field, at, length
            at += length
        else:
            raise ValueError("it is no protocol buffer of an ONNX model")
    raise ValueError(f"it holds more than {_MOST_FIELDS} fields; the rest was not read")


def _varint(file: Window, at: int, end: int) -> tuple[int, int]:
    data = file.read(at, min(10, end - at))
    value = 0
    for count, byte in enumerate(data):
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return at + count + 1, value
    raise ValueError("it holds a number without an end: no protocol buffer, or cut off")
