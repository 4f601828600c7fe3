"""Trains the recommender."""

import sys

import torch
from rich.progress import track

from shop_core.items import fetch


def main() -> None:
    items = fetch(sys.argv[1])
    weights = torch.zeros(len(items), 8, requires_grad=True)
    optimiser = torch.optim.Adam([weights])
    for _ in track(range(100)):
        optimiser.zero_grad()
        (weights**2).sum().backward()
        optimiser.step()
