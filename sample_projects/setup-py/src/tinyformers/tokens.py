"""Text to numbers."""

import regex
from tokenizers import Tokenizer as Fast


class Tokenizer:
    """Splits words, then asks the fast one."""

    def __init__(self, path: str) -> None:
        self.fast = Fast.from_file(path)

    def __call__(self, text: str) -> list[int]:
        words = regex.findall(r"\p{L}+", text)
        return [number for word in words for number in self.fast.encode(word).ids]
