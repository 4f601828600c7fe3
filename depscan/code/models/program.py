"""Which file of a repository a dotted name leads to, and what is known of that file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depscan.code.uses import STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depscan.code.models.facts import Facts
    from depscan.model import Import

_NEAR = 10
_MANY = 60
"""Callers of one function; those of more are not looked for."""
_ROOTS = ("", "src", "lib", "python")


class Program:
    """The files of a repository: all paths and imports, and the facts of those that were read for models."""

    def __init__(
        self,
        facts: Mapping[str, Facts],
        imports: Mapping[str, Iterable[Import]],
        asked: Mapping[str, frozenset[str]],
    ) -> None:
        self._facts = facts
        self._from: dict[str, list[tuple[str, Import]]] = {}
        self._importing: dict[str, list[tuple[str, Import]]] = {}
        self._imports = imports
        self._paths = frozenset(imports) | frozenset(facts)
        self._modules: dict[str, list[str]] = {}
        self._located: dict[tuple[str, str], tuple[str, list[str]] | None] = {}
        self._declaring: dict[str, list[str]] = {}
        self._bound: dict[str, dict[str, str]] = {}
        self.recording = False
        """Whether what is asked for in vain matters."""
        self.asked: Mapping[str, frozenset[str]] = asked
        """The names that each file was read for, beside its sites."""
        self.missing: dict[str, set[str]] = {}
        """What was looked for in vain, by file."""
        for path in sorted(self._paths):
            names = _dotted(path)
            for start in range(len(names)):
                self._modules.setdefault(".".join(names[start:]), []).append(path)

    @property
    def size(self) -> int:
        """The number of files."""
        return len(self._paths)

    def known(self) -> Iterable[tuple[str, Facts]]:
        """The files that were read."""
        return self._facts.items()

    def facts(self, path: str) -> Facts | None:
        """What the file says, if it was read."""
        return self._facts.get(path)

    def want(self, path: str, name: str) -> None:
        """Note that a file should be read for a name."""
        top = name.partition(".")[0]
        if self.recording and path in self._paths and top not in self.asked.get(path, ()):
            self.missing.setdefault(path, set()).add(top)

    def dotted(self, path: str) -> str:
        """The name that a file of a package is imported by, from the outermost package on."""
        names = _dotted(path)
        folders = path.split("/")[:-1]
        start = len(folders)
        while start > 0 and "/".join([*folders[:start], "__init__.py"]) in self._paths:
            start -= 1
        return ".".join(names[start:])

    def locate(self, path: str, dotted: str) -> tuple[str, list[str]] | None:
        """The file that `dotted` leads to when `path` imports it, and the names behind it; None for a library."""
        key = (path.rpartition("/")[0], dotted)
        if key not in self._located:
            self._located[key] = (
                self._relative(path, dotted) if dotted.startswith(".") else self._absolute(path, dotted)
            )
        return self._located[key]

    def _relative(self, path: str, dotted: str) -> tuple[str, list[str]] | None:
        names = dotted.lstrip(".")
        folder = path.split("/")[:-1]
        level = len(dotted) - len(names)
        if level - 1 > len(folder):
            return None
        folder = folder[: len(folder) - level + 1]
        return self._below(folder, names.split(".") if names else [])

    def _below(self, folder: list[str], names: list[str]) -> tuple[str, list[str]] | None:
        for count in range(len(names), -1, -1):
            stem = "/".join([*folder, *names[:count]])
            for candidate in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
                if candidate in self._paths and (count or candidate.endswith("__init__.py")):
                    return candidate, names[count:]
        return None

    def _absolute(self, path: str, dotted: str) -> tuple[str, list[str]] | None:
        names = dotted.split(".")
        if names[0] in STANDARD or names[0] == "builtins":
            return None
        for count in range(len(names), 0, -1):
            found = [
                candidate
                for candidate in self._modules.get(".".join(names[:count]), ())
                if self._reachable(candidate, count, path)
            ]
            if found:
                return max(found, key=lambda candidate: (_shared(candidate, path), candidate)), names[count:]
        return None

    def _reachable(self, candidate: str, depth: int, importer: str) -> bool:
        """Whether the folder that holds the package is one that Python searches for the importer."""
        parts = candidate.removesuffix("/__init__.py").split("/")
        root = "/".join(parts[: len(parts) - depth])
        if f"{root}/__init__.py" in self._paths and root != importer.rpartition("/")[0]:
            return False
        return root in _ROOTS or root.endswith("/src") or importer.startswith(root + "/")

    def submodule(self, path: str, name: str) -> str:
        """The file of a module below a package; empty when there is none."""
        if not path.endswith("__init__.py"):
            return ""
        stem = path.removesuffix("__init__.py") + name
        return next((found for found in (f"{stem}.py", f"{stem}/__init__.py") if found in self._paths), "")

    def imported(self, path: str, name: str) -> str | None:
        """What a file imports under a name, dotted, as written."""
        if path not in self._bound:
            bound = {}
            for found in self._imports.get(path, ()):
                module = "." * found.level + found.module
                if found.name:
                    separator = "" if module.endswith(".") else "."
                    bound[found.alias or found.name] = f"{module}{separator}{found.name}"
                elif found.alias:
                    bound[found.alias] = module
                else:
                    bound[module.partition(".")[0]] = module.partition(".")[0]
            self._bound[path] = bound
        bound = self._bound[path]
        if name not in bound and "*" in bound and not self._defines(path, name):
            module = bound["*"].removesuffix("*").removesuffix(".") or "."
            return f"{module}{'' if module.endswith('.') else '.'}{name}"
        return bound.get(name)

    def _defines(self, path: str, name: str) -> bool:
        facts = self._facts.get(path)
        return facts is not None and (name in facts.defined or name in facts.names or name in facts.classes)

    def importers(self, path: str, name: str, *, method: bool = False) -> list[tuple[str, str]]:
        """
        Files that may use what `path` defines under a name, and what they call it.

        Methods are also called by files that import not the class, but something that makes its objects.
        """
        if not self._importing:
            for file, imports in self._imports.items():
                for found in imports:
                    whole = found.name in {"", "*"}
                    key = found.module.rpartition(".")[2] if whole else found.name
                    self._importing.setdefault(key, []).append((file, found))
        module = (_dotted(path) or [""])[-1]
        callers = {
            (file, import_.alias or name)
            for file, import_ in self._importing.get(name, ())
            if self._leads(file, import_, path)
        }
        callers |= {
            (file, name)
            for file, import_ in self._importing.get(module, ())
            if self._leads(file, import_, path, exactly=True)
        }
        if method and len(callers) <= _NEAR:
            beyond = {
                (file, name)
                for near, _ in callers
                for file, import_ in self._importing_from(near)
                if self._leads(file, import_, near)
            }
            callers |= beyond if len(beyond) <= _NEAR else set()
        callers = {pair for pair in callers if pair[0] != path}
        return sorted(callers) if len(callers) <= _MANY else []

    def _importing_from(self, path: str) -> list[tuple[str, Import]]:
        """Imports of anything from that file."""
        if not self._from:
            for file, imports in self._imports.items():
                for found in imports:
                    self._from.setdefault(found.module.rpartition(".")[2], []).append((file, found))
        return self._from.get((_dotted(path) or [""])[-1], [])

    def _leads(self, file: str, found: Import, path: str, *, exactly: bool = False) -> bool:
        """Whether an import leads to `path`, or to a package that may pass its names on."""
        name = found.name if found.name not in {"", "*"} else ""
        dotted = "." * found.level + found.module + ("." if found.module and name else "") + name
        located = self.locate(file, dotted)
        return located is not None and (located[0] == path or (not exactly and located[0].endswith("__init__.py")))

    # -- options ------------------------------------------------------------------------------------------------------

    def options(self, path: str) -> bool:
        """Whether the file declares options of the command line."""
        found = self._facts.get(path)
        return found is not None and bool(found.options)

    def declaring(self, name: str) -> str:
        """A file that declares the option; empty when none does."""
        return next((path for path in sorted(self._facts) if name in self._facts[path].options), "")

    def declaring_near(self, path: str) -> list[str]:
        """Files that may declare an option that `path` parses: itself, and what it imports."""
        if path not in self._declaring:
            self._declaring[path] = self._find_declaring(path)
        return self._declaring[path]

    def _find_declaring(self, path: str) -> list[str]:
        found = [path]
        for binding in self._imports.get(path, ()):
            dotted = "." * binding.level + binding.module + ("." if binding.module else "") + binding.name
            located = self.locate(path, dotted.rstrip("."))
            if located is not None and "arg" in (binding.name + binding.module).lower():
                onward = self.imported(located[0], binding.name) if binding.name else None
                again = self.locate(located[0], onward) if onward else None
                for other in (located, again):
                    if other is not None and other[0] not in found:
                        found.append(other[0])
                        self.want(other[0], other[1][0] if other[1] else "")
        return found


def _dotted(path: str) -> list[str]:
    names = path.removesuffix(".py").removesuffix(".ipynb").split("/")
    return names[:-1] if names[-1] == "__init__" else names


def _shared(first: str, second: str) -> int:
    """How many folders both paths begin with."""
    count = 0
    for one, other in zip(first.split("/"), second.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count
