"""
What a file says about models, before anything is known of the other files: small values that a cache can hold.

An expression is kept as a `Term`, a tree that names what it cannot know yet: a constant of another module, a parameter.
"""

from __future__ import annotations

import msgspec


class Term(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """
    One node of an expression.

    | op             | text                  | args                                    |
    |----------------|-----------------------|-----------------------------------------|
    | str, num       | the value             |                                         |
    | const          | True, False or None   |                                         |
    | name           | of a module variable  |                                         |
    | import         | dotted, as written    |                                         |
    | param          | function:parameter    |                                         |
    | func, class    | qualified in the file |                                         |
    | self           | the class             |                                         |
    | super          | the class             |                                         |
    | attr           | the attribute         | the object                              |
    | item           |                       | the object, the key                     |
    | each, slice    |                       | the iterable                            |
    | call           |                       | the callable, then arguments            |
    | kw, star, stars| name of a keyword     | its value                               |
    | seq            |                       | items                                   |
    | map            |                       | key, value, key, value ...              |
    | any            |                       | alternatives                            |
    | in             |                       | a value, and the only values it may have|
    | among          |                       | the same, but not all of them are meant |
    | var            |                       | what a local variable holds             |
    | join, path     |                       | parts of a text, or of a path           |
    | percent        |                       | a template, and what fills it           |
    | lambda         |                       | what it returns                         |
    | default        |                       | what holds unless something else is said|
    | ?              | why it is not known   |                                         |
    """

    op: str
    text: str = ""
    args: tuple[Term, ...] = ()


class Call(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call that may name a model, or hand one to a function of the repository."""

    callee: Term
    args: tuple[Term, ...]
    line: int
    cell: int = 0


class Function(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function as its callers see it."""

    params: tuple[str, ...]
    """Positional ones in order, then those by keyword only."""
    positional: int
    defaults: dict[str, Term]
    types: dict[str, Term]
    returns: tuple[Term, ...] = ()
    method: bool = False
    """The first parameter is bound by the instance or the class."""


class Class(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class: what it inherits, and the values of its fields, also of those that methods set."""

    bases: tuple[Term, ...]
    fields: dict[str, Term]
    declared: tuple[str, ...] = ()
    """Annotated fields, in order: the parameters of a dataclass."""
    methods: tuple[str, ...] = ()


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one file says."""

    calls: tuple[Call, ...] = ()
    names: dict[str, Term] = {}
    """Variables of the module."""
    functions: dict[str, Function] = {}
    classes: dict[str, Class] = {}
    options: dict[str, Term] = {}
    """Command-line options by destination, with their defaults."""
    defined: tuple[str, ...] = ()
    """All functions of the module, also those of which nothing else is told."""
    stars: tuple[str, ...] = ()
    """Modules whose names are all imported."""
    client_moved: bool = False
    """`openai.api_base` or the like is set: hosted ids may be answered by anyone."""


UNKNOWN = Term("?", "known at run time only")
NONE = Term("const", "None")
