"""
Who binds which name, where: the scopes of a module, with every binding and every call.

Names are looked up as Python does. Within one scope, a use sees the last binding that surely ran before it, and those
that may have run since; across scopes, order is not known and every binding counts.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from depscan.code.models.blocks import Binding, Block, end, start
from depscan.model.models import HUB, HUB_SHORT

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = frozenset(
    ["args", "opt", "opts", "options", "flags", "FLAGS", "argv", "parsed_args", "cfg", "config", "hparams"]
)
"""What parsed options are called where they are handed on."""
_HUB = (f"https://{HUB}/", f"https://{HUB_SHORT}/")
_MOST = 400_000
"""Nodes of one file that are looked at; generated tables are larger."""


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function or comprehension."""

    kind: str
    name: str
    """Qualified in the file, as `__qualname__` has it without `<locals>`; empty for the module."""
    parent: Scope | None
    node: Any = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    """Names declared global or nonlocal."""
    fields: dict[str, list[tuple[Any, Scope]]] = field(default_factory=dict)
    """Of a class: what its methods assign to `self`."""
    returns: list[Any] = field(default_factory=list)
    inner: list[Scope] = field(default_factory=list)
    deferred: bool = False
    """The body was not visited yet."""

    def around(self, kind: str) -> Scope | None:
        """The innermost scope of that kind that holds this one, or is it."""
        scope: Scope | None = self
        while scope is not None and scope.kind != kind:
            scope = scope.parent
        return scope

    def lookup(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """The scope whose name that is, and its bindings."""
        scope: Scope | None = self
        while scope is not None:
            if (scope is self or scope.kind != "class") and name in scope.bindings and name not in scope.outside:
                return scope, scope.bindings[name]
            scope = scope.parent
        return None


class Walk:
    """
    A visit to the statements of a module, but of functions and expressions only to those that hold one of `lines`.

    `enter` and `visit` go into others; `calls`, `attributes` and the rest grow with each visit.
    """

    def __init__(self, tree: ast.Module, lines: list[int], *, thorough: bool = False) -> None:
        self.lines = lines
        self.thorough = thorough
        """No expression is passed over: some of them bind names."""
        self.module = Scope("module", "", None, tree)
        self.scopes = [self.module]
        self.by_name: dict[str, Scope] = {}
        self.by_node: dict[ast.AST, Scope] = {tree: self.module}
        self.calls: list[tuple[ast.Call, Scope, Block]] = []
        self.attributes: list[tuple[ast.Attribute, Scope, Block]] = []
        self.addresses: list[ast.Constant] = []
        self.option_values: list[tuple[str, ast.expr, Scope, Block]] = []
        """What `args.name = value` sets."""
        self.stars: list[str] = []
        self.steps = _MOST
        self._visitors = {node: getattr(self, visitor) for node, visitor in _VISITORS.items()}
        root = Block()
        self._passed: list[tuple[ast.stmt, ast.expr, Scope, Block]] = []
        self._pending: list[tuple[Any, Scope, Block]] = [(node, self.module, root) for node in reversed(tree.body)]
        self._work_off()

    def release(self) -> None:
        """Let go of everything: scopes point at one another, and would keep the tree until garbage is collected."""
        for scope in self.scopes:
            scope.parent = scope.node = None
            for held in (scope.inner, scope.bindings, scope.fields, scope.returns):
                held.clear()
        for kept in (self.scopes, self.calls, self.attributes, self.option_values, self._passed, self._pending):
            kept.clear()
        for index in (self.by_name, self.by_node, self._visitors):
            index.clear()

    def enter(self, scope: Scope) -> None:
        """Visit the body of a function that was passed over."""
        if scope.deferred:
            scope.deferred = False
            self._push(scope.node.body, scope, Block())
            self._work_off()

    def enter_lines(self, lines: list[int]) -> None:
        """Visit the functions and expressions that hold one of these lines."""
        self.lines = lines
        passed, self._passed = self._passed, []
        for node, value, scope, block in passed:
            self._evaluate(node, value, scope, block)
        self._work_off()
        for scope in self.scopes:
            if scope.deferred and self._holds(scope.node):
                self.enter(scope)

    def visit(self, node: ast.expr, scope: Scope, block: Block) -> None:
        """Visit an expression that was passed over."""
        self._pending.append((node, scope, block))
        self._work_off()

    def _evaluate(self, node: ast.stmt, value: ast.expr, scope: Scope, block: Block) -> None:
        """Visit the expression of a statement if it may matter."""
        if self.thorough or self._holds(node):
            self._pending.append((value, scope, block))
        else:
            self._passed.append((node, value, scope, block))

    def _holds(self, node: Any) -> bool:
        index = bisect_left(self.lines, node.lineno)
        return index < len(self.lines) and self.lines[index] <= node.end_lineno

    def _work_off(self) -> None:
        visitors = self._visitors
        while self._pending and self.steps > 0:
            self.steps -= 1
            node, scope, block = self._pending.pop()
            visit = visitors.get(type(node))
            if visit is None:
                self._children(node, scope, block)
            else:
                visit(node, scope, block)

    def _children(self, node: ast.AST, scope: Scope, block: Block) -> None:
        pending = self._pending
        for name in _FIELDS.get(type(node), ()):
            value = getattr(node, name)
            if type(value) is list:
                pending.extend((child, scope, block) for child in reversed(value) if child is not None)
            elif value is not None:
                pending.append((value, scope, block))

    def _push(self, nodes: Any, scope: Scope, block: Block) -> None:
        self._pending.extend((node, scope, block) for node in reversed(nodes) if node is not None)

    def _open(self, kind: str, name: str, parent: Scope, node: ast.AST) -> Scope:
        prefix = next((s.name for s in _outward(parent) if s.kind in {"class", "function", "module"}), "")
        scope = Scope(kind, f"{prefix}.{name}" if prefix else name, parent, node)
        self.scopes.append(scope)
        parent.inner.append(scope)
        self.by_name[scope.name] = scope
        self.by_node[node] = scope
        return scope

    @staticmethod
    def _bind(scope: Scope, name: str, binding: Binding) -> None:
        scope.bindings.setdefault(name, []).append(binding)
        if name in scope.outside:
            module = scope.around("module")
            if module is not None and module is not scope:
                module.bindings.setdefault(name, []).append(binding)

    # -- what binds ---------------------------------------------------------------------------------------------------

    def _target(
        self, kind: str, target: ast.expr, value: ast.expr, scope: Scope, block: Block, path: tuple[int, ...] = ()
    ) -> None:
        pending = [(target, path)]
        while pending:
            node, path = pending.pop()
            if isinstance(node, ast.Name):
                self._bind(scope, node.id, Binding(kind, value, end(value), block, path))
            elif isinstance(node, ast.Starred):
                self._bind_other(node.value, scope, block)
            elif isinstance(node, ast.Tuple | ast.List) and len(path) < 5:
                pending.extend((child, (*path, index)) for index, child in enumerate(node.elts))
            elif isinstance(node, ast.Attribute):
                self._attribute_set(kind, node, value, path, scope)
                if isinstance(node.value, ast.Name) and node.value.id in OPTIONS and not path and kind == "value":
                    self.option_values.append((node.attr, value, scope, block))
            elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and not path and kind == "value":
                self._bind(scope, node.value.id, Binding("store", (node.slice, value), end(value), block))

    def _bind_other(self, node: ast.expr, scope: Scope, block: Block) -> None:
        if isinstance(node, ast.Name):
            self._bind(scope, node.id, Binding("other", node, end(node), block))

    def _attribute_set(
        self, kind: str, node: ast.Attribute, value: ast.expr, path: tuple[int, ...], scope: Scope
    ) -> None:
        function = scope.around("function")
        if isinstance(node.value, ast.Name) and function is not None and function.parent is not None:
            first = _first_parameter(function.node)
            owner = function.parent if function.parent.kind == "class" else None
            if owner is not None and node.value.id == first:
                owner.fields.setdefault(node.attr, []).append((Binding(kind, value, end(value), Block(), path), scope))

    def _visit_assign(self, node: ast.Assign, scope: Scope, block: Block) -> None:
        self._evaluate(node, node.value, scope, block)
        for target in node.targets:
            self._target("value", target, node.value, scope, block)

    def _visit_annotated(self, node: ast.AnnAssign, scope: Scope, block: Block) -> None:
        if node.value is not None:
            self._evaluate(node, node.value, scope, block)
            self._target("value", node.target, node.value, scope, block)
        elif isinstance(node.target, ast.Name) and scope.kind == "class":
            self._bind(scope, node.target.id, Binding("typed", node.annotation, end(node), block))

    def _visit_augmented(self, node: ast.AugAssign, scope: Scope, block: Block) -> None:
        self._evaluate(node, node.value, scope, block)
        if isinstance(node.target, ast.Name):
            kind = "update" if isinstance(node.op, ast.Add | ast.BitOr) else "other"
            self._bind(scope, node.target.id, Binding(kind, node.value, end(node), block))

    def _visit_named(self, node: ast.NamedExpr, scope: Scope, block: Block) -> None:
        self._pending.append((node.value, scope, block))
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._bind(scope, node.target.id, Binding("value", node.value, end(node.value), block))

    def _visit_for(self, node: ast.For | ast.AsyncFor, scope: Scope, block: Block) -> None:
        body = Block(block, id(node), 0, depth=block.depth + 1)
        self._target("each", node.target, node.iter, scope, body)
        self._push(node.orelse, scope, block)
        self._push(node.body, scope, body)
        self._pending.append((node.iter, scope, block))

    def _visit_with(self, node: ast.With | ast.AsyncWith, scope: Scope, block: Block) -> None:
        body = Block(block, id(node), 0, certain=True, depth=block.depth + 1)
        self._push(node.body, scope, body)
        for item in node.items:
            self._pending.append((item.context_expr, scope, block))
            if item.optional_vars is not None:
                self._target("with", item.optional_vars, item.context_expr, scope, body)

    def _visit_if(self, node: ast.If, scope: Scope, block: Block) -> None:
        holds = Block(block, id(node), 0, depth=block.depth + 1)
        fails = Block(block, id(node), 1, depth=block.depth + 1)
        self._membership(node.test, scope, holds, node)
        self._push(node.orelse, scope, fails)
        self._push(node.body, scope, holds)
        self._pending.append((node.test, scope, block))

    def _visit_assert(self, node: ast.Assert, scope: Scope, block: Block) -> None:
        self._pending.append((node.test, scope, block))
        if (known := _membership(node.test)) and isinstance(node.test.ops[0], ast.In):  # type: ignore[attr-defined]
            name, values = known
            self._bind(scope, name, Binding("in", values, end(node.test), block))

    def _membership(self, test: ast.expr, scope: Scope, block: Block, node: ast.If) -> None:
        """`if x not in (...): raise` and `if x in (...):` say which values `x` has from there on."""
        known = _membership(test)
        if known is None:
            return
        name, values = known
        negated = not isinstance(test.ops[0], ast.In)  # type: ignore[attr-defined]
        if negated and _leaves(node.body) and block.parent is not None:
            self._bind(scope, name, Binding("in", values, end(node), block.parent))
        elif not negated and not _leaves(node.body):
            self._bind(scope, name, Binding("among", values, end(node.test), block))

    def _visit_try(self, node: Any, scope: Scope, block: Block) -> None:
        self._push(node.finalbody, scope, block)
        for index, handler in enumerate(node.handlers):
            inner = Block(block, id(handler), index, depth=block.depth + 1)
            if handler.name:
                self._bind(scope, handler.name, Binding("other", handler, start(handler), inner))
            self._push(handler.body, scope, inner)
        body = Block(block, id(node), 0, certain=True, depth=block.depth + 1)
        self._push(node.orelse, scope, body)
        self._push(node.body, scope, body)

    def _visit_loop(self, node: ast.While, scope: Scope, block: Block) -> None:
        self._push(node.orelse, scope, block)
        self._push(node.body, scope, Block(block, id(node), 0, depth=block.depth + 1))
        self._pending.append((node.test, scope, block))

    def _visit_match(self, node: ast.Match, scope: Scope, block: Block) -> None:
        for index, case in reversed([*enumerate(node.cases)]):
            inner = Block(block, id(node), index, depth=block.depth + 1)
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name:
                    self._bind(scope, part.name, Binding("other", part, end(part), inner))
            self._push(case.body, scope, inner)
        self._pending.append((node.subject, scope, block))

    def _visit_imported(self, node: ast.Import | ast.ImportFrom, scope: Scope, block: Block) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                text = alias.name if alias.asname else alias.name.partition(".")[0]
                name = alias.asname or text
            else:
                module = "." * node.level + (node.module or "")
                if alias.name == "*":
                    self.stars.append(module)
                    continue
                text = module + ("" if module.endswith(".") else ".") + alias.name
                name = alias.asname or alias.name
            self._bind(scope, name, Binding("import", node, end(node), block, text=text))

    # -- what opens a scope -------------------------------------------------------------------------------------------

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, block: Block) -> None:
        self._bind(scope, node.name, Binding("func", node, start(node), block))
        self._push([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults], scope, block)
        inner = self._open("function", node.name, scope, node)
        self._parameters(node.args, inner)
        if self._holds(node):
            self._push(node.body, inner, Block())
        else:
            inner.deferred = True

    def _visit_lambda(self, node: ast.Lambda, scope: Scope, block: Block) -> None:
        self._push([*node.args.defaults, *node.args.kw_defaults], scope, block)
        inner = self._open("function", "<lambda>", scope, node)
        self._parameters(node.args, inner)
        self._pending.append((node.body, inner, Block()))

    def _parameters(self, arguments: ast.arguments, scope: Scope) -> None:
        block = Block()
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            scope.bindings[parameter.arg] = [Binding("param", parameter, 0, block)]
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                scope.bindings[extra.arg] = [Binding("other", extra, 0, block)]

    def _visit_class(self, node: ast.ClassDef, scope: Scope, block: Block) -> None:
        self._bind(scope, node.name, Binding("class", node, start(node), block))
        self._push([*node.decorator_list, *node.bases, *(word.value for word in node.keywords)], scope, block)
        self._push(node.body, self._open("class", node.name, scope, node), Block())

    def _visit_comprehension(self, node: Any, scope: Scope, block: Block) -> None:
        first = node.generators[0]
        self._pending.append((first.iter, scope, block))
        inner = self._open("comprehension", "", scope, node)
        inside = Block()
        for generator in node.generators:
            self._target("each", generator.target, generator.iter, inner, inside)
            self._push(generator.ifs, inner, inside)
            if generator is not first:
                self._pending.append((generator.iter, inner, inside))
        self._push([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner, inside)

    # -- the rest -----------------------------------------------------------------------------------------------------

    def _visit_call(self, node: ast.Call, scope: Scope, block: Block) -> None:
        self.calls.append((node, scope, block))
        self._children(node, scope, block)

    def _visit_attribute(self, node: ast.Attribute, scope: Scope, block: Block) -> None:
        self.attributes.append((node, scope, block))
        self._pending.append((node.value, scope, block))

    def _visit_constant(self, node: ast.Constant, _: Scope, __: Block) -> None:
        if type(node.value) is str and node.value.startswith(_HUB):
            self.addresses.append(node)

    def _visit_expression(self, node: ast.Expr, scope: Scope, block: Block) -> None:
        """A text that stands alone is documentation."""
        if not isinstance(node.value, ast.Constant):
            self._evaluate(node, node.value, scope, block)

    def _visit_declared(self, node: ast.Global | ast.Nonlocal, scope: Scope, _: Block) -> None:
        scope.outside.update(node.names)

    def _visit_return(self, node: ast.Return, scope: Scope, block: Block) -> None:
        if node.value is not None:
            scope.returns.append((node.value, block))
            self._evaluate(node, node.value, scope, block)


def _outward(scope: Scope) -> Iterator[Scope]:
    found: Scope | None = scope
    while found is not None:
        yield found
        found = found.parent


def _first_parameter(node: Any) -> str:
    arguments = node.args
    first = [*arguments.posonlyargs, *arguments.args][:1]
    return first[0].arg if first else ""


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether nothing behind the `if` is reached through this branch."""
    return bool(body) and isinstance(body[-1], ast.Raise | ast.Return | ast.Continue | ast.Break)


def _membership(test: ast.expr) -> tuple[str, ast.expr] | None:
    """Name and values of `name in values`."""
    if (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and len(test.ops) == 1
        and isinstance(test.ops[0], ast.In | ast.NotIn)
        and isinstance(test.comparators[0], ast.Set | ast.Tuple | ast.List | ast.Name | ast.Dict)
    ):
        return test.left.id, test.comparators[0]
    return None


_LEAVES = frozenset({"ctx", "op", "ops", "attr", "id", "arg", "name", "kind", "type_comment", "annotation", "returns"})
_NODES = [node for node in vars(ast).values() if isinstance(node, type) and issubclass(node, ast.AST)]
_FIELDS: dict[type, tuple[str, ...]] = {
    node: tuple(name for name in node._fields if name not in _LEAVES) for node in _NODES if node is not ast.Name
}
_VISITORS: dict[type, str] = {
    ast.Assign: "_visit_assign",
    ast.AnnAssign: "_visit_annotated",
    ast.AugAssign: "_visit_augmented",
    ast.NamedExpr: "_visit_named",
    ast.For: "_visit_for",
    ast.AsyncFor: "_visit_for",
    ast.With: "_visit_with",
    ast.AsyncWith: "_visit_with",
    ast.If: "_visit_if",
    ast.Assert: "_visit_assert",
    ast.Try: "_visit_try",
    ast.TryStar: "_visit_try",
    ast.While: "_visit_loop",
    ast.Match: "_visit_match",
    ast.Import: "_visit_imported",
    ast.ImportFrom: "_visit_imported",
    ast.FunctionDef: "_visit_function",
    ast.AsyncFunctionDef: "_visit_function",
    ast.Lambda: "_visit_lambda",
    ast.ClassDef: "_visit_class",
    ast.ListComp: "_visit_comprehension",
    ast.SetComp: "_visit_comprehension",
    ast.DictComp: "_visit_comprehension",
    ast.GeneratorExp: "_visit_comprehension",
    ast.Call: "_visit_call",
    ast.Attribute: "_visit_attribute",
    ast.Global: "_visit_declared",
    ast.Nonlocal: "_visit_declared",
    ast.Return: "_visit_return",
    ast.Constant: "_visit_constant",
    ast.Expr: "_visit_expression",
}
