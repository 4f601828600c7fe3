"""The install commands of notebooks (`!pip install x`, `%conda install y`): declarations that no manifest holds."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from depscan.manifests import matchspec, pep508, pipline
from depscan.manifests.reader import Ask, Include, clip
from depscan.model import Command, Declaration, Gap, Location, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LONGEST = 16_384
_PIP = re.compile(r"(?:.*/)?pip[0-9.]*(?:\.exe)?")
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_CONDA_WITH_VALUE = frozenset(
    {"-c", "--channel", "-n", "--name", "-p", "--prefix", "--file", "--solver", "--repodata-fn"}
)
_REDIRECT = re.compile(r"[0-9&]?>{1,2}\s*(?:&\s*[0-9]|[/.~\w-][^\s;&|]*)(?=\s|$|[;&|])")
_COMPUTED = re.compile(r"[{]|\$[A-Za-z_(]")


def read(path: str, commands: Iterable[Command], claimed: Callable[[str], bool]) -> Iterator[Declaration | Gap]:
    """
    Yield what the commands of a notebook install.

    A file named by `-r` is read as itself when its name is that of a manifest (`claimed`); otherwise it is a gap.
    """
    for command in commands:
        ask = Ask(Location(path, command.line, command.cell), Need.RUNTIME, "notebook")
        if len(command.text) > _LONGEST:
            yield ask.gap(f"a command of {len(command.text)} characters was not read: {clip(command.text)}")
            continue
        for words in _commands(command.text, ask):
            if isinstance(words, Gap):
                yield words
                continue
            for fact in _installs(words, ask):
                if isinstance(fact, Include):
                    yield from _included(fact, path, claimed)
                elif isinstance(fact, Declaration):
                    yield replace(fact, location=ask.location)
                else:
                    yield fact


def _included(include: Include, path: str, claimed: Callable[[str], bool]) -> Iterator[Gap]:
    """A local project is read by its own manifests; a requirements file only when its name is that of one."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), include.target))
    if not include.project and (target.startswith(("..", "/")) or "://" in include.target or not claimed(target)):
        yield include.ask.gap(
            f"{clip(include.target)!r} is installed from here and was not read; its name is no manifest's"
        )


def _commands(text: str, ask: Ask) -> Iterator[list[str] | Gap]:
    """Split a line into its simple commands."""
    for line in text.replace("\\\n", " ").split("\n"):
        bare = _unredirected(re.sub(r"^[\s!%]+", "", line))
        lexer = shlex.shlex(bare, posix=True, punctuation_chars=";&|")
        lexer.whitespace_split, lexer.commenters = True, ""
        words: list[str] = []
        try:
            for word in lexer:
                if word.startswith("#"):
                    break
                if word.strip(";&|"):
                    words.append(word)
                else:
                    yield words
                    words = []
        except ValueError:
            yield ask.gap(f"the quotes of {clip(bare)!r} do not close; nothing was read from it")
        else:
            yield words


def _unredirected(text: str) -> str:
    """Drop redirections (`2>&1`, `> log.txt`); in `pip install torch>=2` without quotes the version was meant."""
    return re.sub(r"(?<=\s)" + _REDIRECT.pattern, " ", text)


def _installs(words: list[str], ask: Ask) -> Iterator[Declaration | Gap | Include]:
    """Read one simple command, if it installs."""
    for index, word in enumerate(words):
        conda = word.rsplit("/", 1)[-1] in _CONDA
        if not conda and not _PIP.fullmatch(word):
            continue
        rest = words[index + 1 :]
        verb = next((position for position, other in enumerate(rest) if not other.startswith("-")), len(rest))
        if rest[verb : verb + 1] == ["install"]:
            yield from (_conda if conda else _pip)(rest[verb + 1 :], ask)
        return


def _pip(words: list[str], ask: Ask) -> Iterator[Declaration | Gap | Include]:
    for option, value in pipline.arguments(words):
        if option and option not in {"-r", "-c", "-e"}:
            continue
        if _COMPUTED.search(value):
            yield _computed(value, ask)
        elif option:
            yield from pipline.named(option, value, ask)
        else:
            yield from pep508.declare(value, ask)


def _conda(words: list[str], ask: Ask) -> Iterator[Declaration | Gap | Include]:
    rest = iter(words)
    for word in rest:
        if word in _CONDA_WITH_VALUE:
            value = next(rest, "")
            if word == "--file":
                yield Include(value, ask)
        elif word.startswith("-"):
            continue
        elif _COMPUTED.search(word):
            yield _computed(word, ask)
        else:
            yield from (fact for fact in matchspec.declare(word, ask) if isinstance(fact, (Declaration, Gap)))


def _computed(value: str, ask: Ask) -> Gap:
    return ask.gap(f"{clip(value)!r} is computed when the notebook runs; what it installs is not known")
