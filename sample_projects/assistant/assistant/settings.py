"""Which models the assistant uses: one line each, so that nobody has to look for them."""

import os
from dataclasses import dataclass

CHAT_MODEL = os.environ.get("CHAT_MODEL", "gpt-4")
LOCAL_FAMILY = "meta-llama"
EMBEDDINGS = {"small": "BAAI/bge-small-en-v1.5", "large": "BAAI/bge-large-en-v1.5"}


@dataclass
class LocalModel:
    name: str = f"{LOCAL_FAMILY}/Llama-3.1-8B-Instruct"
    revision: str = "main"
