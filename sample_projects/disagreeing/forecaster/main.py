import clip
import einops
import numpy as np
import pandas as pd
import tabular_kit
import taming
import torch
from scipy import stats


def main() -> None:
    frame = tabular_kit.clean(pd.DataFrame({"x": np.arange(3)}))
    tokens = einops.rearrange(torch.tensor(frame.x.to_numpy()), "(a b) -> a b", b=1)
    print(clip.tokenize(taming.join(tokens)), stats.zscore(frame.x))


if __name__ == "__main__":
    main()
