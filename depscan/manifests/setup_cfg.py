"""setup.cfg: the declarative configuration of setuptools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depscan.manifests import ini, pip_line, project
from depscan.manifests.reader import Ask, Fact, Include, Manifest
from depscan.model import Need, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTS = (
    ("install_requires", Need.RUNTIME, ""),
    ("setup_requires", Need.BUILD, ""),
    ("tests_require", Need.DEVELOPMENT, "tests"),
)


def read(manifest: Manifest) -> Iterator[Fact]:
    """Yield the project, what it requires, and the files it takes requirements from."""
    file = ini.parse(manifest.text)
    for line in file.bad[:20]:
        yield manifest.ask.at(line).gap("the line is neither a section nor `key = value`; it was left out")
    sections = {name: _by_key(section) for name, section in file.sections.items()}
    options, metadata = sections.get("options", {}), sections.get("metadata", {})
    if options or metadata:
        yield _project(manifest, metadata, options, sections)
    for key, need, group in _LISTS:
        if key in options:
            yield from _requirements(options[key], manifest.ask.as_(need, group))
    for extra, option in file.sections.get("options.extras_require", {}).items():
        yield from _requirements(option, manifest.ask.as_(Need.EXTRA, extra))


def _by_key(section: dict[str, ini.Option]) -> dict[str, ini.Option]:
    """Spell keys as setuptools does now: it once took `install-requires` as well."""
    return {key.lower().replace("-", "_"): option for key, option in section.items()}


def _requirements(option: ini.Option, ask: Ask) -> Iterator[Fact]:
    if files := re.match(r"\s*file:\s*", option.text):
        for name in re.split(r"[,\n]", option.text[files.end() :]):
            if name.strip():
                yield Include(name.strip(), ask.at(option.line))
        return
    entries = list(ini.items(option))
    if len(entries) == 1 and not re.search(r"""[=<>~!]\s*["']|["']\s*(?:[=<>~!]|in\b|not\b)""", entries[0][1]):
        # On one line `;` separates requirements, unless a marker follows it: only markers hold quotes.
        entries = [(entries[0][0], part) for part in entries[0][1].split(";")]
    for line, text in entries:
        if bare := re.sub(r"(?:^|\s)#.*$", "", text).strip():
            yield from pip_line.read(bare, ask.at(line))


def _project(
    manifest: Manifest,
    metadata: dict[str, ini.Option],
    options: dict[str, ini.Option],
    sections: dict[str, dict[str, ini.Option]],
) -> Project:
    scripts = sections.get("options.entry_points", {})
    find = sections.get("options.packages.find", {})
    folders = dict(_pair(text) for _, text in ini.items(options["package_dir"])) if "package_dir" in options else {}
    listed = _words(options.get("packages"))
    finds = [name for name in listed if name.startswith(("find:", "find_namespace:"))]
    where = _words(find.get("where")) or [folders.get("", "")]
    return project.make(
        manifest.ask,
        name=_text(metadata.get("name")),
        version=_text(metadata.get("version")),
        requires_python=_text(options.get("python_requires")),
        licence=_text(metadata.get("license")),
        entry_points=[
            text for key in ("console_scripts", "gui_scripts") if key in scripts for _, text in ini.items(scripts[key])
        ],
        packages=where if finds else project.located(listed, folders),
    )


def _text(option: ini.Option | None) -> str:
    """Return a literal value; `attr:` and `file:` point elsewhere."""
    text = option.text.strip() if option else ""
    return "" if text.startswith(("attr:", "file:")) or "\n" in text else text


def _words(option: ini.Option | None) -> list[str]:
    return [word for word in re.split(r"[,\s]+", option.text) if word] if option else []


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key.strip(), value.strip()
