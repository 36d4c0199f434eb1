"""Windows seen through an LSTM autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from isang.detectors._autoencoder import Autoencoder
from isang.detectors._windowed import RowScore
from isang.nets.lstm import LstmNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share


class LstmAutoencoder(Autoencoder):
    """Squared error of a row after its window went through an LSTM autoencoder.

    After Malhotra et al. 2016 (arXiv:1607.00148). `hidden` are the widths of the encoder's LSTMs, mirrored in the
    decoder; `latent` numbers stand for a window. `scale="range"` makes the least and greatest value of a column 0 and 1,
    as S2's second stage does; one outlier steers it. Needs the extra `deep`. Not for few rows (under about a thousand),
    nor where seconds count: `pca_autoencoder` is the closed form, and often as good.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 3).reshape(-1, 1)
    >>> strange = wave[:100].copy(); strange[70] += 3
    >>> detector = LstmAutoencoder(window_rows=12, hidden=[16], latent=4, training=Training(epochs=5))
    >>> int(np.nanargmax(detector.fit(wave).anomaly_score(strange)))
    70
    """

    def __init__(
        self,
        window_rows: Count = 50,
        hidden: Sequence[Count] = (64,),
        latent: Count = 8,
        dropout: Share = 0.0,
        scale: Literal["robust", "range"] = "robust",
        row_score: RowScore = "row",
        hindsight: bool = False,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.hidden = hidden
        self.latent = latent
        self.dropout = dropout
        self.scale = scale
        self.row_score = row_score
        self.hindsight = hindsight
        self.training = training
        self.random_state = random_state

    def net(self, columns: int) -> LstmNet:
        """LSTMs that read and write, a linear bottleneck between."""
        return LstmNet(columns, self.hidden, self.latent, self.dropout)


EXAMPLE = LstmAutoencoder(window_rows=8, hidden=[12], latent=4, training=Training(epochs=20, learning_rate=0.01))
