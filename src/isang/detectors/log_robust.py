"""Log lines that a net tells from usual ones, by labels or without."""

from __future__ import annotations

from torch import Tensor

from isang.detectors._lines import LineNet
from isang.nets.attentive_lines import AttentiveLinesNet
from isang.nets.training import Training
from isang.words.numbers import Count, Share


class LogRobust(LineNet):
    """Log odds of an attention LSTM, which reads a window from both ends, that its last line is anomalous.

    X (n, 1) holds numbers of templates, whole and from 0 on; NaN (or below 0) is a wall. With labels, `y` (n,) not 0 at
    anomalous lines, it learns those; without, it learns to tell windows from ones whose last line was swapped for
    another. Zhang et al. 2019 (LogRobust, doi:10.1145/3338906.3338931), with vectors of templates that are learnt
    from the lines, not from their words. Needs the extra `deep`. Not for few lines.

    >>> import numpy as np
    >>> usual = np.tile([0, 1, 2, 1, 3], 100).reshape(-1, 1)
    >>> detector = LogRobust(window_rows=4, hidden=8, training=Training(epochs=20, learning_rate=0.02))
    >>> scores = detector.fit(usual).anomaly_score([[0], [1], [2], [1], [0], [4]])
    >>> bool(scores[4:].min() > scores[:4].max())
    True
    """

    of_lines = True
    supervised = True

    def __init__(
        self,
        window_rows: Count = 15,
        hidden: Count = 32,
        width: Count = 16,
        blanked: Share = 0.02,
        most_windows: Count = 200_000,
        training: Training | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.window_rows = window_rows
        self.hidden = hidden
        self.width = width
        self.blanked = blanked
        self.most_windows = most_windows
        self.training = training
        self.random_state = random_state

    def net(self, classes: int) -> AttentiveLinesNet:
        """LSTMs in both directions, attention, one number."""
        return AttentiveLinesNet(classes, self.width, self.hidden, self.blanked, guess=not self.labelled_)

    def score(self, net: AttentiveLinesNet, lines: Tensor) -> Tensor:
        """Log odds."""
        return net.odds(lines)


EXAMPLE = LogRobust(window_rows=6, hidden=16, training=Training(epochs=15, learning_rate=0.02))
