"""Transforms for training and evaluation."""

import cv2
import numpy as np
from torchvision import transforms
from skimage import exposure


def evaluation_transform() -> transforms.Compose:
    return transforms.Compose([transforms.Resize(512), transforms.ToTensor()])


def flatten_light(picture: np.ndarray) -> np.ndarray:
    return exposure.equalize_adapthist(cv2.GaussianBlur(picture, (3, 3), 0))
