"""The lines of a requirements file as pip reads them: continued, commented, with options before and after."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depscan.manifests import pep508
from depscan.manifests.reader import Ask, Asked, Include, clip
from depscan.model import Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST = 65_536
_LONGEST_QUOTED = 4_096
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_OPTION = re.compile(r"(?:^|\s)(?=--?[A-Za-z])")
_WITH_VALUE = frozenset({
    "-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "--extra-index-url",
    "--index", "--default-index", "-f", "--find-links", "--trusted-host", "--no-binary", "--only-binary", "--hash",
    "--global-option", "--install-option", "--build-option", "-C", "--config-settings", "--config-setting",
    "--use-feature", "--use-deprecated", "--platform", "--python-version", "--implementation", "--abi", "--python",
    "-p", "-t", "--target", "--prefix", "--root", "--src", "--upgrade-strategy", "--progress-bar",
    "--root-user-action", "--timeout", "--retries", "--proxy", "--cert", "--client-cert", "--cache-dir", "--log",
    "--report", "--group", "--torch-backend", "--index-strategy", "--exists-action", "--pypi-url", "--extra",
    "--override", "--build-constraint", "--no-build-isolation-package", "--resolution", "--keyring-provider",
    "--optional", "--tag", "--branch", "--rev", "--package", "--script", "--bounds", "--marker", "--directory",
    "--project", "--python-platform",
})  # fmt: skip
_NAMES = {
    "--requirement": "-r",
    "--constraint": "-c",
    "--editable": "-e",
    "--build-constraint": "-c",
    "--override": "-c",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line, without its comments; `comments` are its own and those indented below it."""

    number: int
    text: str
    comments: tuple[str, ...] = ()


def lines(text: str) -> Iterator[Line]:
    """Join continued lines; a comment ends a continuation, as in pip. Lines of comments belong to the line above."""
    pending: list[str] = []
    comments: list[str] = []
    start = 0
    current: Line | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        comment = _COMMENT.search(raw)
        body = raw[: comment.start()] if comment else raw
        if not pending:
            if not body.strip():
                # pip-compile writes its notes indented, below the requirement or below its hashes.
                if comment and comment.start():
                    comments.append(comment[0])
                continue
            if current:
                yield Line(current.number, current.text, tuple(comments))
            start, comments, current = number, [], None
        if comment:
            comments.append(comment[0])
        continued = not comment and body.endswith("\\")
        pending.append(body[:-1] if continued else body)
        if not continued:
            current, pending = Line(start, "".join(pending).strip()), []
    if pending:
        current = Line(start, "".join(pending).strip())
    if current:
        yield Line(current.number, current.text, tuple(comments))


def read(text: str, ask: Ask) -> Iterator[Asked]:
    """Read what a logical line asks for: a requirement, a file, an editable project; other options ask for nothing."""
    if len(text) > _LONGEST:
        yield ask.gap(f"a line of {len(text)} characters was not read: {clip(text)}")
        return
    cut = _OPTION.search(text)
    head, tail = (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
    if head.strip():
        yield from pep508.declare(head, ask)
    for option, value in arguments(words(tail)):
        if option in {"-r", "-c", "-e"}:
            yield from named(option, value, ask)
        elif not option and not head.strip() and not value.startswith(("#", ";")):
            yield from pep508.declare(value, ask)
            yield ask.gap(f"pip ignores {clip(value)!r} behind an option; put it on a line of its own")


def named(option: str, value: str, ask: Ask) -> Iterator[Asked]:
    """Read the value of `-r`, `-c` or `-e`."""
    if not value:
        yield ask.gap(f"the option {option} names nothing")
    elif option == "-e":
        yield from pep508.declare(value, ask)
    else:
        yield Include(value, ask.as_(Need.CONSTRAINT) if option == "-c" else ask)


def words(text: str) -> list[str]:
    """Split options as a shell would; where quotes do not close, at blanks."""
    if len(text) <= _LONGEST_QUOTED and ("'" in text or '"' in text):
        try:
            return shlex.split(text)
        except ValueError:
            pass
    return text.split()


def arguments(tokens: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield `(option, value)` pairs, long names of `-r`, `-c`, `-e` shortened; positional arguments have no option."""
    rest = iter(tokens)
    for token in rest:
        if not re.match(r"--?[A-Za-z]", token):
            yield "", token
            continue
        option, equals, value = token.partition("=")
        if not token.startswith("--"):
            option, value = _short(token)
            equals = value
        if option in _WITH_VALUE and not equals:
            value = next(rest, "")
        yield _NAMES.get(option, option), value


def _short(token: str) -> tuple[str, str]:
    """Split `-qrfile`: the first short option that takes a value takes the rest, those before it are flags."""
    for index in range(1, len(token)):
        if f"-{token[index]}" in _WITH_VALUE:
            return f"-{token[index]}", token[index + 1 :].removeprefix("=")
    return token[:2], ""
