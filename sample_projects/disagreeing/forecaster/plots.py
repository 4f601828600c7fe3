from matplotlib import pyplot


def draw(frame: object) -> None:
    pyplot.plot(frame)
