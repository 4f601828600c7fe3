"""
What the local cache of the Hugging Face hub holds: of each model and dataset the exact revision, and its card.

The cache has one folder per repository (`models--owner--name`), with a folder per commit below `snapshots` whose files
are links to `blobs`. A link is followed within its own repository and nowhere else.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from depscan.artefacts import cards
from depscan.artefacts.window import Header
from depscan.model import Gap, Location
from depscan.model.models import Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 2_000
"""Repositories, and snapshots of each, that are listed."""
LONGEST_CARD = 64 << 10

_FOLDER = re.compile(r"(models|datasets)--([\w.-]{1,200})", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")


def caches(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders of the tree that are such a cache, by the files in it; "" is the root."""
    found = set()
    for path in paths:
        parts = path.split("/")
        for at, name in enumerate(parts[:-2]):
            if _FOLDER.fullmatch(name) and parts[at + 1] in {"refs", "snapshots"}:
                found.add("/".join(parts[:at]))
    return tuple(sorted(found))


def is_ref(path: str) -> bool:
    """Whether a path is the note of a cached repository on a branch: that is how `caches` finds the cache."""
    parts = path.split("/")
    return len(parts) > 2 and any(
        _FOLDER.fullmatch(name) and parts[at + 1] == "refs" for at, name in enumerate(parts[:-2])
    )


def cached(root: str, shown: str) -> Iterator[Weights | Gap]:
    """
    The snapshots in the cache at the folder `root`; `shown` is what stands for it in locations.

    The licence and the base models are those of the card of that very commit. A dataset has the id `datasets/...`.
    """
    root = os.path.realpath(root)
    try:
        names = sorted(_folders(root))
    except OSError as error:
        yield Gap("artefacts", Location(shown), f"hub cache not read: {error.strerror or error}")
        return
    known = [name for name in names if _FOLDER.fullmatch(name)]
    for name in known[:MOST]:
        yield from _repository(root, name, f"{shown}/{name}".lstrip("/"))
    if len(known) > MOST:
        yield Gap("artefacts", Location(shown), f"{len(known)} cached repositories; no more than {MOST} were read")


def _repository(root: str, folder: str, shown: str) -> Iterator[Weights | Gap]:
    kind, _, name = folder.partition("--")
    hub_id = name.replace("--", "/", 1)
    own = f"{root}/{folder}"
    try:
        if "snapshots" not in _folders(own):
            return  # only asked for, never fetched
        commits = [name for name in sorted(_folders(f"{own}/snapshots")) if _COMMIT.fullmatch(name)]
    except OSError as error:
        yield Gap("artefacts", Location(shown), f"cached repository not read: {error.strerror or error}")
        return
    for commit in commits[:MOST]:
        place = Location(f"{shown}/snapshots/{commit}")
        card, config = Header(), None
        try:
            text = _content(own, f"snapshots/{commit}/README.md")
            card = cards.front_matter(text.decode("utf-8", "replace")) or card
            config = cards.config(data) if (data := _content(own, f"snapshots/{commit}/config.json")) else None
        except (OSError, ValueError) as error:
            yield Gap("artefacts", place, f"card of a cached snapshot not read: {error}")
        yield Weights(
            location=place,
            format="snapshot",
            id=f"datasets/{hub_id}" if kind == "datasets" else hub_id,
            licence=card.licence,
            base_models=card.base_models,
            architecture=config.architecture if config else "",
            revision=commit,
        )


def _content(own: str, path: str) -> bytes:
    """The first bytes of a file of the repository; none when it is not there. OSError when it leads elsewhere."""
    target = os.path.realpath(f"{own}/{path}")
    if not target.startswith(own + os.sep):
        raise OSError("it is a link to outside its repository")
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is not a regular file")
        return file.read(LONGEST_CARD)


def _folders(path: str) -> list[str]:
    with os.scandir(path) as entries:
        return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name.isprintable()]
