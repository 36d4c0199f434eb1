"""Windows seen through a dense autoencoder."""

from __future__ import annotations

from collections.abc import Sequence

from isang.detectors._autoencoder import Autoencoder
from isang.detectors._windowed import RowScore
from isang.nets.dense import DenseNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share


class DenseAutoencoder(Autoencoder):
    """Squared error of a row after its window went through fully connected layers, narrower and wider again.

    After Sakurada & Yairi 2014, doi:10.1145/2689746.2689747. `hidden` are the widths of the encoder's layers,
    `decoder_hidden` those of the decoder (None: mirrored), both without the latent and the output layer; `dropout` is
    the share of input cells that training blanks. With `window_rows=1` rows are judged one by one, as a table needs
    it. Needs the extra `deep`. Not for very long windows of many columns.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 3).reshape(-1, 1)
    >>> strange = wave[:100].copy(); strange[70] += 3
    >>> detector = DenseAutoencoder(window_rows=12, training=Training(epochs=5))
    >>> int(np.nanargmax(detector.fit(wave).anomaly_score(strange)))
    70
    """

    def __init__(
        self,
        window_rows: Count = 32,
        hidden: Sequence[Count] = (64,),
        latent: Count = 8,
        dropout: Share = 0.2,
        decoder_hidden: Sequence[Count] | None = None,
        row_score: RowScore = "row",
        hindsight: bool = False,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.hidden = hidden
        self.latent = latent
        self.dropout = dropout
        self.decoder_hidden = decoder_hidden
        self.row_score = row_score
        self.hindsight = hindsight
        self.training = training
        self.random_state = random_state

    def net(self, columns: int) -> DenseNet:
        """Layers of these widths for the cells of a window."""
        return DenseNet(columns, self.window_rows, self.hidden, self.latent, self.dropout, self.decoder_hidden)


EXAMPLE = DenseAutoencoder(window_rows=8, hidden=[16], latent=4, training=Training(epochs=10, learning_rate=0.01))
