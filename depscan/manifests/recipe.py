"""
Conda recipes: meta.yaml of conda-build, recipe.yaml of rattler-build.

Their templates are never rendered: a plain variable that the recipe sets to a literal is filled in, calls that name
compilers are dropped, and everything else is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan import yamltree
from depscan.manifests import matchspec
from depscan.manifests.reader import Ask, Fact, Manifest, clip
from depscan.model import Declaration, Need

if TYPE_CHECKING:
    from collections.abc import Iterator

_REQUIREMENTS = re.compile(r"^\s*-?\s*requirements[ \t]*:", re.MULTILINE)
_SET = re.compile(r"""\{%-?[ \t]*set[ \t]+(\w{1,99})[ \t]*=[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|(\d[\w.]*))[ \t]*-?%\}""")
_EXPRESSION = re.compile(r"\$?\{\{([^{}\n]{0,300})\}\}")
_VARIABLE = re.compile(r"(\w+)(?:\s*\|\s*(?:lower|string|trim))?")
_COMPATIBLE = re.compile(r"""pin_compatible\(\s*["']([\w.-]{1,99})["']""")
_OWN = re.compile(r"(?:compiler|stdlib|cdt|pin_subpackage)\s*\(")
_TOOLCHAIN = ("__", "cross-python_")
"""Packages that stand for the machine, and those of the compilers."""
_UNKNOWN = "TEMPLATE__"
_DROPPED = "DROPPED__"
_NEEDS = (
    ("run", Need.RUNTIME, ""),
    ("host", Need.BUILD, ""),
    ("build", Need.BUILD, ""),
    ("run_constrained", Need.CONSTRAINT, ""),
    ("run_constraints", Need.CONSTRAINT, ""),
)

_Variables = dict[str, str]


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the package and each of its outputs require; a YAML file without requirements says nothing."""
    if not _REQUIREMENTS.search(manifest.text):
        return
    text = manifest.text
    variables: _Variables = {}
    if not manifest.path.lower().endswith("recipe.yaml"):
        for found in _SET.finditer(text):
            variables.setdefault(found[1], next((value for value in found.groups()[1:] if value), ""))
        text = _without_statements(text)
        text = _EXPRESSION.sub(lambda match: _filled(match, variables), text)
    root = yamltree.parse(text)
    if root is None or root.kind != "mapping":
        return
    for key, node in _pairs(root.get("context")):
        variables[key] = _EXPRESSION.sub(lambda match: _filled(match, variables), node.text)
    for node, ask in _lists(root, manifest.ask, set()):
        yield from _requirements(node, ask, variables, _own(root, variables), set())


def _without_statements(text: str) -> str:
    """Cut out `{% ... %}` and `{# ... #}`; the lines stay."""
    parts: list[str] = []
    at = 0
    while (start := min((hit for mark in ("{%", "{#") if (hit := text.find(mark, at)) >= 0), default=-1)) >= 0:
        end = text.find("%}" if text[start + 1] == "%" else "#}", start)
        if end < 0:
            break
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 2
    return "".join([*parts, text[at:]])


def _filled(match: re.Match[str], variables: _Variables) -> str:
    expression = match[1].strip()
    if (variable := _VARIABLE.fullmatch(expression)) and variable[1] in variables:
        return variables[variable[1]].lower()
    if compatible := _COMPATIBLE.match(expression):
        return compatible[1]
    return _DROPPED if _OWN.match(expression) else _UNKNOWN


def _pairs(node: yamltree.Node | None) -> Iterator[tuple[str, yamltree.Node]]:
    yield from zip(node.keys, node.items, strict=True) if node and node.kind == "mapping" else ()


def _own(root: yamltree.Node, variables: _Variables) -> set[str]:
    """Return the names of the packages that the recipe builds."""
    outputs = root.get("outputs")
    tables = [root, *(outputs.items if outputs else [])]
    nodes = [name for table in tables if (package := table.get("package")) and (name := package.get("name"))]
    nodes += [name for table in tables[1:] if (name := table.get("name"))]
    return {_EXPRESSION.sub(lambda match: _filled(match, variables), node.text).lower() for node in nodes}


def _lists(table: yamltree.Node, ask: Ask, seen: set[int]) -> Iterator[tuple[yamltree.Node, Ask]]:
    """Yield the lists of requirements of a package, of its tests and of its outputs, and what each is for."""
    if id(table) in seen:
        return
    seen.add(id(table))
    requirements = table.get("requirements")
    if requirements and requirements.kind == "sequence":
        yield requirements, ask
    for key, need, group in _NEEDS:
        if requirements and (node := requirements.get(key)):
            yield node, ask if need is Need.RUNTIME else ask.as_(need, group)
    tests = [node for key in ("test", "tests") if (node := table.get(key))]
    for test in [item for node in tests for item in (node.items if node.kind == "sequence" else [node])]:
        wanted = test.get("requires") or test.get("requirements")
        lists = [wanted] if wanted and wanted.kind == "sequence" else [node for _, node in _pairs(wanted)]
        yield from ((node, ask.as_(Need.DEVELOPMENT, "test")) for node in lists)
    outputs = table.get("outputs")
    for output in outputs.items if outputs and outputs.kind == "sequence" else ():
        yield from _lists(output, ask, seen)


def _requirements(
    node: yamltree.Node, ask: Ask, variables: _Variables, own: set[str], seen: set[int]
) -> Iterator[Fact]:
    """Read a list of match specifications; both branches of a condition count."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if node.kind == "sequence":
        for item in node.items:
            yield from _requirements(item, ask, variables, own, seen)
    elif node.kind == "mapping":
        for key, value in _pairs(node):
            if key in {"then", "else"}:
                yield from _requirements(value, ask, variables, own, seen)
            elif key == "pin_compatible" and (name := value.get("name") if value.kind == "mapping" else value):
                yield from _requirements(name, ask, variables, own, seen)
    else:
        yield from _specification(node.text, ask.at(node.line), variables, own)


def _specification(text: str, ask: Ask, variables: _Variables, own: set[str]) -> Iterator[Fact]:
    spec = _EXPRESSION.sub(lambda match: _filled(match, variables), text).strip()
    name, known, _ = spec.partition(_UNKNOWN)
    if not spec or _DROPPED in spec or spec.startswith(_TOOLCHAIN):
        return
    if known:
        # The version is computed: the name counts. It is complete when something stands between the two.
        spec = re.split(r"[\s=<>!~]", name, maxsplit=1)[0]
        if not spec or spec == name:
            yield ask.gap(f"{clip(text)!r} is computed by a template; what it requires is not known")
            return
    for fact in matchspec.declare(spec, ask):
        if not (isinstance(fact, Declaration) and fact.name in own):
            yield fact
