"""The metadata of an installed environment: what is there, who needs whom, and which import names each brings."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from depscan.manifests import lock, pep508, source
from depscan.manifests.reader import Ask, clip
from depscan.model import Declaration, Fact, FactKind, Gap, Location, Pin, Provides, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from depscan.model import Edge

_METADATA = re.compile(r"(?:.*/)?[^/]+(?:\.dist-info/METADATA|\.egg-info/PKG-INFO)")
_Headers = dict[str, list[tuple[str, int]]]
_HEADERS = 262_144
_TERMS = ("license-expression", "license", "license-file", "classifier")
_TEXTS = 8
"""Licence files of one distribution that are read."""
_RECORD = 16_000_000
_SECTION = re.compile(r"\[([A-Za-z0-9._-]*)(?::(.+))?\]")
_MODULE = re.compile(r"((?:[^/,]+/)*)([A-Za-z_]\w*)(?:\.[\w-]+)*\.(?:py|so|pyd)$")


def read(paths: Iterable[str], load: Callable[[str], bytes]) -> Iterator[Pin | Edge | Provides | Fact | Gap]:
    """Yield what `*.dist-info` and `*.egg-info` folders of a site-packages folder say, in the order of their paths."""
    present = set(paths)
    for path in sorted(path for path in present if _METADATA.fullmatch(path)):
        ask = Ask(Location(path))
        try:
            data = load(path)
        except OSError as error:
            yield ask.gap(f"the metadata was not read: {error}")
            continue
        headers = _headers(data[:_HEADERS])
        pin = _pin(headers, ask)
        yield pin
        if isinstance(pin, Pin):
            folder = path[: path.rindex("/") + 1]
            yield from _edges(pin.name, headers, ask)
            if "requires-dist" not in headers and f"{folder}requires.txt" in present:
                yield from _listed_requirements(pin.name, f"{folder}requires.txt", load)
            yield from _provides(pin.name, folder, present, load)
            yield from _licence(pin, headers, folder, load)


def _headers(data: bytes) -> _Headers:
    """Read the headers up to the blank line, each with its lines; below it is the long description."""
    headers: _Headers = {}
    last: list[tuple[str, int]] = []
    for number, line in enumerate(source.decode(data)[0].split("\n"), 1):
        if not line.strip():
            break
        key, colon, value = line.partition(":")
        if line[0].isspace():
            last[-1:] = [(f"{text}\n{line.strip()}", place) for text, place in last[-1:]]
        elif colon:
            last = headers.setdefault(key.lower(), [])
            last.append((value.strip(), number))
    return headers


def _pin(headers: _Headers, ask: Ask) -> Pin | Gap:
    name, version = (headers.get(key, [("", 0)])[0][0] for key in ("name", "version"))
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) or not version:
        return ask.gap("the metadata gives no name and version; the package does not count as installed")
    return Pin(normalised(name), clip(version), ask.location)


def _edges(name: str, headers: _Headers, ask: Ask) -> Iterator[Edge | Gap]:
    for text, number in headers.get("requires-dist", [])[:5_000]:
        for fact in pep508.declare(text, ask.at(number)):
            if isinstance(fact, Declaration):
                yield from lock.edges(name, fact)
            elif isinstance(fact, Gap):
                yield fact


def _licence(pin: Pin, headers: _Headers, folder: str, load: Callable[[str], bytes]) -> Iterator[Fact]:
    """Conclude the licence from the headers and, where no expression is given, from the texts they name."""
    from depscan import licences

    said = {key: [text for text, _ in headers.get(key, [])] for key in _TERMS}
    texts: list[str] = []
    for file in said["license-file"][:_TEXTS] if not said["license-expression"] else ():
        for path in (f"{folder}licenses/{file}", f"{folder}{file}"):
            if ".." in file.split("/"):
                continue
            try:
                texts.append(source.decode(load(path)[:_HEADERS])[0])
            except OSError:
                continue  # a text that is named and not there says nothing; what is said elsewhere counts
            break
    concluded = licences.conclude(
        expression="".join(said["license-expression"][:1]),
        texts=texts,
        classifiers=said["classifier"],
        name="\n".join(said["license"][:1]),
    )
    if concluded:
        yield Fact(
            package=pin.name,
            kind=FactKind.LICENCE,
            value=concluded.expression,
            source=f"metadata of {pin.name} {pin.version} ({pin.location.path})",
            retrieved="",
            version=pin.version,
            detail=concluded.evidence,
        )


def _listed_requirements(name: str, path: str, load: Callable[[str], bytes]) -> Iterator[Edge | Gap]:
    """Read setuptools' own list in an egg-info folder: requirements below `[extra:marker]` headings."""
    ask = Ask(Location(path))
    try:
        text = source.decode(load(path)[:_HEADERS])[0]
    except OSError as error:
        yield ask.gap(f"what {name} requires was not read: {error}")
        return
    extra = marker = ""
    for number, line in enumerate(text.split("\n"), 1):
        if section := _SECTION.fullmatch(line.strip()):
            extra, marker = normalised(section[1]), section[2] or ""
        elif line.strip():
            wanted = f"{line.strip()} ; {marker}" if marker and ";" not in line else line.strip()
            for fact in pep508.declare(wanted, ask.at(number)):
                if isinstance(fact, Declaration):
                    yield from lock.edges(name, fact, extra=extra)
                elif isinstance(fact, Gap):
                    yield fact


def _provides(name: str, folder: str, present: set[str], load: Callable[[str], bytes]) -> Iterator[Provides | Gap]:
    """Yield import names: from the list of installed files, else from `top_level.txt`."""
    names: set[str] = set()
    for file, read_names in (("RECORD", _recorded), ("top_level.txt", _listed)):
        if names or folder + file not in present:
            continue
        try:
            names = read_names(source.decode(load(folder + file)[:_RECORD])[0])
        except OSError as error:
            yield Ask(Location(folder + file)).gap(f"the import names of {name} were not read: {error}")
    for import_name in sorted(names):
        yield Provides(import_name, name)


def _listed(text: str) -> set[str]:
    return {line.strip().replace("/", ".") for line in text.split("\n") if re.fullmatch(r"[\w./]+", line.strip())}


def _recorded(text: str) -> set[str]:
    """Return the shallowest packages and modules; a namespace package is named with the first real level below it."""
    try:
        rows = [row[0] for row in csv.reader(text.split("\n")) if row]
    except csv.Error:
        rows = [line.split(",", 1)[0] for line in text.split("\n")]
    packages: set[str] = set()
    modules: set[str] = set()
    for row in rows:
        found = _MODULE.fullmatch(row)
        parts = found[1].split("/")[:-1] if found else []
        if not found or not all(part.isidentifier() for part in parts) or "__pycache__" in parts or len(parts) > 20:
            continue
        if found[2] == "__init__":
            packages.add(".".join(parts))
        else:
            modules.add(".".join([*parts, found[2]]))
    return {name for name in packages | modules if name and not _below(name, packages)}


def _below(name: str, packages: set[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in packages for length in range(1, len(parts)))
