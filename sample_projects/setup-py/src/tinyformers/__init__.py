"""Small transformers."""

from .tokens import Tokenizer

try:
    import torch
except ImportError:
    torch = None
else:
    from .model import Model
