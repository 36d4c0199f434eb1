"""Log lines that a net did not foretell."""

from __future__ import annotations

from torch import Tensor

from isang.detectors._lines import LineNet
from isang.nets.next_line import NextLineNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share


class DeepLog(LineNet):
    """At which place among all templates an LSTM that read the lines before expected the one that came.

    X (n, 1) holds numbers of templates, whole and from 0 on; NaN (or below 0) is a wall. The score is the place less
    the chance: above g, the line was not among the g likeliest (top g, for which the paper takes 9); a template never
    seen comes after all others. The net reads `window_rows` - 1 lines. Du et al. 2017 (DeepLog,
    doi:10.1145/3133956.3134015), without its part for values. Needs the extra `deep`. Not for logs whose lines of
    different threads are mixed, nor where seconds count: `log_anomaly` counts, and is good too.

    >>> import numpy as np
    >>> usual = np.tile([0, 1, 2, 1, 3], 100).reshape(-1, 1)
    >>> detector = DeepLog(window_rows=4, hidden=8, training=Training(epochs=20, learning_rate=0.02))
    >>> (detector.fit(usual).anomaly_score([[0], [1], [2], [1], [0], [4]]) > 1).tolist()
    [False, False, False, False, True, True]
    """

    def __init__(
        self,
        window_rows: Count = 11,
        hidden: Count = 64,
        layers: Count = 2,
        width: Count = 16,
        blanked: Share = 0.02,
        most_windows: Count = 200_000,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
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
        """The place, from 1 on, less the chance."""
        odds = net.foretell(lines[:, :-1])[:, 1:-1]  # of known templates
        came = lines[:, -1:]
        own = odds.gather(1, (came - 1).clamp(min=0))  # (b, 1)
        place = 1 + (odds > own).sum(dim=1) - odds.softmax(dim=1).gather(1, (came - 1).clamp(min=0))[:, 0]
        return place.where(came[:, 0] > 0, odds.shape[1] + 1.0)


EXAMPLE = DeepLog(window_rows=6, hidden=16, layers=1, training=Training(epochs=15, learning_rate=0.02))
