import pytest
from parameterized import parameterized

from tinyformers import Tokenizer


@parameterized.expand([("a",), ("b",)])
def test_no_file(name):
    with pytest.raises(Exception):
        Tokenizer(name)
