"""Against `ast`, an independent reader: every import and import call, with its context, on real and made-up sources."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
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
CALLS = {
    "import_module",
    "importlib.import_module",
    "__import__",
    "builtins.__import__",
    "importorskip",
    "pytest.importorskip",
}
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
            rows += [
                (statement.lineno, statement.level, module, a.name, a.asname or "", context) for a in statement.names
            ]
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
    name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    if all(part.isidentifier() for part in name.split(".")):
        yield call.lineno, 0, name, "", "", max(context, "dynamic", key=RANK.index)


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


# -- real sources -----------------------------------------------------------------------------------------------------


def installed() -> list[Path]:
    """The standard library and every installed package; `test` holds deliberately odd sources."""
    stdlib, purelib = (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))
    files = [path for path in stdlib.rglob("*.py") if "site-packages" not in path.parts]
    return sorted(path for path in [*files, *purelib.rglob("*.py")] if path.is_file())


def differences(files: list[Path]) -> list[str]:
    different = []
    for path in files:
        source = path.read_bytes()
        try:
            rows = expected(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if found(source) != rows:
            different.append(str(path))
    return different


def test_agrees_on_all_installed_code() -> None:
    files = installed()
    assert len(files) > 1000
    assert differences(files) == []


# -- made-up sources --------------------------------------------------------------------------------------------------

SIMPLE = (
    "import a",
    "import a.b as c, d  # import e",
    "from .. import a",
    "from a.b import (c,  # import d\n  e as f,\n)",
    "from a import *",
    "import \\\n  a",
    "x = 1; import a; from b import c",
    "s = 'import a'; import b",
    "s = '''\nimport a\n'''; import b",
    '"""Text.\n\n    import a\n"""',
    "s = r'\\'; import a'; import b",
    "s = 'it\\'s # no comment'; import a",
    "s = 'a' \\\n  'b'; import c",
    "s = f\"{x}: {d['import a']} {{import b}} {y:>{w}} {z!r:^10}\"; import c",
    "s = f'''{\nx\n} {d[\"k\"]} \\N{DIGIT ONE} '\nimport a\n'''; import b",
    "s = fr'{y}\\'' + Rb'\\''; import a",
    "s = f'{(lambda y: {1: y})(2)[1:2]!s}'; import a",
    's = f"{x["import a"]:{y["}"]}>{z}} {f"{"import b" + f\'{"c"}\'}"}"; import d',
    's = f"""{\n"import a"  # {\n}{{"""; import b',
    "t = {'a': [1, (2, {3: 4, 5: [6, (7, [8, [9]])]})],\n'b': 'import c'}; import d",
    "t = [\nx\nfor x in y\nif x\n]",
    "t = (x\nif y else\nz)",
    "foo(a,\n# if x: import b\nb)",
    "match = case = 1; import a",
    "match(x); case: int = 1; import a",
    "x: dict[str, int] = {}; import a",
    "f = lambda x, *y: (x, y); import a",
    "def f(x=import_module('m'), y: 'import z' = 1) -> int: import a",
    "class A(B, metaclass=C): import a",
    "x = importlib.import_module('a.b')",
    "y = import_module(\n  # comment\n  'a'  # b\n, package=None) or __import__(name='c')",
    "z = [import_module(x), import_module('.a', 'b'), self.import_module('c'), 'import_module(\"d\")']",
    "pytest.importorskip('a', reason='import_module(\"b\")')",
    "raise ImportError",
    "raise ImportError('x') from error",
    "sys.exit (1)",
    "yield from x",
    "pass",
    "# import a",
    "\f",
)
HEADERS = (
    ("if x:",),
    ("if TYPE_CHECKING:",),
    ("if t.TYPE_CHECKING:", "else:"),
    ("if not typing . TYPE_CHECKING :", "elif x:", "else:"),
    ("if (  # comment: import a\n not (TYPE_CHECKING)):", "else:"),
    ("if x:", "elif TYPE_CHECKING:", "elif y:", "else:"),
    ("if TYPE_CHECKING or x:", "else:"),
    ("if __name__ == '__main__':", "else:"),
    ('if ("__main__" ==\n__name__):',),
    ("if import_module('a') and {1: 2}[1:2]:",),
    ("for x in __import__('a').b:", "else:"),
    ("while x:", "else:"),
    ("def f(a, *, b: int = 1) -> dict[str, int]:",),
    ("async def f():",),
    ("class A:",),
    ("with open(x) as f, suppress(ImportError):",),
    ("with (contextlib.suppress(KeyError, builtins.Exception) as x):",),
    ("with suppress(KeyError):",),
    ("try:", "except ImportError:"),
    (
        "try:",
        "except (KeyError,  # not Exception\n ModuleNotFoundError) as e:",
        "except Exception:",
        "else:",
        "finally:",
    ),
    ("try:", "except KeyError:", "else:", "finally:"),
    ("try:", "except my.Exceptions:", "except:"),
    ("try:", "except *ImportError:", "else:"),
    ("try:", "finally:"),
    ("match x:\n case [1, *_] if y:", " case _:"),
)
STEPS = st.sampled_from(SIMPLE) | st.sampled_from(HEADERS) | st.none() | st.booleans()


def program(steps: list[str | tuple[str, ...] | bool | None], unit: str) -> str:
    """Simple statements, headers that open blocks, `None` to go on to the next clause, `True` for one-line bodies."""
    lines: list[str] = []
    following: list[tuple[str, ...]] = []
    for step in [*steps, *[None] * 5 * len(steps)]:
        margin = unit * len(following)
        if isinstance(step, bool):
            joins = step and lines and lines[-1].endswith(":") and "match" not in lines[-1]
            if joins:
                lines[-1] += " import a; raise"
                lines.append(f"{margin}# body")
        elif isinstance(step, str):
            lines.append(margin + step)
        elif step:
            lines.append(margin + step[0].replace("\n case", f"\n{margin} case"))
            following.append(step[1:])
        elif following:
            if not lines[-1].endswith("# body"):
                lines.append(f"{margin}pass")
            clauses = following.pop()
            if clauses:
                lines.append(unit * len(following) + clauses[0])
                following.append(clauses[1:])
    return "\n".join(lines)


PROGRAMS = st.builds(
    lambda steps, unit, end: program(steps, unit).replace("\n", end).encode(),
    st.lists(STEPS, max_size=30),
    st.sampled_from(["    ", "  ", "\t", "  \t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
FRAGMENTS = st.lists(
    st.sampled_from([*SIMPLE, *(header for headers in HEADERS for header in headers)])
    | st.sampled_from([*"()[]{}:;,#\\'\"\n\r\t \f\0é", "'''", '"""', "f'", 'f"', "t'''", "\n    ", "\\\n", "lazy "]),
    max_size=7,
).map(lambda parts: "\n".join(parts).replace("\n\n", "").encode())


@settings(max_examples=500, deadline=None)
@given(PROGRAMS)
def test_agrees_on_composed_programs(source: bytes) -> None:
    try:
        rows = expected(source)
    except SyntaxError:
        return
    assert found(source) == rows


@settings(max_examples=500, deadline=None)
@given(FRAGMENTS)
def test_never_raises_and_agrees_on_whatever_parses(source: bytes) -> None:
    text, problem = normalise(source)
    reading = read(text, STATEMENTS)
    try:
        rows = expected(source)
    except (SyntaxError, ValueError):
        return
    assert not problem
    assert sorted((i.line, i.level, i.module, i.name, i.alias, str(i.context)) for i in reading.imports) == rows
