import sys

from tinyformers import Tokenizer


def main() -> None:
    print(Tokenizer(sys.argv[1])(sys.argv[2]))
