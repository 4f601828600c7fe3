"""python train.py corpus.txt"""

import sys

import torch

from datasets import batches
from model import Net
from utils import seed

if __name__ == "__main__":
    seed(1)
    net = Net(50257)
    for tokens in batches(sys.argv[1]):
        net(torch.tensor(tokens)).sum().backward()
