"""The values that terms amount to, and how arguments reach parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depscan.code.models.facts import UNKNOWN, Term
from depscan.model.models import ResolvedBy

if TYPE_CHECKING:
    from depscan.code.models.facts import Function

MOST = 80
"""Alternatives of one value."""
LITERAL, CONSTANT, COMPOSED, DEFAULT, CALLER, BRANCH = range(6)
HOW = (
    ResolvedBy.LITERAL,
    ResolvedBy.CONSTANT,
    ResolvedBy.COMPOSED,
    ResolvedBy.DEFAULT,
    ResolvedBy.CALLER,
    ResolvedBy.BRANCH,
)
"""By the number that values carry: the weakest step on the way decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Where a term stands, and what is given for parameters there."""

    path: str
    given: dict[str, tuple[tuple[Term, Context], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """A known text; a number when `number`."""

    text: str
    by: int = LITERAL
    number: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """True, False or None."""

    text: str
    by: int = LITERAL


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only the run knows; `partly` is what is known of a text, with `*` for the rest."""

    reason: str
    partly: str = ""
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list, tuple or set."""

    items: tuple[tuple[Term, Context], ...]
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A dictionary."""

    pairs: tuple[tuple[Term, Term, Context], ...]
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """Something of a library, by its qualified name; `()` marks calls, `?` an origin that is not known."""

    name: str
    call: tuple[Term, Context] | None = None
    """The first call in the name: how a client was made."""
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """A function or class of the repository."""

    path: str
    name: str
    owner: Object | None = None
    """What a method is bound to."""
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """An instance of a class of the repository; without a call, whichever one `self` is."""

    path: str
    name: str
    call: tuple[Term, Context] | None = None
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A module of the repository."""

    path: str
    by: int = LITERAL


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Parsed options of the command line, by the file that declares them."""

    path: str
    by: int = LITERAL


Value = Text | Constant | Unknown | Items | Table | Foreign | Own | Object | File | Options


def weaker(value: Value, by: int) -> Value:
    """The same value, at best as sure as `by`."""
    if value.by >= by:
        return value
    match value:
        case Text():
            return Text(value.text, by, value.number)
        case Constant():
            return Constant(value.text, by)
        case Unknown():
            return value
        case Items():
            return Items(value.items, by)
        case Table():
            return Table(value.pairs, by)
        case Foreign():
            return Foreign(value.name, value.call, by)
        case Own():
            return Own(value.path, value.name, value.owner, by)
        case Object():
            return Object(value.path, value.name, value.call, by)
        case File():
            return File(value.path, by)
        case Options():
            return Options(value.path, by)


PARAMETER = "a parameter of "
OPTION = "an option "
"""How reasons begin where only callers, or whoever runs the program, know."""
UNKNOWN_VALUE = Unknown(UNKNOWN.text)


def argument(args: tuple[Term, ...], index: int, names: tuple[str, ...]) -> Term | None:
    """The argument in that position, or by one of these keywords; None when it is not given."""
    for arg in args:
        if arg.op == "kw" and arg.text in names:
            return arg.args[0]
    plain = [arg for arg in args if arg.op not in {"kw", "stars"}]
    for position, arg in enumerate(plain):
        if arg.op == "star":
            return Term("item", "", (arg.args[0], Term("num", str(index - position)))) if index >= position else None
        if position == index:
            return arg
    for arg in args:
        if arg.op == "stars" and names:
            return Term("call", "", (Term("attr", "get", (arg.args[0],)), Term("str", names[0])))
    return None


def bound(
    function: Function, name: str, args: tuple[Term, ...], context: Context, home: Context
) -> dict[str, tuple[tuple[Term, Context], ...]]:
    """What a call in `context` gives the parameters of a function that stands in `home`."""
    first = 1 if function.method else 0
    given: dict[str, tuple[tuple[Term, Context], ...]] = {}
    for index, parameter in enumerate(function.params):
        position = index - first if index < function.positional else -1
        value = argument(args, position, (parameter,)) if position >= 0 or index >= function.positional else None
        if value is not None:
            given[f"{name}:{parameter}"] = ((value, context),)
        elif parameter in function.defaults:
            given[f"{name}:{parameter}"] = ((Term("default", "", (function.defaults[parameter],)), home),)
    return given


def is_none(value: Value) -> bool:
    """Whether it is None."""
    return isinstance(value, Constant) and value.text == "None"


def distinct(values: list[Value]) -> list[Value]:
    """Each text and constant once, as surely as it is found anywhere; no more values than are followed."""
    found: dict[object, Value] = {}
    for value in values:
        key = (type(value), value.text) if isinstance(value, Text | Constant) else value
        if key not in found or value.by < found[key].by:
            found[key] = value
        if len(found) >= MOST:
            break
    return list(found.values())
