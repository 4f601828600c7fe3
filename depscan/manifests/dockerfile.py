"""Dockerfiles: the install commands of their RUN instructions."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

from depscan.manifests import commands, shellscript
from depscan.model import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Fact, Manifest

_RUN = re.compile(r"[ \t]*(?:ONBUILD[ \t]+)?RUN[ \t]+(?:\\\n[ \t]*)?", re.IGNORECASE)
_FLAG = re.compile(r"--\S+[ \t]+(?:\\\n[ \t]*)?")
_DOCUMENT = re.compile(r"<<-?[ \t]*([\"']?)([A-Za-z_]\w{0,99})\1(?!\w)")
_INTERPRETER = re.compile(r"\s*(?:\S*/)?(?:ba|z|da)?sh\b[^|>]*|\s*")


def read(manifest: Manifest) -> Iterator[Fact]:
    """
    Yield what the image installs.

    Those who run the image have it, those who install the project do not: so it counts as an extra of the name docker.
    """
    ask = manifest.ask.as_(Need.EXTRA, "docker")
    for line, text in _scripts(manifest.text.split("\n")):
        yield from commands.script(text, ask.at(line))


def _scripts(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the shell text of each RUN instruction, and the line it starts on."""
    last = {line.strip(): number for number, line in enumerate(lines)}
    number = 0
    while number < len(lines):
        start = number
        instruction = [lines[number]]
        while instruction[-1].endswith("\\") and number + 1 < len(lines):
            number += 1
            # Comments and empty lines do not end a continuation.
            skipped = not lines[number].strip() or lines[number].lstrip().startswith("#")
            instruction.append("\\" if skipped else lines[number].rstrip())
        number += 1
        text = "\n".join(instruction)
        body = number
        document = _DOCUMENT.search(text)
        if document and last.get(document[2], 0) >= number:
            while lines[number].strip() != document[2]:
                number += 1
            number += 1
        if not (run := _RUN.match(text)):
            continue
        end = run.end()
        while flag := _FLAG.match(text, end):
            end = flag.end()
        if not document or body == number:
            yield start + 1 + text.count("\n", 0, end), _command(text[end:])
        elif _INTERPRETER.fullmatch(text, end, document.start()):
            yield body + 1, shellscript.runnable("\n".join(lines[body : number - 1]))


def _command(text: str) -> str:
    """Return the command of an instruction; one that is written as a JSON list is quoted for a shell."""
    if not text.startswith("["):
        return text
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return shlex.join(word for word in words if isinstance(word, str)) if isinstance(words, list) else text
