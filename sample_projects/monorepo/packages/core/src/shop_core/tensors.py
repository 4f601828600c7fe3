"""Items as tensors."""

import torch

from shop_core.items import Item


def prices(items: list[Item]) -> torch.Tensor:
    return torch.tensor([item.price for item in items])
