"""Batches of a text file."""

import tiktoken


def batches(path: str):
    encoder = tiktoken.get_encoding("gpt2")
    with open(path) as text:
        for line in text:
            yield encoder.encode(line)
