"""Hands tensors to jax."""

import jax


def to_jax(tensor):
    return jax.numpy.asarray(tensor.numpy())
