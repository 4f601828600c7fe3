"""pyproject.toml: the standard tables and those of setuptools, hatch, flit, PDM and uv; poetry has its own module."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from depscan.manifests import pep508, pip_line, pixi, poetry, project
from depscan.manifests.document import Document, describe
from depscan.manifests.reader import Ask, Fact, Include, Manifest, redact, strings
from depscan.model import Declaration, Need, Project, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_ITEMS = 50_000


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield the project and everything that any known table asks for."""
    document = Document(manifest)
    yield from _project(document)
    addresses = _uv_sources(document)
    for part in (_standard, _groups, _setuptools, poetry.read, _hatch, _flit, _pdm, _uv, _pixi):
        for fact in part(document):
            if isinstance(fact, Declaration) and not fact.url and fact.name in addresses:
                yield replace(fact, url=addresses[fact.name])
            else:
                yield fact
    yield from document.gaps


def _declared(document: Document, ask: Ask, *path: str) -> Iterator[Fact]:
    """Read a list of requirement strings, asked for as `ask` says."""
    for text, place in document.strings(*path):
        yield from pep508.declare(text, replace(ask, location=place.location))


def _tables(document: Document, need: Need, *path: str) -> Iterator[Fact]:
    """Read a table of lists, one group each."""
    for group in document.table(*path):
        yield from _declared(document, document.ask.as_(need, group), *path, group)


def _standard(document: Document) -> Iterator[Fact]:
    yield from _declared(document, document.ask, "project", "dependencies")
    yield from _tables(document, Need.EXTRA, "project", "optional-dependencies")
    yield from _declared(document, document.ask.as_(Need.BUILD), "build-system", "requires")
    dynamic = strings(document.get(list, "project", "dynamic"))
    backend = document.text("build-system", "build-backend")
    elsewhere = (
        not backend
        or backend.startswith("setuptools")
        or document.has("tool", "poetry", "dependencies")
        or document.has("tool", "hatch", "metadata", "hooks", "requirements_txt")
    )
    if "dependencies" in dynamic and not elsewhere:
        yield document.at("project", "dynamic").gap(
            f"the dependencies are computed by {backend} when the project is built; depscan does not build it"
        )


def _groups(document: Document) -> Iterator[Fact]:
    """
    Read PEP 735 groups, each with what it includes.

    Not with `packaging.dependency_groups`, which drops a group for one bad string; it is the oracle in the tests.
    """
    groups = document.table("dependency-groups")
    names = {normalised(name): name for name in reversed(groups)}
    budget = _MOST_ITEMS
    for name in groups:
        waiting, seen = [name], {name}
        while waiting:
            current = waiting.pop()
            for item in document.items("dependency-groups", current):
                if (budget := budget - 1) < 0:
                    yield document.at("dependency-groups").gap(
                        "the groups are too many and too large; the rest was left out"
                    )
                    return
                if isinstance(item, str):
                    place = document.at("dependency-groups", current, text=item)
                    yield from pep508.declare(item, place.as_(Need.DEVELOPMENT, name))
                    continue
                included = item.get("include-group") if isinstance(item, dict) else None
                target = names.get(normalised(included)) if isinstance(included, str) else None
                if target is None:
                    problem = f"includes {included!r}, which is no group" if included else f"holds {describe(item)}"
                    document.wrong(("dependency-groups", current), problem)
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)


def _setuptools(document: Document) -> Iterator[Fact]:
    dynamic = ("tool", "setuptools", "dynamic")
    if document.has(*dynamic, "dependencies"):
        yield from _files(document, document.ask, *dynamic, "dependencies", "file")
    if document.has(*dynamic, "optional-dependencies"):
        for extra in document.table(*dynamic, "optional-dependencies"):
            ask = document.ask.as_(Need.EXTRA, extra)
            yield from _files(document, ask, *dynamic, "optional-dependencies", extra, "file")


def _files(document: Document, ask: Ask, *path: str) -> Iterator[Fact]:
    """Read the name of a requirements file, or a list of names."""
    for name in _either(document, *path):
        yield Include(name, replace(ask, location=document.at(*path[:-1], text=name).location))


def _either(document: Document, *path: str) -> list[str]:
    """Return the strings at `path`, where a single string counts as a list."""
    value = document.get(object, *path)
    if value is not None and not isinstance(value, (str, list)):
        document.wrong(path, f"is {describe(value)}, not a string or a list")
    return strings(value)


def _hatch(document: Document) -> Iterator[Fact]:
    for name in document.table("tool", "hatch", "envs"):
        for key in ("dependencies", "extra-dependencies"):
            path = ("tool", "hatch", "envs", name, key)
            yield from _declared(document, document.ask.as_(Need.DEVELOPMENT, name), *path)
    hook = ("tool", "hatch", "metadata", "hooks", "requirements_txt")
    yield from _files(document, document.ask, *hook, "files")
    for extra in document.table(*hook, "optional-dependencies"):
        ask = document.ask.as_(Need.EXTRA, extra)
        yield from _files(document, ask, *hook, "optional-dependencies", extra)


def _flit(document: Document) -> Iterator[Fact]:
    yield from _declared(document, document.ask, "tool", "flit", "metadata", "requires")
    yield from _declared(
        document, document.ask.as_(Need.DEVELOPMENT, "dev"), "tool", "flit", "metadata", "dev-requires"
    )
    yield from _tables(document, Need.EXTRA, "tool", "flit", "metadata", "requires-extra")


def _pdm(document: Document) -> Iterator[Fact]:
    """Read PDM's own groups, whose lines are those of pip (`-e file:///...`)."""
    for group in document.table("tool", "pdm", "dev-dependencies"):
        for text, place in document.strings("tool", "pdm", "dev-dependencies", group):
            yield from pip_line.read(text, place.as_(Need.DEVELOPMENT, group))


def _uv(document: Document) -> Iterator[Fact]:
    development = document.ask.as_(Need.DEVELOPMENT, "dev")
    yield from _declared(document, development, "tool", "uv", "dev-dependencies")
    for key in ("constraint-dependencies", "override-dependencies", "build-constraint-dependencies"):
        yield from _declared(document, document.ask.as_(Need.CONSTRAINT), "tool", "uv", key)


def _pixi(document: Document) -> Iterator[Fact]:
    yield from pixi.tables(document, "tool", "pixi")


def _uv_sources(document: Document) -> dict[str, str]:
    """Return where uv takes a package from, when that is no index: git, a URL, a path."""
    found = {}
    for name, source in document.table("tool", "uv", "sources").items():
        if isinstance(source, dict):
            git, other = source.get("git"), source.get("url") or source.get("path")
            if isinstance(git, str):
                rev = next((value for key in ("rev", "tag", "branch") if isinstance(value := source.get(key), str)), "")
                found[normalised(name)] = redact(f"git+{git}" + (f"@{rev}" if rev else ""))
            elif isinstance(other, str):
                found[normalised(name)] = redact(other)
    return found


def _project(document: Document) -> Iterator[Project]:
    flit = ("tool", "flit", "metadata")
    bases: tuple[tuple[str, ...], ...] = (("project",), ("tool", "poetry"), flit)
    base = next((base for base in bases if document.has(*base)), None)
    if base is None:
        return
    names = [(*flit, "dist-name"), (*flit, "module")] if base == flit else [(*base, "name"), ("tool", "poetry", "name")]
    name = next((name for name in names if document.has(*name)), base)
    tables = [(*base, "scripts"), (*base, "gui-scripts"), ("tool", "poetry", "scripts"), ("tool", "flit", "scripts")]
    yield project.make(
        document.at(*name),
        name=document.text(*name) if name != base else "",
        version=document.text(*base, "version"),
        requires_python=_requires_python(document),
        licence=_licence(document, *base, "license"),
        entry_points=[script for table in dict.fromkeys(tables) for script in _scripts(document, *table)],
        packages=_packages(document),
    )


def _requires_python(document: Document) -> str:
    if text := document.text("project", "requires-python"):
        return text
    if document.has("tool", "poetry", "dependencies", "python"):
        return poetry.python(document)
    return document.text("tool", "flit", "metadata", "requires-python") if document.has("tool", "flit") else ""


def _licence(document: Document, *path: str) -> str:
    if not document.has(*path):
        return ""
    value = document.get(object, *path)
    if isinstance(value, dict):
        text = value.get("text", "")
        return text if isinstance(text, str) and "\n" not in text.strip() else ""
    return document.text(*path)


def _scripts(document: Document, *path: str) -> list[str]:
    """Return the entry points of a table; poetry may give a table for one."""
    if not document.has(*path):
        return []
    found = []
    for name, target in document.table(*path).items():
        reference = target.get("reference", target.get("callable")) if isinstance(target, dict) else target
        if isinstance(reference, str):
            found.append(f"{name}={reference}")
        else:
            document.wrong((*path, name), f"is {describe(target)}, not a string")
    return found


def _packages(document: Document) -> Iterable[str]:
    """Return the folders that a build backend is told to take code from."""
    yield from _setuptools_packages(document)
    for target in ("wheel", "sdist"):
        path = ("tool", "hatch", "build", "targets", target)
        if target == "wheel" or not document.has("tool", "hatch", "build", "targets", "wheel", "packages"):
            yield from _either(document, *path, "packages") if document.has(*path, "packages") else ()
    yield from _either(document, "tool", "hatch", "build", "packages") if document.has("tool", "hatch", "build") else ()
    yield from poetry.packages(document)
    if document.has("tool", "pdm", "build", "package-dir"):
        yield document.text("tool", "pdm", "build", "package-dir")
    if module := document.text("tool", "flit", "module", "name") if document.has("tool", "flit", "module") else "":
        yield module.replace(".", "/")


def _setuptools_packages(document: Document) -> Iterator[str]:
    base = ("tool", "setuptools")
    if not document.has(*base):
        return
    folders = {key: value for key, value in document.table(*base, "package-dir").items() if isinstance(value, str)}
    packages = document.get(object, *base, "packages")
    if isinstance(packages, list):
        yield from project.located(strings(packages), folders)
    elif isinstance(packages, dict) and isinstance(packages.get("find"), dict):
        yield from _either(document, *base, "packages", "find", "where") or [folders.get("", "")]
    elif "" in folders:
        yield folders[""]
