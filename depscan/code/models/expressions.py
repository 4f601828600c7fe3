"""
Expressions of a module -> terms.

Names are replaced by what they hold where the expression stands; what other functions, classes or modules hold is left
as a name, and noted in `reads`. The work is bounded: what is too deep or too large ends in an unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from depscan.code.models.blocks import Binding, Block, reaching, start
from depscan.code.models.facts import UNKNOWN, Term

if TYPE_CHECKING:
    from depscan.code.models.scopes import Scope, Walk

_NODES = 60_000
"""Terms of one file."""
_DEEPEST = 40
_ITEMS = 400
"""Items of one list or dictionary that are kept."""
_LARGE = 150
_LARGEST = 1500
"""Nodes of what one variable holds; the latter where it is a table that is written out."""
_TABLES = (ast.Dict, ast.List, ast.Tuple, ast.Set)
LONGEST = 300
"""Characters of a text that may be part of an id."""
_NOT_MODELS = frozenset(
    {"messages", "prompt", "input", "contents", "tools", "system", "text", "texts", "documents", "help", "description"}
)
"""Keywords whose values are long and name no model."""
_BUILTINS_NAMES = """
str dict list tuple set frozenset vars getattr sorted reversed iter next zip enumerate min max map filter len int
float bool type isinstance range open
"""
_BUILTINS = frozenset(_BUILTINS_NAMES.split())
_TOO_MUCH = Term("?", "more than is followed")
_CYCLE = Term("?", "defined by itself")


class Expressions:
    """Makes terms of the expressions of one walk."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.budget = _NODES
        self.reads: dict[str, dict[str, None]] = {kind: {} for kind in ("name", "param", "func", "class", "attr")}
        """What terms refer to, by the kind of what is needed of it."""
        self._depth = 0
        self._known: dict[int, Term] = {}
        self._open: set[int] = set()
        self._makers = {node: getattr(self, maker) for node, maker in _MAKERS.items()}

    def release(self) -> None:
        """Let go of the methods that point back here."""
        self._makers.clear()

    def arguments(
        self, args: list[ast.expr], keywords: list[ast.keyword], scope: Scope, block: Block
    ) -> tuple[Term, ...]:
        """The arguments of a call, keywords last."""
        found = []
        for arg in args[:20]:
            if isinstance(arg, ast.Starred):
                found.append(Term("star", "", (self.term(arg.value, scope, block),)))
            else:
                found.append(self.term(arg, scope, block))
        for word in keywords[:60]:
            value = UNKNOWN if word.arg in _NOT_MODELS else self.term(word.value, scope, block)
            found.append(Term("kw", word.arg, (value,)) if word.arg else Term("stars", "", (value,)))
        return tuple(found)

    def term(self, node: ast.expr, scope: Scope, block: Block | None) -> Term:
        """The expression as it is seen from `block` of `scope`; without a block, in any order."""
        self.budget -= 1
        if self.budget < 0 or self._depth > _DEEPEST:
            return _TOO_MUCH
        make = self._makers.get(type(node))
        if make is None:
            return UNKNOWN
        self._depth += 1
        try:
            made: Term = make(node, scope, block)
            return made
        finally:
            self._depth -= 1

    def _make_constant(self, node: ast.Constant, _: Scope, __: Block | None) -> Term:
        value = node.value
        if isinstance(value, str):
            return Term("str", plain(value)) if len(value) <= LONGEST else UNKNOWN
        if value is None or isinstance(value, bool):
            return Term("const", str(value))
        if isinstance(value, int) and abs(value) < 10**15:
            return Term("num", str(value))
        return Term("num", repr(value)) if isinstance(value, float) else UNKNOWN

    def _make_unary(self, node: ast.UnaryOp, scope: Scope, block: Block | None) -> Term:
        inner = self.term(node.operand, scope, block)
        return Term("num", f"-{inner.text}") if isinstance(node.op, ast.USub) and inner.op == "num" else UNKNOWN

    def _make_name(self, node: ast.Name, scope: Scope, block: Block | None) -> Term:
        found = scope.lookup(node.id)
        if found is None:
            if node.id in _BUILTINS:
                return Term("import", f"builtins.{node.id}")
            stars = [
                Term("import", f"{module}{'' if module.endswith('.') else '.'}{node.id}") for module in self.walk.stars
            ]
            return any_of(stars) if stars else UNKNOWN
        owner, bindings = found
        if owner is scope or self._same_run(owner, scope):
            if owner is scope and block is not None:
                bindings = reaching(bindings, start(node), block)
            elif owner is not scope:
                bindings = reaching(bindings, start(node), Block()) if owner.kind == "function" else bindings
            held = self.alternatives(bindings, owner, block)
            return Term("var", "", (held,)) if held.op in {"str", "any"} else held
        if owner.kind == "module":
            single = bindings[0]
            if len(bindings) == 1 and single.kind in {"import", "func", "class"}:
                return self.value(single, owner)
            self.reads["name"][node.id] = None
            return Term("name", node.id)
        held = self.alternatives(bindings, owner, None)
        return Term("var", "", (held,)) if held.op in {"str", "any"} else held

    @staticmethod
    def _same_run(owner: Scope, scope: Scope) -> bool:
        """Whether both belong to one run of a function: comprehensions between them do not matter."""
        inner: Scope | None = scope
        while inner is not None and inner is not owner and inner.kind == "comprehension":
            inner = inner.parent
        return inner is owner

    def alternatives(self, bindings: list[Binding], owner: Scope, block: Block | None) -> Term:
        """What a name holds, given its bindings in the order in which they run."""
        held: list[Term] = []
        for binding in bindings[:60]:
            match binding.kind:
                case "typed":
                    continue
                case "update":
                    joined = Term("join", "", (any_of(held), self.term(binding.node, owner, binding.block)))
                    surely = block is not None and block.within(binding.block.settled())
                    held = [joined] if surely else [*held, joined]
                case "store":
                    key, value = binding.node
                    entry = Term(
                        "map", "", (self.term(key, owner, binding.block), self.term(value, owner, binding.block))
                    )
                    held = [Term("join", "", (any_of(held), entry))]
                case "in" | "among":
                    held = [Term(binding.kind, "", (any_of(held), self.term(binding.node, owner, None)))]
                case _:
                    held.append(self.value(binding, owner))
        return any_of(held)

    def value(self, binding: Binding, owner: Scope) -> Term:
        """What one binding gives the name."""
        key = id(binding)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            return _CYCLE
        self._open.add(key)
        try:
            term = self._bound(binding, owner)
        finally:
            self._open.discard(key)
        for index in binding.path:
            term = Term("item", "", (term, Term("num", str(index))))
        if _is_larger(term, _LARGEST if binding.kind == "value" and isinstance(binding.node, _TABLES) else _LARGE):
            term = _TOO_MUCH
        self._known[key] = term
        return term

    def _bound(self, binding: Binding, owner: Scope) -> Term:
        match binding.kind:
            case "value" | "with":
                return self.term(binding.node, owner, binding.block)
            case "each":
                if owner.kind == "comprehension" and owner.parent and owner.node.generators[0].iter is binding.node:
                    return Term("each", "", (self.term(binding.node, owner.parent, None),))
                return Term("each", "", (self.term(binding.node, owner, binding.block),))
            case "import":
                return Term("import", binding.text)
            case "func" | "class":
                name = self.walk.by_node[binding.node].name
                self.reads[binding.kind][name] = None
                return Term(binding.kind, name)
            case "param":
                return self._parameter(binding.node.arg, owner)
        return UNKNOWN

    def _parameter(self, name: str, function: Scope) -> Term:
        node, parent = function.node, function.parent
        if parent is not None and parent.kind == "class" and not isinstance(node, ast.Lambda):
            static = any(last_name(decorator) == "staticmethod" for decorator in node.decorator_list)
            first = [*node.args.posonlyargs, *node.args.args][:1]
            if not static and first and first[0].arg == name:
                self.reads["class"][parent.name] = None
                return Term("self", parent.name)
        self.reads["param"][function.name] = None
        return Term("param", f"{function.name}:{name}")

    def _make_attribute(self, node: ast.Attribute, scope: Scope, block: Block | None) -> Term:
        self.reads["attr"][node.attr] = None
        return Term("attr", node.attr, (self.term(node.value, scope, block),))

    def _make_subscript(self, node: ast.Subscript, scope: Scope, block: Block | None) -> Term:
        base = self.term(node.value, scope, block)
        if isinstance(node.slice, ast.Slice):
            return Term("slice", "", (base,))
        return Term("item", "", (base, self.term(node.slice, scope, block)))

    def _make_call(self, node: ast.Call, scope: Scope, block: Block | None) -> Term:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and scope.lookup("super") is None:
            owner = scope.around("class")
            if owner is None:
                return UNKNOWN
            self.reads["class"][owner.name] = None
            return Term("super", owner.name)
        inner = block if block is not None else Block()
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            return UNKNOWN
        return Term(
            "call", "", (self.term(node.func, scope, block), *self.arguments(node.args, node.keywords, scope, inner))
        )

    def _make_ifexp(self, node: ast.IfExp, scope: Scope, block: Block | None) -> Term:
        return any_of([self.term(node.body, scope, block), self.term(node.orelse, scope, block)])

    def _make_boolop(self, node: ast.BoolOp, scope: Scope, block: Block | None) -> Term:
        values = node.values if isinstance(node.op, ast.Or) else node.values[-1:]
        return any_of([self.term(value, scope, block) for value in values[:20]])

    def _make_joined(self, node: ast.JoinedStr, scope: Scope, block: Block | None) -> Term:
        parts = []
        for part in node.values[:40]:
            value = part.value if isinstance(part, ast.FormattedValue) else part
            parts.append(self.term(value, scope, block))
        return Term("join", "", tuple(parts))

    def _make_binop(self, node: ast.BinOp, scope: Scope, block: Block | None) -> Term:
        if isinstance(node.op, ast.Mod):
            return Term("percent", "", (self.term(node.left, scope, block), self.term(node.right, scope, block)))
        if not isinstance(node.op, ast.Add | ast.Div | ast.BitOr):
            return UNKNOWN
        parts: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and type(left.op) is type(node.op) and len(parts) < 100:
            parts.append(left.right)
            left = left.left
        terms = tuple(self.term(part, scope, block) for part in (left, *reversed(parts)))
        return Term("path" if isinstance(node.op, ast.Div) else "join", "", terms)

    def _make_sequence(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope, block: Block | None) -> Term:
        items = []
        for element in node.elts[:_ITEMS]:
            if isinstance(element, ast.Starred):
                items.append(Term("star", "", (self.term(element.value, scope, block),)))
            else:
                items.append(self.term(element, scope, block))
        return Term("seq", "", tuple(items))

    def _make_map(self, node: ast.Dict, scope: Scope, block: Block | None) -> Term:
        parts: list[Term] = []
        for key, value in [*zip(node.keys, node.values, strict=True)][:_ITEMS]:
            parts.append(self.term(key, scope, block) if key is not None else Term("stars"))
            parts.append(self.term(value, scope, block))
        return Term("map", "", tuple(parts))

    def _opened(self, node: ast.expr, around: Scope, block: Block | None) -> Scope | None:
        """The scope that an expression opens."""
        if node not in self.walk.by_node:
            self.walk.visit(node, around, block if block is not None else Block())
        return self.walk.by_node.get(node)

    def _make_comprehension(self, node: Any, around: Scope, block: Block | None) -> Term:
        scope = self._opened(node, around, block)
        if scope is None:
            return UNKNOWN
        if isinstance(node, ast.DictComp):
            return Term("map", "", (self.term(node.key, scope, None), self.term(node.value, scope, None)))
        return Term("seq", "", (self.term(node.elt, scope, None),))

    def _make_inner(self, node: Any, scope: Scope, block: Block | None) -> Term:
        """`await x`, `(y := x)`, `*x`: what is inside."""
        return self.term(node.value, scope, block)

    def _make_lambda(self, node: ast.Lambda, around: Scope, block: Block | None) -> Term:
        scope = self._opened(node, around, block)
        return Term("lambda", "", (self.term(node.body, scope, None),)) if scope is not None else UNKNOWN


def plain(text: str) -> str:
    """The text without lone surrogates, which no cache can hold."""
    return text.encode("utf-8", "replace").decode()


def any_of(terms: list[Term]) -> Term:
    """One of these, each once."""
    flat: list[Term] = []
    for term in terms:
        flat.extend(term.args if term.op == "any" else (term,))
    if len(flat) > 1:
        flat = list({(term.op, term.text) if not term.args else id(term): term for term in flat}.values())
    return UNKNOWN if not flat else flat[0] if len(flat) == 1 else Term("any", "", tuple(flat[:_ITEMS]))


def _is_larger(term: Term, most: int) -> bool:
    """Whether a term has more nodes than that."""
    pending = [term]
    for count in range(most + 1):
        if not pending:
            return False
        pending.extend(pending.pop().args)
        if len(pending) + count > most:
            return True
    return True


def last_name(node: ast.expr) -> str:
    """The last name of `a.b.c`, also when it is called or indexed."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


_MAKERS: dict[type, str] = {
    ast.Constant: "_make_constant",
    ast.Name: "_make_name",
    ast.UnaryOp: "_make_unary",
    ast.Attribute: "_make_attribute",
    ast.Subscript: "_make_subscript",
    ast.Call: "_make_call",
    ast.IfExp: "_make_ifexp",
    ast.BoolOp: "_make_boolop",
    ast.JoinedStr: "_make_joined",
    ast.BinOp: "_make_binop",
    ast.List: "_make_sequence",
    ast.Tuple: "_make_sequence",
    ast.Set: "_make_sequence",
    ast.Dict: "_make_map",
    ast.ListComp: "_make_comprehension",
    ast.SetComp: "_make_comprehension",
    ast.GeneratorExp: "_make_comprehension",
    ast.DictComp: "_make_comprehension",
    ast.Await: "_make_inner",
    ast.NamedExpr: "_make_inner",
    ast.Lambda: "_make_lambda",
}
