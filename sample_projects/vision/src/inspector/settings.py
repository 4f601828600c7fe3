"""Settings of a detector, kept beside its weights."""

from pathlib import Path

import yaml


def load(path: str) -> dict:
    return yaml.safe_load(Path(path).with_suffix(".yaml").read_text())
