"""
Which models and datasets source code names, and how surely.

`read` turns one file into `Facts`, which depend on nothing else and can be cached; `link` takes the facts of all
files and answers for each: what is named (`ModelRef`), and where a model is taken that only the run knows
(`DynamicModel`).
No call that the table of patterns knows is passed over. Nothing is executed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.code.models import lowering, patterns
from depscan.code.models.facts import Facts
from depscan.code.models.linking import Found, link
from depscan.code.models.reading import of, read

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from depscan.model import Import
    from depscan.model.models import DynamicModel, ModelRef

__all__ = ["VERSION", "Facts", "Found", "concerns", "find", "link", "of", "read"]

VERSION = "2"
"""Part of every cache key: raised when the same bytes give other facts than before."""


def concerns(path: str, text: bytes, imports: Iterable[Import]) -> bool:
    """Whether a source text with these imports may name a model; what does not is not worth a parse."""
    return patterns.names_any(path, text, {name.module.partition(".")[0] for name in imports if not name.level})


def find(path: str, tree: ast.Module, text: bytes) -> tuple[tuple[ModelRef, ...], tuple[DynamicModel, ...]]:
    """What one file names by itself."""
    return link({path: lowering.lower(path, tree, text)}, {path: ()}, lambda _: {}).get(path, ((), ()))
