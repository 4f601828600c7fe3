"""The project that a manifest describes, and how several manifests of one folder describe it together."""

from __future__ import annotations

import posixpath
import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from depscan.manifests.reader import Ask, clip
from depscan.model import Project, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def make(
    ask: Ask,
    *,
    name: str = "",
    version: str = "",
    requires_python: str = "",
    licence: str = "",
    entry_points: Iterable[str] = (),
    packages: Iterable[str] = (),
) -> Project:
    """Make a project of the folder that holds the manifest; paths outside the scanned root are left out."""
    root = posixpath.dirname(ask.location.path)
    paths = (inside(root, package) for package in packages)
    return Project(
        root=root,
        name=normalised(name) if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) else "",
        location=ask.location,
        version=clip(version),
        requires_python=_specifier(requires_python),
        licence=clip(licence),
        entry_points=tuple(sorted({entry for text in entry_points if (entry := _entry_point(text))})),
        packages=tuple(sorted({path for path in paths if path is not None})),
    )


def merge(projects: Iterable[Project]) -> list[Project]:
    """Return one project per folder: the first one given for it, empty fields filled from those that follow."""
    merged: dict[str, Project] = {}
    for later in projects:
        if not (first := merged.get(later.root)):
            merged[later.root] = later
            continue
        blank = {field.name: getattr(later, field.name) for field in fields(first) if not getattr(first, field.name)}
        merged[later.root] = replace(first, **blank)
    return [merged[root] for root in sorted(merged)]


def inside(folder: str, target: str) -> str | None:
    """Return the path that `target` means, seen from `folder`; nothing when it leaves the scanned root."""
    target = target.replace("\\", "/")
    if target.startswith(("/", "~")) or re.match(r"[A-Za-z]:", target) or "\0" in target:
        return None
    path = posixpath.normpath(posixpath.join(folder, target))
    return None if path == ".." or path.startswith("../") else "" if path == "." else path


def located(packages: Iterable[str], folders: Mapping[str, str]) -> list[str]:
    """Return where the named packages live, given the `package_dir` table of setuptools."""
    found = []
    for package in packages:
        parts = package[:300].split(".")
        for length in range(len(parts), -1, -1):
            prefix = ".".join(parts[:length])
            if prefix in folders:
                found.append(posixpath.join(folders[prefix], *parts[length:]))
                break
        else:
            found.append("/".join(parts))
    return found


def _specifier(text: str) -> str:
    from packaging.specifiers import SpecifierSet

    try:
        return str(SpecifierSet(text[:1_000]))
    except ValueError:
        return ""


def _entry_point(text: str) -> str:
    """Spell an entry point `name=module:object`, without extras."""
    name, equals, target = text.partition("=")
    target = re.sub(r"\s|\[.*", "", target)
    return f"{name.strip()}={target}" if equals and re.fullmatch(r"[\w.]+(?::[\w.]+)?", target) else ""
