"""Windows seen through a convolutional autoencoder."""

from __future__ import annotations

from collections.abc import Sequence

from isang.detectors._autoencoder import Autoencoder
from isang.detectors._windowed import RowScore
from isang.nets.conv import ConvNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share


class ConvAutoencoder(Autoencoder):
    """Squared error of a row after its window went through convolutions along the rows, and back.

    Each of the `channels` halves the window (Masci et al. 2011, doi:10.1007/978-3-642-21735-7_7); between encoder and
    decoder a window is `latent` numbers. Needs the extra `deep`. For shapes that may come at any place of a window. Not
    for windows of a few rows.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 3).reshape(-1, 1)
    >>> strange = wave[:100].copy(); strange[70] += 3
    >>> detector = ConvAutoencoder(window_rows=16, channels=[8], training=Training(epochs=8))
    >>> int(np.nanargmax(detector.fit(wave).anomaly_score(strange)))
    70
    """

    def __init__(
        self,
        window_rows: Count = 64,
        channels: Sequence[Count] = (32, 32),
        latent: Count = 8,
        dropout: Share = 0.2,
        row_score: RowScore = "row",
        hindsight: bool = False,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.channels = channels
        self.latent = latent
        self.dropout = dropout
        self.row_score = row_score
        self.hindsight = hindsight
        self.training = training
        self.random_state = random_state

    def net(self, columns: int) -> ConvNet:
        """Convolutions, one for each entry of `channels`."""
        return ConvNet(columns, self.window_rows, self.channels, self.latent, self.dropout)


EXAMPLE = ConvAutoencoder(window_rows=8, channels=[12], latent=4, training=Training(epochs=10, learning_rate=0.01))
