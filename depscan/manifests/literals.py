"""
What the expressions of a module amount to, as far as literals, files and simple code tell. Nothing is executed.

An over-approximation: both branches of a condition count, filters of comprehensions do not. What cannot be known is an
`Unknown` in its place, so that a list keeps its known items.
"""

from __future__ import annotations

import ast
import posixpath
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from depscan.manifests import values
from depscan.manifests.values import MOST_ITEMS, File, Names, Text, Unknown, Value, each, flat, join
from depscan.model import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STEPS = 60_000
_DEEPEST = 100
_LONGEST = 20_000

_SAME = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "str", "Path", "PurePath", "deepcopy", "copy"}
)
_PATHS = frozenset({"Path", "PurePath", "abspath", "realpath", "normpath", "fspath"})
_OPENERS = frozenset({"open", "parse_requirements"})
_CHAINS = frozenset({"chain", "from_iterable", "sum", "concat"})
_REQUIREMENTS_FILE = re.compile(r"[^\n*?]{1,200}\.(?:txt|in|pip)")


def dotted(node: ast.expr) -> str:
    """Return the last name of `a.b.c`, or of `c`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@dataclass
class Module:
    """Evaluates expressions against the names of a module and the strings of its lists."""

    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    pool: dict[str, Text] = field(default_factory=dict)
    """Requirement-like strings of the module by what stands before their version: tables are often built from them."""
    call_function: Callable[[ast.FunctionDef | ast.AsyncFunctionDef, Names], Value] | None = None
    steps: int = _STEPS
    depth: int = 0

    def evaluate(self, node: ast.expr | None, names: Names) -> Value:
        """Return what an expression amounts to."""
        self.steps -= 1
        if node is None or self.steps < 0 or self.depth > _DEEPEST:
            return Unknown(getattr(node, "lineno", 0))
        self.depth += 1
        try:
            method = getattr(self, f"_{type(node).__name__.lower()}", None)
            value: Value = method(node, names) if method else Unknown(node.lineno)
        finally:
            self.depth -= 1
        return value

    def _constant(self, node: ast.Constant, _: Names) -> Value:
        value = node.value
        if value is None:
            return []
        if isinstance(value, str) and len(value) <= _LONGEST:
            return Text(value.encode("utf-8", "replace").decode(), node.lineno)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
            return Text(str(value), node.lineno)
        return Unknown(node.lineno)

    def _joinedstr(self, node: ast.JoinedStr, names: Names) -> Value:
        parts = []
        for part in node.values:
            plain = not isinstance(part, ast.FormattedValue) or (part.format_spec is None and part.conversion == -1)
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, names)
            if not plain or not isinstance(value, Text):
                return self._rest_of_path(node, names)
            parts.append(value.text)
        return self._string("".join(parts), node.lineno)

    def _rest_of_path(self, node: ast.JoinedStr, names: Names) -> Value:
        """Read `f"{here}/requirements.txt"`: the unknown part is taken for the folder of the module."""
        last = self.evaluate(node.values[-1], names)
        known = isinstance(last, Text) and last.text.startswith("/") and _REQUIREMENTS_FILE.fullmatch(last.text)
        return Text(last.text.lstrip("/"), node.lineno) if known and isinstance(last, Text) else Unknown(node.lineno)

    def _string(self, text: str, line: int) -> Value:
        self.steps -= len(text) // 100
        return Text(text, line) if len(text) <= _LONGEST else Unknown(line)

    def _list(self, node: ast.List | ast.Tuple | ast.Set, names: Names) -> Value:
        items: list[Value] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                value = self.evaluate(element.value, names)
                items += (
                    value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
                )
            else:
                items.append(self.evaluate(element, names))
            if len(items) > MOST_ITEMS:
                return [*items[:MOST_ITEMS], Unknown(node.lineno)]
        return items

    _tuple = _set = _list

    def _dict(self, node: ast.Dict, names: Names) -> Value:
        table: dict[str, Value] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node, names)
            key = self.evaluate(key_node, names) if key_node else None
            if key_node is None and isinstance(value, dict):
                table.update(value)
            elif isinstance(key, Text):
                table[key.text] = value
            else:
                table[""] = Unknown(node.lineno)
        return table

    def _name(self, node: ast.Name, names: Names) -> Value:
        return names.get(node.id, Unknown(node.lineno))

    def _namedexpr(self, node: ast.NamedExpr, names: Names) -> Value:
        names[node.target.id] = value = self.evaluate(node.value, names)
        return value

    def _ifexp(self, node: ast.IfExp, names: Names) -> Value:
        return self.join(self.evaluate(node.body, names), self.evaluate(node.orelse, names))

    def _boolop(self, node: ast.BoolOp, names: Names) -> Value:
        value = self.evaluate(node.values[0], names)
        for other in node.values[1:]:
            value = self.join(value, self.evaluate(other, names))
        return value

    def _binop(self, node: ast.BinOp, names: Names) -> Value:
        # A sum of many lists leans to the left: unroll it, recursion is for real nesting.
        operands: list[tuple[ast.operator, ast.expr]] = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            operands.append((first.op, first.right))
            first = first.left
        value = self.evaluate(first, names)
        for operator, right in reversed(operands):
            value = self._operate(operator, value, self.evaluate(right, names), node.lineno)
        return value

    def _operate(self, operator: ast.operator, left: Value, right: Value, line: int) -> Value:
        if isinstance(operator, ast.Add):
            return self.add(left, right, line)
        if isinstance(operator, ast.Div) and isinstance(right, Text):
            return self._path([left, right], line)
        if isinstance(operator, ast.BitOr) and isinstance(left, (dict, list)) and isinstance(right, (dict, list)):
            return {**left, **right} if isinstance(left, dict) and isinstance(right, dict) else self.join(left, right)
        if isinstance(operator, ast.Mod) and isinstance(left, Text):
            return self._fill(left, "%s", right if isinstance(right, list) else [right], line)
        return Unknown(line)

    def add(self, left: Value, right: Value, line: int) -> Value:
        """Return `left + right`; a list keeps its known items beside an unknown one."""
        if isinstance(left, Text) and isinstance(right, Text):
            return self._string(left.text + right.text, left.line)
        if isinstance(left, list) or isinstance(right, list):
            both = [*(left if isinstance(left, list) else [left]), *(right if isinstance(right, list) else [right])]
            self.steps -= len(both) // 10
            return both if len(both) <= MOST_ITEMS else [*both[:MOST_ITEMS], Unknown(line)]
        # `open(x).read() + "\\n"`, `read("a.txt") + read("b.txt")`
        files: list[Value] = [value for value in (left, right) if isinstance(value, File)]
        return (files if len(files) > 1 else files[0]) if files else Unknown(line)

    def _fill(self, template: Text, mark: str, values: list[Value], line: int) -> Value:
        """Fill plain marks only: widths and conversions could make a string of any size."""
        parts = template.text.split(mark)
        texts = [value.text for value in values if isinstance(value, Text)]
        if len(texts) != len(values) or len(parts) != len(values) + 1 or "%" in "".join(parts).replace("%%", ""):
            return Unknown(line)
        return self._string("".join(part + text for part, text in zip(parts, [*texts, ""], strict=True)), template.line)

    def _path(self, parts: Iterable[Value], line: int) -> Value:
        """Join a path; an unknown part is taken for the folder of the module."""
        known = [part.text for part in parts if isinstance(part, Text)]
        return self._string(posixpath.join("", *known), line) if known else Unknown(line)

    def _attribute(self, node: ast.Attribute, names: Names) -> Value:
        value = self.evaluate(node.value, names)
        return value if isinstance(value, File) else Unknown(node.lineno)

    def _subscript(self, node: ast.Subscript, names: Names) -> Value:
        value = self.evaluate(node.value, names)
        if isinstance(value, (File, list)) and isinstance(node.slice, ast.Slice):
            return value
        key = self.evaluate(node.slice, names)
        if isinstance(value, list) and isinstance(key, Text) and key.text.isdecimal() and int(key.text) < len(value):
            return value[int(key.text)]
        if isinstance(value, dict) and isinstance(key, Text) and key.text in value:
            return value[key.text]
        if isinstance(key, Text) and isinstance(value, (Unknown, dict)):
            return self.pooled(key.text) or Unknown(node.lineno)
        return value if isinstance(value, File) else Unknown(node.lineno)

    def pooled(self, name: str) -> Text | None:
        """Return the requirement of the module that begins with this name."""
        return self.pool.get(name) or self.pool.get(normalised(name))

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, names: Names) -> Value:
        inner = dict(names)
        self.steps -= len(inner) // 10
        found: list[Value] = []
        self._generate(node, 0, inner, found)
        return found

    _generatorexp = _setcomp = _listcomp

    def _generate(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, level: int, names: Names, found: list[Value]
    ) -> None:
        if level == len(node.generators):
            found.append(self.evaluate(node.elt, names))
            return
        for item in self.each(self.evaluate(node.generators[level].iter, names)):
            if self.steps < 0 or len(found) > MOST_ITEMS:
                found.append(Unknown(node.lineno))
                return
            self.bind(node.generators[level].target, item, names)
            self._generate(node, level + 1, names, found)

    def each(self, value: Value) -> list[Value]:
        """Return the items of an iterable, at the price of a step for some."""
        items = each(value)
        self.steps -= len(items) // 10
        return items

    def join(self, first: Value, second: Value) -> Value:
        """Return what may be either, at the price of a step for some items."""
        self.steps -= sum(len(value) for value in (first, second) if isinstance(value, (list, dict))) // 10
        return join(first, second) if self.steps > 0 else first

    def bind(self, target: ast.expr, value: Value, names: Names) -> None:
        """Assign to names, to items of named tables, and to tuples of these."""
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Subscript):
            table, key = self.evaluate(target.value, names), self.evaluate(target.slice, names)
            if isinstance(table, dict):
                table[key.text if isinstance(key, Text) else ""] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            matching = isinstance(value, list) and len(value) == len(target.elts)
            for index, element in enumerate(target.elts):
                self.bind(
                    element, value[index] if matching and isinstance(value, list) else Unknown(target.lineno), names
                )

    def _call(self, node: ast.Call, names: Names) -> Value:
        arguments: list[Value] = []
        for argument in node.args:
            value = self.evaluate(argument.value if isinstance(argument, ast.Starred) else argument, names)
            arguments += self.each(value) if isinstance(argument, ast.Starred) else [value]
        keywords = {word.arg: self.evaluate(word.value, names) for word in node.keywords if word.arg}
        name = dotted(node.func)
        if isinstance(node.func, ast.Name) and (function := self.functions.get(name)):
            return self._own(function, arguments, keywords, names, node.lineno)
        if isinstance(node.func, ast.Attribute):
            receiver = self.evaluate(node.func.value, names)
            result = self._method(receiver, name, arguments, keywords, node.lineno)
            if result is not None:
                return result
        return self._builtin(name, arguments, keywords, node)

    def _builtin(self, name: str, arguments: list[Value], keywords: dict[str, Value], node: ast.Call) -> Value:
        first = arguments[0] if arguments else Unknown(node.lineno)
        if name in {"dict", "OrderedDict"} and (not arguments or isinstance(first, dict)):
            return {**(first if isinstance(first, dict) else {}), **keywords}
        if name in {"list", "tuple", "set", "OrderedDict", "defaultdict"} and (not arguments or name == "defaultdict"):
            return {} if "ict" in name else []
        if name in _OPENERS:
            opened = File(first.text, first.line) if isinstance(first, Text) else first
            return opened if isinstance(opened, File) else Unknown(node.lineno)
        if name in {"join", "joinpath", "with_name"}:
            return self._path(arguments, node.lineno)
        if name in _CHAINS:
            parts = (item for value in arguments for part in self.each(value) for item in self.each(part))
            return list(islice(parts, MOST_ITEMS))
        if name in {"filter", "map"} and len(arguments) > 1:
            return arguments[-1]
        if name in _SAME or name in _PATHS or name == "OrderedDict":
            return self.each(first) if isinstance(first, dict) and name != "OrderedDict" else first
        return self._looked_up(arguments, node.lineno)

    def _looked_up(self, arguments: list[Value], line: int) -> Value:
        """Take an unknown function of nothing but names of requirements for a look-up of these."""
        found = [self.pooled(value.text) for value in flat(arguments) if isinstance(value, Text)]
        return list(filter(None, found)) if found and all(found) else Unknown(line)

    def _method(
        self, receiver: Value, name: str, arguments: list[Value], keywords: dict[str, Value], line: int
    ) -> Value | None:
        sized = receiver.text if isinstance(receiver, Text) else receiver
        self.steps -= len(sized) // 10 if isinstance(sized, (str, list, dict)) else 0
        if isinstance(receiver, dict):
            return values.of_table(receiver, name, arguments, keywords)
        if isinstance(receiver, list):
            return values.of_list(receiver, name, arguments)
        if isinstance(receiver, Text):
            if name == "joinpath":
                return self._path([receiver, *arguments], line)
            if name == "format" and not keywords:
                return self._fill(receiver, "{}", arguments, line)
            return values.of_text(receiver, name) or Unknown(line)
        return receiver if isinstance(receiver, File) else None

    def _own(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        arguments: list[Value],
        keywords: dict[str, Value],
        names: Names,
        line: int,
    ) -> Value:
        """Call a function of the module: by its body; failing that, by the requirements files it is given or names."""
        if self.call_function is None:
            return Unknown(line)
        inner: Names = {**names, **self._parameters(function, arguments, keywords, names)}
        self.steps -= 1 + len(inner) // 10
        value = self.call_function(function, inner)
        if not value or any(not isinstance(item, Unknown) for item in flat(value)):
            return value
        given = [item for item in flat([*arguments, *keywords.values()]) if isinstance(item, Text)]
        files = [item for item in given if _REQUIREMENTS_FILE.fullmatch(item.text)]
        if not files:
            files = [Text(path, line) for path in self._files_named(function)]
        if files:
            return [File(item.text, line) for item in files]
        return self._looked_up(list(arguments), line)

    def _files_named(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
        """Return the first requirements file that a function names, if any."""
        for node in ast.walk(function):
            self.steps -= 1
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _REQUIREMENTS_FILE.fullmatch(node.value)
            ):
                return [node.value]
        return []

    def _parameters(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        arguments: list[Value],
        keywords: dict[str, Value],
        names: Names,
    ) -> Names:
        signature = function.args
        positional = [*signature.posonlyargs, *signature.args]
        bound: Names = {argument.arg: Unknown(function.lineno) for argument in [*positional, *signature.kwonlyargs]}
        defaults = [*zip(reversed(positional), reversed(signature.defaults), strict=False)]
        defaults += [
            (name, value) for name, value in zip(signature.kwonlyargs, signature.kw_defaults, strict=True) if value
        ]
        bound |= {argument.arg: self.evaluate(default, names) for argument, default in defaults}
        bound |= {argument.arg: value for argument, value in zip(positional, arguments, strict=False)}
        bound |= {name: value for name, value in keywords.items() if name in bound}
        if signature.vararg:
            bound[signature.vararg.arg] = arguments[len(positional) :]
        if signature.kwarg:
            bound[signature.kwarg.arg] = {name: value for name, value in keywords.items() if name not in bound}
        return bound
