"""Post-training quantisation."""

from quant.core import quantise

__all__ = ["quantise"]
