"""A transformer over time series."""

import numpy as np
import pytorch_lightning as pl
import torch
from einops import rearrange
from sklearn.preprocessing import StandardScaler
from torch import nn


class Forecaster(pl.LightningModule):
    """Encodes windows, predicts the next value."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, 4)
        self.encode = nn.TransformerEncoder(layer, 2)
        self.scale = StandardScaler()

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        return self.encode(rearrange(windows, "batch time width -> time batch width"))


def to_windows(series: np.ndarray, length: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(series, length)
