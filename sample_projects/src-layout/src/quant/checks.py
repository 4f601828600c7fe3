"""Assertions for tests of your own models."""

import pytest


def same(one: float, other: float) -> bool:
    return one == pytest.approx(other)
