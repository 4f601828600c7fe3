"""
Settings: `[tool.depscan]` in pyproject.toml, or depscan.toml, at the root of the scanned folder.

A repository's own file may choose rules, set a policy and leave out files, nothing else: no paths outside, addresses,
commands or plugins. What it hides is counted in the report, and what it excepts stays there.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (msgspec reads the annotation)
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from depscan.errors import ConfigError
from depscan.model import LicenceFamily, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILES = ("depscan.toml", "pyproject.toml")

STATUSES = ("active", "maintenance", "deprecated", "archived", "quarantined", "inactive")
"""What `FactKind.STATUS` may say of a project."""


# -- the policy --------------------------------------------------------------------------------------------------------


class Distribution(StrEnum):
    """How the code reaches those who use it."""

    SHIPPED = "shipped"
    """Copies are handed over: a package, an application, a device, an image."""
    SERVICE = "service"
    """It runs on own machines, and others use it over a network."""
    INTERNAL = "internal"
    """It stays in the house."""


class Dimension(StrEnum):
    """What concentration is measured over."""

    STEWARD = "steward"
    PARENT = "parent"
    ACCOUNT = "account"
    LICENCE = "licence"
    JURISDICTION = "jurisdiction"
    MODEL_DEVELOPER = "model-developer"
    MODEL_LICENCE = "model-licence"
    MODEL_ACCESS = "model-access"
    MODEL_JURISDICTION = "model-jurisdiction"


class Analysis(StrEnum):
    """How far a known vulnerability was looked into, in the words of CycloneDX."""

    IN_TRIAGE = "in_triage"
    NOT_AFFECTED = "not_affected"
    EXPLOITABLE = "exploitable"
    FALSE_POSITIVE = "false_positive"
    RESOLVED = "resolved"


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """A finding that somebody has looked at and accepts, and why."""

    code: str
    """A rule, or several by their prefix (`DS4`)."""
    reason: str
    package: str = ""
    """Empty: every finding of the rule."""
    until: dt.date | None = None
    """The last day on which it holds."""
    advisory: str = ""
    """Id or alias of a known vulnerability; only findings about that one are accepted. Empty: all."""
    until_fixed: bool = False
    """It holds as long as no fix of the vulnerability is known."""
    vex: Analysis = Analysis.IN_TRIAGE
    """How far the vulnerability was looked into; for the VEX export."""

    def __post_init__(self) -> None:
        """Refuse what excepts without saying what or why, and what could never match."""
        if not self.code.strip():
            raise ConfigError("policy.exceptions: `code` is empty: name the rule that the exception is about")
        if not self.reason.strip():
            about = f"{self.code} for {self.package}" if self.package else self.code
            raise ConfigError(f"policy.exceptions: {about}: `reason` is empty: say why it holds")
        given = {"advisory": self.advisory, "until-fixed": self.until_fixed, "vex": self.vex is not Analysis.IN_TRIAGE}
        if not self.code.strip().upper().startswith("DS2") and (some := [key for key, value in given.items() if value]):
            raise ConfigError(
                f"policy.exceptions: {self.code}: `{some[0]}` is about known vulnerabilities: the code is DS2, DS201, "
                "DS202 or DS203"
            )


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """What the owner of the code admits, and what not."""

    allowed_licences: tuple[str, ...] = ()
    """SPDX licences or families; when given, every other licence is denied."""
    denied_licences: tuple[str, ...] = ()
    """SPDX licences or families."""
    denied_packages: tuple[str, ...] = ()
    """Names, each with a version specifier where only some versions are meant."""
    required_status: tuple[str, ...] = ()
    """The statuses that a package may have."""
    max_concentration: dict[Dimension, float] = {}
    """The largest share that one hand may hold."""
    distribution: Distribution | None = None
    exceptions: tuple[Exemption, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could never match: a misspelt entry must not admit or deny nothing in silence."""
        _check_licences("allowed-licences", self.allowed_licences)
        _check_licences("denied-licences", self.denied_licences)
        _check_packages(self.denied_packages)
        for number, status in enumerate(self.required_status):
            if status not in STATUSES:
                raise ConfigError(f"policy.required-status[{number}]: {_unknown('status', status, STATUSES)}")
        for dimension, share in self.max_concentration.items():
            if not 0 < share < 1:
                raise ConfigError(f"policy.max-concentration.{dimension}: {share:g} is no share between 0 and 1")


def _check_licences(key: str, entries: Iterable[str]) -> None:
    for number, entry in enumerate(entries):
        from depscan.licences import recognises, tables

        if not recognises(entry):
            known = [*LicenceFamily, *tables.column("families", "id", "id").values()]
            raise ConfigError(f"policy.{key}[{number}]: {_unknown('licence or family', entry, known)}")


def _check_packages(entries: Iterable[str]) -> None:
    for number, entry in enumerate(entries):
        from packaging.requirements import InvalidRequirement, Requirement

        key = f"policy.denied-packages[{number}]"
        try:
            requirement = Requirement(entry)
        except InvalidRequirement as error:
            problem = str(error).partition("\n")[0]
            raise ConfigError(f"{key}: {entry!r} is no name with a version specifier: {problem}") from error
        if requirement.url or requirement.marker or requirement.extras:
            raise ConfigError(f"{key}: {entry!r}: only a name and a version specifier can be denied")


def _unknown(noun: str, entry: str, known: Iterable[str]) -> str:
    names = {str(name).lower(): str(name) for name in known}
    near = [names[name] for name in get_close_matches(entry.lower(), names, n=2, cutoff=0.6)]
    if near:
        return f"no {noun} is called {entry!r}; did you mean {' or '.join(near)}?"
    some = list(names.values())[:9]
    return f"no {noun} is called {entry!r}; known are {', '.join(some)}{' ...' * (len(names) > len(some))}"


# -- all settings ------------------------------------------------------------------------------------------------------


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """All settings, with their defaults."""

    select: tuple[str, ...] = ()
    """Rules to apply, by code or prefix (`DS1`); empty for all."""
    ignore: tuple[str, ...] = ()
    """Rules to leave out, by code or prefix."""
    exclude: tuple[str, ...] = ()
    """Files and folders to leave out, as in .gitignore."""
    fail_on: Severity | None = None
    """Lowest severity that makes the command exit 1."""
    import_names: dict[str, tuple[str, ...]] = {}
    """Import name (dotted prefix) to the distributions that provide it, for what depscan cannot know."""
    uses: bool = True
    """Count references to imported names (call sites, API surface)."""
    models: bool = True
    """Find the AI models and datasets that code, configuration and weights name."""
    policy: Policy = Policy()
    """What is admitted: licences, packages, statuses, concentration; and which findings are accepted."""


def load(read_bytes: Callable[[str], bytes]) -> Config:
    """
    The settings that the scanned folder carries; defaults when there are none.

    `read_bytes` gives the content of a file of the folder, or OSError. ConfigError names file and key.
    """
    for name in FILES:
        try:
            data = read_bytes(name)
        except OSError:
            continue  # absent, or not readable: then the manifest reader reports it
        config = _parse(name, data, strict=name == "depscan.toml")
        if config is not None:
            return config
    return Config()


def read(path: Path) -> Config:
    """The settings in a file that the user named."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    config = _parse(str(path), data, strict=True)
    return config or Config()


def _parse(name: str, data: bytes, *, strict: bool) -> Config | None:
    import tomli

    try:
        document = tomli.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        if strict:
            raise ConfigError(f"{name}: not valid TOML: {error}") from error
        return None  # a broken pyproject.toml is a gap of the manifest reader, not the end of the run
    table = document if Path(name).name != "pyproject.toml" else _tool_table(name, document)
    return None if table is None else convert(name, table)


def _tool_table(name: str, document: dict[str, Any]) -> dict[str, Any] | None:
    tool = document.get("tool", {})
    table = tool.get("depscan") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{name}: tool.depscan must be a table")
    return table


def convert(name: str, table: dict[str, Any]) -> Config:
    """Settings from a parsed table; ConfigError with the path of the wrong key."""
    try:
        return msgspec.convert(table, Config)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error} ({_known(str(error))})") from error


def _known(problem: str) -> str:
    """What may stand where msgspec found the problem."""
    values: dict[str, type[StrEnum]] = {
        "$.fail-on": Severity,
        "$.policy.distribution": Distribution,
        "$.policy.max-concentration": Dimension,
        "].vex`": Analysis,
    }
    for place, kind in values.items():
        if place in problem:
            return f"known values: {', '.join(kind)}"
    table = Exemption if "$.policy.exceptions" in problem else Policy if "$.policy" in problem else Config
    return f"known settings: {', '.join(field.encode_name for field in msgspec.structs.fields(table))}"
