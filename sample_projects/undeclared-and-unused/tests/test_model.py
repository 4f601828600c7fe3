from hypothesis import given
from hypothesis import strategies as st

import pytest

from churn import predict


@given(st.text())
def test_a_missing_file_is_an_error(path: str) -> None:
    with pytest.raises(OSError):
        predict(path)
