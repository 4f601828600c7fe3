import tiktoken


def length(text: str) -> int:
    return len(tiktoken.get_encoding("cl100k_base").encode(text))
