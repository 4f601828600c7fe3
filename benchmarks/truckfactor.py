"""
Does the truck factor come out as published?

    python benchmarks/truckfactor.py FLASK IPYTHON BEETS LUIGI CAFFE [--aliases FILE --filtered FILE] [--prototype FILE]

The arguments are clones (work trees or git directories) of pallets/flask, ipython/ipython, beetbox/beets, spotify/luigi
and BVLC/caffe, in this order. The published values are those of Avelino et al., "A Novel Approach for Estimating Truck
Factors" (ICPC 2016). `--aliases` and `--filtered` are the authors' own lists, `gittruckfactor/repo_info/alias.txt` and
`filtered-files.txt` of aserg-ufmg/Truck-Factor at fce70bd; with the default settings alone no list is needed.
`--prototype` is a module with `RENAME`, `rev_at(git_dir, date)` and `avl(git_dir, revision)`, timed for comparison.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType

from depscan.knowledge import history
from depscan.model.history import History

DAY = "2015-02-25"
"""All paths that the authors filtered exist on this day."""

PUBLISHED = (
    ("pallets/flask", "mitsuhiko/flask", 1),
    ("ipython/ipython", "ipython/ipython", 4),
    ("beetbox/beets", "sampsyo/beets", 2),
    ("spotify/luigi", "spotify/luigi", 6),
    ("BVLC/caffe", "BVLC/caffe", 4),
)
"""Repository, its name then, and its truck factor."""


def by_repository(file: Path | None) -> dict[str, list[list[str]]]:
    """The fields after the first of each line, by the first."""
    found: defaultdict[str, list[list[str]]] = defaultdict(list)
    if file:
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            repository, *fields = line.split(";")
            found[repository].append(fields)
    return found


def timed(clone: Path, **settings: object) -> tuple[History, float]:
    """The history, and the seconds it took."""
    start = time.perf_counter()
    measured = history.measure(clone, as_of=DAY, **settings)  # type: ignore[arg-type]
    return measured, time.perf_counter() - start


def prototype(file: Path | None) -> ModuleType | None:
    """The module in `file`."""
    if file is None:
        return None
    spec = importlib.util.spec_from_file_location("prototype", file)
    assert spec
    assert spec.loader
    sys.dont_write_bytecode = True  # nothing is left beside it
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def seconds_of(other: ModuleType, clone: Path) -> float:
    """The seconds that the prototype took; as here, it compares contents first and does without if some are missing."""
    directory = str(clone / ".git" if (clone / ".git").exists() else clone)
    start = time.perf_counter()
    for other.RENAME in ("-M", "-M100%"):  # type: ignore[attr-defined]
        try:
            other.avl(directory, other.rev_at(directory, DAY))
            break
        except subprocess.CalledProcessError:
            continue
    return time.perf_counter() - start


def shown(measured: History, published: int) -> str:
    """The value with its range, and the ratio to the published one."""
    factor = measured.truck_factor
    if factor is None:
        return "unknown"
    return f"{factor.value} ({factor.range[0]}-{factor.range[1]}) {factor.value / published:.2f}"


def main() -> None:
    """Print one row per system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", nargs=len(PUBLISHED), type=Path)
    parser.add_argument("--aliases", type=Path)
    parser.add_argument("--filtered", type=Path)
    parser.add_argument("--prototype", type=Path)
    options = parser.parse_args()
    aliases, filtered = by_repository(options.aliases), by_repository(options.filtered)
    other = prototype(options.prototype)
    head = ("repository", "published", "with lists", "default", "renames", "seconds", "prototype", "ratio")
    print(f"truck factor on {DAY}: value (range for thresholds 0.55-0.45), ratio to the published one")
    print("{:16} {:>9}  {:14}  {:14}  {:8} {:>8} {:>9} {:>6}".format(*head))
    for clone, (name, former, published) in zip(options.clones, PUBLISHED, strict=True):
        plain, seconds = timed(clone)
        names = {alias: name for name, alias, *_ in (aliases[former] + aliases[name])}
        paths = {path for path, *_ in (filtered[former] + filtered[name])}
        listed = shown(timed(clone, aliases=names, exclude=paths)[0], published) if names or paths else "-"
        theirs = seconds_of(other, clone) if other else 0.0
        compared = (f"{theirs:.2f}", f"{seconds / theirs:.2f}") if other else ("-", "-")
        row = (name, published, listed, shown(plain, published), plain.renames, f"{seconds:.2f}", *compared)
        print("{:16} {:>9}  {:14}  {:14}  {:8} {:>8} {:>9} {:>6}".format(*row))


if __name__ == "__main__":
    main()
