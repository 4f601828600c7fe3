"""The scales that figures and findings are given on."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """How hard the code rests on a library; thresholds are in docs/metrics.md."""

    LOAD_BEARING = "load-bearing"
    SIGNIFICANT = "significant"
    INCIDENTAL = "incidental"
    TOOLING = "tooling"
    NONE = "none"
    """Declared or locked, but no first-party file imports it."""


class Severity(StrEnum):
    """How much a finding matters if it is true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(StrEnum):
    """How sure depscan is that a finding is true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
