"""The best of TSB-AD's table of many columns, written anew to learn from the train part and score what follows.

Settings are those that TSB-AD found best on its tuning files (Liu & Paparrizos, NeurIPS 2024). Rows are standardised by
the train part, and a constant column is left as it is. Scores are over all rows, higher = stranger.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from isang.windows import CoveringMean
from isang.words.frame import Floats

_SHARE = 0.75  # of the variance, that the components of PCA keep
_CLUSTERS, _CLUSTER_ROWS = 30, 40
_PAST_ROWS, _CHANNELS, _KERNEL = 100, (32, 40), 3
_EPOCHS, _PATIENCE, _BATCH, _RATE, _HELD_BACK = 50, 3, 128, 8e-4, 0.2
_CHUNK = 4096


def standardised(X: Floats, train: int) -> Floats:
    """(n, d) from the mean in standard deviations of the first `train` rows."""
    spread = X[:train].std(axis=0)
    return np.asarray((X - X[:train].mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def pca(X: Floats, train: int) -> Floats:
    """Summed distances to the leading directions, each over its share of the variance (PyOD, Shyu et al. 2003)."""
    from scipy.spatial.distance import cdist
    from sklearn.decomposition import PCA

    Z = standardised(X, train)
    fitted = PCA(_SHARE).fit(Z[:train])
    return np.asarray((cdist(Z, fitted.components_) / fitted.explained_variance_ratio_).sum(axis=1))


def kmeans(X: Floats, train: int) -> Floats:
    """Distance of windows to the nearest of 30 centres, over all windows that cover a row (Yairi et al. 2001)."""
    from sklearn.cluster import KMeans

    windows: Any = sliding_window_view(standardised(X, train).astype(np.float32), _CLUSTER_ROWS, axis=0)
    fitted = KMeans(_CLUSTERS, n_init=1, random_state=0).fit(_flat(windows[: train - _CLUSTER_ROWS + 1]))
    found = CoveringMean(len(X), _CLUSTER_ROWS)
    for at in range(0, len(windows), _CHUNK):
        apart = fitted.transform(_flat(windows[at : at + _CHUNK])).min(axis=1).astype(np.float64)
        ends = at + _CLUSTER_ROWS - 1 + np.arange(len(apart))
        found.add(ends, np.broadcast_to(apart[:, None], (len(apart), _CLUSTER_ROWS)))
    return found.result()


def _flat(windows: Any) -> Any:
    return windows.reshape(len(windows), -1)


def cnn(X: Floats, train: int) -> Floats:
    """Mean squared error of the next row, told from 100 rows by two convolutions (Munir et al. 2018)."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(1)
    rows: Any = torch.from_numpy(standardised(X, train).astype(np.float32))
    windows = rows.unfold(0, _PAST_ROWS + 1, 1)  # (n - 100, d, 101), no copy
    columns, pool = X.shape[1], [nn.ReLU(), nn.MaxPool1d(2)]
    first, second = _CHANNELS
    convolved = [nn.Conv1d(columns, first, _KERNEL), *pool, nn.Conv1d(first, second, _KERNEL), *pool]
    told = [nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(second, second), nn.ReLU(), nn.Dropout(0.25)]
    net = nn.Sequential(*convolved, *told, nn.Linear(second, columns))
    _trained(net, windows[: train - _PAST_ROWS])
    net.eval()
    with torch.no_grad():
        errors = [_errors(net, some).mean(dim=1) for some in windows.split(_CHUNK)]
    return np.concatenate([np.full(_PAST_ROWS, np.nan), torch.cat(errors).double().numpy()])


def _errors(net: Any, windows: Any) -> Any:
    return (net(windows[:, :, :-1]) - windows[:, :, -1]) ** 2


def _shuffled(count: int) -> Any:
    import torch

    rows: Any = torch.randperm(count)
    return rows.split(_BATCH)


def _trained(net: Any, windows: Any) -> None:
    """Adam until the last fifth of the windows is predicted no better for three rounds; the best weights are kept."""
    import torch

    adam = torch.optim.Adam(net.parameters(), _RATE)
    slower = torch.optim.lr_scheduler.StepLR(adam, 5, 0.75)
    cut = int(len(windows) * (1 - _HELD_BACK))
    best, kept, waited = np.inf, net.state_dict(), 0
    for _ in range(_EPOCHS):
        net.train()
        for some in _shuffled(cut):
            adam.zero_grad()
            _errors(net, windows[some]).mean().backward()
            adam.step()
        slower.step()
        net.eval()
        with torch.no_grad():
            loss = float(torch.cat([_errors(net, some).mean(dim=1) for some in windows[cut:].split(_CHUNK)]).mean())
        waited = 0 if loss < best else waited + 1
        if waited == 0:
            best, kept = loss, {name: value.clone() for name, value in net.state_dict().items()}
        if waited >= _PATIENCE:
            break
    net.load_state_dict(kept)
