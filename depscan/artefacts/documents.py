"""The text of a YAML, JSON or TOML file as the same plain nodes, with the line of each value."""

from __future__ import annotations

import json
import re
from collections import deque
from typing import Any

from depscan import regex, yamltree
from depscan.yamltree import Node

DEEPEST = 100
MOST_NODES = 200_000


def read(text: str, suffix: str) -> list[Node]:
    """Every document of the file; ValueError when it is broken, or beyond the limits."""
    if suffix == ".json":
        return [_place(_tree(_json(text)), text, with_keys=True)]
    if suffix == ".toml":
        return [_place(_tree(_toml(text)), text, with_keys=False)]
    return yamltree.parse_all(text)


class _Number(str):
    """A number as it is written: an integer may have more digits than Python converts."""

    __slots__ = ()


def _json(text: str) -> Any:
    try:
        decoder = json.JSONDecoder(parse_int=_Number, parse_float=_Number, parse_constant=_Number)
        try:
            return decoder.decode(text)
        except json.JSONDecodeError:  # editors and tools admit comments on lines of their own, and a last comma
            return decoder.decode(_COMMA.sub(r"\1", _COMMENT.sub("", text)))
    except RecursionError:
        raise ValueError("nested too deeply; the file was not read") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is not valid JSON: {error.msg}; the file was not read") from None


def _toml(text: str) -> Any:
    import tomli

    try:
        return tomli.loads(text, parse_float=_Number)
    except RecursionError:
        raise ValueError("nested too deeply; the file was not read") from None
    except tomli.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {error}; the file was not read") from None


def _tree(value: Any) -> Node:
    """Parsed values as nodes, without recursion."""
    root = Node("sequence", 0)
    stack: list[tuple[Any, Node, int]] = [(value, root, 0)]
    count = 0
    while stack:
        each, parent, depth = stack.pop()
        count += 1
        if count > MOST_NODES:
            raise ValueError("too many values; the file was not read")
        if depth > DEEPEST:
            raise ValueError("nested too deeply; the file was not read")
        if isinstance(each, dict):
            node = Node("mapping", 0, keys=[*each])
            stack += [(item, node, depth + 1) for item in reversed(each.values())]
        elif isinstance(each, list):
            node = Node("sequence", 0)
            stack += [(item, node, depth + 1) for item in reversed(each)]
        else:
            text = ("true" if each else "false") if isinstance(each, bool) else "" if each is None else str(each)
            node = Node("scalar", 0, text, quoted=isinstance(each, str) and not isinstance(each, _Number))
        parent.items.append(node)
    return root.items[0]


_COMMENT = regex.compile(r"^[ \t]*//.*$", re.MULTILINE)
_COMMA = regex.compile(r",(\s*[\]}])")
_STRING = regex.compile(r'"((?:[^"\\\n]|\\.)*+)"|\'([^\'\n]*+)\'')


def _place(root: Node, text: str, *, with_keys: bool) -> Node:
    """The tree with the lines of its strings, which the parser did not keep: equal strings come in the same order."""
    lines: dict[str, deque[int]] = {}
    line, position = 1, 0
    for match in _STRING.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        lines.setdefault(match[1] or match[2] or "", deque()).append(line)
    stack: list[Node | str] = [root]
    while stack:
        each = stack.pop()
        if isinstance(each, str) or (each.kind == "scalar" and each.quoted):
            places = lines.get(each if isinstance(each, str) else each.text)
            at = places.popleft() if places else 0
            if not isinstance(each, str):
                each.line = at or 1 if "\n" not in text.strip() else at
        elif each.kind == "mapping" and with_keys:
            pairs = zip(each.keys, each.items, strict=True)
            stack.extend(reversed([part for pair in pairs for part in pair]))
        else:
            stack.extend(reversed(each.items))
    return root
