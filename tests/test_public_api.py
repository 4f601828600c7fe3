"""What `import depscan` promises."""

from __future__ import annotations

from pathlib import Path

import pytest

import depscan


def test_all_names_exist_and_nothing_else_is_listed() -> None:
    assert dir(depscan) == sorted(depscan.__all__)
    for name in depscan.__all__:
        assert getattr(depscan, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        depscan.nothing  # noqa: B018


def test_scan_takes_text_or_path(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\n")
    report = depscan.scan(str(tmp_path))
    assert isinstance(report, depscan.Report)
    assert [package.name for package in report.packages] == ["torch"]
    assert depscan.scan(tmp_path, config=depscan.Config(ignore=("DS",))).findings == ()
    with pytest.raises(depscan.ProjectNotFound):
        depscan.scan(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    with pytest.raises(depscan.NothingToScan):
        depscan.scan(tmp_path / "folder")
