"""Answers requests for recommendations."""

import fastapi
import torch

from shop_core.items import Item
from shop_training import train

app = fastapi.FastAPI()


@app.get("/recommend")
def recommend() -> list[Item]:
    return [Item(name=train.__name__, price=float(torch.rand(1)))]
