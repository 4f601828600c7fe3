"""The configuration of continuous integration: the install commands in its steps."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from depscan import yamltree
from depscan.manifests import commands, shellscript
from depscan.manifests.reader import Fact, Include, Manifest
from depscan.model import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP = re.compile(r"(?:[a-z_-]{1,40}[_-])?(?:run|scripts?|commands?|install|bash)")
"""Keys of GitHub, GitLab, CircleCI, Azure and Travis whose values are shell text."""

_EXPRESSION = re.compile(r"\$\{\{([^{}\n]{0,500})\}\}")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the steps install: for those who develop the project. Their paths start at the root of the tree."""
    lines = manifest.text.split("\n")
    ask = manifest.ask.as_(Need.DEVELOPMENT, "ci")
    for step, folder in _steps(yamltree.parse(manifest.text)):
        block = _BLOCK.search(lines[step.line - 1]) is not None
        text = _EXPRESSION.sub(_one_word, shellscript.runnable(step.text))
        for fact in commands.script(text, ask.at(step.line + block)):
            yield _from_root(fact, folder) if isinstance(fact, Include) else fact


def _steps(root: yamltree.Node | None) -> Iterator[tuple[yamltree.Node, str]]:
    """Yield the shell texts in the order of the file, each with its working directory; what is aliased counts once."""
    waiting: list[tuple[yamltree.Node, str, bool]] = [(root, "", False)] if root else []
    seen: set[tuple[int, bool]] = set()
    while waiting:
        node, folder, is_step = waiting.pop()
        if (id(node), is_step) in seen:
            continue
        seen.add((id(node), is_step))
        if node.kind == "mapping":
            place = node.get("working-directory") or node.get("working_directory")
            where = place.text if place else ""
            pairs = zip(node.keys, node.items, strict=True)
            children = [(item, where, bool(_STEP.fullmatch(key))) for key, item in pairs if item is not place]
        else:
            children = [(item, folder, is_step) for item in node.items]
            if is_step and node.kind == "scalar":
                yield node, folder
        waiting.extend(reversed(children))


def _one_word(match: re.Match[str]) -> str:
    """Keep an expression together, which a shell would take for several words."""
    return "${{" + re.sub(r"[\s;&|<>()'\"\\]+", "", match[1]) + "}}"


def _from_root(include: Include, folder: str) -> Include:
    if "://" in include.target or include.target.startswith("/"):
        return include
    up = "../" * include.ask.location.path.count("/")
    return replace(include, target=posixpath.join(f"{up}{folder}" if "$" not in folder else up, include.target))
