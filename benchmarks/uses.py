"""
Compare the uses that depscan counts with libcst's QualifiedNameProvider, on real files.

    python benchmarks/uses.py FOLDER... [--files 150] [--seed 1]

libcst decides independently which import a name comes from. Of its answers those count that depscan promises: names in
load context and attribute chains, bound by an absolute import outside the standard library. Precision and recall are
over single uses: a name that one side counts three times and the other twice agrees twice. Printed are every name that
differs, both figures, the share of first lines that agree, and the time of depscan's count relative to `ast.parse`.
"""

from __future__ import annotations

import argparse
import ast
import random
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst
from libcst.metadata import (
    ExpressionContext,
    ExpressionContextProvider,
    MetadataWrapper,
    PositionProvider,
    QualifiedNameProvider,
    QualifiedNameSource,
)

from depscan.code.uses import STANDARD, count

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Names(libcst.CSTVisitor):
    """Collects every name and whole attribute chain below a module, but for import statements and keywords."""

    def __init__(self) -> None:
        self.nodes: list[libcst.CSTNode] = []

    def visit_Import(self, node: libcst.Import) -> bool:  # noqa: ARG002, N802
        return False

    def visit_ImportFrom(self, node: libcst.ImportFrom) -> bool:  # noqa: ARG002, N802
        return False

    def visit_Arg(self, node: libcst.Arg) -> bool:  # noqa: N802
        node.value.visit(self)
        return False

    def visit_Attribute(self, node: libcst.Attribute) -> bool:  # noqa: N802
        base: libcst.BaseExpression = node
        while isinstance(base, libcst.Attribute):
            base = base.value
        if isinstance(base, libcst.Name):
            self.nodes.append(node)
        else:
            base.visit(self)
        return False

    def visit_Name(self, node: libcst.Name) -> None:  # noqa: N802
        self.nodes.append(node)


def expected(source: bytes) -> dict[str, tuple[int, int]]:
    """What libcst says of a file: count and first line of each qualified name."""
    wrapper = MetadataWrapper(libcst.parse_module(source), unsafe_skip_copy=True)
    qualified: Mapping[Any, Any] = wrapper.resolve(QualifiedNameProvider)
    positions: Mapping[Any, Any] = wrapper.resolve(PositionProvider)
    contexts: Mapping[Any, Any] = wrapper.resolve(ExpressionContextProvider)
    names = _Names()
    wrapper.module.visit(names)
    found: dict[str, tuple[int, int]] = {}
    for node in names.nodes:
        if isinstance(node, libcst.Name) and contexts.get(node) is not ExpressionContext.LOAD:
            continue
        answer = qualified.get(node, ())
        line = positions[node].start.line
        for known in sorted(answer() if callable(answer) else answer, key=lambda known: known.name):
            if known.source is QualifiedNameSource.IMPORT and known.name.partition(".")[0] not in {"", *STANDARD}:
                times, first = found.get(known.name, (0, line))
                found[known.name] = (times + 1, min(first, line))
    return found


def main() -> None:
    """Print the differences and the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    files = sorted(path for folder in arguments.folders for path in folder.rglob("*.py") if path.is_file())
    random.Random(arguments.seed).shuffle(files)  # noqa: S311
    total: Counter[str] = Counter()
    parsing = counting = 0.0
    for path in files:
        source = path.read_bytes()
        start = time.perf_counter()
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        parsed = time.perf_counter()
        ours = {use.name: (use.count, use.line) for use in count(tree)}
        counting += time.perf_counter() - parsed
        parsing += parsed - start
        if not ours:
            total["empty"] += 1
        theirs = expected(source)
        total["files"] += 1
        total.update(_agreement(path, ours, theirs))
        if total["files"] == arguments.files:
            break
    print(f"files                {total['files']}, of which {total['empty']} without a use")
    print(f"uses                 {total['ours']}, by libcst {total['theirs']}")
    print(f"precision            {total['both'] / max(total['ours'], 1):.5f}")
    print(f"recall               {total['both'] / max(total['theirs'], 1):.5f}")
    print(f"same first line      {total['line'] / max(total['shared'], 1):.5f} of {total['shared']} names")
    print(f"time / ast.parse     {counting / parsing:.2f}")


def _agreement(
    path: Path, ours: Mapping[str, tuple[int, int]], theirs: Mapping[str, tuple[int, int]]
) -> Mapping[str, int]:
    """How far two answers on one file agree; every difference is printed."""
    none = (0, 0)
    for name in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(name, none), theirs.get(name, none)
        if mine != other:
            print(f"{path}: {name}: {mine[0]} from line {mine[1]}, by libcst {other[0]} from line {other[1]}")
    shared = ours.keys() & theirs.keys()
    return {
        "ours": sum(times for times, _ in ours.values()),
        "theirs": sum(times for times, _ in theirs.values()),
        "both": sum(min(ours[name][0], theirs[name][0]) for name in shared),
        "shared": len(shared),
        "line": sum(ours[name][1] == theirs[name][1] for name in shared),
    }


if __name__ == "__main__":
    main()
