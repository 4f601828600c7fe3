"""The arithmetic."""

import torch

from quant.progress import steps


def quantise(weights: torch.Tensor, bits: int = 8) -> torch.Tensor:
    scale = weights.abs().max() / (2 ** (bits - 1) - 1)
    return torch.stack([torch.round(row / scale) for row in steps(weights)])
