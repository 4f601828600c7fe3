"""Which friends are there."""

import importlib.util


def is_jax_available() -> bool:
    return importlib.util.find_spec("jax") is not None
