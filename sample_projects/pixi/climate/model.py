import netCDF4
import torch
import xarray
from einops import rearrange


def load(path: str) -> torch.Tensor:
    with netCDF4.Dataset(path):
        field = xarray.open_dataset(path)["t2m"].values
    return rearrange(torch.from_numpy(field), "time lat lon -> time 1 lat lon")
