"""
A YAML document as plain nodes with lines, built from parser events under limits.

PyYAML's loaders are not used: nesting kills the C one (SIGSEGV), merge keys and aliases can make either run for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.events import NodeEvent

_DEEPEST = 100
_MOST_ALIASES = 50
_MOST_EVENTS = 200_000


@dataclass(slots=True, eq=False)
class Node:
    """A scalar has `text`; a sequence `items`; a mapping `keys` and, at the same index, `items`."""

    kind: str
    line: int
    text: str = ""
    quoted: bool = False
    keys: list[str] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, the last one if it is there twice."""
        if self.kind != "mapping":
            return None
        found = [item for name, item in zip(self.keys, self.items, strict=True) if name == key]
        return found[-1] if found else None


def parse(text: str, *, most_events: int = _MOST_EVENTS) -> Node | None:
    """Return the first document, nothing when there is none; ValueError when it is broken, or beyond the limits."""
    return next(iter(_read(text, most_events, only_first=True)), None)


def parse_all(text: str, *, most_events: int = _MOST_EVENTS) -> list[Node]:
    """Return every document of the stream; ValueError as `parse`."""
    return _read(text, most_events, only_first=False)


def _read(text: str, most_events: int, *, only_first: bool) -> list[Node]:
    import yaml

    _count_brackets(text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _build(loader, text, most_events, only_first=only_first)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ValueError(f"line {line} is not valid YAML: {error.problem}; the file was not read") from None
    except yaml.YAMLError:  # a control character, which YAML forbids
        raise ValueError("not valid YAML; the file was not read") from None


def _count_brackets(text: str) -> None:
    """Refuse deep flow nesting before the parser sees it: it needs seconds there. Quotes and comments do not matter."""
    depth = 0
    for char in text:
        if char in "[{":
            depth += 1
            if depth > _DEEPEST:
                raise ValueError("nested too deeply; the file was not read")
        elif char in "]}" and depth:
            depth -= 1


def _build(loader: object, text: str, most_events: int, *, only_first: bool) -> list[Node]:
    from yaml import events
    from yaml import parse as stream

    root = Node("root", 0)
    stack = [root]
    anchors: dict[str, Node] = {}
    aliases = 0
    for count, event in enumerate(stream(text, Loader=loader)):  # type: ignore[arg-type]
        line = event.start_mark.line + 1 if event.start_mark else 0
        if count > most_events:
            raise ValueError("too many values; the file was not read")
        if len(stack) > _DEEPEST:
            raise ValueError(f"line {line} is nested too deeply; the file was not read")
        if isinstance(event, events.DocumentEndEvent):
            if only_first:
                break
            anchors.clear()  # an anchor is known within its document
        if isinstance(event, events.CollectionEndEvent):
            _close(stack.pop())
        elif isinstance(event, events.AliasEvent):
            aliases += 1
            node = anchors.get(event.anchor or "", root)
            if aliases > _MOST_ALIASES or any(node is each for each in stack):
                raise ValueError(f"line {line}: the alias *{event.anchor} is not followed; the file was not read")
            stack[-1].items.append(node)
        elif isinstance(event, events.NodeEvent):
            node = _node(event, line)
            stack[-1].items.append(node)
            if event.anchor:
                anchors[event.anchor] = node
            if isinstance(event, events.CollectionStartEvent):
                stack.append(node)
    return root.items


def _node(event: NodeEvent, line: int) -> Node:
    from yaml import events

    if isinstance(event, events.ScalarEvent):
        return Node("scalar", line, event.value.encode("utf-8", "replace").decode(), bool(event.style))
    return Node("mapping" if isinstance(event, events.MappingStartEvent) else "sequence", line)


def _close(node: Node) -> None:
    """Turn the flat items of a mapping into keys and values."""
    if node.kind == "mapping":
        node.keys = [key.text for key in node.items[::2]]
        node.items = node.items[1::2]
