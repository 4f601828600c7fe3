"""The detector: load weights, look at a picture, return boxes."""

import cv2
import torch
from PIL import Image
from torch import nn

from inspector.augment import evaluation_transform
from inspector.settings import load


class Detector(nn.Module):
    """A small convolutional detector."""

    def __init__(self, path: str) -> None:
        super().__init__()
        settings = load(path)
        self.body = nn.Sequential(nn.Conv2d(3, settings["width"], 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(settings["width"], 5, 1)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(picture))

    def look(self, path: str) -> torch.Tensor:
        picture = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
        return self(evaluation_transform()(Image.fromarray(picture)).unsqueeze(0))
