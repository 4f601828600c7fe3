import pytest

from shop_core.items import Item


def test_price_is_a_number() -> None:
    with pytest.raises(ValueError):
        Item(name="pen", price="dear")
