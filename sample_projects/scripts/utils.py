import random


def seed(number: int) -> None:
    random.seed(number)
