"""python sample.py checkpoint.pt"""

import torch

from model import Net

if __name__ == "__main__":
    net = Net.from_hub("gpt2")
    print(net(torch.zeros(1, dtype=torch.long)))
