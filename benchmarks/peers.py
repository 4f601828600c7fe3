"""
Time a scan against peers on the same repositories, as ratios in one run.

    python benchmarks/peers.py FOLDER... [--rounds 5]

Peers are run when their command is found (`pip install deptry fawltydeps`). Each folder is copied, without .git, and
given an empty [project] in its pyproject.toml if it has none, because deptry stops without; what fails is named.
Rounds are interleaved, and a ratio is the median over the rounds of the wall time divided by the peer's in the same
round: below 1 depscan is faster. One round before the first is not counted.
"""

from __future__ import annotations

import argparse
import math
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
    changed: int = 0
    """Change so many files before each run."""
    again: bool = False
    """Run once more before, not timed: other ways have changed files since."""


SETTLED = 3.5
"""Seconds after which a changed file may be remembered (depscan.memory)."""


def main() -> None:
    """Print one row per folder and way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'repository':<20} {'way':<24} {'wall s':>8} {'CPU s':>8} {'/ast':>8} {'/deptry':>8} {'/fawlty':>8}")
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
    lean = [*depscan, "--no-models"]
    ways = [
        Way("depscan cold", depscan, cold=True),
        Way("  no models", lean, cold=True),
        Way("  no models, 1 process", [*lean, "--jobs", "1"], cold=True),
        Way("  no models, no uses", [*lean, "--no-uses"], cold=True),
        Way("  the same, 1 process", [*lean, "--no-uses", "--jobs", "1"], cold=True),
        Way("depscan, ten changed", depscan, changed=10),
        Way("depscan, none changed", depscan, again=True),
    ]
    peers = [Way("ast.parse + ast.walk", [sys.executable, "-c", WALK, str(folder)])]
    for name, command in (("deptry", ["deptry", "."]), ("fawltydeps", ["fawltydeps", "--json"])):
        beside = Path(sys.executable).with_name(name)
        if found := shutil.which(name) or (str(beside) if beside.exists() else None):
            peers.append(Way(name, [found, *command[1:]]))
    ways += peers
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    failed: set[str] = set()
    sources = sorted(folder.rglob("*.py"))
    for number in range(rounds + 1):
        for way in ways:
            place = cache / way.name.strip().replace(" ", "-")
            if way.cold:
                shutil.rmtree(place, ignore_errors=True)
            for path in sources[:: max(1, len(sources) // way.changed)][: way.changed] if way.changed else ():
                path.write_bytes(path.read_bytes() + b"# changed\n")
            if way.again:
                run(way.command, folder, place)
            sound, wall, cpu = run(way.command, folder, place)
            if not sound:
                failed.add(way.name)
            if number:
                times[way.name].append((wall, cpu))
            if way.changed:
                time.sleep(SETTLED)
    for way in ways:
        if way.name in failed:
            print(f"{folder.name:<20} {way.name:<24} fails here")
            continue
        wall = statistics.median(taken[0] for taken in times[way.name])
        cpu = statistics.median(taken[1] for taken in times[way.name])
        told = [ratio(times[way.name], times[peer.name]) if peer.name not in failed else math.nan for peer in peers]
        shown = " ".join(f"{value:8.2f}" for value in told)
        print(f"{folder.name:<20} {way.name:<24} {wall:8.2f} {cpu:8.2f} {shown}", flush=True)


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
