import torch
from fastapi import FastAPI

from app import report

app = FastAPI()


@app.get("/sum")
def total(values: list[float]) -> str:
    return report.line(torch.tensor(values).sum().item())
