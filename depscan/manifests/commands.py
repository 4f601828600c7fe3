"""
The install commands of a shell text (`pip install x`, `conda install y`), and those of notebooks (`!pip install z`).

The text is split into words as a shell would, and nothing is expanded: where a variable hides the name of a package,
that is a gap; where it hides a version only, the name counts.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from depscan.manifests import matchspec, pep508, pip_line
from depscan.manifests.reader import Ask, Asked, Include, clip
from depscan.model import Command, Declaration, Gap, Location, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LONGEST = 16_384
_DEEPEST = 3
_TOOLS = re.compile(r"pip|conda|mamba|\buv\b")
_VERBS = re.compile(r"\b(?:install|add|create|update)\b")
_PIP = re.compile(r"(?:[^=]*/)?pip[0-9.]*(?:\.exe)?")
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_CONDA_WITH_VALUE = frozenset({
    "-c", "--channel", "-n", "--name", "-p", "--prefix", "-r", "--root-prefix", "-f", "--file", "--solver",
    "--repodata-fn", "--platform", "--subdir", "--rc-file",
})  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "zsh", "dash"})
_TALK = frozenset({"echo", "printf", "alias", "grep", "cat"})
_REDIRECT = re.compile(r"[0-9&]?>{1,2}\s*(?:&\s*[0-9]|[/.~\w-][^\s;&|]*)(?=\s|$|[;&|])")
_COMPUTED = re.compile(r"[{]|\$[A-Za-z_({]")
_HEAD = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[A-Za-z0-9,\s._-]*\])?\s*[=<>!~@;]")
_BELOW_COMPUTED = re.compile(r"(?:\$\{?\w+\}?|\$\{\{[^{}]*\}\}|\$\([^()]*\))/+([^${]+)")


def read(path: str, commands: Iterable[Command], claimed: Callable[[str], bool]) -> Iterator[Declaration | Gap]:
    """
    Yield what the commands of a notebook install.

    A file named by `-r` is read as itself when its name is that of a manifest (`claimed`); otherwise it is a gap.
    """
    for command in commands:
        ask = Ask(Location(path, command.line, command.cell), Need.RUNTIME, "notebook")
        for fact in asked(command.text, ask):
            if isinstance(fact, Include):
                yield from _included(replace(fact, ask=ask), path, claimed)
            else:
                yield replace(fact, location=ask.location)


def _included(include: Include, path: str, claimed: Callable[[str], bool]) -> Iterator[Gap]:
    """A local project is read by its own manifests; a requirements file only when its name is that of one."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), include.target))
    if not include.project and (target.startswith(("..", "/")) or "://" in include.target or not claimed(target)):
        yield include.ask.gap(
            f"{clip(include.target)!r} is installed from here and was not read; its name is no manifest's"
        )


def asked(text: str, ask: Ask, *, creates: bool = False, depth: int = 0) -> Iterator[Asked]:
    """
    Yield what the commands of a shell text install, each at its line; `ask` is the place of the first line.

    With `creates`, environments that conda creates count as well.
    """
    for offset, line in _lines(text):
        if not (_TOOLS.search(line) and _VERBS.search(line)):
            continue
        place = ask.at(ask.location.line + offset)
        if len(line) > _LONGEST:
            yield place.gap(f"a command of {len(line)} characters was not read: {clip(line)}")
            continue
        for words in _commands(line, place):
            if isinstance(words, Gap):
                yield words
            elif script := _script(words):
                if depth < _DEEPEST:
                    yield from asked(script[0], ask.at(script[1]), creates=creates, depth=depth + 1)
            else:
                yield from _installs(words, place, creates=creates)


def script(text: str, ask: Ask) -> Iterator[Asked]:
    """Yield what a script installs; its paths are hints, since it may copy files and change folders before."""
    for fact in asked(text, ask, creates=True):
        yield replace(fact, hint=True) if isinstance(fact, Include) else fact


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of physical lines above; a backslash continues a line."""
    pending: list[str] = []
    start = 0
    for number, line in enumerate(text.split("\n")):
        if not pending:
            start = number
        continued = line.endswith("\\")
        pending.append(f"{line[:-1]} " if continued else line)
        if not continued:
            yield start, "\n".join(pending)
            pending = []
    if pending:
        yield start, "\n".join(pending)


def _commands(text: str, ask: Ask) -> Iterator[list[tuple[str, int]] | Gap]:
    """Split a logical line into its simple commands: words, each with its line."""
    bare = _unredirected(re.sub(r"^[\s!%]+", "", text))
    skipped = text[: len(text) - len(text.lstrip())].count("\n")
    lexer = shlex.shlex(bare, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[tuple[str, int]] = []
    try:
        while (word := lexer.get_token()) is not None and not word.startswith("#"):
            if word.strip(";&|"):
                line = ask.location.line + skipped + lexer.lineno - 1
                words.append((_ungrouped(word), line))
            else:
                yield words
                words = []
    except ValueError:
        yield ask.gap(f"the quotes of {clip(bare)!r} do not close; nothing was read from it")
    else:
        yield words


def _ungrouped(word: str) -> str:
    """Take the parentheses of a subshell off its first and last word."""
    word = word.lstrip("(")
    return word if word.count(")") <= word.count("(") else word.rstrip(")")


def _unredirected(text: str) -> str:
    """Drop redirections (`2>&1`, `> log.txt`); in `pip install torch>=2` without quotes the version was meant."""
    return re.sub(r"(?<=\s)" + _REDIRECT.pattern, " ", text)


def _script(words: list[tuple[str, int]]) -> tuple[str, int] | None:
    """Return the text behind `bash -c`, and its line."""
    for index, (word, _) in enumerate(words[:-2]):
        if word.rsplit("/", 1)[-1] in _SHELLS and re.fullmatch(r"-[a-z]*c", words[index + 1][0]):
            return words[index + 2]
    return None


def _installs(words: list[tuple[str, int]], ask: Ask, *, creates: bool) -> Iterator[Asked]:
    """Read one simple command, if it installs."""
    if words and words[0][0] in _TALK:
        return
    texts = [text for text, _ in words]
    asks = {text: ask.at(line) for text, line in reversed(words)}
    for index, word in enumerate(texts):
        tool = word.rsplit("/", 1)[-1]
        rest = texts[index + 1 :]
        verb = next((position for position, other in enumerate(rest) if not other.startswith("-")), len(rest))
        verbs, arguments = rest[verb : verb + 2], rest[verb + 1 :]
        if (_PIP.fullmatch(word) and verbs[:1] == ["install"]) or (tool == "uv" and verbs[:1] == ["add"]):
            yield from pip(arguments, ask, asks)
            return
        if tool in _CONDA and (verbs[:1] == ["install"] or (creates and verbs[:1] == ["create"])):
            yield from _conda(arguments, ask, asks)
            return
        if tool in _CONDA and verbs in (["env", "create"], ["env", "update"]):
            files = [Include(file, ask) for file in _files(arguments)]
            yield from (file for file in files if not _COMPUTED.search(file.target))
            return


def pip(words: list[str], ask: Ask, asks: dict[str, Ask]) -> Iterator[Asked]:
    """Read the words behind `pip install`; `asks` is the place of each, where that is known."""
    for option, value in pip_line.arguments(words):
        place = asks.get(value, ask)
        if option in {"-r", "-c"}:
            yield from _file(option, value, place)
        elif not option or option == "-e":
            for fact in requirement(value, place, editable=bool(option)):
                if not (isinstance(fact, Declaration) and fact.name == "pip"):
                    yield fact


def _file(option: str, value: str, ask: Ask) -> Iterator[Asked]:
    """Read the name of a file; below a computed folder, what stands behind that folder is its name."""
    if below := _BELOW_COMPUTED.fullmatch(value):
        value = below[1]
    if _COMPUTED.search(value):
        yield _computed(value, ask)
    else:
        yield from pip_line.named(option, value, ask)


def requirement(value: str, ask: Ask, *, editable: bool = False) -> Iterator[Asked]:
    """Read one requirement that may hold variables (`$X`, `{x}`): without its version when that is computed."""
    if editable and "://" not in value:
        if not _COMPUTED.search(value):
            yield Include(re.sub(r"\[[^\[\]]*\]$", "", value), ask, project=True)
    elif not _COMPUTED.search(value) or "://" in value:
        yield from pep508.declare(value, ask)
    elif (known := _HEAD.match(value)) and not _COMPUTED.search(known[0]):
        yield from pep508.declare(f"{known[1]}{known[2] or ''}", ask)
    elif "/" not in value and not value.startswith("."):
        yield _computed(value, ask)
    # else the path of a local project, which is read by its own manifests


def _conda(words: list[str], ask: Ask, asks: dict[str, Ask]) -> Iterator[Asked]:
    yield from (Include(file, ask) for file in _files(words) if not _COMPUTED.search(file))
    rest = iter(words)
    for word in rest:
        if word in _CONDA_WITH_VALUE:
            next(rest, "")
        elif word.startswith("-"):
            continue
        elif not _COMPUTED.search(word):
            found = matchspec.declare(word, asks[word])
            yield from (fact for fact in found if isinstance(fact, (Declaration, Gap)))
        elif (known := _HEAD.match(word)) and not _COMPUTED.search(known[0]):
            yield from (fact for fact in matchspec.declare(known[1], asks[word]) if isinstance(fact, Declaration))
        else:
            yield _computed(word, asks[word])


def _files(words: list[str]) -> list[str]:
    """Return the values of `--file`."""
    named = [value for option, value in pairwise(words) if option in {"-f", "--file"}]
    return named + [word.partition("=")[2] for word in words if word.startswith("--file=")]


def _computed(value: str, ask: Ask) -> Gap:
    return ask.gap(f"{clip(value)!r} is computed when the command runs; what it installs is not known")
