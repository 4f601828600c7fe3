import numpy


def mean(values: numpy.ndarray) -> float:
    return float(numpy.mean(values))
