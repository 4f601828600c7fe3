"""The benchmark's oracle over published records: DEPSCAN_ADVISORIES names the zip or osv-scanner's folder."""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "advisories.py"
DATA = os.environ.get("DEPSCAN_ADVISORIES", "")


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="DEPSCAN_ADVISORIES names no data")
def test_every_decision_on_published_records_is_that_of_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    spec = spec_from_file_location("advisories_benchmark", BENCHMARK)
    assert spec is not None and spec.loader is not None
    benchmark = module_from_spec(spec)
    sys.modules[spec.name] = benchmark
    spec.loader.exec_module(benchmark)
    assert benchmark.main(Path(DATA)) == 0
    assert "disagreements 0" in capsys.readouterr().out
