"""
Compare what depscan reads from a lock with what the tool that wrote the lock exports from it.

    python benchmarks/locks.py [FOLDER...] [--tool uv|poetry|pdm] [--index URL]

Without folders, the small projects below are locked by each tool that is installed (this asks the package index); with
folders, the locks that they hold are exported as they are. For each of many environments, the closure of the graph (of
the declarations and edges whose marker holds there) must be the set of packages that the export names for it: once for
what is needed at run time, once with all extras and groups. Exit code 1 when a set differs.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, product
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from depscan import manifests
from depscan.graph import DependencyGraph
from depscan.model import Declaration, Edge, Evidence, Need, Pin, Project

PROJECTS: Mapping[str, str] = {
    "socks": 'dependencies = ["requests[socks]"]\n',
    "flask": 'dependencies = ["flask", "gunicorn; sys_platform != \'win32\'"]\n',
    "http2": """\
dependencies = ["httpx[http2]; python_version >= '3.11'", "numpy"]
[project.optional-dependencies]
web = ["uvicorn[standard]", "flask[async]"]
all-of-it = ["rich", "black[jupyter]"]
[dependency-groups]
dev = ["coverage[toml]", { include-group = "test" }]
test = ["pytest", "requests[socks]; platform_machine == 'arm64'"]
""",
    "forks": """\
dependencies = [
    "pandas<2.1; python_version < '3.11'",
    "pandas>=2.2; python_version >= '3.11'",
    "jsonschema[format]",
    "importlib-metadata; python_version < '3.12'",
]
""",
    "conflict": """\
dependencies = ["idna"]
[project.optional-dependencies]
old = ["jsonschema<4", "six"]
new = ["jsonschema>=4.20", "rich"]
[tool.uv]
conflicts = [[{ extra = "old" }, { extra = "new" }]]
""",
}
"""Projects with what makes locks differ: extras of extras, markers, versions that differ by Python or by extra."""

HEAD = '[project]\nname = "probe"\nversion = "1"\nrequires-python = ">=3.10,<4"\n'
MANIFESTS = ("pyproject.toml", "uv.lock", "poetry.lock", "pdm.lock")


class Tool(NamedTuple):
    """How a tool locks, and how it exports for run time and for everything."""

    file: str
    lock: list[str]
    export: list[str]
    everything: list[str]
    runtime: list[str] = []  # noqa: RUF012 - never changed
    """Empty where the export says for all groups together when a package is needed: that of PDM."""
    without: tuple[str, ...] = ()
    """Projects that the tool cannot lock."""


TOOLS: Mapping[str, Tool] = {
    "uv": Tool(
        "uv.lock",
        ["lock"],
        ["export", "-q", "--no-hashes", "--frozen", "--no-emit-workspace", "--no-annotate", "--no-header"],
        ["--all-packages", "--all-extras", "--all-groups"],
        ["--all-packages", "--no-default-groups"],
    ),
    "poetry": Tool(
        "poetry.lock",
        ["lock"],
        ["export", "--without-hashes", "--without-urls"],
        ["--all-extras", "--all-groups"],
        ["--only", "main"],
        ("conflict",),
    ),
    "pdm": Tool(
        "pdm.lock", ["lock", "-G", ":all"], ["export", "--no-hashes"], ["-G", ":all"], [], ("conflict", "forks")
    ),
}

SYSTEMS = (
    ("linux", "posix", "Linux"),
    ("win32", "nt", "Windows"),
    ("darwin", "posix", "Darwin"),
    ("emscripten", "posix", "Emscripten"),
)


def environments() -> Iterator[dict[str, str]]:
    """Every combination of Python, implementation, system and machine that markers commonly ask about."""
    pythons = (("3.9", "18"), ("3.10", "1"), ("3.11", "7"), ("3.12", "0"), ("3.12", "8"), ("3.13", "2"), ("3.14", "0"))
    for (minor, patch), system, machine, implementation in product(
        pythons, SYSTEMS, ("x86_64", "arm64", "aarch64", "AMD64"), ("CPython", "PyPy")
    ):
        yield {
            "python_version": minor,
            "python_full_version": f"{minor}.{patch}",
            "implementation_version": f"{minor}.{patch}",
            "sys_platform": system[0],
            "os_name": system[1],
            "platform_system": system[2],
            "platform_machine": machine,
            "platform_python_implementation": implementation,
            "implementation_name": implementation.lower(),
            "platform_release": "6",
            "platform_version": "1",
        }


@cache
def _marker(text: str) -> Marker:
    return Marker(text)


def holds(marker: str, environment: Mapping[str, str]) -> bool:
    """Whether a marker holds; an empty one does."""
    return not marker or _marker(marker).evaluate(environment)


def read(folder: Path, lock: str) -> Evidence:
    """What depscan reads: the manifests and one kind of lock."""
    kept = {*MANIFESTS} - {name for name in MANIFESTS if name.endswith(".lock") and name != lock}
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.name in kept}
    facts = list(manifests.read(files, lambda path: files[path].read_bytes()))
    return Evidence(
        projects=tuple(fact for fact in facts if isinstance(fact, Project)),
        declarations=tuple(fact for fact in facts if isinstance(fact, Declaration)),
        pins=tuple(fact for fact in facts if isinstance(fact, Pin)),
        edges=tuple(fact for fact in facts if isinstance(fact, Edge)),
    )


def closure(evidence: Evidence, needs: Iterable[Need], environment: Mapping[str, str]) -> set[str]:
    """The packages that the graph holds in one environment."""
    asked = [d for d in evidence.declarations if d.scope in needs and holds(d.marker, environment)]
    edges = [edge for edge in evidence.edges if holds(edge.marker, environment)]
    return set(DependencyGraph.build(Evidence(evidence.projects, tuple(asked), evidence.pins, tuple(edges))).closure())


def exported(texts: Iterable[str], environment: Mapping[str, str]) -> set[str]:
    """The packages that any of the exports names for one environment."""
    found: set[str] = set()
    for line in chain.from_iterable(text.splitlines() for text in texts):
        if line.strip() and not line.lstrip().startswith(("#", "-", "--")):
            wanted = Requirement(line.strip())
            if holds(str(wanted.marker or ""), environment):
                found.add(canonicalize_name(wanted.name))
    return found


def compare(folder: Path, name: str, tool: Tool, command: str) -> Iterator[tuple[str, int, int]]:
    """Yield for each way of installing how many packages were compared over all environments, and how many differ."""
    evidence = read(folder, tool.file)
    own = [project for project in evidence.projects if project.name]
    python = next((project.requires_python for project in evidence.projects if not project.root), "")
    ways = (
        ("run time", tool.runtime, (Need.RUNTIME,)),
        ("everything", tool.everything, (Need.RUNTIME, Need.EXTRA, Need.DEVELOPMENT)),
    )
    for way, options, needs in ways:
        if way == "run time" and (not options or len(own) > 1):  # members of a workspace ask each other for extras
            continue
        choices = [["--extra", "old"], ["--extra", "new"]] if (name, way) == ("conflict", "everything") else [options]
        texts = [run([command, *tool.export, *choice], folder) for choice in choices]
        same = other = 0
        for environment in environments():
            if python and not _supported(python, environment["python_full_version"]):
                continue
            ours, theirs = closure(evidence, needs, environment), exported(texts, environment)
            same += len(ours & theirs)
            if ours != theirs:
                other += len(ours ^ theirs)
                shown = {key: environment[key] for key in ("python_full_version", "sys_platform", "platform_machine")}
                print(f"  {shown}: only here {sorted(ours - theirs)}, only there {sorted(theirs - ours)}")
        yield way, same + other, other


def _supported(python: str, version: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return version in SpecifierSet(python)


def run(command: list[str], folder: Path) -> str:
    """The output of a command; its messages are shown when it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-2_000:]}")
    return done.stdout


def found(tool: str) -> str:
    """Where a tool is: beside this Python, or on the path."""
    beside = Path(sys.executable).with_name(tool)
    return str(beside) if beside.exists() else shutil.which(tool) or ""


def made(tool: Tool, command: str, place: Path, index: str) -> Iterator[tuple[str, Path]]:
    """Write and lock the small projects."""
    source = f'[[tool.poetry.source]]\nname = "index"\nurl = "{index}"\npriority = "primary"\n' if index else ""
    for name, text in PROJECTS.items():
        if name in tool.without:
            continue
        folder = place / name
        folder.mkdir(parents=True)
        (folder / "pyproject.toml").write_text(HEAD + text + source, "utf-8")
        run([command, *tool.lock], folder)
        yield name, folder


def given(tool: Tool, source: Path, place: Path) -> Iterator[tuple[str, Path]]:
    """Copy the manifests of a folder that holds such a lock, to export from the copy."""
    if not (source / tool.file).exists():
        return
    nested = {lock.parent for lock in source.rglob(tool.file)} - {source}
    for path in source.rglob("*") if tool.file == "uv.lock" else source.iterdir():  # members of a workspace
        if path.name in MANIFESTS and path.is_file() and nested.isdisjoint(path.parents):
            target = place / source.name / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    yield str(source), place / source.name


def main(arguments: list[str] | None = None) -> int:
    """Print one row per tool, project and way of installing; return how many packages differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--tool", action="append", choices=TOOLS)
    parser.add_argument("--index", default="", help="address of the package index, for poetry")
    options = parser.parse_args(arguments)
    wrong = 0
    for kind in options.tool or TOOLS:
        tool, command = TOOLS[kind], found(kind)
        if not command:
            print(f"{kind}: not installed")
            continue
        with tempfile.TemporaryDirectory() as place:
            cases = (
                (
                    case
                    for number, folder in enumerate(options.folders)
                    for case in given(tool, folder, Path(place) / str(number))
                )
                if options.folders
                else made(tool, command, Path(place), options.index)
            )
            for name, folder in cases:
                start = time.perf_counter()
                evidence = read(folder, tool.file)
                seconds = time.perf_counter() - start
                for way, compared, different in compare(folder, name, tool, command):
                    wrong += different
                    print(
                        f"{kind:<7} {name:<24} {way:<11} {len(evidence.pins):>5} pins {len(evidence.edges):>5} edges "
                        f"{compared:>7} compared {different:>4} differ  {seconds:.2f} s"
                    )
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main()))
