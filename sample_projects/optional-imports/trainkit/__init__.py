"""A training loop with many friends."""

import torch

from trainkit.availability import is_jax_available
from trainkit.loop import fit
from trainkit.state import save

if is_jax_available():
    from trainkit.jax_backend import to_jax

__all__ = ["fit", "save", "torch"]
