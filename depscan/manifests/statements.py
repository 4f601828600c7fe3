"""Runs through the statements of a module as `literals` reads expressions: every branch, no effects but on names."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from depscan.manifests.literals import Module, dotted
from depscan.manifests.values import MOST_ITEMS, Names, Text, Unknown, Value
from depscan.model import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable

_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\[\]]*\])?)\s*(?:[!=<>~;@ ].*)?")
_MOST_CALLS = 20
_FUNCTION_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Setup:
    """A call of `setup()`: its keywords; `line` of the call."""

    line: int
    keywords: dict[str, Value]
    calls: dict[str, ast.expr]
    """The expressions behind the keywords."""


@dataclass
class Run:
    """One pass over a module; `setups` fills with the calls of `setup()` on the way."""

    module: Module = field(default_factory=Module)
    setups: list[Setup] = field(default_factory=list)
    _results: list[list[Value]] = field(default_factory=list)

    def over(self, tree: ast.Module) -> None:
        """Run the module; functions that nothing calls but that call `setup()` are run last."""
        self.module.call_function = self._call
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.module.functions.setdefault(node.name, node)
        for statement in tree.body:
            self._collect(statement)
        names: Names = {"__name__": Text("__main__")}
        self._body(tree.body, names)
        if not self.setups:
            lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_setup(node)][
                :_MOST_CALLS
            ]
            for function in self.module.functions.values():
                if any(function.lineno <= line <= (function.end_lineno or 0) for line in lines):
                    self._call(function, dict(names))

    def _collect(self, statement: ast.stmt) -> None:
        """Fill the pool of requirements with the strings of the lists and tables that the module defines."""
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        items = (
            value.elts
            if isinstance(value, (ast.List, ast.Tuple, ast.Set))
            else value.values
            if isinstance(value, ast.Dict)
            else []
        )
        for item in items:
            if isinstance(item, ast.Constant) and isinstance(item.value, str) and len(item.value) < 500:  # noqa: SIM102
                if found := _REQUIREMENT.fullmatch(item.value):
                    text = Text(item.value, item.lineno)
                    self.module.pool.setdefault(found[1].strip(), text)
                    self.module.pool.setdefault(normalised(found[1]), text)

    def _call(self, function: ast.FunctionDef | ast.AsyncFunctionDef, names: Names) -> Value:
        if len(self._results) >= _FUNCTION_DEPTH:
            return Unknown(function.lineno)
        self._results.append([])
        self._body(function.body, names)
        results = self._results.pop()
        value: Value = results[0] if results else Unknown(function.lineno)
        for other in results[1:]:
            value = self.module.join(value, other)
        return value

    def _body(self, body: Iterable[ast.stmt], names: Names) -> None:
        if self.module.depth > 60:
            return
        self.module.depth += 1
        for statement in body:
            self.module.steps -= 1
            if self.module.steps < 0:
                break
            self._statement(statement, names)
        self.module.depth -= 1

    def _statement(self, node: ast.stmt, names: Names) -> None:
        evaluate = self.module.evaluate
        value = node.value if isinstance(node, (ast.Expr, ast.Assign, ast.Return)) else None
        if isinstance(value, ast.Call) and _is_setup(value):
            self._setup(value, names)
        elif isinstance(node, ast.Assign):
            assigned = evaluate(node.value, names)
            for target in node.targets:
                self.module.bind(target, assigned, names)
        elif isinstance(node, ast.AnnAssign) and node.value:
            self.module.bind(node.target, evaluate(node.value, names), names)
        elif isinstance(node, ast.AugAssign):
            self._augment(node, names)
        elif isinstance(node, ast.Expr):
            self._expression(node.value, names)
        elif isinstance(node, ast.Return):
            if self._results:
                self._results[-1].append(evaluate(node.value, names) if node.value else [])
        else:
            self._compound(node, names)

    def _compound(self, node: ast.stmt, names: Names) -> None:
        """Run what holds other statements: every branch, a loop once for each known item."""
        evaluate = self.module.evaluate
        if isinstance(node, ast.If):
            evaluate(node.test, names)
            self._branches([node.body, node.orelse], names)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            for item in self.module.each(evaluate(node.iter, names)):
                self.module.bind(node.target, item, names)
                self._body(node.body, names)
        elif isinstance(node, ast.While):
            self._body(node.body, names)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for managed in node.items:
                value = evaluate(managed.context_expr, names)
                if managed.optional_vars:
                    self.module.bind(managed.optional_vars, value, names)
            self._body(node.body, names)
        elif isinstance(node, ast.Try):
            self._branches([[*node.body, *node.orelse], *(handler.body for handler in node.handlers)], names)
            self._body(node.finalbody, names)

    def _augment(self, node: ast.AugAssign, names: Names) -> None:
        old, new = self.module.evaluate(node.target, names), self.module.evaluate(node.value, names)
        if isinstance(old, list) and isinstance(node.op, ast.Add):
            old += new if isinstance(new, list) else [new]
            del old[MOST_ITEMS:]
        elif isinstance(old, dict) and isinstance(new, dict):
            old |= new
        elif isinstance(node.op, ast.Add):
            self.module.bind(node.target, self.module.add(old, new, node.lineno), names)
        else:
            self.module.bind(node.target, Unknown(node.lineno), names)

    def _expression(self, node: ast.expr, names: Names) -> None:
        if isinstance(node, (ast.Yield, ast.YieldFrom)) and self._results:
            value = self.module.evaluate(node.value, names)
            self._results[-1].append([value] if isinstance(node, ast.Yield) else value)
        else:
            self.module.evaluate(node, names)

    def _setup(self, node: ast.Call, names: Names) -> None:
        if len(self.setups) >= _MOST_CALLS:
            return
        keywords: dict[str, Value] = {}
        for word in node.keywords:
            value = self.module.evaluate(word.value, names)
            if word.arg:
                keywords[word.arg] = value
            elif isinstance(value, dict):
                keywords |= value
            else:
                keywords[""] = Unknown(node.lineno)
        self.setups.append(Setup(node.lineno, keywords, {word.arg: word.value for word in node.keywords if word.arg}))

    def _branches(self, bodies: list[list[ast.stmt]], names: Names) -> None:
        """Run alternatives from the same start; a name that several of them set may be either."""
        before = dict(names)
        self.module.steps -= len(before) // 10
        changed: Names = {}
        for body in bodies:
            branch = dict(before)
            self._body(body, branch)
            for name, value in branch.items():
                if before.get(name) is not value:
                    changed[name] = self.module.join(changed[name], value) if name in changed else value
        names.update(changed)


def _is_setup(node: ast.Call) -> bool:
    """Whether this is a call of the `setup` of setuptools, distutils or skbuild."""
    if dotted(node.func) != "setup":
        return False
    owner = dotted(node.func.value) if isinstance(node.func, ast.Attribute) else "setuptools"
    return owner in {"setuptools", "core", "skbuild", "distutils"} or any(
        word.arg == "install_requires" for word in node.keywords
    )
