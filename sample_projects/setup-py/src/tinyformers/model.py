"""The network."""

import numpy as np
import torch
from safetensors.torch import load_file


class Model(torch.nn.Module):
    """One layer."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.load_state_dict(load_file(path))

    def positions(self, length: int) -> torch.Tensor:
        return torch.from_numpy(np.sin(np.arange(length)))
