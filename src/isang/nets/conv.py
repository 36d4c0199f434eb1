"""The convolutional autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from isang.nets.base import Net, squared_error

_KERNEL_ROWS = 5


class ConvNet(Net):
    """Convolutions along the rows that halve a window again and again, a linear bottleneck, and the same back."""

    def __init__(self, columns: int, window_rows: int, channels: Sequence[int], latent: int, dropout: float) -> None:
        super().__init__()
        self.lengths = _lengths(window_rows, len(channels))  # (w, w / 2, w / 4 …)
        self.narrowest = (channels[-1], self.lengths[-1])
        self.encoder = nn.ModuleList(
            nn.Conv1d(few, many, _KERNEL_ROWS, stride=2, padding=_KERNEL_ROWS // 2)
            for few, many in pairwise([columns, *channels])
        )
        self.squeeze = nn.Linear(channels[-1] * self.lengths[-1], latent)
        self.widen = nn.Linear(latent, channels[-1] * self.lengths[-1])
        self.decoder = nn.ModuleList(
            nn.ConvTranspose1d(many, few, _KERNEL_ROWS, stride=2, padding=_KERNEL_ROWS // 2)
            for many, few in pairwise([*reversed(channels), columns])
        )
        self.dropout = nn.Dropout(dropout)

    def encode(self, windows: Tensor) -> Tensor:
        """The squeezed channels."""
        signal = self.dropout(windows).transpose(1, 2)  # (b, d, w)
        for layer in self.encoder:
            signal = layer(signal).relu()  # (b, channels, length / 2)
        latent: Tensor = self.squeeze(signal.flatten(1))
        return latent

    def decode(self, latent: Tensor, rows: int) -> Tensor:
        """All rows are written; the last are kept."""
        signal = self.widen(latent).reshape(len(latent), *self.narrowest)
        for layer, length in zip(self.decoder, reversed(self.lengths[:-1]), strict=True):
            signal = layer(signal.relu(), output_size=[length])  # (b, channels, 2 * length)
        whole: Tensor = signal.transpose(1, 2)  # (b, w, d)
        return whole[:, -rows:]

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """Squared error."""
        return squared_error(self.decode(self.encode(windows), windows.shape[1]), windows, weight)


def _lengths(window_rows: int, halvings: int) -> list[int]:
    lengths = [window_rows]
    for _ in range(halvings):
        lengths.append((lengths[-1] + 1) // 2)
    return lengths
