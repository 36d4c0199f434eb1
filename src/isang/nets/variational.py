"""The variational autoencoder."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from isang.nets.base import Net, squared_error
from isang.nets.dense import layers


class VariationalNet(Net):
    """A dense autoencoder whose latent is a normal distribution, kept near the standard one.

    `encode` gives its mean, so scores are not random; training draws from it and pays `beta` times the
    Kullback-Leibler divergence (Kingma & Welling 2014, arXiv:1312.6114; beta: Higgins et al. 2017).
    """

    def __init__(
        self, columns: int, window_rows: int, hidden: Sequence[int], latent: int, dropout: float, beta: float
    ) -> None:
        super().__init__()
        cells = window_rows * columns
        self.columns, self.beta = columns, beta
        self.encoder = nn.Sequential(nn.Dropout(dropout), layers([cells, *hidden]), nn.ReLU())
        self.mean = nn.Linear(hidden[-1], latent)
        self.log_variance = nn.Linear(hidden[-1], latent)
        self.decoder = layers([latent, *reversed(hidden), cells])

    def encode(self, windows: Tensor) -> Tensor:
        """The mean."""
        mean: Tensor = self.mean(self.encoder(windows.flatten(1)))  # (b, latent)
        return mean

    def decode(self, latent: Tensor, rows: int) -> Tensor:
        """All rows are written at once; the last are kept."""
        cells: Tensor = self.decoder(latent)  # (b, w * d)
        return cells.reshape(len(cells), -1, self.columns)[:, -rows:]

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """The negative evidence lower bound of a cell, for unit variance of the cells (equation 10 of the paper)."""
        hidden = self.encoder(windows.flatten(1))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden).clamp(-10, 10)
        noise = torch.randn_like(mean) if self.training else torch.zeros_like(mean)
        drawn = self.decode(mean + noise * (0.5 * log_variance).exp(), windows.shape[1])
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        loss: Tensor = squared_error(drawn, windows, weight) + divergence * (2 * self.beta / windows[0].numel())
        return loss
