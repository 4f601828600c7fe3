"""A project by hand: torch by range with a lock, numpy fixed in CI, requests through others, a tool for tests."""

from __future__ import annotations

import pytest

from depscan.metrics.concentration import concentrate
from depscan.model import (
    Code,
    Context,
    Declaration,
    Edge,
    Exposure,
    Fact,
    FactKind,
    ImportSite,
    Licence,
    LicenceFamily,
    Location,
    Need,
    Package,
    Pin,
    Report,
    Scope,
    State,
    Steward,
    Subject,
    Symbol,
    Tier,
    Tool,
)

MANIFEST = "pyproject.toml"
LOCK = "uv.lock"


def asks(name: str, line: int, specifier: str = "", path: str = MANIFEST, need: Need = Need.RUNTIME) -> Declaration:
    return Declaration(name, Location(path, line), specifier, scope=need)


def site(package: str, path: str, line: int, context: Context = Context.RUNTIME) -> ImportSite:
    scope = Scope.TEST if path.startswith("tests/") else Scope.PRODUCTION
    return ImportSite(package, Location(path, line), package, context, scope)


FOUNDATION = Steward("PyTorch Foundation", parent="Linux Foundation")


def packages() -> tuple[Package, ...]:
    symbols = tuple(Symbol(f"torch.name{number:02}", 30 - number) for number in range(12))
    return (
        Package(
            "torch",
            "2.4.1",
            import_names=("torch", "torchgen"),
            exposure=Exposure(0.5, 0.9, call_sites=400, api_surface=12, symbols=symbols, tier=Tier.LOAD_BEARING),
            licence=Licence("BSD-3-Clause", LicenceFamily.PERMISSIVE),
            steward=FOUNDATION,
            publishers=("alice", "bob"),
            latest="2.9.0",
        ),
        Package(
            "numpy",
            "1.26.4",
            import_names=("numpy",),
            exposure=Exposure(0.1, 0.9, call_sites=3, api_surface=2, tier=Tier.SIGNIFICANT),
            steward=Steward("NumFOCUS"),
            publishers=("carol",),
        ),
        Package(
            "einops",
            state=State.UNDECLARED,
            exposure=Exposure(0.02, tier=Tier.INCIDENTAL),
            steward=Steward("Alex"),
        ),
        Package("vision", "0.19", steward=FOUNDATION, publishers=("alice",), state=State.INDIRECT),
        Package("requests", state=State.INDIRECT),
        Package("Old_Tool".lower().replace("_", "-"), state=State.UNUSED),
        Package("pytest", exposure=Exposure(tier=Tier.TOOLING)),
    )


@pytest.fixture
def report() -> Report:
    return Report(
        tool=Tool("depscan", "0.1.0"),
        project=Subject("deep", "deep"),
        scanned_at="2026-11-24T10:00:00Z",
        code=Code(modules=50),
        declarations=(
            asks("torch", 11, ">=2.0"),
            asks("torch", 3, "<2.3", "docs/requirements.txt", Need.DEVELOPMENT),
            asks("torch", 1, "==2.4.1", "constraints.txt", Need.CONSTRAINT),
            asks("numpy", 12, ">=1.20,<2"),
            asks("numpy", 7, "==1.26.4", ".github/workflows/ci.yml", Need.DEVELOPMENT),
            asks("old-tool", 14, "~=1.0"),
            asks("pytest", 20, "", MANIFEST, Need.DEVELOPMENT),
            asks("deep", 30, "", MANIFEST, Need.EXTRA),
        ),
        pins=(Pin("torch", "2.4.1", Location(LOCK, 100)), Pin("vision", "0.19", Location(LOCK, 200))),
        edges=(Edge("torch", "vision", Location(LOCK, 101)),),
        packages=packages(),
        imports=(
            site("einops", "src/a.py", 2),
            site("numpy", "src/a.py", 3),
            site("pytest", "tests/test_a.py", 1),
            site("torch", "src/a.py", 1),
            site("torch", "src/b.py", 9, Context.LAZY),
            site("torch", "src/c.py", 4, Context.TYPING),
            site("torch", "tests/test_a.py", 2),
        ),
        facts=(
            Fact("old-tool", FactKind.REQUIRES, "requests; sys_platform == 'linux'", "index", "2026-11-01", "1.0"),
            Fact("torch", FactKind.REQUIRES, "never-heard-of", "index", "2026-11-01", "2.9.0"),
        ),
        concentration=concentrate(packages()),
    )
