"""The dense autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from isang.nets.base import Net, squared_error


class DenseNet(Net):
    """Fully connected layers over the cells of a window, narrower and wider again; the output is linear.

    Dropout blanks cells of the input, so that a cell is learnt from the others (Vincent et al. 2008,
    doi:10.1145/1390156.1390294).
    """

    def __init__(
        self,
        columns: int,
        window_rows: int,
        hidden: Sequence[int],
        latent: int,
        dropout: float,
        decoder_hidden: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        cells = window_rows * columns
        self.columns = columns
        self.dropout = nn.Dropout(dropout)
        self.encoder = layers([cells, *hidden, latent])
        self.decoder = layers([latent, *(reversed(hidden) if decoder_hidden is None else decoder_hidden), cells])

    def encode(self, windows: Tensor) -> Tensor:
        """The narrowest layer."""
        latent: Tensor = self.encoder(self.dropout(windows.flatten(1)))  # (b, w * d) → (b, latent)
        return latent

    def decode(self, latent: Tensor, rows: int) -> Tensor:
        """All rows are written at once; the last are kept."""
        cells: Tensor = self.decoder(latent)  # (b, w * d)
        return cells.reshape(len(cells), -1, self.columns)[:, -rows:]

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """Squared error."""
        return squared_error(self.decode(self.encode(windows), windows.shape[1]), windows, weight)


def layers(widths: Sequence[int]) -> nn.Sequential:
    """Linear layers with ReLU between them, none after the last; first weights after Glorot & Bengio 2010."""
    stack: list[nn.Module] = []
    for narrow, wide in pairwise(widths):
        layer = nn.Linear(narrow, wide)
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        stack += [layer, nn.ReLU()]
    return nn.Sequential(*stack[:-1])
