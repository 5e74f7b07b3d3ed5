"""The shortest program that labels a CSV with a GRU checkpoint as the predecessor did, without checks or options.

``python -m benchmarks.peers.plain_autolabel MODEL.pth DATA.csv OUT.csv CLASSES.csv``: pandas reads the file, every row
is a sequence of length 1, and runs of equal class are written as label rows.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import torch
from scipy.ndimage import gaussian_filter1d
from torch import nn


def main(model: str, data: str, out: str, names: str) -> None:
    """Label one file."""
    frame = pd.read_csv(data, parse_dates=["date"]).sort_values("date")
    values = frame.select_dtypes("number").to_numpy()
    smooth = gaussian_filter1d(values, 7, axis=0)
    rows = np.zeros_like(smooth, dtype=np.float32)
    rows[1:] = np.log(smooth[1:] / smooth[:-1])

    content = torch.load(model, weights_only=True)
    state = content.get("model_state_dict", content)
    hidden = state["gru.weight_hh_l0"].shape[1]
    layers = sum(key.startswith("gru.weight_ih_l") for key in state)
    gru = nn.GRU(rows.shape[1], hidden, layers, batch_first=True)
    gru.load_state_dict({key[4:]: value for key, value in state.items() if key.startswith("gru.")})
    with torch.inference_mode():
        output, _ = gru(torch.from_numpy(rows)[:, None])
        scores = nn.functional.linear(output[:, 0], state["fc.weight"], state["fc.bias"])
    classes = scores.argmax(1).numpy()

    starts = np.flatnonzero(np.r_[True, classes[1:] != classes[:-1]])
    ends = np.r_[starts[1:], len(classes)] - 1
    labels = pd.read_csv(names).set_index("label").loc[classes[starts]]
    times = frame["date"].dt.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_numpy()
    pd.DataFrame(
        {
            "Item Number": np.arange(1, len(starts) + 1),
            "Start Index": times[starts],
            "End Index": times[ends],
            "Label": labels["value"].to_numpy(),
            "Color": labels["Color"].to_numpy(),
        }
    ).to_csv(out, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
