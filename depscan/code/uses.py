"""
The qualified names that a file reaches through its imports: after `import numpy as np`, `np.linalg.norm` is a use of
`numpy.linalg.norm`.

Names are looked up as Python does, over a tree of scopes, but without regard to the order of statements: a name that
several imports may bind (`try: import a as x`, `except ImportError: import b as x`) stands for each of them. Not
counted: relative imports, the standard library, names inside string annotations, and what `from x import *` brings.

Nothing here recurses, so a deep tree costs memory but no stack.
"""

from __future__ import annotations

import ast
import math
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from depscan.model import Use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_STANDARD = """
__future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022
_codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle _contextvars _csv _ctypes _curses
_curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib _frozen_importlib_external _functools _gdbm
_hashlib _heapq _imp _io _json _locale _lsprof _lzma _markupbase _md5 _multibytecodec _multiprocessing _opcode
_operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio _queue _random
_scproxy _sha1 _sha3 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime
_struct _symtable _thread _threading_local _tkinter _tracemalloc _uuid _warnings _weakref _weakrefset _winapi
_zoneinfo abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile
calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib
contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings
ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath
getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io
ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder
msvcrt multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle
pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr
pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select
selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 sre_compile sre_constants
sre_parse ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile
tempfile termios textwrap this threading time timeit tkinter token tokenize trace traceback tracemalloc tty
turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser winreg
winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
"""
STANDARD = frozenset(_STANDARD.split())
"""Top-level modules in the standard library of every Python from 3.9 to 3.14: no answer depends on the running one.

What only some of them have (`distutils`, `tomllib`) is counted here and resolved later.
"""
_CANDIDATES = 64
"""Imports that one name may stand for; no real file comes near, and a hostile one must not multiply its own size."""
_LONGEST = 1000
"""Characters of a module name; no file system holds a longer path of folders below `site-packages`."""


def count(tree: ast.Module) -> tuple[Use, ...]:
    """Every name reached through an absolute import, with its count and first line, sorted by name."""
    wanted = {name for node in _imports(tree) for name, module in _bound(node) if module}
    if not wanted:
        return ()
    scopes = _Walk(tree, wanted).scopes
    _settle(scopes)
    found: dict[str, tuple[int, int]] = {}
    for scope in scopes:
        answers: dict[str, list[str]] = {}
        for name, rest, line in scope.reads:
            if name not in answers or scope.kind is _Kind.CLASS:
                answers[name] = scope.lookup(name, line)
            for module in answers[name]:
                times, first = found.get(module + rest, (0, line))
                found[module + rest] = (times + 1, min(first, line))
    for scope in scopes:
        scope.release()
    return tuple(Use(name, times, line) for name, (times, line) in sorted(found.items()))


# -- imports ----------------------------------------------------------------------------------------------------------


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement, found without a look into expressions."""
    pending: list[Any] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        else:
            for field in _BLOCKS[type(node)]:
                pending.extend(getattr(node, field))


def _bound(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that a statement binds, each with its qualified name; that is empty where uses are not counted."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or module, module if _counts(module) else ""
        return
    counts = not node.level and _counts(node.module or "")
    for alias in node.names:
        if alias.name != "*":
            yield alias.asname or alias.name, f"{node.module}.{alias.name}" if counts else ""


def _counts(module: str) -> bool:
    return 0 < len(module) <= _LONGEST and module.partition(".")[0] not in STANDARD


# -- scopes -----------------------------------------------------------------------------------------------------------


class _Kind(Enum):
    MODULE = auto()
    FUNCTION = auto()
    """Also a lambda."""
    COMPREHENSION = auto()
    CLASS = auto()
    ANNOTATION = auto()
    """Type parameters, and the value of a `type` statement: unlike a function, it sees the class it stands in."""


class _Scope:
    """What one scope binds, declares and reads, and the nodes in it that are still to be visited."""

    __slots__ = (
        "bound",
        "first_line",
        "global_names",
        "kind",
        "module",
        "nonlocal_names",
        "parent",
        "pending",
        "reads",
    )

    def __init__(self, kind: _Kind, parent: _Scope | None) -> None:
        self.kind = kind
        self.parent = parent
        self.module: _Scope = parent.module if parent else self
        self.bound: dict[str, list[str]] = {}
        """The imports that each name may stand for; none when only other statements bind it."""
        self.first_line: dict[str, int] = {}
        """Where a name gets its first value; missing when it is only annotated."""
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        self.reads: list[tuple[str, str, int]] = []
        """Name, attributes below it, line."""
        self.pending: list[Any] = []

    def lookup(self, name: str, line: int) -> list[str]:
        """The imports that a name may stand for when this scope reads it in that line."""
        scope: _Scope | None = self
        while scope is not None:
            if scope is self or scope.kind is not _Kind.CLASS or scope.sees_into(self):
                if name in scope.global_names:
                    break
                if name in scope.bound:
                    # A class body may read from the module what it binds only later: `dtype = dtype`.
                    if scope.kind is _Kind.CLASS and line <= scope.first_line.get(name, math.inf):
                        break
                    return scope.bound[name]
            scope = scope.parent
        return self.module.bound.get(name, [])

    def sees_into(self, inner: _Scope) -> bool:
        """Whether `inner`, a scope inside this class, sees the names of the class."""
        return inner.kind is _Kind.ANNOTATION and inner.parent is self

    def release(self) -> None:
        """Let go of the other scopes: what points at one another stays until garbage is collected."""
        self.parent = None
        del self.module

    def owner(self, name: str) -> _Scope | None:
        """The function around this one whose variable `nonlocal` means."""
        scope = self.parent
        while scope is not None and (
            scope.kind in {_Kind.CLASS, _Kind.MODULE} or name not in scope.bound or name in scope.global_names
        ):
            scope = scope.parent
        return scope


def _settle(scopes: Iterable[_Scope]) -> None:
    """Move what a scope binds for another one, by `global` or `nonlocal`, to that other; outer scopes come first."""
    for scope in scopes:
        for name in sorted(scope.bound.keys() & (scope.global_names | scope.nonlocal_names)):
            owner = scope.module if name in scope.global_names else scope.owner(name)
            if owner is not None and owner is not scope:
                known = owner.bound.setdefault(name, [])
                known.extend(module for module in scope.bound.pop(name) if module not in known)
                del known[_CANDIDATES:]


# -- the walk ---------------------------------------------------------------------------------------------------------


class _Walk:
    """
    One visit to every node, scope by scope, noting how `wanted` names are bound and read.

    A visitor is called with a node and the scope it stands in, and files the node's children in the scope that
    evaluates them; `scopes` grows while it is worked off.
    """

    def __init__(self, tree: ast.Module, wanted: set[str]) -> None:
        self.wanted = wanted
        self.scopes: list[_Scope] = []
        self.visitors: Mapping[type, Callable[[Any, _Scope], None]] = {
            node: getattr(self, visitor) for node, visitor in _VISITORS.items()
        }
        self.open(_Kind.MODULE, None, tree.body)
        for scope in self.scopes:
            self.work_off(scope)
        self.visitors = {}  # they point back here, and would keep it until garbage is collected

    def open(self, kind: _Kind, parent: _Scope | None, nodes: Iterable[Any] = ()) -> _Scope:
        """Start a scope that evaluates `nodes`."""
        scope = _Scope(kind, parent)
        scope.pending.extend(nodes)
        self.scopes.append(scope)
        return scope

    def work_off(self, scope: _Scope) -> None:
        """Visit all that the scope itself evaluates."""
        pending, wanted, visitors = scope.pending, self.wanted, self.visitors
        while pending:
            node = pending.pop()
            kind = type(node)
            if kind is ast.Name:
                if node.id in wanted:
                    self.name(node, scope)
            elif kind in visitors:
                visitors[kind](node, scope)
            else:
                for field in _CHILDREN.get(kind, ()):
                    value = getattr(node, field)
                    if type(value) is list:
                        pending.extend(value)
                    else:
                        pending.append(value)

    def bind(self, name: str, scope: _Scope, line: int, module: str = "") -> None:
        """Note that the scope gives the name a value in that line: an import, or anything else."""
        if name in self.wanted:
            modules = scope.bound.setdefault(name, [])
            if module and module not in modules and len(modules) < _CANDIDATES:
                modules.append(module)
            scope.first_line[name] = min(line, scope.first_line.get(name, line))

    # Expressions

    def name(self, node: ast.Name, scope: _Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            scope.reads.append((node.id, "", node.lineno))
        else:
            self.bind(node.id, scope, node.lineno)

    def attribute(self, node: ast.Attribute, scope: _Scope) -> None:
        """The whole chain at once: `np.linalg.norm` is one use, and no use of `np.linalg`."""
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            base = base.value
        if not isinstance(base, ast.Name):
            scope.pending.append(base)
        elif base.id in self.wanted:
            scope.reads.append((base.id, _attributes(node), node.lineno))

    def named(self, node: ast.NamedExpr, scope: _Scope) -> None:
        """`:=` binds outside of the comprehensions it stands in."""
        scope.pending.append(node.value)
        while scope.kind is _Kind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        self.bind(node.target.id, scope, node.lineno)

    def comprehension(self, node: Any, scope: _Scope) -> None:
        """The first iterable is evaluated outside, all the rest inside."""
        first, *others = node.generators
        scope.pending.append(first.iter)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self.open(_Kind.COMPREHENSION, scope, (first.target, *first.ifs, *others, *results))

    def function_expression(self, node: ast.Lambda, scope: _Scope) -> None:
        self.defaults(node.args, scope)
        self.parameters(node.args, self.open(_Kind.FUNCTION, scope, [node.body]))

    # Definitions

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: _Scope) -> None:
        """Decorators and defaults belong outside, annotations to the type parameters, the body to the function."""
        self.bind(node.name, scope, node.body[0].lineno)  # all else of the head was evaluated before
        scope.pending.extend(node.decorator_list)
        self.defaults(node.args, scope)
        around = self.type_parameters(node, scope)
        around.pending.extend(parameter.annotation for parameter in _parameters(node.args))
        around.pending.append(node.returns)
        self.parameters(node.args, self.open(_Kind.FUNCTION, around, node.body))

    def class_(self, node: ast.ClassDef, scope: _Scope) -> None:
        """Decorators belong outside, bases to the type parameters, the body to the class."""
        self.bind(node.name, scope, node.end_lineno or node.lineno)
        scope.pending.extend(node.decorator_list)
        around = self.type_parameters(node, scope)
        around.pending.extend((*node.bases, *node.keywords))
        self.open(_Kind.CLASS, around, node.body)

    def type_alias(self, node: Any, scope: _Scope) -> None:
        """`type name[parameters] = value`, from Python 3.12 on."""
        scope.pending.append(node.name)
        around = self.type_parameters(node, scope)
        if around is scope:
            around = self.open(_Kind.ANNOTATION, scope)
        around.pending.append(node.value)

    def type_parameters(self, node: Any, scope: _Scope) -> _Scope:
        """The scope of the node's type parameters, which Python has from 3.12 on; `scope` itself when it has none."""
        parameters = getattr(node, "type_params", ())
        if not parameters:
            return scope
        around = self.open(_Kind.ANNOTATION, scope)
        for parameter in parameters:
            self.bind(parameter.name, around, parameter.lineno)
            around.pending.extend((getattr(parameter, "bound", None), getattr(parameter, "default_value", None)))
        return around

    def defaults(self, arguments: ast.arguments, scope: _Scope) -> None:
        scope.pending.extend((*arguments.defaults, *arguments.kw_defaults))

    def parameters(self, arguments: ast.arguments, scope: _Scope) -> None:
        for parameter in _parameters(arguments):
            self.bind(parameter.arg, scope, parameter.lineno)

    # Statements and patterns

    def imported(self, node: ast.Import | ast.ImportFrom, scope: _Scope) -> None:
        for name, module in _bound(node):
            self.bind(name, scope, node.lineno, module)

    def declared_global(self, node: ast.Global, scope: _Scope) -> None:
        scope.global_names.update(self.wanted.intersection(node.names))

    def declared_nonlocal(self, node: ast.Nonlocal, scope: _Scope) -> None:
        scope.nonlocal_names.update(self.wanted.intersection(node.names))

    def augmented(self, node: ast.AugAssign, scope: _Scope) -> None:
        """`x += 1` reads `x` before it binds it."""
        scope.pending.extend((node.target, node.value))
        if isinstance(node.target, ast.Name) and node.target.id in self.wanted:
            scope.reads.append((node.target.id, "", node.lineno))

    def annotated(self, node: ast.AnnAssign, scope: _Scope) -> None:
        """`x: int` makes `x` a name of the scope without a value, `(x): int` does nothing."""
        scope.pending.extend((node.annotation, node.value))
        if node.value is not None or not isinstance(node.target, ast.Name):
            scope.pending.append(node.target)
        elif node.simple and node.target.id in self.wanted:
            scope.bound.setdefault(node.target.id, [])

    def capture(self, node: Any, scope: _Scope) -> None:
        """`except E as name`, `case pattern as name`, `case [*name]`, `case {**name}`."""
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            self.bind(name, scope, node.lineno)
        for field in _CHILDREN[type(node)]:
            value = getattr(node, field)
            scope.pending.extend(value if isinstance(value, list) else [value])


def _attributes(node: ast.Attribute) -> str:
    """`.linalg.norm` of `np.linalg.norm`."""
    names = []
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        names.append(base.attr)
        base = base.value
    return "." + ".".join(reversed(names))


def _parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (parameter for parameter in (arguments.vararg, arguments.kwarg) if parameter is not None)


_LEAVES = frozenset(
    {"ctx", "op", "ops", "attr", "id", "arg", "name", "kind", "type_comment", "conversion", "rest", "str"}
)
"""Fields without names to look up; a missed one costs time, not correctness."""
_NODES = [node for node in vars(ast).values() if isinstance(node, type) and issubclass(node, ast.AST)]
_CHILDREN: dict[type, tuple[str, ...]] = {
    node: tuple(f for f in node._fields if f not in _LEAVES) for node in _NODES if node is not ast.Constant
}
_BLOCKS: dict[type, tuple[str, ...]] = {
    node: tuple(f for f in node._fields if f in {"body", "orelse", "finalbody", "handlers", "cases"}) for node in _NODES
}
_VISITORS: dict[type, str] = {
    ast.Attribute: "attribute",
    ast.NamedExpr: "named",
    ast.ListComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.DictComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.Lambda: "function_expression",
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.ClassDef: "class_",
    ast.Import: "imported",
    ast.ImportFrom: "imported",
    ast.Global: "declared_global",
    ast.Nonlocal: "declared_nonlocal",
    ast.AugAssign: "augmented",
    ast.AnnAssign: "annotated",
    ast.ExceptHandler: "capture",
    ast.MatchAs: "capture",
    ast.MatchStar: "capture",
    ast.MatchMapping: "capture",
} | ({ast.TypeAlias: "type_alias"} if hasattr(ast, "TypeAlias") else {})  # type: ignore[attr-defined,unused-ignore]
