"""What the path of a manifest says about who needs what it lists."""

from __future__ import annotations

import re

from depscan.manifests.reader import Ask
from depscan.model import Location, Need

_FOLDER = re.compile(
    r"(.*[-_])?(tests?|testing|bench(mark)?s?|examples|samples|tutorials|demos|cookbooks)|tests?[-_].*|docs?|documentation"
    r"|example|sample|tutorial|demo|cookbook|asv_bench|\.?ci|\.github|\.circleci"
)
_DEVELOPMENT = frozenset({
    "dev", "devel", "develop", "development", "test", "tests", "testing", "unittest", "doc", "docs",
    "documentation", "rtd", "sphinx", "mkdocs", "lint", "linting", "linter", "linters", "style", "format",
    "quality", "ci", "typing", "types", "mypy", "coverage", "bench", "benchmark", "benchmarks", "example",
    "examples", "release", "tox", "nox", "tools", "precommit",
})  # fmt: skip
_MAIN = frozenset({
    "base", "core", "main", "common", "runtime", "prod", "production", "install", "default", "general", "lock",
    "locked", "freeze", "frozen", "pinned", "compiled", "app",
})  # fmt: skip
_NOISE = frozenset({
    "", "requirements", "requirement", "requires", "reqs", "req", "deps", "dependencies", "constraints",
    "constraint", "environment", "env", "conda", "pip", "txt", "in",
})  # fmt: skip


def by_folder(path: str) -> Ask:
    """Judge a manifest with a fixed name (`pyproject.toml`): below tests, docs or examples it is for development."""
    folder = next((part for part in path.split("/")[:-1] if _FOLDER.fullmatch(part.lower())), "")
    return Ask(Location(path), Need.DEVELOPMENT if folder else Need.RUNTIME, folder)


def by_name(path: str) -> Ask:
    """Judge a requirements or environment file by the hint in its name (`requirements-gpu.txt`), and by its folder."""
    stem = path.rsplit("/", 1)[-1].lower().rsplit(".", 1)[0]
    words = [word for word in re.split(r"[^a-z0-9]+", stem) if word not in _NOISE]
    hint = "-".join(words)
    if "constraint" in stem:
        return Ask(Location(path), Need.CONSTRAINT, hint)
    folder = by_folder(path)
    if folder.need is Need.DEVELOPMENT or not _DEVELOPMENT.isdisjoint(words):
        return Ask(Location(path), Need.DEVELOPMENT, hint or folder.group)
    if "build" in words:
        return Ask(Location(path), Need.BUILD, hint)
    if _MAIN.issuperset(words):
        return Ask(Location(path))
    return Ask(Location(path), Need.EXTRA, hint)


def by_group(ask: Ask, name: str) -> Ask:
    """Judge a named group of a manifest (a feature of pixi) as a requirements file of that name would be."""
    return ask.as_(by_name(f"requirements-{name.replace('/', '-')}.txt").need, name)
