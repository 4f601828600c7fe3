"""Conda environment files: the packages of conda, and the nested list of those that pip installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan import yamltree
from depscan.manifests import matchspec, pip_line
from depscan.manifests.reader import Ask, Fact, Manifest, clip
from depscan.model import Declaration

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_HAND = frozenset({"python", "pip"})


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what `dependencies` asks for; a YAML file without that key is no environment and says nothing."""
    root = yamltree.parse(manifest.text)
    dependencies = root.get("dependencies") if root and root.kind == "mapping" else None
    if dependencies is None or _empty(dependencies):
        return
    if dependencies.kind != "sequence":
        yield manifest.ask.at(dependencies.line).gap(
            f"`dependencies` is a {dependencies.kind}, not a list; it was left out"
        )
        return
    for item in dependencies.items:
        ask = manifest.ask.at(item.line)
        if item.kind == "scalar":
            yield from matchspec.declare(item.text, ask) if item.text else ()
        elif item.kind == "mapping":
            yield from _nested(item, ask)
        else:
            yield ask.gap("`dependencies` holds a list where a name belongs; it was left out")


def _nested(node: yamltree.Node, ask: Ask) -> Iterator[Fact]:
    for key, value in zip(node.keys, node.items, strict=True):
        if key != "pip":
            yield ask.gap(f"`dependencies` holds a table {clip(key)!r}, which conda does not know; it was left out")
        elif value.kind != "sequence":
            if not _empty(value):
                yield ask.at(value.line).gap(f"`pip` is a {value.kind}, not a list; it was left out")
        else:
            yield from _pip(value, ask)


def _pip(node: yamltree.Node, ask: Ask) -> Iterator[Fact]:
    for item in node.items:
        place = ask.at(item.line)
        if item.kind != "scalar":
            yield place.gap(f"`pip` holds a {item.kind} where a requirement belongs; it was left out")
            continue
        for line in pip_line.lines(item.text):
            for fact in pip_line.read(line.text, place):
                if not (isinstance(fact, Declaration) and fact.name in _BY_HAND):
                    yield fact


def _empty(node: yamltree.Node) -> bool:
    return node.kind == "scalar" and not node.quoted and node.text in {"", "~", "null"}
