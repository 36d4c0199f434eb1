"""A detector chosen by the shape of the data."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.detectors.ensemble import Ensemble
from isang.detectors.hbos import Hbos
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.ridge_forecast import RidgeForecast
from isang.detectors.robust_mahalanobis import RobustMahalanobis
from isang.detectors.robust_zscore import RobustZscore
from isang.detectors.window_kmeans import WindowKmeans
from isang.scaling import learn_scale
from isang.windows import rows_since_wall, walls
from isang.words.frame import Floats
from isang.words.numbers import Count, Size

_FEWEST_ROWS, _FEWEST_OF_A_TABLE = 100, 50
_WINDOW_ROWS = 32
_MOST_WINDOW_CELLS = 400
_MANY_COLUMNS = 4
_AHEAD_ROWS = 8
_STRETCH_ROWS = 100
_ALIKE = 0.3  # correlation of neighbouring rows in most columns


class Auto(Detector):
    """Picks a detector by a few rules; `chosen_` tells which, `reason_` why.

    Under 100 rows (of a table 50): `robust_zscore`. A table, whose rows do not resemble their neighbours: `hbos`,
    `robust_mahalanobis` and `knn` in three ways, whichever is rarest (`ordered` says whether rows follow each
    other in time; None: by their correlation).
    Series: `robust_zscore` for single strange values and `pca_autoencoder` for strange shapes, whichever finds a row
    rarer. Many columns: `ridge_forecast` one row and several rows ahead, for what jumps and for what lasts,
    and `window_kmeans` for a behaviour unlike all before, as multiples of their usual scores, added up.
    `smooth_rows` is the moving average over scores: it finds what lasts, and is slow to warn. `least_spread` goes to
    all of them.

    >>> import numpy as np
    >>> fitted = Auto().fit(np.arange(50.0).reshape(-1, 1))
    >>> fitted.chosen_, fitted.reason_
    (RobustZscore(), '50 rows are too few for more')
    """

    chosen_: Detector
    reason_: str

    def __init__(
        self,
        ordered: bool | None = None,
        smooth_rows: Count = 16,
        hindsight: bool = False,
        least_spread: Size | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.ordered = ordered
        self.smooth_rows = smooth_rows
        self.hindsight = hindsight
        self.least_spread = least_spread
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Choose by the rows and columns of X, then fit what was chosen."""
        rows = rows_to_fit(self, X)
        chosen, self.reason_ = self._choose(rows)
        self.chosen_ = chosen.fit(rows)
        self.context_rows_ = self.chosen_.context_rows_
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the units of the chosen detector."""
        rows = rows_to_score(self, X)
        return self.chosen_.anomaly_score(rows)

    def _choose(self, rows: Floats) -> tuple[Detector, str]:
        count, columns = int((~walls(rows)).sum()), rows.shape[1]
        simple = RobustZscore(self.least_spread)
        ordered = _resemble_their_neighbours(rows) if self.ordered is None else self.ordered
        if count < (_FEWEST_ROWS if ordered else _FEWEST_OF_A_TABLE):
            return simple, f"{count} rows are too few for more"
        if not ordered:
            return self._of_a_table(count), "a table: rows do not resemble their neighbours"
        window = max(4, min(_WINDOW_ROWS, _MOST_WINDOW_CELLS // columns, count // 20))
        if np.mean(rows_since_wall(rows)[~walls(rows)] >= 2 * window) < 0.5:
            return simple, "most stretches between gaps are short"
        smooth = min(self.smooth_rows, window)
        shape = PcaAutoencoder(window, smooth_rows=smooth, hindsight=self.hindsight, least_spread=self.least_spread)
        if columns >= _MANY_COLUMNS:
            return self._of_many_columns(rows) or shape, f"{columns} columns that move together"
        return Ensemble([simple, shape], combine="max"), "single values and shapes of a series"

    def _of_many_columns(self, rows: Floats) -> Detector | None:
        """None where stretches are too short for it."""
        if np.mean(rows_since_wall(rows)[~walls(rows)] >= _STRETCH_ROWS) < 0.5:
            return None
        jumps = RidgeForecast(1, max(1, self.smooth_rows // 2), self.hindsight, self.least_spread)
        lasts = RidgeForecast(_AHEAD_ROWS, 2 * self.smooth_rows, self.hindsight, self.least_spread)
        kinds = WindowKmeans(
            smooth_rows=self.smooth_rows,
            hindsight=self.hindsight,
            least_spread=self.least_spread,
        )
        return Ensemble([jumps, lasts, kinds], combine="multiples")

    def _of_a_table(self, count: int) -> Detector:
        """Values alone, columns together, and rows nearby: few where the rows are clean, many where they are not."""
        few, ranked = Knn(least_spread=self.least_spread), Knn(scale="normal")
        many = Knn(max(few.neighbors, int(np.sqrt(min(count, few.most_rows)))), least_spread=self.least_spread)
        for near in (few, ranked, many):
            near.random_state = self.random_state
        bulk = RobustMahalanobis(least_spread=self.least_spread)
        return Ensemble([Hbos(), bulk, few, ranked, many], combine="max")


def _resemble_their_neighbours(rows: Floats) -> bool:
    """Whether the columns mostly correlate with themselves a row later; a single column is always a series."""
    if rows.shape[1] == 1:
        return True
    scaled = learn_scale(rows).apply(rows)
    pairs = [scaled[:-1], scaled[1:]]
    both = ~np.isnan(pairs[0]) & ~np.isnan(pairs[1])
    now, later = (np.where(both, part, 0.0) for part in pairs)
    power = np.sqrt((now**2).sum(axis=0) * (later**2).sum(axis=0))
    return bool(np.median((now * later).sum(axis=0)[power > 0] / power[power > 0]) > _ALIKE) if power.any() else True


EXAMPLE = Auto()
