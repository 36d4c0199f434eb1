"""The LSTM autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from torch import Tensor, nn

from isang.nets.base import Net, squared_error


class LstmNet(Net):
    """LSTMs that read a window, a linear bottleneck, LSTMs that write the window from its last row back.

    Writing backwards (Sutskever, Vinyals & Le 2014, arXiv:1409.3215; Malhotra et al. 2016, arXiv:1607.00148) is easier
    to learn, since the last row is the freshest in memory; and whoever needs the last row alone writes one row, not w.
    Cells are tanh, the output is linear.
    """

    recurrent: ClassVar[bool] = True

    def __init__(self, columns: int, hidden: Sequence[int], latent: int, dropout: float) -> None:
        super().__init__()
        self.encoder = _stack([columns, *hidden])
        self.squeeze = nn.Linear(hidden[-1], latent)
        self.widen = nn.Linear(latent, hidden[-1])
        self.decoder = _stack([hidden[-1], *reversed(hidden)])
        self.head = nn.Linear(hidden[0], columns)
        self.dropout = nn.Dropout(dropout)

    def encode(self, windows: Tensor) -> Tensor:
        """The last state, squeezed."""
        last = self._through(self.encoder, windows)[:, -1]  # (b, hidden)
        latent: Tensor = self.squeeze(last)
        return latent

    def decode(self, latent: Tensor, rows: int) -> Tensor:
        """The latent is the input of every step."""
        steps = self.widen(latent).unsqueeze(1).expand(-1, rows, -1)  # (b, rows, hidden)
        backwards: Tensor = self.head(self._through(self.decoder, steps))  # (b, rows, d), last row first
        return backwards.flip(1)

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """Squared error."""
        return squared_error(self.decode(self.encode(windows), windows.shape[1]), windows, weight)

    def _through(self, layers: nn.ModuleList, steps: Tensor) -> Tensor:
        for number, layer in enumerate(layers):
            steps = layer(self.dropout(steps) if number else steps)[0]
        return steps


def _stack(widths: Sequence[int]) -> nn.ModuleList:
    return nn.ModuleList(nn.LSTM(narrow, wide, batch_first=True) for narrow, wide in pairwise(widths))
