"""What an expression may amount to, and what the methods of such a value give; used by `literals`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class Text:
    """A string, and the line it is written on."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """What stands in a file, or something made of it."""

    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something computed."""

    line: int = 0


Value = Text | File | Unknown | list["Value"] | dict[str, "Value"]
Names = dict[str, Value]


def join(first: Value, second: Value) -> Value:
    """Return what may be either."""
    if first is second:
        return first
    if isinstance(first, list) or isinstance(second, list):
        ours, theirs = (value if isinstance(value, list) else [value] for value in (first, second))
        seen = {item for item in ours if not isinstance(item, (list, dict))}
        return [*ours, *(item for item in theirs if isinstance(item, (list, dict)) or item not in seen)][:MOST_ITEMS]
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{key: join(first[key], value) if key in first else value for key, value in second.items()}}
    if isinstance(first, dict) or isinstance(second, dict):
        table, other = (first, second) if isinstance(first, dict) else (second, first)
        return {**table, "": other} if isinstance(table, dict) else table
    return second if isinstance(first, Unknown) else first


def flat(value: Value) -> Iterator[Text | File | Unknown]:
    """Yield what a value and the lists and tables in it hold; lists that hold one another many times are cut."""
    waiting: list[Value] = [value]
    for _ in range(2 * MOST_ITEMS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, (list, dict)):
            waiting += reversed(list(value.values()) if isinstance(value, dict) else value)
            del waiting[: -2 * MOST_ITEMS]
        else:
            yield value
    yield Unknown()


def each(value: Value) -> list[Value]:
    """Return the items of an iterable; what cannot be told apart is one item."""
    if isinstance(value, dict):
        return [Text(key) for key in value]
    return value[:MOST_ITEMS] if isinstance(value, list) else [value]


def of_table(table: dict[str, Value], name: str, arguments: list[Value], keywords: dict[str, Value]) -> Value | None:
    """Call a method of a table; nothing when the method is not known."""
    key = arguments[0].text if arguments and isinstance(arguments[0], Text) else None
    if name == "values":
        return list(table.values())
    if name == "items":
        return [[Text(word), value] for word, value in table.items()]
    if name in {"keys", "copy"}:
        return [Text(word) for word in table] if name == "keys" else dict(table)
    if name == "update":
        table.update(keywords)
        for argument in arguments:
            table.update(argument if isinstance(argument, dict) else {"": argument})
        return []
    if name in {"get", "pop", "setdefault"} and key is not None:
        value = table.get(key, arguments[1] if len(arguments) > 1 else [])
        if name == "setdefault":
            table[key] = value
        return value
    return None


def of_list(items: list[Value], name: str, arguments: list[Value]) -> Value | None:
    """Call a method of a list or set; what removes items is taken to remove none."""
    given = [item for argument in arguments for item in each(argument)]
    if name in {"append", "add", "insert"} and arguments:
        items.append(arguments[-1])
    elif name in {"extend", "update"}:
        items += given
    elif name in {"union", "copy", "difference"}:
        return [*items, *(given if name == "union" else [])][:MOST_ITEMS]
    elif name not in {"remove", "sort", "reverse", "discard"}:
        return None
    del items[MOST_ITEMS:]
    return []


def of_text(text: Text, name: str) -> Value | None:
    """Call a method of a string, or of the path it is."""
    if name in {"read_text", "read_bytes", "open", "read"}:
        return File(text.text, text.line)
    if name in {"splitlines", "split"}:
        by_line = "\n" in text.text
        pieces = text.text.split("\n") if name == "splitlines" or by_line else text.text.split()
        return [Text(piece, text.line + index * by_line) for index, piece in enumerate(pieces[:MOST_ITEMS])]
    if name in {"strip", "lstrip", "rstrip", "resolve", "absolute", "expanduser", "as_posix"}:
        return Text(text.text.strip(), text.line)
    return None
