"""
What does a repository rest on, how hard, and what breaks when it goes: read, never run.

    import depscan
    report = depscan.scan("path/to/repository")
    for package in report.packages:
        print(package.name, package.exposure.tier, package.exposure.direct_share)

`__all__` is the contract. Everything is loaded on first use, so that importing depscan costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from depscan.config import Config
    from depscan.errors import ConfigError, DepscanError, NothingToScan, ProjectNotFound
    from depscan.model import Report
    from depscan.pipeline import scan

__version__ = "0.1.0"

__all__ = ["Config", "ConfigError", "DepscanError", "NothingToScan", "ProjectNotFound", "Report", "__version__", "scan"]

_HOMES = {
    "Config": "config",
    "ConfigError": "errors",
    "DepscanError": "errors",
    "NothingToScan": "errors",
    "ProjectNotFound": "errors",
    "Report": "model",
    "scan": "pipeline",
}


def __getattr__(name: str) -> Any:
    if home := _HOMES.get(name):
        from importlib import import_module

        return getattr(import_module(f"depscan.{home}"), name)
    raise AttributeError(f"module 'depscan' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
