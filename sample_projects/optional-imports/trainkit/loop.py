"""The loop."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING

import torch

try:
    import wandb
except ImportError:
    wandb = None

with suppress(ImportError):
    import mlflow

try:
    import deepspeed

    HAS_DEEPSPEED = True
except (ImportError, RuntimeError):
    HAS_DEEPSPEED = False

if TYPE_CHECKING:
    import pandas as pd


def fit(model: torch.nn.Module, table: pd.DataFrame) -> None:
    attention = importlib.import_module("xformers.ops")
    for row in table.itertuples():
        loss = model(attention, row)
        loss.backward()
        if wandb is not None:
            wandb.log({"loss": loss.item()})


def plot(losses: list[float]) -> None:
    import matplotlib.pyplot as plt

    plt.plot(losses)
