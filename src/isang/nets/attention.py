"""The attention autoencoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from isang.errors import UsageError
from isang.nets.base import Net, squared_error


class AttentionNet(Net):
    """Rows attend to each other and are pooled into one latent, from which each place of the window is written.

    Blocks are those of Vaswani et al. 2017 (arXiv:1706.03762), normalised first; places are learnt.
    """

    def __init__(
        self, columns: int, window_rows: int, width: int, layers: int, heads: int, latent: int, dropout: float
    ) -> None:
        super().__init__()
        if width % heads:
            raise UsageError(f"attention_autoencoder: heads {heads} do not divide width {width}; make it a multiple.")
        self.dropout = nn.Dropout(dropout)
        self.enter = nn.Linear(columns, width)
        self.place = nn.Parameter(torch.randn(window_rows, width) / width**0.5)
        self.blocks = nn.ModuleList(_block(width, heads) for _ in range(layers))
        self.pool = nn.Linear(width, 1)
        self.squeeze = nn.Linear(2 * width, latent)
        self.widen = nn.Linear(latent, width)
        self.write = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, columns))

    def encode(self, windows: Tensor) -> Tensor:
        """The mean of the rows by learnt weights, beside the last row."""
        rows = self.enter(self.dropout(windows)) + self.place  # (b, w, width)
        for block in self.blocks:
            rows = block(rows)
        pooled = (rows * self.pool(rows).softmax(dim=1)).sum(dim=1)  # (b, width)
        latent: Tensor = self.squeeze(torch.cat([pooled, rows[:, -1]], dim=1))
        return latent

    def decode(self, latent: Tensor, rows: int) -> Tensor:
        """Each place is written by itself from the latent."""
        places = self.widen(latent).unsqueeze(1) * (1 + self.place[-rows:]) + self.place[-rows:]  # (b, rows, width)
        written: Tensor = self.write(places)
        return written

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """Squared error."""
        return squared_error(self.decode(self.encode(windows), windows.shape[1]), windows, weight)


def _block(width: int, heads: int) -> nn.TransformerEncoderLayer:
    # No dropout of its own: on attention weights it takes longer than all the rest.
    return nn.TransformerEncoderLayer(width, heads, 2 * width, dropout=0.0, batch_first=True, norm_first=True)
