"""Names of packages, spelt one way."""

from __future__ import annotations

import re

_RUN = re.compile(r"[-_.]+")


def normalised(name: str) -> str:
    """The name of a package as PEP 503 spells it; white space around it does not count."""
    return _RUN.sub("-", name.strip()).lower()
