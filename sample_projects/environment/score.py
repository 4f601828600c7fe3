"""Scores pictures."""

import sys

import numpy as np
import torch
from acmezoo import load


def main() -> None:
    picture = np.load(sys.argv[1])
    print(load("small")(torch.from_numpy(picture)))
