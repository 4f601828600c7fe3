#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "rich>=13",
#     "safetensors",
# ]
# ///
import sys

from rich.progress import track
from safetensors import safe_open

for path in track(sys.argv[1:]):
    with safe_open(path, "numpy") as tensors:
        print(path, list(tensors.keys()))
