"""A detector chosen by the shape of the data."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.detectors.ensemble import Ensemble
from isang.detectors.isolation_forest import IsolationForest
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.windows import rows_since_wall, walls
from isang.words.frame import Floats

_FEWEST_ROWS = 100
_WINDOW_ROWS = 32
_MOST_WINDOW_CELLS = 400
_MANY_COLUMNS = 8
_SMOOTH_ROWS = 16


class Auto(Detector):
    """Picks a detector by a few rules; `chosen_` tells which, `reason_` why.

    Under 100 rows: `robust_zscore`. Rows without an order (`ordered=False`): `isolation_forest` and `knn` together.
    Series: `robust_zscore` for single strange values and `pca_autoencoder` for strange shapes, whichever finds a row
    rarer; `pca_autoencoder` alone for many columns, whose single values are usually strange somewhere.

    >>> import numpy as np
    >>> fitted = Auto().fit(np.arange(50.0).reshape(-1, 1))
    >>> fitted.chosen_, fitted.reason_
    (RobustZscore(), '50 rows are too few for more')
    """

    def __init__(self, ordered: bool = True, hindsight: bool = False, random_state: int | None = 0) -> None:
        self.ordered = ordered
        self.hindsight = hindsight
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Choose by the rows and columns of X, then fit what was chosen."""
        rows = rows_to_fit(self, X)
        chosen, self.reason_ = self._choose(rows)
        self.chosen_: Detector = chosen.fit(rows)
        self.context_rows_ = self.chosen_.context_rows_
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the units of the chosen detector."""
        rows = rows_to_score(self, X)
        return self.chosen_.anomaly_score(rows)

    def _choose(self, rows: Floats) -> tuple[Detector, str]:
        count, columns = int((~walls(rows)).sum()), rows.shape[1]
        if count < _FEWEST_ROWS:
            return RobustZscore(), f"{count} rows are too few for more"
        if not self.ordered:
            members: list[Detector] = [
                IsolationForest(random_state=self.random_state),
                Knn(random_state=self.random_state),
            ]
            return Ensemble(members, combine="mean"), "rows without an order"
        window = max(4, min(_WINDOW_ROWS, _MOST_WINDOW_CELLS // columns, count // 20))
        if np.mean(rows_since_wall(rows) >= 2 * window) < 0.5:
            return RobustZscore(), "most stretches between gaps are short"
        shape = PcaAutoencoder(window, smooth_rows=min(_SMOOTH_ROWS, window), hindsight=self.hindsight)
        if columns >= _MANY_COLUMNS:
            return shape, f"{columns} columns that move together"
        return Ensemble([RobustZscore(), shape], combine="max"), "single values and shapes of a series"


EXAMPLE = Auto()
