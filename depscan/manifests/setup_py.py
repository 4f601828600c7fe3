"""setup.py: read from its syntax tree, never executed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from depscan.manifests import pip_line, project, source
from depscan.manifests.literals import dotted
from depscan.manifests.reader import Ask, Fact, Include, Manifest
from depscan.manifests.statements import Run, Setup
from depscan.manifests.values import File, Text, Unknown, Value, flat
from depscan.model import Need, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTS = (
    ("install_requires", Need.RUNTIME, ""),
    ("setup_requires", Need.BUILD, ""),
    ("tests_require", Need.DEVELOPMENT, "tests"),
)

_IMPORTS_SETUPTOOLS = re.compile(r"^[ \t]*(?:from|import)\s+(?:setuptools|distutils|skbuild)\b", re.MULTILINE)
_MOST_LINES = 20_000


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield what the calls of `setup()` say, as far as literals tell; one gap for each keyword that is computed."""
    tree = source.parse(manifest.text)
    run = Run()
    run.over(tree)
    if run.module.steps < 0:
        yield manifest.ask.gap("the code is too long to follow; what setup() is given may be incomplete")
    if not run.setups and _IMPORTS_SETUPTOOLS.search(manifest.text):
        yield manifest.ask.gap("no call of setup() was found that can be followed; what it declares is not known")
    for setup in run.setups:
        yield _project(manifest, setup)
        if "" in setup.keywords:
            yield manifest.ask.at(setup.line).gap("setup(**...) is given computed keywords; depscan does not run them")
        for keyword, need, group in _LISTS:
            if (value := setup.keywords.get(keyword)) is not None:
                yield from _asked(keyword, [(value, manifest.ask.as_(need, group), "")], manifest.ask, setup)
        if (extras := setup.keywords.get("extras_require")) is not None:
            yield from _asked("extras_require", _extras(extras, manifest.ask), manifest.ask, setup)


def _extras(value: Value, ask: Ask) -> list[tuple[Value, Ask, str]]:
    """Return the requirements of each extra; its name may carry a marker behind a colon."""
    if not isinstance(value, dict):
        return [(Unknown(), ask, "")] if value else []
    found = []
    for key, requirements in value.items():
        group, _, marker = key.partition(":")
        asker = ask.as_(Need.EXTRA, group.strip()) if group.strip() else ask
        found.append((requirements, asker, marker.strip()))
    return found


def _asked(keyword: str, lists: list[tuple[Value, Ask, str]], ask: Ask, setup: Setup) -> Iterator[Fact]:
    """Read the items of a keyword that are known, and say once that others are computed."""
    unknown: list[int] = []
    lines = _MOST_LINES
    for item, asker, marker in ((item, asker, marker) for value, asker, marker in lists for item in flat(value)):
        lines -= item.text.count("\n") + 1 if isinstance(item, Text) else 1
        if lines < 0:
            yield asker.at(item.line).gap(
                f"{keyword} of setup() has more than {_MOST_LINES} lines; the rest was not read"
            )
            break
        if isinstance(item, File):
            yield Include(item.path, asker.at(item.line))
        elif isinstance(item, Unknown):
            unknown.append(item.line)
        else:
            yield from _text(item, asker, marker)
    if unknown:
        place = ask.at(next(filter(None, unknown), setup.line))
        yield place.gap(f"{keyword} of setup() is computed here and depscan does not run it; packages may be missing")


def _text(text: Text, ask: Ask, marker: str) -> Iterator[Fact]:
    """Read a string of one requirement, or of several, one a line."""
    for offset, line in enumerate(text.text.split("\n")):
        if bare := re.sub(r"(?:^|\s)#.*$", "", line).strip():
            conditional = f"{bare}; {marker}" if marker and ";" not in bare else bare
            yield from pip_line.read(conditional, ask.at(text.line + offset))


def _project(manifest: Manifest, setup: Setup) -> Project:
    scripts = setup.keywords.get("entry_points", {})
    groups: list[Value] = (
        [scripts.get(key, []) for key in ("console_scripts", "gui_scripts")] if isinstance(scripts, dict) else []
    )
    return project.make(
        manifest.ask.at(setup.line),
        name=_string(setup, "name"),
        version=_string(setup, "version"),
        requires_python=_string(setup, "python_requires"),
        licence=_string(setup, "license"),
        entry_points=[item.text for item in flat(groups) if isinstance(item, Text)],
        packages=_packages(setup),
    )


def _string(setup: Setup, keyword: str) -> str:
    value = setup.keywords.get(keyword)
    return value.text.strip() if isinstance(value, Text) else ""


def _packages(setup: Setup) -> Iterator[str]:
    """Yield the folders that `find_packages()` searches, and those of the packages that are listed."""
    table = setup.keywords.get("package_dir")
    folders = (
        {key: value.text for key, value in table.items() if isinstance(value, Text)} if isinstance(table, dict) else {}
    )
    yield from (folder for package, folder in folders.items() if package)
    if node := setup.calls.get("packages"):
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and dotted(call.func) in {"find_packages", "find_namespace_packages"}:
                where = [word.value for word in call.keywords if word.arg == "where"] or call.args[:1]
                literal = [
                    node.value for node in where if isinstance(node, ast.Constant) and isinstance(node.value, str)
                ]
                yield literal[0] if literal else folders.get("", "")
    packages = setup.keywords.get("packages")
    names = [item.text for item in packages if isinstance(item, Text)] if isinstance(packages, list) else []
    yield from project.located(
        [name for name in names if name not in folders and name.replace(".", "").isidentifier()], folders
    )
