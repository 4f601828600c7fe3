"""
The one resolver of values: what a term may amount to, across the files of a repository. Nothing is executed.

An over-approximation where a condition decides: every branch counts. Work is bounded by steps, depth and the number of
alternatives; what exceeds them is unknown. Parameters are left open: `Resolver.open_parameters` says which ones a value
hangs on, and a context may fill them in.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from depscan.code.models import library, members
from depscan.code.models.facts import UNKNOWN, Term
from depscan.code.models.kinds import (
    BRANCH,
    CALLER,
    COMPOSED,
    CONSTANT,
    DEFAULT,
    MOST,
    PARAMETER,
    UNKNOWN_VALUE,
    Constant,
    Context,
    File,
    Foreign,
    Items,
    Object,
    Options,
    Own,
    Table,
    Text,
    Unknown,
    Value,
    argument,
    bound,
    distinct,
    is_none,
    weaker,
)
from depscan.code.models.scopes import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depscan.code.models.facts import Class, Function
    from depscan.code.models.program import Program

_STEPS = 2_500
_DEEPEST = 70
_LONGEST = 300
_NESTED = 3


class Resolver:
    """Answers what terms amount to, against the facts of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.open_parameters: dict[tuple[str, str, str], None] = {}
        """Path, function and parameter of what the last values hang on."""
        self.filled: dict[tuple[str, str], tuple[Term, Context]] = {}
        """What a caller gives for parameters, by file and `function:parameter`."""
        self._operations = {op: getattr(self, name) for op, name in _OPERATIONS.items()}
        self.spent = 0
        """Steps of all questions up to now."""
        self._steps = 0
        self._depth = 0
        self.visiting: set[tuple[str, str]] = set()
        """What is being asked for: nothing is looked up within itself."""

    def values(self, term: Term, context: Context) -> list[Value]:
        """All that `term` may be, each once; never empty."""
        self.start()
        return self.of(term, context)

    def start(self) -> None:
        """Begin another question."""
        self._steps = _STEPS
        self._depth = 0
        self.visiting.clear()
        self.open_parameters = {}

    def leaves(self, term: Term, context: Context) -> list[str]:
        """All texts that `term` may be or hold, and file names that end a path of which the rest is not known."""
        found: dict[str, None] = {}
        pending = [(value, 0) for value in self.values(term, context)]
        while pending:
            value, depth = pending.pop()
            if isinstance(value, Text):
                found[value.text] = None
            elif isinstance(value, Unknown) and value.partly:
                found[value.partly.rpartition("/")[2].strip("*")] = None
            elif isinstance(value, Items) and depth < _NESTED:
                pending += [(inner, depth + 1) for item, there in value.items for inner in self.of(item, there)]
            elif isinstance(value, Table) and depth < _NESTED:
                pending += [(inner, depth + 1) for _, item, there in value.pairs for inner in self.of(item, there)]
        return [text for text in found if text]

    def of(self, term: Term, context: Context) -> list[Value]:
        """As `values`, within the work of another question."""
        self._steps -= 1
        self.spent += 1
        if self._steps < 0 or self._depth > _DEEPEST:
            return [Unknown("more than is followed")]
        evaluate = self._operations.get(term.op)
        if evaluate is None:
            return [Unknown(term.text or UNKNOWN.text)]
        self._depth += 1
        try:
            found: list[Value] = evaluate(term, context)
        finally:
            self._depth -= 1
        return distinct(found) or [UNKNOWN_VALUE]

    # -- leaves -------------------------------------------------------------------------------------------------------

    def _value_str(self, term: Term, _: Context) -> list[Value]:
        return [Text(term.text)]

    def _value_num(self, term: Term, _: Context) -> list[Value]:
        return [Text(term.text, number=True)]

    def _value_const(self, term: Term, _: Context) -> list[Value]:
        return [Constant(term.text)]

    def _value_name(self, term: Term, context: Context) -> list[Value]:
        return self.named(context.path, term.text)

    def named(self, path: str, name: str) -> list[Value]:
        """What the module in `path` holds under a name."""
        facts = self.program.facts(path)
        key = (path, name)
        if facts is None:
            self.program.want(path, name)
            return [Unknown("defined in a file that is not read")]
        if key in self.visiting:
            return [Unknown("defined by itself")]
        self.visiting.add(key)
        try:
            if name in facts.names:
                return [weaker(value, CONSTANT) for value in self.of(facts.names[name], Context(path))]
            if name in facts.functions or name in facts.classes or name in facts.defined:
                return [Own(path, name)]
        finally:
            self.visiting.discard(key)
        self.program.want(path, name)
        return [Unknown("not defined where it is looked for")]

    def _value_import(self, term: Term, context: Context) -> list[Value]:
        """Something of the repository, or of a library."""
        found = self.program.locate(context.path, term.text)
        if found is None:
            return [Foreign(term.text.lstrip("."))] if not term.text.startswith(".") else [Foreign("?")]
        path, names = found
        values: list[Value] = [File(path)]
        for name in names:
            values = [inner for value in values for inner in members.member(self, value, name)]
        return [weaker(value, CONSTANT) for value in values]

    def _value_param(self, term: Term, context: Context) -> list[Value]:
        if term.text in context.given:
            return [
                weaker(value, CALLER) for given, there in context.given[term.text] for value in self.of(given, there)
            ]
        if (context.path, term.text) in self.filled:
            return self.given(context.path, term.text)
        name, _, parameter = term.text.partition(":")
        self.open_parameters[context.path, name, parameter] = None
        function = self.function(context.path, name)
        if function is None:
            return [UNKNOWN_VALUE]
        found: list[Value] = []
        if parameter in function.defaults:
            outer = Context(context.path)
            found = [weaker(value, DEFAULT) for value in self.of(function.defaults[parameter], outer)]
        known: list[Value] = [value for value in found if not isinstance(value, Constant | Unknown)]
        if not known and parameter in function.types:
            known = [self._instance(value) for value in self.of(function.types[parameter], context) if _is_class(value)]
        if not known and parameter in OPTIONS and self.program.options(context.path):
            known = [Options(context.path)]
        return known or [*found, Unknown(f"{PARAMETER}{name.rpartition('.')[2]}")]

    def given(self, path: str, name: str) -> list[Value]:
        """What a caller gives; asked for within itself, it is left open."""
        key = (path, name)
        if key in self.visiting:
            return [Unknown("handed on to itself")]
        self.visiting.add(key)
        try:
            given, there = self.filled[key]
            return [weaker(value, CALLER) for value in self.of(given, there)]
        finally:
            self.visiting.discard(key)

    @staticmethod
    def _instance(value: Value) -> Value:
        if isinstance(value, Foreign):
            return Foreign(f"{value.name}()", value.call)
        return Object(value.path, value.name) if isinstance(value, Own) else value

    def function(self, path: str, name: str) -> Function | None:
        """The facts of a function."""
        facts = self.program.facts(path)
        return facts.functions.get(name) if facts else None

    def klass(self, path: str, name: str) -> Class | None:
        """The facts of a class."""
        facts = self.program.facts(path)
        return facts.classes.get(name) if facts else None

    def _value_own(self, term: Term, context: Context) -> list[Value]:
        return [Own(context.path, term.text)]

    def _value_self(self, term: Term, context: Context) -> list[Value]:
        return [Object(context.path, term.text)]

    def _value_super(self, term: Term, context: Context) -> list[Value]:
        """The bases, as instances."""
        found = self.klass(context.path, term.text)
        bases = found.bases if found else ()
        return [self._instance(value) for base in bases for value in self.of(base, context) if _is_class(value)]

    # -- access -------------------------------------------------------------------------------------------------------

    def _value_attr(self, term: Term, context: Context) -> list[Value]:
        return [value for base in self.of(term.args[0], context) for value in members.member(self, base, term.text)]

    def named_through(self, path: str, name: str) -> list[Value]:
        """A name of a module, also when it only imports it."""
        onward = self.program.imported(path, name)
        if onward is not None and (path, name) not in self.visiting:
            self.visiting.add((path, name))
            try:
                return self._value_import(Term("import", onward), Context(path))
            finally:
                self.visiting.discard((path, name))
        return self.named(path, name)

    def _value_item(self, term: Term, context: Context) -> list[Value]:
        keys = self.of(term.args[1], context)
        return [value for base in self.of(term.args[0], context) for value in members.at(self, base, keys)]

    def each_of(self, term: Term, context: Context) -> list[Value]:
        """What an iteration over the first argument of a term gives."""
        return [value for base in self.of(term.args[0], context) for value in members.each(self, base)]

    # -- calls --------------------------------------------------------------------------------------------------------

    def _value_call(self, term: Term, context: Context) -> list[Value]:
        callee = term.args[0]
        found: list[Value] = []
        if callee.op == "attr":
            for base in self.of(callee.args[0], context):
                answer = library.method(self, base, callee.text, term, context)
                found += (
                    self.called(members.member(self, base, callee.text), term, context) if answer is None else answer
                )
            return found
        return self.called(self.of(callee, context), term, context)

    def called(self, callees: Iterable[Value], term: Term, context: Context) -> list[Value]:
        """What the call gives, whatever is called."""
        found: list[Value] = []
        for value in callees:
            match value:
                case Foreign():
                    answer = library.function(self, value.name, term, context)
                    found += [Foreign(f"{value.name}()", value.call or (term, context))] if answer is None else answer
                case Own() if self.klass(value.path, value.name) is not None:
                    found.append(Object(value.path, value.name, (term, context)))
                case Own():
                    found += self._returned(value, term, context)
                case Text():
                    found.append(value)  # what a lambda returns
                case _:
                    found.append(Foreign("?()"))
        return found

    def _returned(self, value: Own, term: Term, context: Context) -> list[Value]:
        function = self.function(value.path, value.name)
        key = (value.path, f"{value.name}()")
        if function is None or not function.returns or key in self.visiting:
            self.program.want(value.path, value.name)
            return [Unknown(f"what {value.name.rpartition('.')[2]} returns")]
        self.visiting.add(key)
        try:
            inner = Context(value.path, bound(function, value.name, term.args[1:], context, Context(value.path)))
            return [weaker(v, CONSTANT) for returned in function.returns for v in self.of(returned, inner)]
        finally:
            self.visiting.discard(key)

    def _value_made(self, term: Term, context: Context) -> list[Value]:
        """An instance of a class that a parser of options fills."""
        return [Object(v.path, v.name) if isinstance(v, Own) else v for v in self.of(term.args[0], context)]

    def _value_lambda(self, term: Term, context: Context) -> list[Value]:
        return self.of(term.args[0], context)

    # -- composition --------------------------------------------------------------------------------------------------

    def _value_seq(self, term: Term, context: Context) -> list[Value]:
        return [Items(tuple((item, context) for item in term.args))]

    def _value_map(self, term: Term, context: Context) -> list[Value]:
        keys, values = term.args[::2], term.args[1::2]
        return [Table(tuple((key, value, context) for key, value in zip(keys, values, strict=False)))]

    def _value_any(self, term: Term, context: Context) -> list[Value]:
        found = [value for alternative in term.args for value in self.of(alternative, context)]
        known = {value.text for value in found if isinstance(value, Text)}
        return [weaker(value, BRANCH) for value in found] if len(known) > 1 else found

    def _value_var(self, term: Term, context: Context) -> list[Value]:
        return [weaker(value, CONSTANT) for value in self.of(term.args[0], context)]

    def _value_in(self, term: Term, context: Context) -> list[Value]:
        """Only what a check lets through; all of that where the value is open."""
        allowed = {
            value.text
            for base in self.of(term.args[1], context)
            for value in members.each(self, base)
            if isinstance(value, Text)
        }
        values = self.of(term.args[0], context)
        kept = [value for value in values if isinstance(value, Text) and value.text in allowed]
        if not allowed:
            return values
        return [*kept] or [Text(text, BRANCH) for text in sorted(allowed)]

    def _value_slice(self, term: Term, context: Context) -> list[Value]:
        """Of a list, whatever it holds."""
        return [value for value in self.of(term.args[0], context) if isinstance(value, Items)]

    def _value_among(self, term: Term, context: Context) -> list[Value]:
        """Only what a check lets through, of what is known."""
        allowed = {
            value.text
            for base in self.of(term.args[1], context)
            for value in members.each(self, base)
            if isinstance(value, Text)
        }
        return [
            value
            for value in self.of(term.args[0], context)
            if not isinstance(value, Text) or not allowed or value.text in allowed
        ]

    def _value_default(self, term: Term, context: Context) -> list[Value]:
        values = [weaker(value, DEFAULT) for value in self.of(term.args[0], context)]
        return [value for value in values if not is_none(value)] or [Constant("None", DEFAULT)]

    def _value_join(self, term: Term, context: Context) -> list[Value]:
        parts = [self.of(part, context) for part in term.args]
        if any(isinstance(value, Items) for part in parts for value in part):
            return [Items(tuple(item for part in parts for v in part if isinstance(v, Items) for item in v.items))]
        if any(isinstance(value, Table) for part in parts for value in part):
            return [Table(tuple(pair for part in parts for v in part if isinstance(v, Table) for pair in v.pairs))]
        return self.texts(parts, "")

    def _value_path(self, term: Term, context: Context) -> list[Value]:
        return self.texts([self.of(part, context) for part in term.args], "/")

    def texts(self, parts: list[list[Value]], between: str) -> list[Value]:
        """All texts that the parts make together; what is known of them where a part is not."""
        found: list[Value] = []
        for chosen in product(*(part[:MOST] for part in parts)):
            self._steps -= 1
            if self._steps < 0 or len(found) >= MOST:
                break
            texts = [_as_text(value) for value in chosen]
            by = max([COMPOSED, *(value.by for value in chosen)])
            shown = (v.partly if isinstance(v, Unknown) else "" for v in chosen)
            joined = between.join(
                part or "*" if text is None else text for text, part in zip(texts, shown, strict=True)
            )
            if between:
                joined = joined.rsplit("//", 1)[-1].replace("/./", "/") if joined.startswith("//") else joined
            if all(text is not None for text in texts):
                found.append(Text(joined, by) if len(joined) <= _LONGEST else Unknown("longer than an id"))
            else:
                reason = next(value.reason for value in (*chosen, UNKNOWN_VALUE) if isinstance(value, Unknown))
                found.append(Unknown(reason, joined[:_LONGEST] if joined.strip("*/") else "", by))
        return found

    def _value_percent(self, term: Term, context: Context) -> list[Value]:
        filling = self.of(term.args[1], context)
        found: list[Value] = []
        for template in self.of(term.args[0], context):
            for fill in filling:
                given: list[list[Value]] = [[fill]]
                if isinstance(fill, Items):
                    given = [self.of(*item) for item in fill.items]
                if isinstance(template, Text):
                    found += library.filled(self, template.text, "%", given, {})
        return found

    def argument_values(self, term: Term, context: Context, index: int, names: tuple[str, ...]) -> list[Value]:
        """The values of an argument of a call; empty when it is not given."""
        value = argument(term.args[1:], index, names)
        return [] if value is None else self.of(value, context)


def _is_class(value: Value) -> bool:
    return isinstance(value, Own | Foreign)


def _as_text(value: Value) -> str | None:
    return value.text if isinstance(value, Text) else None


_OPERATIONS: dict[str, str] = {
    "str": "_value_str",
    "num": "_value_num",
    "const": "_value_const",
    "name": "_value_name",
    "import": "_value_import",
    "param": "_value_param",
    "func": "_value_own",
    "class": "_value_own",
    "self": "_value_self",
    "super": "_value_super",
    "attr": "_value_attr",
    "item": "_value_item",
    "each": "each_of",
    "star": "each_of",
    "call": "_value_call",
    "seq": "_value_seq",
    "map": "_value_map",
    "any": "_value_any",
    "var": "_value_var",
    "in": "_value_in",
    "among": "_value_among",
    "slice": "_value_slice",
    "join": "_value_join",
    "path": "_value_path",
    "percent": "_value_percent",
    "default": "_value_default",
    "lambda": "_value_lambda",
    "made": "_value_made",
}
