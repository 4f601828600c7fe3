"""
From bytes to plain values under limits: one record in JSON or YAML.

All scalars of YAML are texts, so that an unquoted version 1.10 stays one. PyYAML's loaders are not used: nesting kills
the C one (SIGSEGV), and aliases can make either run for ever; records need none, and none is followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.events import Event

LARGEST = 4 << 20
"""Bytes of one record; the largest published ones have some hundred thousand."""

_DEEPEST = 50
_MOST_EVENTS = 400_000
_EMPTY = ("", "null", "Null", "NULL", "~")


def decode(name: str, data: bytes) -> object:
    """The value that a file holds; ValueError, with the reason, when it holds none that can be read."""
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    if not name.casefold().endswith((".yaml", ".yml")):
        return _json(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    return _yaml(text)


def _json(data: bytes) -> object:
    import msgspec

    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except msgspec.DecodeError as error:
        raise ValueError(f"it is not valid JSON: {error}") from None


def _yaml(text: str) -> object:
    import yaml

    depth = 0
    for char in text:  # the parser itself needs seconds where flow collections nest deeply
        depth += (char in "[{") - (char in "]}" and depth > 0)
        if depth > _DEEPEST:
            raise ValueError("it is nested too deeply")
    try:
        return _built(text)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"it is not valid YAML{line}: {error.problem}") from None
    except yaml.YAMLError:  # a control character
        raise ValueError("it is not valid YAML") from None


def _built(text: str) -> object:
    import yaml
    from yaml import events

    root: list[object] = []
    stack: list[list[object]] = [root]
    for count, event in enumerate(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
        if count > _MOST_EVENTS:
            raise ValueError("it holds too many values")
        if isinstance(event, events.DocumentEndEvent):
            break
        if isinstance(event, events.AliasEvent):
            raise ValueError("it uses YAML aliases, which are not followed")  # noqa: TRY004
        if isinstance(event, events.CollectionStartEvent):
            if len(stack) > _DEEPEST:
                raise ValueError("it is nested too deeply")
            stack.append([])
        elif isinstance(event, events.MappingEndEvent):
            items = stack.pop()
            stack[-1].append({key: value for key, value in zip(items[::2], items[1::2], strict=True) if _is_key(key)})
        elif isinstance(event, events.SequenceEndEvent):
            items = stack.pop()
            stack[-1].append(items)
        elif isinstance(event, events.ScalarEvent):
            stack[-1].append(_scalar(event))
    return root[0] if root else None


def _is_key(value: object) -> bool:
    return isinstance(value, str)


def _scalar(event: Event) -> str | None:
    from yaml import events

    assert isinstance(event, events.ScalarEvent)  # noqa: S101  (narrows the type; the caller has checked)
    if not event.style and event.value in _EMPTY:
        return None
    return event.value.encode("utf-8", "replace").decode()
