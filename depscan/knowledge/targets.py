"""What packages are resolved for: a platform and a Python, such as `linux-x86_64-py311`."""

from __future__ import annotations

import platform
import re
import sys
from dataclasses import dataclass

from depscan.errors import ConfigError

_TARGET = re.compile(r"(linux|macos|windows)-(x86_64|aarch64|arm64)-py3(\d{1,2})")
_NAMED = {"linux": "linux", "macos": "darwin", "windows": "win32"}
_NEVER = {("linux", "arm64"), ("macos", "aarch64"), ("windows", "aarch64")}


@dataclass(frozen=True, slots=True)
class Target:
    """A platform, in the words of environment markers, and a minor version of Python 3."""

    sys_platform: str
    machine: str
    minor: int

    def __str__(self) -> str:
        system = next((name for name, known in _NAMED.items() if known == self.sys_platform), self.sys_platform)
        return f"{system}-{self.machine.lower().replace('amd64', 'x86_64')}-py3{self.minor}"

    @property
    def marker(self) -> str:
        """The environment marker that holds there and nowhere else."""
        return (
            f"sys_platform == '{self.sys_platform}' and platform_machine == '{self.machine}' "
            f"and python_version == '3.{self.minor}'"
        )


def running() -> Target:
    """The platform and the Python that run."""
    return Target(sys.platform, platform.machine(), sys.version_info.minor)


def parse(text: str) -> Target:
    """The target that a text names, the running one when it is empty; ConfigError when it is not known."""
    if not text:
        return running()
    match = _TARGET.fullmatch(text)
    if not match or (match[1], match[2]) in _NEVER:
        raise ConfigError(
            f"{text!r} is no target; give system, processor and Python, such as linux-x86_64-py311, "
            "linux-aarch64-py312, macos-arm64-py313 or windows-x86_64-py311"
        )
    machine = {"x86_64": "AMD64", "arm64": "ARM64"}[match[2]] if match[1] == "windows" else match[2]
    return Target(_NAMED[match[1]], machine, int(match[3]))
