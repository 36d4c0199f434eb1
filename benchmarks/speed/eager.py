"""S1's net and its scoring, written in PyTorch as S1 has them: whole windows, 64 at a time, the mean error of each."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WINDOW_ROWS, _HIDDEN, _LATENT, _BATCH = 50, 64, 32, 64


class EagerNet(nn.Module):
    """Two LSTMs of 64 layers deep in, a latent of 32, repeated, the same out."""

    def __init__(self, columns: int = 1) -> None:
        super().__init__()
        self.encoder = nn.LSTM(columns, _HIDDEN, 2, batch_first=True, dropout=0.2)
        self.squeeze = nn.Linear(_HIDDEN, _LATENT)
        self.widen = nn.Linear(_LATENT, _HIDDEN)
        self.decoder = nn.LSTM(_HIDDEN, _HIDDEN, 2, batch_first=True, dropout=0.2)
        self.head = nn.Linear(_HIDDEN, columns)

    def forward(self, windows: Tensor) -> Tensor:
        _, (hidden, _) = self.encoder(windows)
        latent = self.squeeze(hidden[-1])
        repeated = self.widen(latent).unsqueeze(1).repeat(1, WINDOW_ROWS, 1)
        written: Tensor = self.head(self.decoder(repeated)[0])
        return written


def scores(net: EagerNet, rows: Tensor) -> Tensor:
    """(n - 49,) mean squared error of each window of rows (n, d)."""
    windows = torch.stack([rows[at : at + WINDOW_ROWS] for at in range(len(rows) - WINDOW_ROWS + 1)])
    net.eval()
    with torch.no_grad():
        return torch.cat([((net(some) - some) ** 2).mean(dim=(1, 2)) for some in torch.split(windows, _BATCH)])
