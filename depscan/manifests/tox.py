"""tox.ini: what the environments of the tests install."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.manifests import commands, ini, pip_line
from depscan.model import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.manifests.reader import Ask, Fact, Manifest

_REFERENCE = re.compile(r"\{\[([^\[\]{}]{1,100})\](\w{1,100})\}")
_HERE = re.compile(r"\{(?:toxinidir|tox_root|here)\}(?:\{/\}|/)?")
_FACTORS = re.compile(r"[\w.{},!\s-]+")


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield the `deps` of each environment, of the sections they refer to, and what the commands install."""
    file = ini.parse(manifest.text)
    for line in file.bad[:20]:
        yield manifest.ask.at(line).gap("the line is neither a section nor `key = value`; it was left out")
    referred = {found.groups() for section in file.sections.values() for found in _references(section)}
    for name, section in file.sections.items():
        environment = name == "testenv" or name.startswith("testenv:")
        ask = manifest.ask.as_(Need.DEVELOPMENT, name.partition(":")[2].strip() or "tox")
        for key, option in section.items():
            if (key == "requires" and name == "tox") or (key == "deps" and environment) or (name, key) in referred:
                yield from _requirements(option, ask)
            elif environment and key in {"commands", "commands_pre"}:
                for line, text in ini.items(option):
                    yield from commands.script(text, ask.at(line))


def _references(section: dict[str, ini.Option]) -> Iterator[re.Match[str]]:
    """Find `{[section]key}` in the dependencies of an environment."""
    yield from _REFERENCE.finditer(section["deps"].text) if "deps" in section else ()


def _requirements(option: ini.Option, ask: Ask) -> Iterator[Fact]:
    for line, value in ini.items(option):
        text = _HERE.sub("./", re.sub(r"(?:^|\s)#.*$", "", value)).strip()
        factors, colon, rest = text.partition(": ")
        if colon and _FACTORS.fullmatch(factors):
            text = rest.strip()
        if not text or _REFERENCE.fullmatch(text):
            continue
        if text.startswith("-"):
            yield from pip_line.read(text, ask.at(line))
        else:
            yield from commands.requirement(text, ask.at(line))
