"""Windows seen through a variational autoencoder."""

from __future__ import annotations

from collections.abc import Sequence

from isang.detectors._autoencoder import Autoencoder
from isang.detectors._windowed import RowScore
from isang.nets.training import Training
from isang.nets.variational import VariationalNet
from isang.words.numbers import Count, Share, Weight


class VariationalAutoencoder(Autoencoder):
    """Squared error of a row after its window went through a variational autoencoder.

    A dense autoencoder whose latent is a distribution kept near the standard normal one, by `beta` (Kingma & Welling
    2014, arXiv:1312.6114; for anomalies An & Cho 2015). Scores use its mean and are not random. Needs the extra `deep`.
    For noisy data, where a plain autoencoder learns the noise. Not for very few columns of little noise.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 3).reshape(-1, 1)
    >>> strange = wave[:100].copy(); strange[70] += 3
    >>> detector = VariationalAutoencoder(window_rows=12, training=Training(epochs=8))
    >>> int(np.nanargmax(detector.fit(wave).anomaly_score(strange)))
    70
    """

    def __init__(
        self,
        window_rows: Count = 32,
        hidden: Sequence[Count] = (64,),
        latent: Count = 8,
        beta: Weight = 1.0,
        dropout: Share = 0.2,
        row_score: RowScore = "row",
        hindsight: bool = False,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.hidden = hidden
        self.latent = latent
        self.beta = beta
        self.dropout = dropout
        self.row_score = row_score
        self.hindsight = hindsight
        self.training = training
        self.random_state = random_state

    def net(self, columns: int) -> VariationalNet:
        """Layers of these widths around a latent distribution."""
        return VariationalNet(columns, self.window_rows, self.hidden, self.latent, self.dropout, self.beta)


EXAMPLE = VariationalAutoencoder(
    window_rows=8, hidden=[16], latent=4, beta=0.1, training=Training(epochs=10, learning_rate=0.01)
)
