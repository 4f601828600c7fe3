"""A small repository as text, and what its imports reach as text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from depscan import resolve
from depscan.model import Declaration, Import, Link, Location, Module, Origin, Project, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from depscan.resolve import Resolution

NAMES = {
    "cv2": ("opencv-python", "opencv-python-headless"),
    "datasets": ("datasets",),
    "google": (),
    "google.cloud": (),
    "google.cloud.storage": ("google-cloud-storage",),
    "google.protobuf": ("protobuf",),
    "mpl_toolkits": ("matplotlib",),
    "mpl_toolkits.basemap": ("basemap",),
    "tokenizers": ("tokenizers",),
    "torch": ("torch",),
    "wandb": ("wandb",),
}
STDLIB = frozenset({"code", "json", "logging", "os", "queue", "random", "types", "__future__"})


def imports(statement: str) -> tuple[Import, ...]:
    node = ast.parse(statement).body[0]
    if isinstance(node, ast.ImportFrom):
        return tuple(Import(node.module or "", alias.name, level=node.level, line=1) for alias in node.names)
    assert isinstance(node, ast.Import)
    return tuple(Import(alias.name, line=1) for alias in node.names)


def scope(path: str) -> Scope:
    return Scope.TEST if path.startswith("tests/") or "/tests/" in path else Scope.PRODUCTION


def shown(link: Link) -> str:
    """Write a link as `resolver: what it reaches`, with the deciding prefix where the package is called differently."""
    assert bool(link.packages) == bool(link.import_name) == (link.origin is Origin.THIRD_PARTY)
    text = " ".join((f"{link.resolver}:", *link.modules, *link.packages))
    return text if link.import_name.replace("_", "-") in {"", *link.packages[:1]} else f"{text} <- {link.import_name}"


@pytest.fixture(scope="session")
def resolved() -> Callable[..., Resolution]:
    """Resolve files given with their import statements, projects given as (root, name, packages ...)."""

    def resolved(
        files: Mapping[str, Iterable[str]], projects: Iterable[tuple[str, ...]] = (), declares: str = ""
    ) -> Resolution:
        modules = [
            Module(path, scope(path), imports=tuple(one for text in statements for one in imports(text)))
            for path, statements in files.items()
        ]
        made = [Project(root, name, Location(root), packages=tuple(packages)) for root, name, *packages in projects]
        declarations = [Declaration(name, Location("requirements.txt", 1)) for name in declares.split()]
        return resolve.match(modules, made, declarations, names=NAMES, stdlib=STDLIB)

    return resolved


@pytest.fixture(scope="session")
def reached(resolved: Callable[..., Resolution]) -> Callable[..., str]:
    """Say what one import statement, in one of the files of a repository, reaches; empty for nothing."""

    def reached(
        files: str, path: str, statement: str, projects: Iterable[tuple[str, ...]] = (), declares: str = ""
    ) -> str:
        contents: dict[str, list[str]] = {name: [] for name in files.split()}
        contents[path] = [statement]
        return "; ".join(map(shown, resolved(contents, projects, declares).links))

    return reached
