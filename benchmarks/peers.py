"""
Time a scan against peers on the same repositories, as ratios in one run.

    python benchmarks/peers.py FOLDER... [--rounds 5]

Peers are run when their command is found (`pip install deptry fawltydeps`). Each folder is copied, without .git, and
given an empty [project] in its pyproject.toml if it has none, because deptry stops without; what fails is named.
Rounds are interleaved, and a ratio is the median over the rounds of depscan's wall time divided by the other's in the
same round: below 1 depscan is faster. One round before the first is not counted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

WALK = """
import ast, pathlib, sys, warnings
warnings.simplefilter("ignore")
found = 0
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
        continue
    found += sum(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(tree))
print(found)
"""


class Way(NamedTuple):
    """One command to time."""

    name: str
    command: list[str]
    cold: bool = False
    """Empty the cache before each run."""


def main() -> None:
    """Print one row per folder and way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'repository':<22} {'way':<22} {'wall s':>8} {'CPU s':>8} {'cold/it':>8} {'warm/it':>8}")
    for folder in arguments.folders:
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / folder.resolve().name
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".git"), symlinks=True)
            manifest = copy / "pyproject.toml"
            text = manifest.read_text() if manifest.exists() else ""
            if "[project]" not in text and "[tool.poetry]" not in text:
                manifest.write_text("[project]\nname = 'stub'\nversion = '0'\n" + text)
            measure(copy, Path(place) / "cache", arguments.rounds)


def measure(folder: Path, cache: Path, rounds: int) -> None:
    """Time every way on one folder, interleaved, and print medians and ratios."""
    depscan = [sys.executable, "-P", "-m", "depscan", str(folder), "-f", "json", "--fail-on", "none"]
    ways = [
        Way("depscan cold", depscan, cold=True),
        Way("depscan cold, no uses", [*depscan, "--no-uses"], cold=True),
        Way("depscan warm", depscan),
        Way("ast.parse + ast.walk", [sys.executable, "-c", WALK, str(folder)]),
    ]
    for name, command in (("deptry", ["deptry", "."]), ("fawltydeps", ["fawltydeps", "--json"])):
        beside = Path(sys.executable).with_name(name)
        if found := shutil.which(name) or (str(beside) if beside.exists() else None):
            ways.append(Way(name, [found, *command[1:]]))
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    failed: set[str] = set()
    for number in range(rounds + 1):
        for way in ways:
            place = cache / way.name.replace(" ", "-")
            if way.cold:
                shutil.rmtree(place, ignore_errors=True)
            sound, wall, cpu = run(way.command, folder, place)
            if not sound:
                failed.add(way.name)
            if number:
                times[way.name].append((wall, cpu))
    for way in ways:
        if way.name in failed:
            print(f"{folder.name:<22} {way.name:<22} fails here")
            continue
        wall = statistics.median(taken[0] for taken in times[way.name])
        cpu = statistics.median(taken[1] for taken in times[way.name])
        ratios = [ratio(times[mine], times[way.name]) for mine in ("depscan cold", "depscan warm")]
        print(f"{folder.name:<22} {way.name:<22} {wall:8.2f} {cpu:8.2f} {ratios[0]:8.2f} {ratios[1]:8.2f}", flush=True)


def ratio(mine: list[tuple[float, float]], theirs: list[tuple[float, float]]) -> float:
    """Median of the paired ratios of wall time."""
    return statistics.median(a[0] / b[0] for a, b in zip(mine, theirs, strict=True))


def run(command: list[str], folder: Path, cache: Path) -> tuple[bool, float, float]:
    """Whether it got to its end, wall and CPU seconds of one run, its children included."""
    environment = os.environ | {"DEPSCAN_CACHE_DIR": str(cache)}
    before = os.times()
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    wall = time.perf_counter() - start
    after = os.times()
    sound = b"Traceback" not in done.stderr
    return sound, wall, after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
