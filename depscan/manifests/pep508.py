"""One requirement string, legal or nearly so, as a declaration; what it says beyond that, or wrongly, as a gap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from depscan.manifests.reader import Ask, Asked, Include, clip, redact
from depscan.model import Declaration, Ecosystem, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 2_048
_DEEPEST = 50
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\[\]]*)\])?\s*")
_AFTER_NAME = re.compile(r"$|[<>=!~;@(,#*^]|v?\d|--?[a-z]")
_SCHEME = re.compile(r"(?:(?:git|hg|svn|bzr)\+)?[a-z][a-z0-9.+-]*://|(?:git|hg|svn|bzr)\+", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\[\]]*\])?\s*@\s*([^\s;]+)")
_EGG = re.compile(r"[#&]egg=([^&]+)")
_ARCHIVE = re.compile(r"\.(?:tar\.gz|tar\.bz2|tar\.xz|tgz|zip)$", re.IGNORECASE)
_SDIST = re.compile(r"(.+?)-v?\d[^/-]*$")


def declare(text: str, ask: Ask) -> Iterator[Asked]:
    """Read one requirement: a PEP 508 string, a URL, or the path of a local project."""
    from packaging.requirements import Requirement

    text = text.strip()
    if len(text) > _LONGEST or text.count("(") > _DEEPEST:
        yield ask.gap(f"a requirement of {len(text)} characters, too long or too deep, was not read: {clip(text)}")
    elif _SCHEME.match(text):
        yield from _address(text, ask)
    elif _is_path(text):
        yield from _local(text, ask)
    else:
        try:
            wanted = Requirement(text)
            specifier, marker = str(wanted.specifier), str(wanted.marker or "")
        except (ValueError, RecursionError) as error:
            yield from _salvage(text, ask, error)
        else:
            yield _declaration(
                wanted.name,
                ask,
                specifier=specifier,
                extras=wanted.extras,
                marker=marker,
                url=wanted.url or "",
            )


def _declaration(
    name: str,
    ask: Ask,
    *,
    specifier: str = "",
    extras: set[str] | frozenset[str] = frozenset(),
    marker: str = "",
    url: str = "",
) -> Declaration:
    return Declaration(
        name=normalised(name),
        location=ask.location,
        specifier=specifier,
        extras=tuple(sorted({normalised(extra) for extra in extras})),
        marker=_encodable(marker),
        scope=ask.need,
        group=ask.group,
        url=_encodable(redact(url)),
        ecosystem=Ecosystem.PYPI,
    )


def _encodable(text: str) -> str:
    """Escape lone surrogates: packaging evaluates the escapes in the strings of a marker."""
    return text.encode("utf-8", "backslashreplace").decode()


def _extras(text: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (text or "").split(",") if re.fullmatch(r"\s*[\w.-]+\s*", part))


def _is_path(text: str) -> bool:
    if text.startswith((".", "/", "~", "\\")) or re.match(r"[A-Za-z]:[\\/]", text):
        return True
    head = re.split(r"[\s;@<>=!~#]", text, maxsplit=1)[0]
    return "/" in head or head.lower().endswith((".whl", ".tar.gz", ".zip"))


def _local(text: str, ask: Ask) -> Iterator[Asked]:
    """Read the path of a local project, or of a wheel, which names its package."""
    path = re.sub(r"\[[^\[\]]*\]$", "", re.split(r"\s*;|\s", text, maxsplit=1)[0])
    if path.lower().endswith(".whl") and (name := _legal(re.split(r"[/\\]", path)[-1].split("-", 1)[0])):
        yield _declaration(name, ask, url=path)
    else:
        yield Include(redact(path), ask, project=True)


def _salvage(text: str, ask: Ask, error: Exception) -> Iterator[Asked]:
    """Name the package of an illegal requirement when what follows the name looks like one."""
    text = " ".join(text.split())
    if reference := _REFERENCE.match(text):
        yield _declaration(reference[1], ask, extras=_extras((reference[2] or "").strip("[]")), url=reference[3])
        yield ask.gap(f"{clip(text)!r} is not a legal requirement; only the name and the address were read")
        return
    found = _NAME.match(text)
    if not found or not _AFTER_NAME.match(text, found.end()):
        yield ask.gap(f"{clip(text)!r} is not a requirement; nothing was read from it")
        return
    yield _declaration(found[1], ask, extras=_extras(found[2]))
    because = "nested too deeply" if isinstance(error, RecursionError) else "not a legal requirement"
    yield ask.gap(f"{clip(text)!r} is {because}: {clip(normalised(found[1]))} counts, in any version")


def _address(text: str, ask: Ask) -> Iterator[Asked]:
    """Read a bare URL; its name comes from `#egg=`, from the file name of a wheel, or is guessed."""
    from packaging.markers import Marker

    address, _, condition = text.partition("; ") if "; " in text else text.partition(" ;")
    address = address.split()[0]
    marker = ""
    if condition.strip():
        try:
            marker = str(Marker(condition.strip()))
        except (ValueError, RecursionError):
            yield ask.gap(f"the marker of {clip(text)!r} is not legal; the address counts without it")
    if address.lower().startswith("file:") and not _EGG.search(address):
        yield Include(redact(address), ask, project=True)
        return
    name, extras, guessed = _name_of(address)
    if not name:
        yield ask.gap(f"no package name can be read from {clip(redact(address))!r}; add '#egg=name'")
        return
    yield _declaration(name, ask, extras=extras, marker=marker, url=address)
    if guessed:
        yield ask.gap(
            f"the name {clip(normalised(name))} was guessed from {clip(redact(address))!r}; add 'name @ ' before it"
        )


def _name_of(address: str) -> tuple[str, frozenset[str], bool]:
    if (egg := _EGG.search(address)) and (found := _NAME.match(unquote(egg[1]))):
        return found[1], _extras(found[2]), False
    path = unquote(re.sub(r"[?#].*", "", redact(address)).rstrip("/"))
    parts = [part for part in re.sub(r"^.*?://", "", path).split("/")[1:] if part]
    last = parts[-1] if parts else ""
    if last.lower().endswith(".whl"):
        return _legal(last.split("-", 1)[0]), frozenset(), False
    if _ARCHIVE.search(last):
        # A forge serves `owner/name/archive/main.zip`: the name is not in the file name.
        if mark := next((word for word in ("archive", "zipball", "tarball") if word in parts[2:]), ""):
            return _legal(parts[parts.index(mark, 2) - 1]), frozenset(), True
        stem = _ARCHIVE.sub("", last)
        sdist = _SDIST.match(stem)
        return _legal(sdist[1] if sdist else stem), frozenset(), True
    repository = next((part for part in reversed(parts) if ".git" in part), last).split("@", 1)[0]
    return _legal(re.sub(r"\.git$", "", repository)), frozenset(), True


def _legal(name: str) -> str:
    found = _NAME.fullmatch(name)
    return found[1] if found else ""
