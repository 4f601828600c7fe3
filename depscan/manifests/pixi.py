"""The tables of pixi, in pixi.toml or below [tool.pixi] in pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from depscan.manifests import matchspec, pep508, place
from depscan.manifests.document import Document, describe
from depscan.manifests.reader import Ask, Asked, Fact, Include, Manifest, clip, strings
from depscan.model import Need, Pin

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARCHIVES = (".whl", ".tar.gz", ".zip")
_CONDA = (
    ("dependencies", Need.RUNTIME, ""),
    ("run-dependencies", Need.RUNTIME, ""),
    ("host-dependencies", Need.BUILD, ""),
    ("build-dependencies", Need.BUILD, ""),
    ("dev-dependencies", Need.DEVELOPMENT, "dev"),
    ("constraints", Need.CONSTRAINT, ""),
)


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the environments of pixi.toml ask for."""
    document = Document(manifest)
    yield from tables(document)
    yield from document.gaps


def tables(document: Document, *base: str) -> Iterator[Asked]:
    """Yield what the tables below `base` ask for; a feature is an extra, or for development if its name says so."""
    if not document.has(*base):
        return
    yield from _scope(document, document.ask, *base)
    yield from _scope(document, document.ask, *base, "package")
    for feature in _names(document, *base, "feature"):
        document.table(*base, "feature", feature)  # notes what is no table
        yield from _scope(document, place.by_group(document.ask, feature), *base, "feature", feature)


def _scope(document: Document, ask: Ask, *base: str) -> Iterator[Asked]:
    """Read the tables for all platforms, and those for one."""
    targets = [(*base, "target", platform) for platform in _names(document, *base, "target")]
    for path in [base, *targets]:
        for key, need, group in _CONDA:
            asker = ask.as_(need, group) if need is not Need.RUNTIME else ask
            for name in _names(document, *path, key):
                yield from _conda(document, asker, name, *path, key)
        for name in _names(document, *path, "pypi-dependencies"):
            yield from _pypi(document, ask, name, *path, "pypi-dependencies")


def _names(document: Document, *path: str) -> list[str]:
    return list(document.table(*path)) if document.has(*path) else []


def _conda(document: Document, ask: Ask, name: str, *path: str) -> Iterator[Asked]:
    entry = _entry(document, name, *path)
    here = ask.at(document.at(*path, name).location.line)
    if entry is None or any(key in entry for key in ("path", "git", "url")):
        # A package that is built from source: of this repository, or not of an index.
        return
    version = entry.get("version", "*")
    if not isinstance(version, str):
        yield here.gap(f"the version of {clip(name)} is {describe(version)}, not a string; it counts, in any version")
        version = "*"
    text = name if version.strip() in {"", "*"} else f"{name} {version.strip()}"
    yield from (fact for fact in matchspec.declare(text, here) if not isinstance(fact, Pin))


def _pypi(document: Document, ask: Ask, name: str, *base: str) -> Iterator[Asked]:
    """Write an entry as PEP 508 and read that."""
    entry = _entry(document, name, *base)
    here = ask.at(document.at(*base, name).location.line)
    if entry is None:
        return
    wrong = [key for key in ("version", "git", "url", "path", "env-markers") if not isinstance(entry.get(key, ""), str)]
    if wrong:
        yield here.gap(f"`{wrong[0]}` of {clip(name)} is {describe(entry[wrong[0]])}, not a string; it was left out")
    entry = {key: value for key, value in entry.items() if key not in wrong}
    if (path := entry.get("path")) and not path.endswith(_ARCHIVES):
        yield Include(path, here, project=True)
        return
    head = f"{name}[{','.join(extras)}]" if (extras := strings(entry.get("extras"))) else name
    if address := _address(entry):
        head += f" @ {address} "
    elif (version := entry.get("version", "*").strip()) not in {"", "*"}:
        head += f"=={version}" if version[0].isdigit() else version
    markers = entry.get("env-markers", "")
    yield from pep508.declare(f"{head}; {markers}" if markers else head, here)


def _entry(document: Document, name: str, *path: str) -> dict[str, Any] | None:
    """Return the table of a requirement; a string alone is its version."""
    value = document.table(*path)[name]
    if isinstance(value, (str, dict)):
        return {"version": value} if isinstance(value, str) else value
    document.wrong((*path, name), f"is {describe(value)}, not a version or a table")
    return None


def _address(entry: dict[str, Any]) -> str:
    if git := entry.get("git"):
        rev = next((value for key in ("rev", "tag", "branch") if isinstance(value := entry.get(key), str)), "")
        return f"git+{git}" + (f"@{rev}" if rev else "")
    return str(entry.get("url") or entry.get("path") or "")
