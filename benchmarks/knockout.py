"""
Is the blast radius right? Take a library away, import every module of a package, and compare with what depscan says.

    python benchmarks/knockout.py SRC PACKAGE [DISTRIBUTION ...] [--absent | --stand-ins]

SRC is the folder that holds PACKAGE, whose requirements must be installed in the running environment. Without a
DISTRIBUTION, each installed one that the package imports is taken away in turn. Prints precision and recall for each.

Three experiments. By default the library is refused to the package itself, and still there for other libraries: this is
what the blast radius claims, so precision and recall should both be 1. With `--absent` it is gone for everyone, and
modules stop that only import *another* library that needs it: the blast radius is then a lower bound, and precision
alone should be 1. With `--stand-ins` nothing need be installed: a pliant object stands in for every library but the one
taken away. That fails where a module computes with what it imports, and makes every optional library look installed.

This runs the package's code. depscan itself never does.
"""

from __future__ import annotations

import abc
import argparse
import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from depscan.model import Evidence, Import

SECONDS = 300
VERSION = "99.0.0"
"""Of everything that a stand-in replaces."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one library stops, among the modules that can be imported while it is there."""

    distribution: str
    importable: frozenset[str]
    observed: frozenset[str]
    predicted: frozenset[str]

    @property
    def precision(self) -> float:
        """Of the modules that depscan names, the share that does stop."""
        return len(self.observed & self.predicted) / len(self.predicted) if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Of the modules that stop, the share that depscan names."""
        return len(self.observed & self.predicted) / len(self.observed) if self.observed else 1.0


# -- what depscan says ------------------------------------------------------------------------------------------------


def read(source: Path, package: str) -> Evidence:
    """The evidence of one package folder, by the steps that a scan takes; manifests play no part."""
    from depscan import code, knowledge, resolve
    from depscan.model import Evidence

    statements = code.Statements()
    paths = sorted(path.relative_to(source).as_posix() for path in (source / package).rglob("*.py"))
    modules = tuple(code.extract(path, (source / path).read_bytes(), statements, uses=False)[0] for path in paths)
    resolution = resolve.match(
        modules,
        (),
        (),
        provides=(),
        mapping={},
        names=knowledge.import_names(),
        stdlib=frozenset().union(*map(knowledge.stdlib, resolve.admitted(()))),
    )
    return Evidence(modules=modules, links=resolution.links)


def dotted(path: str) -> str:
    """The module name of a file below the source folder."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


# -- what happens -----------------------------------------------------------------------------------------------------


class Job(NamedTuple):
    """One experiment, as told to the child process."""

    source: str
    package: str
    modules: tuple[str, ...]
    warm: tuple[str, ...] = ()
    """Libraries to import once, before the modules."""
    distribution: str = ""
    block: tuple[str, ...] = ()
    """Import names to take away."""
    mode: str = "refused"
    """Or `absent`, or `stand-ins`."""


def importable(job: Job) -> frozenset[str]:
    """The modules that can be imported, each in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", __file__, "--child"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return frozenset(json.loads(answer.stdout.splitlines()[-1]))


def child() -> None:
    """
    Import the modules one by one, each in a fork of this process, and print those that succeed.

    The libraries are imported once, before; the package's own modules only in the forks, so that no fork sees what
    another did.
    """
    source, package, modules, warm, distribution, block, mode = json.load(sys.stdin)
    sys.path.insert(0, source)
    if mode == "stand-ins":
        sys.meta_path.insert(0, StandIns(package))
    if mode != "refused":
        sys.meta_path.insert(0, Absent(block))
    for name in warm:
        _attempt(name)
    for name in [name for name in sys.modules if within(name, (package,))]:
        del sys.modules[name]
    if mode == "refused":
        refuse(package, block)
    hide(distribution, block, everything_else_is_there=mode == "stand-ins")
    print(json.dumps([module for module in modules if _survives(module)]))


def _survives(module: str) -> bool:
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os._exit(0 if _attempt(module) else 1)
    return os.waitpid(pid, 0)[1] == 0


def _attempt(module: str) -> bool:
    try:
        importlib.import_module(module)
    except (Exception, SystemExit):  # noqa: BLE001  (foreign code: whatever it raises, it was not imported)
        return False
    return True


def within(name: str, prefixes: Sequence[str]) -> bool:
    """Whether the dotted name is one of the prefixes or below one."""
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def missing(name: str) -> ModuleNotFoundError:
    """What Python raises for a library that is not installed."""
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


class Absent(importlib.abc.MetaPathFinder):
    """Refuses the blocked names to everyone."""

    def __init__(self, block: Sequence[str]) -> None:
        """Refuse these names and all below them."""
        self._block = block

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """Raise for a blocked name; leave all others to the finders after this one."""
        if within(fullname, self._block):
            raise missing(fullname)
        return None


def refuse(owner: str, block: Sequence[str]) -> None:
    """From now on refuse the blocked names to the package's own modules, and to them alone."""
    load: Callable[..., ModuleType] = builtins.__import__
    load_by_name: Callable[..., ModuleType] = importlib.import_module

    def statement(
        name: str,
        scope: dict[str, Any] | None = None,
        local: Any = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and scope and within(str(scope.get("__name__")), (owner,)):
            for wanted in (name, *(f"{name}.{item}" for item in fromlist or ())):
                if within(wanted, block):
                    raise missing(wanted)
        return load(name, scope, local, fromlist, level)

    def call(name: str, package: str | None = None) -> ModuleType:
        caller = sys._getframe(1).f_globals.get("__name__")  # noqa: SLF001  (the only way to learn who asks)
        if within(name, block) and within(str(caller), (owner,)):
            raise missing(name)
        return load_by_name(name, package)

    builtins.__import__ = statement  # type: ignore[assignment]
    importlib.import_module = call


def hide(distribution: str, block: Sequence[str], *, everything_else_is_there: bool) -> None:
    """Let those who ask first, as availability checks do, learn that the library is not installed."""
    find, tell = importlib.util.find_spec, importlib.metadata.version

    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if within(name, block) else find(name, package)

    def version(distribution_name: str) -> str:
        if distribution_name.lower().replace("_", "-") == distribution:
            raise importlib.metadata.PackageNotFoundError(distribution_name)
        return VERSION if everything_else_is_there else tell(distribution_name)

    importlib.util.find_spec = find_spec
    importlib.metadata.version = version


class Pliant(abc.ABCMeta):
    """The class of a class that stands in for whatever a library might define: it has every attribute."""

    def __getattr__(cls, name: str) -> Any:
        """Any attribute but the special ones, whose absence Python relies on."""
        if name == "__version__":
            return VERSION
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn

    def __iter__(cls) -> Iterator[Any]:
        """Nothing to iterate over."""
        return iter(())

    def register(cls, *values: Any, **_: object) -> Any:
        """A registry's decorator, not that of abstract classes."""
        return values[0] if values and callable(values[0]) else StandIn()

    def __bear(cls, *_: object) -> Any:
        return StandIn

    __getitem__ = __or__ = __ror__ = __add__ = __radd__ = __bear


class StandIn(metaclass=Pliant):
    """A class to derive from, a decorator that changes nothing, a value that every operation leaves as it is."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take any arguments."""

    def __call__(self, *values: Any, **_: object) -> Any:
        """Give back a function that is decorated."""
        return values[0] if values and callable(values[0]) else self

    def __getattr__(self, name: str) -> Any:
        """As for the class."""
        return getattr(StandIn, name)

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        """Also an instance can be derived from."""
        return (StandIn,)

    def __iter__(self) -> Iterator[Any]:
        """Nothing to iterate over."""
        return iter(())

    def __bear(self, *_: object) -> Any:
        return self

    __getitem__ = __add__ = __radd__ = __sub__ = __mul__ = __truediv__ = __or__ = __and__ = __bear

    def __newer(self, _: object) -> bool:
        return True

    def __older(self, _: object) -> bool:
        return False

    __gt__ = __ge__ = __newer
    __lt__ = __le__ = __older


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module but the package's, those of the standard library, and `packaging`, which compares versions."""

    def __init__(self, package: str) -> None:
        """Leave the package's own modules alone."""
        self._real = {package, "packaging", *sys.stdlib_module_names}

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """A module to be filled by this loader."""
        if fullname.partition(".")[0] in self._real:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module every attribute."""
        module.__dict__["__version__"] = VERSION
        module.__dict__["__getattr__"] = lambda name: getattr(StandIn, name)


# -- the comparison ---------------------------------------------------------------------------------------------------


def outcomes(
    source: Path, package: str, distributions: Sequence[str] = (), *, mode: str = "refused"
) -> Iterator[Outcome]:
    """Take away each distribution in turn, or each installed one that the package imports in whatever way."""
    from depscan.metrics.reach import Reach
    from depscan.model import Context, Origin

    evidence = read(source, package)
    foreign = [link for link in evidence.links if link.origin is Origin.THIRD_PARTY]
    at_start = [link for link in foreign if link.imported.context is Context.RUNTIME]
    job = Job(
        source=str(source),
        package=package,
        modules=tuple(dotted(module.path) for module in evidence.modules),
        warm=()
        if mode == "stand-ins"
        else tuple(sorted({name for link in at_start for name in _loads(link.imported)})),
        mode=mode,
    )
    everything = importable(job)
    reach = Reach.of(evidence)
    there = {name for link in foreign if mode == "stand-ins" or _is_there(link.import_name) for name in link.packages}
    for distribution in distributions or sorted(there):
        names = sorted({link.import_name for link in foreign if distribution in link.packages}) or [distribution]
        left = importable(job._replace(distribution=distribution, block=tuple(names)))
        predicted = everything.intersection(map(dotted, reach.stopped_by(distribution)))
        yield Outcome(distribution, everything, everything - left, predicted)


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(name.partition(".")[0]) is not None


def _loads(imported: Import) -> tuple[str, ...]:
    return (imported.module, f"{imported.module}.{imported.name}") if imported.name else (imported.module,)


def main() -> None:
    """Print one row per distribution, and the modules on which the two sides differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("package")
    parser.add_argument("distributions", nargs="*")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--absent", dest="mode", action="store_const", const="absent", help="gone for other libraries, too"
    )
    modes.add_argument("--stand-ins", dest="mode", action="store_const", const="stand-ins", help="nothing is installed")
    parser.set_defaults(mode="refused")
    options = parser.parse_args()
    print(f"{'distribution':30} {'stops':>11} {'predicted':>9} {'precision':>9} {'recall':>6}")
    for outcome in outcomes(options.source, options.package, options.distributions, mode=options.mode):
        stops = f"{len(outcome.observed)} of {len(outcome.importable)}"
        shares = f"{outcome.precision:9.2f} {outcome.recall:6.2f}"
        print(f"{outcome.distribution:30} {stops:>11} {len(outcome.predicted):9} {shares}")
        for title, differing in (
            ("named, but lives", outcome.predicted - outcome.observed),
            ("stops, not named", outcome.observed - outcome.predicted),
        ):
            if differing:
                print(f"  {title}: {' '.join(sorted(differing))}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        child()
    else:
        main()
