"""Shell scripts: the install commands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.manifests import commands
from depscan.model import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Fact, Manifest

_DOCUMENT = re.compile(r"(?<!<)<<-?\s*([\"']?)([A-Za-z_]\w{0,99})\1(?!\w)")
_RUNS = re.compile(r"(?:^|[\s|/])(?:bash|sh|zsh|ssh|sbatch|srun|su)(?=\s|$)")


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the commands of a script install: for those who run it, so not for all who install the project."""
    yield from commands.script(runnable(manifest.text), manifest.ask.as_(Need.EXTRA, "shell").at(1))


def runnable(text: str) -> str:
    """Blank out comments, and here-documents that no shell runs; the lines stay where they are."""
    lines = text.split("\n")
    last = {line.strip(): number for number, line in enumerate(lines)} if "<<" in text else {}
    end, runs = "", False
    for number, line in enumerate(lines):
        if end:
            if line.strip() == end:
                end = lines[number] = ""
            elif not runs:
                lines[number] = ""
        elif line.lstrip().startswith("#"):
            lines[number] = ""
        elif "<<" in line and (found := _DOCUMENT.search(line)) and last.get(found[2], 0) > number:
            end, runs = found[2], bool(_RUNS.search(line[: found.start()]))
    return "\n".join(lines)
