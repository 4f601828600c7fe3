"""Draws the model and its errors."""

import graphviz
import pandas as pd


def draw(errors: pd.DataFrame) -> graphviz.Digraph:
    graph = graphviz.Digraph()
    for name, row in errors.iterrows():
        graph.node(str(name), label=f"{row.mean():.2f}")
    return graph
