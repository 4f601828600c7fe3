"""Generated files are what the code makes today."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def generated() -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")  # restored afterwards; the script sets its own
        module: dict[str, Any] = runpy.run_path(str(ROOT / "reports/regenerate.py"))
        files: dict[str, bytes] = module["generated"]()
    return files


def test_committed_files_are_up_to_date(generated: dict[str, bytes]) -> None:
    stale = [
        name for name, data in generated.items() if not (ROOT / name).exists() or (ROOT / name).read_bytes() != data
    ]
    assert stale == [], "run: python -P reports/regenerate.py"


def test_no_report_is_left_over(generated: dict[str, bytes]) -> None:
    found = (path for path in (ROOT / "reports").rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
    committed = {path.relative_to(ROOT).as_posix() for path in found}
    assert committed == {name for name in generated if name.startswith("reports/")}
