"""import pandas stands in a string."""

EXAMPLE = """
import tensorflow
from evil import everything
"""
# import keras
