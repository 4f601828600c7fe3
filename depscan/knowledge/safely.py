"""pip-audit is imported with the working folder off the path of the programs that it starts."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def safe_path() -> Iterator[None]:
    """
    Keep the working folder off the path of child processes.

    When it is imported, pip-audit runs `python -m pip`, which would otherwise run a `pip.py` of the scanned project.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before
