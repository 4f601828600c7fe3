"""
Compare the imports that depscan extracts with those that `ast` finds, and what both cost.

    python benchmarks/imports.py FOLDER...

Printed are every file that differs, then files, bytes, imports, files that `ast` refuses (and the imports that depscan
finds in those), and CPU times as ratios: of the whole extraction without uses, once with nothing known (libcst reads
each distinct statement) and once with the statements of the first pass at hand, to `ast.parse` and `ast.walk`.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import re
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from depscan.code import Statements, extract
from depscan.model import Context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depscan.model import Module

_CALL = re.compile(rb"import_module|importorskip|__import__")
Row = tuple[int, int, str, str, str]
"""Line, level, module, name and alias."""


def by_ast(sources: Mapping[str, bytes]) -> dict[str, list[Row]]:
    """The imports of every file that the running Python parses."""
    found: dict[str, list[Row]] = {}
    for path, source in sources.items():
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        rows: list[Row] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                rows += [(node.lineno, 0, a.name, "", a.asname or "") for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                rows += [(node.lineno, node.level, node.module or "", a.name, a.asname or "") for a in node.names]
        found[path] = sorted(rows)
    return found


def by_depscan(sources: Mapping[str, bytes], statements: Statements) -> dict[str, Module]:
    """What depscan extracts from every file."""
    return {path: extract(path, source, statements, uses=False)[0] for path, source in sources.items()}


def rows(module: Module, source: bytes) -> list[Row]:
    """The statements among the imports; calls of `import_module` and its like are left out."""
    lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return sorted(
        (i.line, i.level, i.module, i.name, i.alias)
        for i in module.imports
        if i.context is not Context.DYNAMIC and not (_CALL.search(lines[i.line - 1]) and not i.name)
    )


def main() -> None:
    """Read the folders in both ways, compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    files = sorted({p for folder in parser.parse_args().folders for p in folder.rglob("*.py") if p.is_file()})
    sources = {str(path): path.read_bytes() for path in files}
    warnings.simplefilter("ignore")

    clock = [time.process_time()]
    modules = by_depscan(sources, Statements())
    clock.append(time.process_time())
    trees = by_ast(sources)
    clock.append(time.process_time())
    own, reference = (after - before for before, after in itertools.pairwise(clock))

    different = [path for path, found in trees.items() if rows(modules[path], sources[path]) != found]
    for path in different:
        print(f"differs: {path}")
    refused = [modules[path] for path in sources if path not in trees]
    size = sum(map(len, sources.values())) / 1e6
    total = sum(map(len, trees.values()))
    print(f"{len(sources)} files, {size:.1f} MB, {total} imports; {len(different)} files differ")
    print(f"{len(refused)} files that ast refuses hold {sum(len(module.imports) for module in refused)} imports")
    print(f"ast {reference:.2f} s; depscan {own / reference:.2f} of it")


if __name__ == "__main__":
    main()
