"""Files of lines: `.env`, Ollama's Modelfile, and those that a shell runs (scripts, Dockerfiles)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.artefacts import commands, configuration, ids
from depscan.model.models import ModelKind, ModelRef, ResolvedBy, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.artefacts.configuration import Named

_VARIABLE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w{0,80})\s*=(.*)")
_INSTRUCTION = re.compile(r"(?i)\s*(FROM|ADAPTER)\s+(\S+)\s*")


def environment(text: str) -> Iterator[Named]:
    """What the variables of a `.env` file name; their other values are looked at by nobody."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) <= 1000 and not line.lstrip().startswith("#") and (found := _VARIABLE.fullmatch(line)):
            named = configuration.environment(found[1], found[2].partition(" #")[0], number)
            if named is not None:
                yield named


def modelfile(text: str) -> Iterator[Named]:
    """The model, or the file of weights, that an Ollama model is made from, and the adapter put on it."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _INSTRUCTION.fullmatch(line) if len(line) <= 1000 else None
        if found is None:
            continue
        kind = ModelKind.ADAPTER if found[1].upper() == "ADAPTER" else ModelKind.MODEL
        named = ids.read(found[2], tags=kind is ModelKind.MODEL, sure=True)
        if named or ids.is_path(found[2]):
            named = named or ids.Id(found[2])
            yield ModelRef(named.id, kind, Route.LOCAL, f"Modelfile {found[1].upper()}", ResolvedBy.CONFIGURATION,
                           number, provider=named.provider)  # fmt: skip


def script(text: str) -> Iterator[Named]:
    """What the commands of a script or a Dockerfile name."""
    yield from commands.read(text)
