"""MLproject files, and the environments of MLflow they name (`python_env.yaml`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan import yamltree
from depscan.manifests import conda, pip_line
from depscan.manifests.reader import Ask, Fact, Include, Manifest
from depscan.model import Declaration, Need

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOOLS = frozenset({"pip", "python"})


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield the environment files that the project names."""
    root = yamltree.parse(manifest.text)
    for key in ("conda_env", "python_env"):
        if root and (node := root.get(key)) and node.kind == "scalar" and node.text:
            yield Include(node.text, manifest.ask.at(node.line))


def environment(manifest: Manifest) -> Iterator[Fact]:
    """Yield what an environment file asks for: lists of pip in one of MLflow's own kind, else of conda."""
    root = yamltree.parse(manifest.text)
    if not root or not (root.get("python") or root.get("build_dependencies")):
        yield from conda.read(manifest)
        return
    for key, ask in (("dependencies", manifest.ask), ("build_dependencies", manifest.ask.as_(Need.BUILD))):
        if (node := root.get(key)) and node.kind == "sequence":
            for item in node.items:
                yield from _requirement(item, ask.at(item.line))
        elif node and node.text:
            yield ask.at(node.line).gap(f"`{key}` is a {node.kind}, not a list; it was left out")


def _requirement(item: yamltree.Node, ask: Ask) -> Iterator[Fact]:
    if item.kind != "scalar":
        yield ask.gap(f"a {item.kind} stands where a requirement belongs; it was left out")
        return
    for fact in pip_line.read(item.text.strip(), ask):
        if not (isinstance(fact, Declaration) and fact.name in _TOOLS):
            yield fact
