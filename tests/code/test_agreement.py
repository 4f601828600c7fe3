"""Against `ast`, an independent reader: every import and import call, with its context, on real and made-up sources."""

from __future__ import annotations

import ast
import hashlib
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from depscan.code.reader import read
from depscan.code.source import normalise
from depscan.code.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[int, int, str, str, str, str]
"""Line, level, module, name, alias and context."""
RANK = ("runtime", "lazy", "dynamic", "optional", "typing")
MISSING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
CALLS = {"import_module", "importlib.import_module", "__import__", "builtins.__import__", "importorskip", "pytest.importorskip"}
STATEMENTS = Statements()


# -- the oracle -------------------------------------------------------------------------------------------------------


def expected(source: bytes) -> list[Row]:
    """Every import and import call, by walking the tree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    rows: list[Row] = []
    waiting = [(statement, "runtime") for statement in tree.body]
    while waiting:
        statement, context = waiting.pop()
        if isinstance(statement, ast.Import):
            rows += [(statement.lineno, 0, a.name, "", a.asname or "", context) for a in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            module = statement.module or ""
            rows += [(statement.lineno, statement.level, module, a.name, a.asname or "", context) for a in statement.names]
        else:
            rows += [row for call in calls(statement) for row in named(call, context)]
            waiting += [(inner, max(context, more, key=RANK.index)) for inner, more in branches(statement)]
    return sorted(rows)


def calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The import calls in the statement itself, not in statements within it, nor in f-strings."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and ".".join(dotted(node.func)) in CALLS:
            yield node
        if not isinstance(node, ast.JoinedStr):
            waiting += [inner for inner in ast.iter_child_nodes(node) if not isinstance(inner, ast.stmt)]


def named(call: ast.Call, context: str) -> Iterator[Row]:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in ("name", "modname"))]
    first = arguments[0] if arguments else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        if all(part.isidentifier() for part in first.value.split(".")):
            yield call.lineno, 0, first.value, "", "", max(context, "dynamic", key=RANK.index)


def branches(statement: ast.stmt) -> list[tuple[ast.stmt, str]]:
    """The statements in a compound statement, each with what its branch means."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            parts = [(statement.body, "lazy")]
        case ast.ClassDef():
            parts = [(statement.body, "runtime")]
        case ast.If():
            holds, fails = condition(statement.test)
            parts = [(statement.body, holds), (statement.orelse, fails)]
        case ast.For() | ast.AsyncFor() | ast.While():
            parts = [(statement.body, "optional"), (statement.orelse, "optional")]
        case ast.With() | ast.AsyncWith():
            parts = [(statement.body, "optional" if any(map(suppresses, statement.items)) else "runtime")]
        case ast.Match():
            parts = [(case.body, "optional") for case in statement.cases]
        case ast.Try() | ast.TryStar():
            guarded = "optional" if survives(statement.handlers) else "runtime"
            parts = [(statement.body, guarded), (statement.orelse, guarded), (statement.finalbody, "runtime")]
            parts += [(handler.body, "optional") for handler in statement.handlers]
        case _:
            parts = []
    return [(inner, context) for body, context in parts for inner in body]


def condition(test: ast.expr) -> tuple[str, str]:
    if dotted(test)[-1:] == ["TYPE_CHECKING"]:
        return "typing", "runtime"
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand) if dotted(operand)[-1:] == ["TYPE_CHECKING"]:
            return "runtime", "typing"
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            if {"Name(id='__name__', ctx=Load())", "Constant(value='__main__')"} == {ast.dump(left), ast.dump(right)}:
                return "lazy", "runtime"
    return "optional", "optional"


def dotted(node: ast.expr) -> list[str]:
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=attr):
            before = dotted(value)
            return [*before, attr] if before else []
    return []


def mentions(node: ast.AST, names: set[str]) -> bool:
    found = {
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)
    }
    return bool(found & names)


def suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    return (
        isinstance(call, ast.Call)
        and dotted(call.func)[-1:] == ["suppress"]
        and any(mentions(argument, MISSING) for argument in call.args)
    )


def survives(handlers: list[ast.ExceptHandler]) -> bool:
    for handler in handlers:
        if handler.type is None or mentions(handler.type, MISSING):
            return not any(leaves(statement) for statement in handler.body)
    return False


def leaves(statement: ast.stmt) -> bool:
    match statement:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call(func=func)):
            return dotted(func) in (["exit"], ["quit"], ["sys", "exit"], ["os", "_exit"])
    return False


def found(source: bytes) -> list[Row]:
    text, problem = normalise(source)
    reading = read(text, STATEMENTS)
    assert not problem
    assert not reading.refused
    assert reading.complete
    return sorted((i.line, i.level, i.module, i.name, i.alias, str(i.context)) for i in reading.imports)
