from rich.markup import escape


def line(value: float) -> str:
    return escape(f"{value:.2f}")
