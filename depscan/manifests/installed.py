"""The metadata of an installed environment: what is there, who needs whom, and which import names each brings."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from depscan.manifests import lock, pep508, source
from depscan.manifests.reader import Ask, clip
from depscan.model import Declaration, Gap, Location, Pin, Provides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from depscan.model import Edge

_METADATA = re.compile(r"(?:.*/)?[^/]+\.dist-info/METADATA")
_HEADERS = 262_144
_RECORD = 16_000_000
_MODULE = re.compile(r"((?:[^/,]+/)*)([A-Za-z_]\w*)(?:\.[\w-]+)*\.(?:py|so|pyd)$")


def read(paths: Iterable[str], load: Callable[[str], bytes]) -> Iterator[Pin | Edge | Provides | Gap]:
    """Yield what the `*.dist-info` folders below a site-packages folder say, in the order of their paths."""
    present = set(paths)
    for path in sorted(path for path in present if _METADATA.fullmatch(path)):
        ask = Ask(Location(path))
        try:
            data = load(path)
        except OSError as error:
            yield ask.gap(f"the metadata was not read: {error}")
            continue
        name = ""
        for fact in _metadata(data[:_HEADERS], ask):
            name = fact.name if isinstance(fact, Pin) else name
            yield fact
        if name:
            yield from _provides(name, path.removesuffix("METADATA"), present, load)


def _metadata(data: bytes, ask: Ask) -> Iterator[Pin | Edge | Gap]:
    """Read the headers up to the blank line; below it is the long description."""
    headers: dict[str, list[tuple[str, int]]] = {}
    for number, line in enumerate(source.decode(data)[0].split("\n"), 1):
        if not line.strip():
            break
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            headers.setdefault(key.lower(), []).append((value.strip(), number))
    name, version = (headers.get(key, [("", 0)])[0][0] for key in ("name", "version"))
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) or not version:
        yield ask.gap("the metadata gives no name and version; the package does not count as installed")
        return
    name = pep508.normalise(name)
    yield Pin(name, clip(version), ask.location)
    for text, number in headers.get("requires-dist", [])[:5_000]:
        for fact in pep508.declare(text, ask.at(number)):
            if isinstance(fact, Declaration):
                yield from lock.edges(name, fact)
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
