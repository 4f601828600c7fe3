import torch
from hypothesis import given
from hypothesis import strategies as st

from quant import quantise


@given(st.integers(2, 8))
def test_zero_stays_zero(bits: int) -> None:
    assert not quantise(torch.eye(2), bits)[0][1]
