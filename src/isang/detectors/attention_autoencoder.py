"""Windows seen through an autoencoder whose rows attend to each other."""

from __future__ import annotations

from isang.detectors._autoencoder import Autoencoder
from isang.detectors._windowed import RowScore
from isang.nets.attention import AttentionNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share


class AttentionAutoencoder(Autoencoder):
    """Squared error of a row after its window went through attention into a narrow latent, and back.

    Blocks of self-attention (Vaswani et al. 2017, arXiv:1706.03762) of this `width`. Needs the extra `deep`. For long
    windows in which far rows belong together. Not for few rows: it has the most to learn.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 3).reshape(-1, 1)
    >>> strange = wave[:100].copy(); strange[70] += 3
    >>> detector = AttentionAutoencoder(window_rows=12, width=16, training=Training(epochs=8, learning_rate=0.01))
    >>> int(np.nanargmax(detector.fit(wave).anomaly_score(strange)))
    70
    """

    def __init__(
        self,
        window_rows: Count = 50,
        width: Count = 32,
        layers: Count = 2,
        heads: Count = 2,
        latent: Count = 8,
        dropout: Share = 0.2,
        row_score: RowScore = "row",
        hindsight: bool = False,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.width = width
        self.layers = layers
        self.heads = heads
        self.latent = latent
        self.dropout = dropout
        self.row_score = row_score
        self.hindsight = hindsight
        self.training = training
        self.random_state = random_state

    def net(self, columns: int) -> AttentionNet:
        """Blocks of attention, a bottleneck, and places that are written."""
        return AttentionNet(columns, self.window_rows, self.width, self.layers, self.heads, self.latent, self.dropout)


EXAMPLE = AttentionAutoencoder(
    window_rows=8, width=8, layers=1, heads=2, latent=4, training=Training(epochs=10, learning_rate=0.01)
)
