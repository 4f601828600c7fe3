"""What functions, classes and options of the command line are to those who use them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from depscan.code.models.blocks import Block
from depscan.code.models.expressions import LONGEST, Expressions, any_of, last_name, plain
from depscan.code.models.facts import NONE, UNKNOWN, Class, Function, Term

if TYPE_CHECKING:
    from depscan.code.models.scopes import Scope

_FEW = 12
"""Names of a class that are told anyway: an enumeration."""


class Definitions:
    """Reads definitions of one module."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.walk = expressions.walk

    def function(self, scope: Scope, *, whole: bool) -> Function:
        """The parameters of a function, and if `whole` what it returns."""
        arguments = scope.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        parent = scope.parent or scope
        decorators = getattr(scope.node, "decorator_list", [])
        static = any(last_name(decorator) == "staticmethod" for decorator in decorators)
        defaults: dict[str, Term] = {}
        block = Block()
        pairs = [
            *zip(reversed(positional), reversed(arguments.defaults), strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, value in pairs:
            if value is not None:
                defaults[parameter.arg] = self.expressions.term(value, parent, block)
        for decorator in decorators:
            defaults |= self._decorated(decorator, parent, block)
        types = {}
        for parameter in (*positional, *arguments.kwonlyargs):
            kind = self._type(parameter.annotation, parent)
            if kind is not None:
                types[parameter.arg] = kind
            if parameter.arg not in defaults and (fixture := self._fixture(parameter.arg)):
                defaults[parameter.arg] = fixture
        if whole:
            self.walk.enter(scope)
        if isinstance(scope.node, ast.Lambda):
            returns: tuple[Term, ...] = (self.expressions.term(scope.node.body, scope, block),)
        else:
            returns = tuple(self.expressions.term(value, scope, inner) for value, inner in scope.returns[:5] if whole)
        return Function(
            params=tuple(parameter.arg for parameter in (*positional, *arguments.kwonlyargs)),
            positional=len(positional),
            defaults=defaults,
            types=types,
            returns=tuple(term for term in returns if term.op != "?" and term != NONE),
            method=parent.kind == "class" and not static,
        )

    def _decorated(self, node: ast.expr, scope: Scope, block: Block) -> dict[str, Term]:
        """Defaults that click options and pytest's parametrisation give to parameters."""
        if not isinstance(node, ast.Call):
            return {}
        words = {word.arg: word.value for word in node.keywords if word.arg}
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if last_name(node.func) in {"option", "argument"} and "default" in words and texts:
            return {_destination(texts): Term("default", "", (self.expressions.term(words["default"], scope, block),))}
        if last_name(node.func) == "parametrize" and len(node.args) > 1:
            names = [name.strip() for name in texts[0].split(",")] if texts else []
            if isinstance(node.args[0], ast.Tuple | ast.List):
                names = [e.value for e in node.args[0].elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            each = Term("each", "", (self.expressions.term(node.args[1], scope, block),))
            if len(names) == 1:
                return {names[0]: each}
            return {name: Term("item", "", (each, Term("num", str(i)))) for i, name in enumerate(names)}
        return {}

    def _fixture(self, name: str) -> Term | None:
        """What a pytest fixture of this file returns."""
        for binding in self.walk.module.bindings.get(name, ()):
            if binding.kind == "func" and any(
                last_name(decorator) == "fixture" for decorator in binding.node.decorator_list
            ):
                self.expressions.reads["func"][name] = None
                return Term("call", "", (Term("func", name),))
        return None

    def _type(self, node: ast.expr | None, scope: Scope) -> Term | None:
        """The class that an annotation names, looking through Optional and quotes."""
        for _ in range(4):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < LONGEST:
                try:
                    node = ast.parse(node.value, mode="eval").body
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    return None
            elif isinstance(node, ast.Subscript):
                if last_name(node.value) not in {"Optional", "Annotated", "Union"}:
                    return None
                node = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            elif isinstance(node, ast.BinOp):
                node = node.left
        if isinstance(node, ast.Name | ast.Attribute) and last_name(node) not in {"str", "int", "bool", "float", "Any"}:
            if not hasattr(node, "lineno"):
                return None
            kind = self._unordered(node, scope)
            return kind if kind.op in {"import", "class", "attr"} else None
        return None

    def _unordered(self, node: ast.expr, scope: Scope) -> Term:
        """A name in an annotation, which may be bound further down."""
        if isinstance(node, ast.Attribute):
            base = self._unordered(node.value, scope)
            return base if base.op == "?" else Term("attr", node.attr, (base,))
        found = scope.lookup(node.id) if isinstance(node, ast.Name) else None
        if found is None:
            return UNKNOWN
        for binding in found[1]:
            if binding.kind == "import":
                return Term("import", binding.text)
            if binding.kind == "class":
                name = self.walk.by_node[binding.node].name
                self.expressions.reads["class"][name] = None
                return Term("class", name)
        return UNKNOWN

    def class_(self, scope: Scope, attributes: frozenset[str] | None) -> Class:
        """The class with the fields that are read somewhere, or with all."""
        parent = scope.parent or scope
        for inner in scope.inner if attributes or attributes is None else ():
            if inner.kind == "function":
                self.walk.enter(inner)
        fields: dict[str, Term] = {}
        for name, bindings in scope.bindings.items():
            held = [binding for binding in bindings if binding.kind in {"value", "each"}]
            if held and (attributes is None or name in attributes or len(scope.bindings) < _FEW):
                fields[name] = self.expressions.alternatives(held, scope, None)
        for name, assigned in scope.fields.items():
            if attributes is not None and name not in attributes:
                continue
            values = [self.expressions.value(binding, inner) for binding, inner in assigned[:20]]
            fields[name] = any_of([*([fields[name]] if name in fields else ()), *values])
        declared = [
            node.target.id
            for node in scope.node.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        ]
        return Class(
            bases=tuple(self.expressions.term(base, parent, Block()) for base in scope.node.bases[:8]),
            fields={name: term for name, term in fields.items() if term.op != "?"},
            declared=tuple(declared),
            methods=tuple(sorted(name for name, held in scope.bindings.items() if any(b.kind == "func" for b in held))),
        )

    def options(self) -> dict[str, Term]:
        """What argparse, optparse and absl are told, and what is set on parsed options."""
        found: dict[str, list[Term]] = {}
        for node, scope, block in self.walk.calls:
            method = last_name(node.func)
            words = {word.arg: word.value for word in node.keywords if word.arg}
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if method in {"add_argument", "add_option"} and texts:
                flag = words.get("dest")
                name = flag.value if isinstance(flag, ast.Constant) else _destination(texts)
                if isinstance(name, str):
                    found.setdefault(plain(name), []).append(self._option(words, scope, block))
            elif method in {"DEFINE_string", "DEFINE_enum", "DEFINE_multi_string"} and texts and len(node.args) > 1:
                found.setdefault(plain(texts[0]), []).append(
                    Term("default", "", (self.expressions.term(node.args[1], scope, block),))
                )
            elif method == "set_defaults":
                for name, value in words.items():
                    if name:
                        found.setdefault(name, []).append(
                            Term("default", "", (self.expressions.term(value, scope, block),))
                        )
        for name, value, scope, block in self.walk.option_values:
            if name in found or self._has_parser:
                found.setdefault(name, []).append(Term("default", "", (self.expressions.term(value, scope, block),)))
        return {name: any_of(terms) for name, terms in found.items()}

    @property
    def _has_parser(self) -> bool:
        return any(last_name(node.func) in {"parse_args", "parse_known_args"} for node, _, _ in self.walk.calls)

    def _option(self, words: dict[str, ast.expr], scope: Scope, block: Block) -> Term:
        if "default" in words:
            return Term("default", "", (self.expressions.term(words["default"], scope, block),))
        if "choices" in words:
            return Term("each", "", (self.expressions.term(words["choices"], scope, block),))
        return Term("?", "an option of the command line without a default")


def _destination(flags: list[str]) -> str:
    """The attribute that argparse and click make of an option's names."""
    long = [flag for flag in flags if flag.startswith("--")]
    bare = [flag for flag in flags if not flag.startswith("-")]
    chosen = plain((bare or long or flags)[0])
    return chosen.split("/")[0].strip("-").replace("-", "_")
