"""A bar for long runs."""

from tqdm import tqdm


def steps(rows):
    return tqdm(rows, unit="row")
