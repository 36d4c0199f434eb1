"""Log lines that a net did not foretell."""

from __future__ import annotations

from math import log
from typing import Literal

from torch import Tensor

from isang.detectors._lines import LineNet
from isang.nets.next_line import NextLineNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share

_NEVER = 20.0  # nothing that can be foretold is that unlikely


class DeepLog(LineNet):
    """How unlikely the line that came was for an LSTM that read the lines before it.

    X (n, 1) holds numbers of templates, whole and from 0 on; NaN (or below 0) is a wall. The score is -log10 of its
    chance, or (`score_by="place"`) its place among all templates less its chance: above g, it was not among the g
    likeliest (the top g of the paper, which takes 9). A template never seen comes after all others: 20, or one place
    after the last. The net reads `window_rows` - 1 lines. Du et al. 2017 (DeepLog, doi:10.1145/3133956.3134015),
    without its part for values. Needs the extra `deep`. Not for logs whose lines of different threads are mixed, nor
    where seconds count: `log_anomaly` counts.

    >>> import numpy as np
    >>> usual = np.tile([0, 1, 2, 1, 3], 100).reshape(-1, 1)
    >>> detector = DeepLog(window_rows=4, hidden=8, score_by="place", training=Training(epochs=20, learning_rate=0.02))
    >>> (detector.fit(usual).anomaly_score([[0], [1], [2], [1], [0], [4]]) > 1).tolist()
    [False, False, False, False, True, True]
    """

    def __init__(
        self,
        window_rows: Count = 11,
        score_by: Literal["chance", "place"] = "chance",
        hidden: Count = 64,
        layers: Count = 2,
        width: Count = 16,
        blanked: Share = 0.02,
        most_windows: Count = 200_000,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.score_by = score_by
        self.hidden = hidden
        self.layers = layers
        self.width = width
        self.blanked = blanked
        self.most_windows = most_windows
        self.training = training
        self.random_state = random_state

    def net(self, classes: int) -> NextLineNet:
        """Stacked LSTMs over vectors of templates that are learnt too."""
        return NextLineNet(classes, self.width, self.hidden, self.layers, self.blanked)

    def score(self, net: NextLineNet, lines: Tensor) -> Tensor:
        """By chance, or by place from 1 on."""
        odds, came = net.foretell(lines[:, :-1])[:, 1:-1], lines[:, -1:]  # of known templates
        at = (came - 1).clamp(min=0)
        chance = odds.log_softmax(dim=1).gather(1, at)[:, 0]
        place = 1 + (odds > odds.gather(1, at)).sum(dim=1) - chance.exp()
        known, new = (-chance / log(10), _NEVER) if self.score_by == "chance" else (place, odds.shape[1] + 1.0)
        return known.where(came[:, 0] > 0, new)


EXAMPLE = DeepLog(window_rows=6, hidden=16, layers=1, training=Training(epochs=15, learning_rate=0.02))
