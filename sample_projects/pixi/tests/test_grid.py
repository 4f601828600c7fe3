import pytest

from climate.grid import mean


def test_mean() -> None:
    assert mean([1.0, 3.0]) == pytest.approx(2.0)
