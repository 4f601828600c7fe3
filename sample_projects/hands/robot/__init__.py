from robot.play import main

__all__ = ["main"]
