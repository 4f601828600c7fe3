"""The records of a conda prefix (`conda-meta/*.json`): what conda installed there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from depscan.manifests.reader import Ask, clip
from depscan.model import Ecosystem, Gap, Location, Pin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_RECORD = re.compile(r"(?:.*/)?conda-meta/[^/]+\.json")
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_])?")


def read(paths: Iterable[str], load: Callable[[str], bytes]) -> Iterator[Pin | Gap]:
    """
    Yield the version of each package that conda installed.

    Whom it requires is stated in conda's own names, which would tie wrong packages of the Python index together; for
    packages of that index, their own metadata in site-packages say it.
    """
    for path in sorted(path for path in paths if _RECORD.fullmatch(path)):
        ask = Ask(Location(path))
        try:
            record = json.loads(load(path))
        except (OSError, ValueError, RecursionError) as error:
            yield ask.gap(f"the record of a package that conda installed was not read: {clip(str(error))}")
            continue
        name, version = (record.get(key) if isinstance(record, dict) else None for key in ("name", "version"))
        if isinstance(name, str) and _NAME.fullmatch(name) and isinstance(version, str) and version:
            yield Pin(name.lower(), clip(version), ask.location, Ecosystem.CONDA)
        else:
            yield ask.gap("the record gives no name and version; the package does not count as installed")
