"""Names are looked up as Python looks them up: against a table, libcst, and the byte code that Python itself makes."""

from __future__ import annotations

import ast
import dis
import hashlib
import importlib.util
import runpy
import sys
import textwrap
import warnings
from itertools import pairwise
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from depscan.code import uses
from depscan.code.uses import STANDARD, count
from depscan.model import Use

ROOT = Path(__file__).parents[2]


def counted(source: str) -> str:
    """The names, each as often as it was counted."""
    return " ".join(" ".join([use.name] * use.count) for use in count(ast.parse(source)))


# -- the table --------------------------------------------------------------------------------------------------------

NAMES = {
    "import": ("import a\na; a.b; a.b.c", "a a.b a.b.c"),
    "import as": ("import a.b as c\nc.d; a.x", "a.b.d"),
    "dotted import binds the first part": ("import a.b.c\na.b.c.d; a.x; b.y", "a.b.c.d a.x"),
    "from": ("from a.b import c, d as e\nc.x(e); d", "a.b.c.x a.b.d"),
    "star": ("from a import *\na.b; c", ""),
    "relative": ("from . import a\nfrom .b import c\nfrom .. import d as e\na.x; c.x; e.x", ""),
    "standard library": ("import os, json as j\nfrom typing import Any\nos.path; j.loads; Any", ""),
    "future": ("from __future__ import annotations\nannotations", ""),
    "only some standard libraries": ("import tomllib, distutils.core\ntomllib.x; distutils.y", "distutils.y tomllib.x"),
    "no import at all": ("a.b\nc()", ""),
    "unused": ("import a", ""),
    "two imports, one name": ("try: import a as x\nexcept ImportError: import b as x\nx.f; x.f", "a.f a.f b.f b.f"),
    "import or None": ("try: import a\nexcept ImportError: a = None\nif a: a.f", "a a.f"),
    "import or stdlib": ("try: import a as x\nexcept ImportError: import json as x\nx.f", "a.f"),
    "same import twice": ("import a\nimport a\na.f", "a.f"),
    "import in a block": ("if x:\n  while y:\n    with z:\n      import a\na.f", "a.f"),
    "import in a match": ("match x:\n  case 1:\n    import a\na.f", "a.f"),
}

EXPRESSIONS = {
    "call in a chain": ("import a\na.b().c.d()", "a.b"),
    "subscript in a chain": ("import a\na.b[a.c].d", "a.b a.c"),
    "parentheses": ("import a\n(a.b).c", "a.b.c"),
    "store below a name": ("import a\na.b.c = 1\na.d += 1\na.e: a.T = 2\ndel a.f", "a.T a.b.c a.d a.e a.f"),
    "keyword": ("import a\nf(a=1, b=a.c)", "a.c"),
    "f-string": ("import a\nf'{a.b!r:>{a.c}} a.d'", "a.b a.c"),
    "string": ("import a\n'a.b'", ""),
    "string annotation": ("import a\ndef f(x: 'a.T') -> 'a.U': y: 'a.V'", ""),
    "annotation": ("import a\ndef f(x: a.T, *y: a.U, z: a.V = 1, **w: a.W) -> a.R: v: a.X", "a.R a.T a.U a.V a.W a.X"),
    "decorator": ("import a\n@a.d\n@a.e(a.x)\nclass C: pass\n@a.f\nasync def f(): pass", "a.d a.e a.f a.x"),
    "base and metaclass": ("import a\nclass C(a.B, metaclass=a.M): pass", "a.B a.M"),
    "augmented name reads": ("import a\na += 1", "a"),
    "binding is no use": ("import a\na = 1\ndel a\nfor a in (): pass", ""),
    "try, with": (
        "import a\nasync def f():\n  try: await a.w()\n  except (a.E, a.F): raise a.G\n  async with a.c() as x: a.y",
        "a.E a.F a.G a.c a.w a.y",
    ),
    "patterns": (
        "import a\nmatch a.s:\n  case a.V | a.C(x=a.W) | [a.P, *_] if a.g: a.b\n  case {a.K: _}: pass",
        "a.C a.K a.P a.V a.W a.b a.g a.s",
    ),
    "dict with unpacking": ("import a\n{**a.b, a.c: a.d}", "a.b a.c a.d"),
}

SCOPES = {
    "function sees the module": ("import a\ndef f():\n  def g(): a.x", "a.x"),
    "module does not see the function": ("def f():\n  import a\n  a.x\na.y", "a.x"),
    "nested function sees the function": ("def f():\n  import a\n  def g(): return lambda: a.x", "a.x"),
    "parameter hides": ("import a\ndef f(a): a.x", ""),
    "every kind of parameter hides": (
        "import a, b, c, d, e\ndef f(a, /, b, *c, d, **e): (a.x, b.x, c.x, d.x, e.x)",
        "",
    ),
    "default is outside": ("import a\ndef f(a=a.x, *, b=a.y): a.z", "a.x a.y"),
    "annotation is outside": ("import a\ndef f(a: a.T) -> a.R: a.z", "a.R a.T"),
    "lambda": ("import a\nlambda a=a.x: a.y\nlambda b, *c, d=1, **e: a.z", "a.x a.z"),
    "assignment hides in the whole function": ("import a\ndef f():\n  a.x\n  a = 1", ""),
    "except as hides": ("import a\ndef f():\n  try: pass\n  except E as a: pass\n  a.x", ""),
    "except* as hides": (
        "import a\ndef f():\n  try: pass\n  except* a.E: pass\ndef g():\n  try: pass\n  except* E as a: a.x",
        "a.E",
    ),
    "annotated attribute and parenthesised name do not hide": (
        "import a\ndef f():\n  a.x: int\n  (a): int\n  a.y",
        "a.x a.y",
    ),
    "global": ("import a\ndef f(a):\n  def g():\n    global a\n    a.x\n    def h(): a.y", "a.x a.y"),
    "import under global": ("def f():\n  global a\n  import a\ndef g(): a.x", "a.x"),
    "global is not for nested classes": (
        "import a\ndef f():\n  a = 1\n  class C:\n    global a\n    a.x\n    def g(self): a.y",
        "a.x",
    ),
    "nonlocal": ("import a\ndef f():\n  a = 1\n  def g():\n    nonlocal a\n    a.x", ""),
    "import under nonlocal": (
        "def f():\n  a = 1\n  def g():\n    nonlocal a\n    import a\n  def h(): a.x\na.y",
        "a.x",
    ),
    "nonlocal twice": (
        "def f():\n  a = 1\n  def g():\n    nonlocal a\n    def h():\n      nonlocal a\n      import a\n  a.x\na.y",
        "a.x",
    ),
    "nonlocal passes a class by": (
        "def f():\n  a = 1\n  class C:\n    a = 2\n    def g():\n      nonlocal a\n      import a\n  a.x",
        "a.x",
    ),
    "nonlocal of nothing": ("def f():\n  nonlocal a\n  import a\n  a.x\na.y", "a.x"),
    "class body": ("import a\nclass C:\n  a.x\n  import b\n  b.y\nb.z", "a.x b.y"),
    "class is invisible to its functions": ("import a\nclass C:\n  a = 1\n  def f(self): a.x", "a.x"),
    "class is invisible to nested classes": ("import a\nclass C:\n  a = 1\n  class D:\n    a.x", "a.x"),
    "class reads before it binds": ("import a\nclass C:\n  a = a.x\n  a.y", "a.x"),
    "annotations before the method they name": (
        "from b import a\nclass C:\n  @a.d\n  def a(\n    s, x: a.T\n  ) -> a.R:\n    a.x\n  def g(s) -> a.y: pass",
        "b.a.R b.a.T b.a.d b.a.x",
    ),
    "class skips functions for what it binds": ("import a\ndef f(a):\n  class C:\n    a = a.x", "a.x"),
    "annotation alone binds nothing in a class": ("import a\nclass C:\n  a: a.T\n  a.x", "a.T a.x"),
    "comprehension target hides": (
        "import a\n[a.x for a in a.y]\n{a for a in q}\n{a: a for a in q}\n(a.z for a in q)",
        "a.y",
    ),
    "later iterables are inside": ("import a\n[1 for q in a.x for a in a.y if a.z]", "a.x"),
    "comprehension in a class": ("import a\nclass C:\n  a = 1\n  [a.x for q in a.y if a.z]", "a.x a.z"),
    "comprehension sees its function": ("import a\ndef f(a): [a.x for q in r]", ""),
    "lambda in a comprehension": ("import a\n[lambda: a.x for a in q]", ""),
    "walrus": ("import a\ndef f():\n  [[(a := 1) for q in r] for s in t]\n  a.x\ndef g(): a.y", "a.y"),
    "walrus in a lambda": ("import a\ndef f():\n  lambda: [(a := a.x) for q in r]\n  a.y", "a.y"),
    "walrus under global": ("import a\ndef f():\n  global a\n  [(a := a.x) for q in r]", "a.x"),
}

TYPE_PARAMETERS = {
    "function": ("import T\n@T.d\ndef f[T: T.b](x: T.a = T.default) -> T.r: T.x", "T.d T.default"),
    "class": ("import T\n@T.d\nclass C[T](T.B, m=T.M):\n  T.x\n  def f(self): T.y", "T.d"),
    "bound": ("import a\ndef f[T: a.B, *U, **P](): pass\nclass C[T: (a.X, a.Y)]: pass", "a.B a.X a.Y"),
    "alias": ("import a, T\ntype T[U: a.B] = a.L[U]\ntype V[T] = T.x\ntype W = a.M", "a.B a.L a.M"),
    "alias binds": ("import a\ndef f():\n  type a = int\n  a.x", ""),
    "sees its class": ("import a\nclass C:\n  a = 1\n  def f[T: a.x](y: a.y): a.z\n  type U = a.u", "a.z"),
    "lambda in it does not": ("import a\nclass C:\n  a = 1\n  type U = (lambda: a.x)", "a.x"),
}
DEFAULTS = {"default": ("import a\nclass C[T = a.D, *U = a.E, **P = a.F]: pass", "a.D a.E a.F")}


def cases(table: dict[str, tuple[str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("source", "expected"), table.values(), ids=table)


@cases(NAMES | EXPRESSIONS | SCOPES)
def test_names(source: str, expected: str) -> None:
    assert counted(source) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "a = 1",
        "a += 1",
        "a: int",
        "del a",
        "(a := 1)",
        "[(a := 1) for q in r]",
        "import os as a",
        "import a as b, os as a",
        "from . import a",
        "from json import a",
        "def a(): pass",
        "async def a(): pass",
        "class a: pass",
        "for a in (): pass",
        "for q, (a, *r) in (): pass",
        "with q as a: pass",
        "with q as [*a]: pass",
        "try: pass\nexcept E as a: pass",
        "try: pass\nexcept* E as a: pass",
        "match q:\n  case a: pass",
        "match q:\n  case [*a]: pass",
        "match q:\n  case {**a}: pass",
        "match q:\n  case {1: [a, _]}: pass",
        "match q:\n  case C(a): pass",
        "match q:\n  case C(x=a): pass",
        "match q:\n  case (1 | 2) as a: pass",
    ],
)
def test_a_name_bound_in_a_function_is_not_the_module_s(statement: str) -> None:
    body = textwrap.indent(f"a.x\n{statement}\na.y", "  ")
    assert counted(f"import a\ndef f():\n{body}") == ""
    assert counted(f"import a\ndef f():\n  global a\n{body}").split()[-2:] == ["a.x", "a.y"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are syntax from Python 3.12 on")
@cases(TYPE_PARAMETERS)
def test_type_parameters(source: str, expected: str) -> None:
    assert counted(source) == expected


@pytest.mark.skipif(sys.version_info < (3, 13), reason="their defaults are syntax from Python 3.13 on")
@cases(DEFAULTS)
def test_defaults_of_type_parameters(source: str, expected: str) -> None:
    assert counted(source) == expected


def test_a_use_says_its_first_line_and_uses_are_sorted() -> None:
    tree = ast.parse("import b, a\ndef f():\n    b.x\n\nb.x(a.y,\n    a.y)\n")
    assert count(tree) == (Use("a.y", 2, 5), Use("b.x", 2, 3))


# -- the standard library ---------------------------------------------------------------------------------------------


def test_standard_names_are_standard_here() -> None:
    assert sys.stdlib_module_names >= STANDARD


def test_names_of_some_versions_are_not_standard() -> None:
    assert not STANDARD & {"distutils", "imp", "cgi", "telnetlib", "tomllib", "annotationlib", "compression"}


# -- hostile input ----------------------------------------------------------------------------------------------------


def test_long_chains() -> None:
    source = "import a\na" + ".b" * 900 + "\na" + ".b()" * 900
    assert counted(source) == f"a.b a{'.b' * 900}"


def test_deep_trees_need_no_stack() -> None:
    place = {"lineno": 2, "col_offset": 0}
    name = ast.Name("a", ast.Load(), **place)
    chain: ast.expr = name
    nest: ast.expr = ast.Attribute(name, "c", ast.Load(), **place)
    for _ in range(20_000):
        chain = ast.Attribute(chain, "b", ast.Load(), **place)
        nest = ast.Attribute(ast.Call(nest, [], [], **place), "d", ast.Load(), **place)
        nest = ast.Lambda(ast.arguments([], [], None, [], [], None, []), nest, **place)
    inner: list[ast.stmt] = [ast.Expr(chain, **place), ast.Expr(nest, **place)]
    for _ in range(20_000):
        inner = [ast.If(name, inner, [], **place)]
    found = {use.name: use.count for use in count(ast.Module([*ast.parse("import a").body, *inner], []))}
    assert found == {"a": 20_000, "a.c": 1, "a" + ".b" * 20_000: 1}


def test_one_name_stands_for_a_bounded_number_of_imports() -> None:
    imports = "".join(f"import m{number} as x\n" for number in range(1000))
    assert len(count(ast.parse(imports + "x.f"))) == uses._CANDIDATES
    nested = "".join(f"def f{number}():\n  global x\n  import m{number} as x\n" for number in range(1000))
    assert len(count(ast.parse(nested + "x.f"))) == uses._CANDIDATES


def test_absurd_module_names_are_no_modules() -> None:
    assert counted(f"import {'a' * 2000} as x, {'b' * 900} as y\nx.f\ny.g") == f"{'b' * 900}.g"


# -- against libcst ---------------------------------------------------------------------------------------------------

LIBRARIES = ("click", "hypothesis", "jinja2", "libcst", "matplotlib", "networkx", "packaging", "pip_audit", "rich")


def sample(number: int, largest: int = 20_000) -> list[Path]:
    """Installed files, small ones because libcst is slow, chosen by a digest of their path."""
    found: dict[str, Path] = {}
    for library in LIBRARIES:
        spec = importlib.util.find_spec(library)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            for path in Path(folder).rglob("*.py"):
                if path.stat().st_size <= largest:
                    name = f"{library}/{path.relative_to(folder).as_posix()}"
                    found[hashlib.sha256(name.encode()).hexdigest()] = path
    return [found[digest] for digest in sorted(found)[:number]]


def test_agrees_with_libcst_on_installed_packages() -> None:
    expected = runpy.run_path(str(ROOT / "benchmarks" / "uses.py"))["expected"]
    ours = theirs = both = 0
    for path in sample(40):
        source = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            mine = {use.name: (use.count, use.line) for use in count(ast.parse(source))}
        other = expected(source)
        ours += sum(times for times, _ in mine.values())
        theirs += sum(times for times, _ in other.values())
        both += sum(min(times, other[name][0]) for name, (times, _) in mine.items() if name in other)
    assert theirs > 200
    assert both >= 0.995 * ours
    assert both >= 0.995 * theirs


# -- against the compiler ---------------------------------------------------------------------------------------------
#
# Programs in which `import t` at the top is the only import that counts, other statements bind `t` at random, and each
# read has an attribute of its own. The compiler decides for every read whether it means the module's `t`.

BINDINGS = [
    *(
        "t = 0",
        "for t in q: pass",
        "with q as t: pass",
        "import os as t",
        "from . import t",
        "def t(): pass",
        "class t: pass",
    ),
    *("(t := 0)", "[(t := 0) for p in q]", "try: q\nexcept q as t: pass", "match q:\n  case [t, *_]: pass"),
    *("match q:\n  case {**t}: pass", "global t", "nonlocal t", "del t"),
]
READS = [
    *(
        "t.#",
        "[t.# for p in t.#]",
        "[t.# for t in t.# if t.#]",
        "(t.# for p in t.# for t in t.#)",
        "{p: t.# for p in q}",
    ),
    *("lambda t=t.#: t.#", "lambda: t.#", "[lambda: t.# for t in q]", "{t.# for p in [(lambda: t.#)]}", "f'{t.#}'"),
    "q(t=t.#)",
]
BLOCKS = [
    *("def f():", "@t.#\ndef f(p=t.#, *, r: t.# = 0) -> t.#:", "def f(t: t.#, p: t.#):", "async def f(*t):"),
    *("class C:", "@t.#\nclass C(t.#, m=t.#):", "if q:", "for p in t.#:"),
]
if sys.version_info >= (3, 12):
    READS += ["type p = t.#", "type p[t] = t.#", "type p[q: t.#, t: t.#] = t.#"]
    BLOCKS += [
        "def f[t](p: t.#):",
        "@t.#\ndef f[p: t.#](r: t.# = t.#):",
        "@t.#\nclass C[t: t.#](t.#):",
        "class C[p](t.#):",
    ]


def indented(block: str, body: str) -> str:
    return f"{block}\n{textwrap.indent(body, '  ')}"


BODIES = st.recursive(
    st.one_of(st.sampled_from(BINDINGS), st.sampled_from(READS), st.sampled_from(READS)),
    lambda inner: st.one_of(
        st.builds(indented, st.sampled_from(BLOCKS), st.lists(inner, min_size=1, max_size=4).map("\n".join)),
        st.lists(inner, min_size=1, max_size=3).map("\n".join),
    ),
    max_leaves=12,
)


def numbered(template: str) -> str:
    first, *others = template.split("#")
    return first + "".join(f"u{number}{text}" for number, text in enumerate(others))


def decided(code: CodeType, *, in_binding_class: bool = False) -> tuple[set[str], set[str]]:
    """Which reads mean the module's `t`; and which a class may answer, where the order of statements matters."""
    instructions = [step for step in dis.get_instructions(code) if step.opname not in {"CACHE", "NOT_TAKEN"}]
    if code.co_name != "<module>":
        in_binding_class |= any(
            step.opname in {"STORE_NAME", "DELETE_NAME"} and step.argval == "t" for step in instructions
        )
    means, unsure = set(), set()
    for load, attribute in pairwise(instructions):
        if load.argval == "t" and attribute.opname == "LOAD_ATTR":
            asks_class = load.opname in {"LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_FROM_DICT_OR_DEREF"}
            if asks_class and in_binding_class:
                unsure.add(attribute.argval)
            elif load.opname in {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}:
                means.add(attribute.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            inner_means, inner_unsure = decided(constant, in_binding_class=in_binding_class)
            means |= inner_means
            unsure |= inner_unsure
    return means, unsure


@settings(max_examples=300)
@given(BODIES)
def test_agrees_with_the_compiler(body: str) -> None:
    # Python reads `t` from the module in `class C: global t; type x[t] = t`, past the parameter that is nearer.
    assume(not ("global" in body and "[t]" in body))
    source = "import t\n" + numbered(body)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            code = compile(source, "<test>", "exec", dont_inherit=True)
        except SyntaxError:  # `global t` after a read, `nonlocal t` of nothing
            assume(condition=False)
    means, unsure = decided(code)
    found = {use.name.removeprefix("t.") for use in count(ast.parse(source))} - {"t"}
    assert found - unsure == means


# -- any program ------------------------------------------------------------------------------------------------------


@given(st.lists(BODIES, max_size=4))
def test_never_raises_and_counts_reads_once(bodies: list[str]) -> None:
    body = "\n".join(bodies)
    tree = ast.parse("from a import b as t\n" + numbered(body))
    found = count(tree)
    assert list(found) == sorted(found)
    assert all(use.name.startswith("a.b.u") and use.count == 1 and use.line > 1 for use in found)
    assert len(found) <= body.count("t.#")


TOKENS = (
    "a",
    "b",
    ".f",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "=",
    ":=",
    "*",
    ",",
    " ",
    "\n",
    "'",
    "1",
    "lambda ",
    " for ",
    " in ",
)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
def test_never_raises_on_what_parses(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            tree = ast.parse("import a, b\n" + text)
        except SyntaxError:
            return
    assert all(use.count > 0 for use in count(tree))
