"""Export to ONNX; `pip install quant[onnx]`."""

import onnx


def save(graph: onnx.GraphProto, path: str) -> None:
    onnx.save(onnx.helper.make_model(graph), path)
