"""
The tree of a file -> its `Facts`: which calls may name a model, and everything their arguments are made of.

Nothing is looked up in other files here, so the answer depends on this file alone. The work is bounded: an expression
that is too deep or too large ends in an unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import msgspec

from depscan.code.models import patterns
from depscan.code.models.definitions import Definitions
from depscan.code.models.expressions import LONGEST, Expressions, last_name, plain
from depscan.code.models.facts import Call, Class, Facts, Function, Term
from depscan.code.models.scopes import Walk
from depscan.code.models.words import HUB_FILE, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from depscan.code.models.blocks import Block
    from depscan.code.models.scopes import Scope

_CALLS = 4_000
_ROUNDS = 6
_LATER = {"partial": 0, "submit": 0, "to_thread": 0, "run_sync": 0, "run_in_executor": 1, "apply_async": 0}
"""Calls that call what they are given, and which argument that is."""
_DECLARING_NAMES = """
add_argument add_option set_defaults DEFINE_string DEFINE_enum DEFINE_multi_string parse_args parse_known_args
"""
_DECLARING = frozenset(_DECLARING_NAMES.split())
"""Functions that hold these are visited, too."""
_ADDRESS = Term("import", "huggingface_hub.address")


def lower(path: str, tree: ast.Module, text: bytes, wanted: frozenset[str] = frozenset()) -> Facts:
    """
    Read one module and its text, whose lines are numbered through.

    `wanted` are names that other files ask for: what the module holds under them is told in full, and calls of them
    are kept.
    """
    words = Words(text, path)
    names = words.callables(wanted)
    if not wanted and not words.lines(names) and not HUB_FILE.search(text):
        return Facts()
    lines = sorted({*words.lines(names | _DECLARING), *words.marks()})
    walk = Walk(tree, lines, thorough=b":=" in text or b"torchaudio" in text)
    lowering = _Lowering(walk, words, wanted, names)
    facts = lowering.facts()
    lowering.expressions.release()
    walk.release()
    return facts


def placed(facts: Facts, place: Callable[[int], tuple[int, int]]) -> Facts:
    """The same with lines as `place` tells them, and cells."""
    calls = [msgspec.structs.replace(call, line=place(call.line)[0], cell=place(call.line)[1]) for call in facts.calls]
    return msgspec.structs.replace(facts, calls=tuple(calls))


class _Lowering:
    def __init__(self, walk: Walk, words: Words, wanted: frozenset[str], names: frozenset[str]) -> None:
        self.walk = walk
        self.words = words
        self.wanted = wanted
        self.known_names = names
        self.expressions = Expressions(walk)
        self.definitions = Definitions(self.expressions)
        self.reads = self.expressions.reads
        self.names: dict[str, Term | None] = {}
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Class] = {}
        self.whole: set[str] = set()
        self.seen_attributes: dict[str, frozenset[str]] = {}
        self.followed: set[str] = set()
        self.taken = 0

    # -- the parts of the answer --------------------------------------------------------------------------------------

    def facts(self) -> Facts:
        walk = self.walk
        calls = self._sites()
        for name in sorted(self.wanted):
            self.reads["name"][name] = self.reads["func"][name] = self.reads["class"][name] = None
        for _ in range(_ROUNDS):
            self._complete()
            more = self._callers()
            if not more:
                break
            calls += more
        self._complete()
        for inner in walk.module.inner:
            if inner.kind == "class" and inner.name not in self.classes:
                self.classes[inner.name] = self.definitions.class_(inner, frozenset())
        calls += self._attribute_sites()
        calls += [
            Call(_ADDRESS, (Term("str", text),), node.lineno)
            for node in walk.addresses
            if len(text := plain(str(node.value))) <= LONGEST and HUB_FILE.match(text.encode())
        ]
        return Facts(
            calls=tuple(sorted(calls, key=lambda call: call.line)[:_CALLS]),
            names={name: term for name, term in self.names.items() if term is not None},
            functions=self.functions,
            classes=self.classes,
            options=self.definitions.options(),
            defined=tuple(
                sorted(name for name, held in walk.module.bindings.items() if any(b.kind == "func" for b in held))
            ),
            stars=tuple(walk.stars),
            client_moved=self.words.client_moved,
        )

    def _sites(self) -> list[Call]:
        """The calls that the table may know."""
        self.taken = len(self.walk.calls)
        names = self.known_names
        return [call for item in self.walk.calls[: self.taken] for call in self._call_sites(*item, names)]

    def _callers(self) -> list[Call]:
        """The calls of functions of this file whose parameters matter."""
        records = {name.rpartition(".")[2] for name, found in self.classes.items() if found.declared}
        names = ({_called(name) for name in self.reads["param"]} | records) - self.followed
        if not names:
            return []
        self.followed |= names
        self.walk.enter_lines(self.words.lines(frozenset(self.followed)))
        known = self.known_names
        found = [
            call
            for index, item in enumerate(self.walk.calls)
            for call in self._call_sites(*item, names if index < self.taken else known | self.followed)
            if index >= self.taken or last_name(item[0].func) not in known
        ]
        self.taken = len(self.walk.calls)
        return found

    def _complete(self) -> None:
        """All that terms refer to, and what that refers to."""
        before = -1
        while before != (before := sum(map(len, self.reads.values()))) and self.expressions.budget > 0:
            for name in [*self.reads["name"]]:
                if name not in self.names:
                    self.names[name] = None
                    self.names[name] = self._variable(name)
            for name in [*self.reads["param"], *self.reads["func"]]:
                scope = self.walk.by_name.get(name)
                whole = name in self.reads["func"]
                if (
                    scope is not None
                    and scope.kind == "function"
                    and (name not in self.functions or (whole and name not in self.whole))
                ):
                    self.functions[name] = self.definitions.function(scope, whole=whole)
                    if whole:
                        self.whole.add(name)
            for name in [*self.reads["class"]]:
                scope = self.walk.by_name.get(name)
                if scope is not None and scope.kind == "class":
                    self._complete_class(name, scope)

    def _complete_class(self, name: str, scope: Scope) -> None:
        known = self.classes.get(name)
        attributes = frozenset(self.reads["attr"])
        if known is not None and self.seen_attributes.get(name) == attributes:
            return
        self.seen_attributes[name] = attributes
        self.classes[name] = found = self.definitions.class_(scope, None if name in self.wanted else attributes)
        for method in found.methods:
            if method == "__init__":
                self.reads["param"][f"{name}.{method}"] = None
            elif method in attributes:
                self.reads["func"][f"{name}.{method}"] = None

    def _variable(self, name: str) -> Term | None:
        bindings = self.walk.module.bindings.get(name)
        if not bindings:
            return None
        term = self.expressions.alternatives(bindings, self.walk.module, None)
        return None if term.op == "?" else term

    # -- calls --------------------------------------------------------------------------------------------------------

    def _call_sites(self, node: ast.Call, scope: Scope, block: Block, names: Collection[str]) -> Iterable[Call]:
        tail = last_name(node.func)
        if tail in names:
            args, words = node.args, node.keywords
            if tail not in self.wanted and tail not in self.followed:
                # of a callable of the table only some arguments matter
                args, words = args[:2], [word for word in words if word.arg is None or word.arg in patterns.keywords()]
            yield Call(
                self.expressions.term(node.func, scope, block),
                self.expressions.arguments(args, words, scope, block),
                node.lineno,
            )
        elif tail in _LATER and len(node.args) > _LATER[tail] and last_name(node.args[_LATER[tail]]) in names:
            target = node.args[_LATER[tail]]
            rest = node.args[_LATER[tail] + 1 :]
            words = node.keywords
            yield Call(
                self.expressions.term(target, scope, block),
                self.expressions.arguments(rest, words, scope, block),
                node.lineno,
            )

    def _attribute_sites(self) -> list[Call]:
        """Models that are attributes: `torchaudio.pipelines.X`."""
        found: list[Call] = []
        if any(b.text.startswith("torchaudio") for held in self.walk.module.bindings.values() for b in held if b.text):
            for node, scope, block in self.walk.attributes:
                if node.attr.isupper() and isinstance(node.value, ast.Attribute | ast.Name):
                    term = self.expressions.term(node.value, scope, block)
                    if _dotted(term) == "torchaudio.pipelines":
                        found.append(Call(Term("attr", node.attr, (term,)), (), node.lineno))
        return found


def _dotted(term: Term) -> str:
    names: list[str] = []
    while term.op == "attr":
        names.append(term.text)
        term = term.args[0]
    return ".".join([term.text, *reversed(names)]) if term.op == "import" else ""


def _called(function: str) -> str:
    """The name that a function, or a class with that constructor, is called by."""
    return function.removesuffix(".__init__").rpartition(".")[2]
