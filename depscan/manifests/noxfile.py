"""noxfile.py: what its sessions install, as far as literals tell. Read from its syntax tree, never executed."""

from __future__ import annotations

import ast
import shlex
from typing import TYPE_CHECKING

from depscan.manifests import commands, matchspec, source
from depscan.model import Need, Pin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Ask, Fact, Manifest

_INSTALLS = frozenset({"install", "conda_install", "run", "run_install", "run_always"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Lists = dict[str, list[ast.expr]]


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what functions install through their first parameter, the session; one gap for each computed argument."""
    tree = source.parse(manifest.text)
    lists = _lists(tree)
    seen: set[ast.Call] = set()
    for function in ast.walk(tree):
        if not isinstance(function, _Function):
            continue
        ask = manifest.ask.as_(Need.DEVELOPMENT, _name(function))
        for call in _calls(function):
            if call not in seen:
                seen.add(call)
                yield from _installs(call, ask, lists)


def _name(function: _Function) -> str:
    """Return the name of a session: that of the function, unless the decorator gives another."""
    keywords = [word for call in function.decorator_list if isinstance(call, ast.Call) for word in call.keywords]
    given = [word.value.value for word in keywords if word.arg == "name" and isinstance(word.value, ast.Constant)]
    return given[0] if given and isinstance(given[0], str) else function.name


def _calls(function: _Function) -> Iterator[ast.Call]:
    parameters = [*function.args.posonlyargs, *function.args.args]
    for node in ast.walk(function) if parameters else ():
        method = node.func if isinstance(node, ast.Call) else None
        if isinstance(method, ast.Attribute) and method.attr in _INSTALLS and isinstance(node, ast.Call):  # noqa: SIM102
            if isinstance(method.value, ast.Name) and method.value.id == parameters[0].arg:
                yield node


def _lists(tree: ast.Module) -> _Lists:
    """Return the lists that the module gives a name, and the strings, as lists of one."""
    found: _Lists = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
            value = statement.value
            found[target.id] = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    return found


def _installs(call: ast.Call, ask: Ask, lists: _Lists) -> Iterator[Fact]:
    words: list[tuple[str, int]] = []
    for argument in call.args:
        if not isinstance(argument, ast.Starred):
            words.append((_text(argument, lists), argument.lineno))
        elif isinstance(argument.value, ast.Name) and argument.value.id in lists:
            words += [(_text(item, {}), item.lineno) for item in lists[argument.value.id]]
        elif isinstance(argument.value, (ast.List, ast.Tuple)):
            words += [(_text(item, lists), item.lineno) for item in argument.value.elts]
        elif not _known_elsewhere(argument.value):
            words.append((_text(argument.value, {}), argument.lineno))
    texts = [text for text, _ in words]
    asks = {text: ask.at(line) for text, line in reversed(words)}
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "install":
        yield from commands.pip(texts, ask.at(call.lineno), asks)
    elif method == "conda_install":
        for text in texts:
            if not text.startswith(("-", "{")):
                yield from (fact for fact in matchspec.declare(text, asks[text]) if not isinstance(fact, Pin))
    elif "install" in texts:
        yield from commands.asked(shlex.join(texts), ask.at(call.lineno))


def _text(node: ast.expr, lists: _Lists) -> str:
    """Return a literal string; what is computed in it stands in braces, as in an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.encode("utf-8", "replace").decode()
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, {}) for part in node.values)
    if isinstance(node, ast.Name) and len(known := lists.get(node.id, [])) == 1:
        return _text(known[0], {})
    return f"{{{node.id}}}" if isinstance(node, ast.Name) else "{...}"


def _known_elsewhere(node: ast.expr) -> bool:
    """Whether the arguments are those of the user, or a group of pyproject.toml, which is read as such."""
    if isinstance(node, ast.Attribute):
        return node.attr == "posargs"
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and function.attr == "dependency_groups"
