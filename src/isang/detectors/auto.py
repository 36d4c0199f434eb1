"""A detector chosen by the shape of the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.detectors.discord import Discord
from isang.detectors.ensemble import Ensemble
from isang.detectors.hbos import Hbos
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.ridge_forecast import RidgeForecast
from isang.detectors.robust_mahalanobis import RobustMahalanobis
from isang.detectors.robust_zscore import RobustZscore
from isang.detectors.scan import Scan
from isang.detectors.sub_pca import SubPca
from isang.detectors.window_kmeans import WindowKmeans
from isang.detectors.window_knn import WindowKnn
from isang.detectors.window_statistics import WindowStatistics
from isang.rhythm import own_period
from isang.scaling import learn_scale
from isang.windows import moving_mean, rows_since_wall, walls
from isang.words.frame import Floats
from isang.words.numbers import Count, Size

_FEWEST_ROWS, _FEWEST_OF_A_TABLE = 100, 50
_WINDOW_ROWS = 32
_WINDOWS = (8, 24, 72)  # rows: what is sudden shows in the short ones, what lasts in the long ones
_LONGEST_PERIOD = 400  # rows, whatever repeats more slowly has shapes enough within
_LADDER = tuple(int(50 * 1.2**step) for step in range(16))  # windows of 50 to 770 rows, as for the KDD Cup 2021
_STANDS_OUT = 1.5  # times as high as any other place
_SHAPELY_PERIOD = 30  # rows: what repeats so slowly has a shape, and a place unlike all repeats stands out
_SMOOTH_ROWS = 16
_FEWEST_OF_WINDOWS = 10  # of the longest: in a shorter series one strange window is too much of it to be rare
_FEW_ROWS, _BLOCKS_OF_FEW = 10_000, 5  # what is learnt from two thirds of few rows is not what is learnt from all
_SHORT = "most stretches between gaps are short"
_MOST_WINDOW_CELLS = 400
_MANY_COLUMNS = 4
_AHEAD_ROWS = 8
_STRETCH_ROWS = 100
_ALIKE = 0.3  # correlation of neighbouring rows in most columns


@dataclass(frozen=True)
class _Effort:
    """Which windows a series is judged by: lengths in shares of its period, how many known ones are compared.

    And every how many lengths of the ladder a place is asked whether it stands out.
    """

    shares: tuple[float, ...]
    most_windows: int
    rungs: int


_EFFORTS = {
    "quick": _Effort((1.0,), 200, 5),
    "normal": _Effort((1.0,), 1000, 3),
    "thorough": _Effort((0.5, 1.0, 2.0), 4000, 1),
}


class Auto(Detector):
    """Picks a detector by a few rules; `chosen_` tells which, `reason_` why.

    Under 100 rows (of a table 50): `robust_zscore`. A table, whose rows do not resemble their neighbours: `hbos`,
    `robust_mahalanobis` and `knn` in five ways (in hindsight three), those that find a row rarest counting by far the
    most (`ordered` says whether rows follow each other in time; None: by their correlation).
    Series of up to three columns: `window_knn` by form and by shape, `sub_pca` and `window_statistics`, each in windows
    of 8, 24 and 72 rows (of at most a tenth of the rows) and of the series' own period, weighed so that those that find
    a row rare count most; under 320 rows, under 720 that do not resemble their neighbours, or between gaps,
    `robust_zscore` and `pca_autoencoder`, whichever finds a row rarer. Of more columns: `ridge_forecast` one row and
    several rows ahead, for what jumps and for what lasts, and `window_kmeans` for a behaviour unlike all before, each
    by the loudest of three moving averages (`scan`), as multiples of usual scores.

    `smooth_rows` is the moving average over scores, which finds what lasts, and is slow to warn; None: half the own
    period if there is one. Of more columns a fifth, half and twice of it are looked at, None: of 16. `effort`: how
    many windows are compared; `thorough` takes half and twice the period too. In hindsight, where a series repeats
    every 30 to 400 rows, a place that stands out (`discord`) by more than half is lifted; with `one_place`, which is
    what `--top 1 --effort thorough` asks for, by the square of how far it stands out in windows of up to 770 rows,
    whether the series repeats or not. `least_spread` goes to the members.

    >>> import numpy as np
    >>> fitted = Auto().fit(np.arange(50.0).reshape(-1, 1))
    >>> fitted.chosen_, fitted.reason_
    (RobustZscore(), '50 rows are too few for more')
    """

    chosen_: Detector
    discord_: Discord | None
    reason_: str
    smooth_: int

    def __init__(
        self,
        ordered: bool | None = None,
        smooth_rows: Count | None = None,
        hindsight: bool = False,
        effort: Literal["quick", "normal", "thorough"] = "normal",
        one_place: bool = False,
        least_spread: Size | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.effort = effort
        self.one_place = one_place
        self.ordered = ordered
        self.smooth_rows = smooth_rows
        self.hindsight = hindsight
        self.least_spread = least_spread
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Choose by the rows and columns of X, then fit what was chosen."""
        rows = rows_to_fit(self, X)
        self.smooth_, self.discord_ = 1, None
        chosen, self.reason_ = self._choose(rows)
        self.chosen_ = chosen.fit(rows)
        self.context_rows_ = self.chosen_.context_rows_ + self.smooth_ - 1
        if self.discord_ is not None:
            self.context_rows_ = max(self.context_rows_, self.discord_.fit(rows).context_rows_)
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the units of the chosen detector."""
        rows = rows_to_score(self, X)
        scores = moving_mean(self.chosen_.anomaly_score(rows), self.smooth_, centred=self.hindsight)
        return scores if self.discord_ is None else scores * self._lift(self.discord_.anomaly_score(rows))

    def _lift(self, times: Floats) -> Floats:
        """(n,) how much a place is lifted by standing out so many times as high as all others; 1 where unknown."""
        lift = times**2 if self.one_place else np.maximum(times / _STANDS_OUT, 1.0)
        return np.where(np.isnan(times), 1.0, lift)

    def _choose(self, rows: Floats) -> tuple[Detector, str]:
        count, columns = int((~walls(rows)).sum()), rows.shape[1]
        simple = RobustZscore(self.least_spread)
        ordered = self.ordered if self.ordered is not None else columns == 1 or _resemble_their_neighbours(rows)
        if count < (_FEWEST_ROWS if ordered else _FEWEST_OF_A_TABLE):
            return simple, f"{count} rows are too few for more"
        if not ordered:
            return self._of_a_table(count), "a table: rows do not resemble their neighbours"
        stretch = int(np.median(rows_since_wall(rows)[~walls(rows)]))
        longest = min(count // _FEWEST_OF_WINDOWS, stretch // 2)
        if columns < _MANY_COLUMNS and _shows_windows(rows, longest):
            return self._series(rows, longest, min(count // 6, stretch // 2))
        window = max(4, min(_WINDOW_ROWS, _MOST_WINDOW_CELLS // columns, count // 20))
        if 2 * window > stretch:
            return simple, _SHORT
        smooth = min(self.smooth_rows or _SMOOTH_ROWS, window)
        shape = PcaAutoencoder(window, smooth_rows=smooth, hindsight=self.hindsight, least_spread=self.least_spread)
        if columns < _MANY_COLUMNS:
            return Ensemble([simple, shape], combine="max"), "single values and shapes of a short series"
        return self._of_many_columns(rows) or shape, f"{columns} columns that move together"

    def _series(self, rows: Floats, longest: int, longest_own: int) -> tuple[Detector, str]:
        """Four kinds of members, each in windows of every length: the fixed ones, and those of the period."""
        how, period = _EFFORTS[self.effort], _shared_period(rows, longest_own)
        self.discord_ = self._discord(period, [each for each in _LADDER[:: how.rungs] if each <= longest])
        self.smooth_ = self.smooth_rows or (period or 2) // 2
        own = [int(share * period) for share in how.shares] if period else []
        windows = {min(max(each, _WINDOWS[0]), longest_own) for each in own}
        windows |= {each for each in _WINDOWS if each <= longest}
        members = [member for window in sorted(windows) for member in self._of_windows(window, how.most_windows)]
        told = "no period of its own" if period is None else f"a period of {period} rows"
        blocks = _BLOCKS_OF_FEW if np.count_nonzero(~walls(rows)) <= _FEW_ROWS else None
        return Ensemble(members, combine="rms", calibration_blocks=blocks), f"a series with {told}"

    def _discord(self, period: int | None, rungs: list[int]) -> Discord | None:
        """For one place in windows of all lengths; else where shapes repeat, in windows of one repeat at most."""
        if not self.one_place:
            shapely = period is not None and period >= _SHAPELY_PERIOD
            rungs = [each for each in rungs if shapely and each <= max(period or 0, rungs[0])]
        return Discord(rungs, True, self.least_spread) if rungs and self.hindsight else None

    def _of_windows(self, window: int, most: int) -> Iterator[Detector]:
        common: dict[str, Any] = {"hindsight": self.hindsight, "least_spread": self.least_spread}
        yield WindowKnn(window, "form", most, **common)
        yield WindowKnn(window, "shape", most, **common)
        yield SubPca(window, **common)
        yield WindowStatistics(window, **common)

    def _of_many_columns(self, rows: Floats) -> Detector | None:
        """None where stretches are too short for it."""
        if np.mean(rows_since_wall(rows)[~walls(rows)] >= _STRETCH_ROWS) < 0.5:
            return None
        smooth = self.smooth_rows or _SMOOTH_ROWS
        # A lone glitch is half of an average of two rows: usual rows hold some, which then set the threshold.
        widths = [max(1, smooth // 5), max(1, smooth // 2), 2 * smooth]
        forecasts = [RidgeForecast(ahead, self.least_spread) for ahead in (1, _AHEAD_ROWS)]
        kinds = WindowKmeans(hindsight=self.hindsight, least_spread=self.least_spread)
        return Ensemble([Scan(member, widths, self.hindsight) for member in [*forecasts, kinds]], combine="multiples")

    def _of_a_table(self, count: int) -> Detector:
        """Values alone, columns together, and rows nearby: few where the rows are clean, many where they are not.

        In hindsight they hold what is looked for, and one anomaly would vouch for the next: no single row is asked.
        """
        some, most_rows = Knn().neighbors, Knn().most_rows
        few = [some] if self.hindsight else [1, some]
        many = max(some, int(np.sqrt(min(count, most_rows))))
        common: dict[str, Any] = {"least_spread": self.least_spread, "random_state": self.random_state}
        near = [Knn(neighbors, **common) for neighbors in [*few, many]]
        near += [Knn(neighbors, scale="normal", random_state=self.random_state) for neighbors in few]
        return Ensemble([Hbos(), RobustMahalanobis(least_spread=self.least_spread), *near], combine="fourth")


def _shared_period(rows: Floats, longest: int) -> int | None:
    """The longest of the columns' own periods that is not too long to be looked at as one shape."""
    found = [own_period(column) for column in rows.T]
    return max((each for each in found if each is not None and each <= min(longest, _LONGEST_PERIOD)), default=None)


def _shows_windows(rows: Floats, longest: int) -> bool:
    """Whether windows tell more than rows: in short series only where rows resemble their neighbours."""
    return longest >= _WINDOWS[-1] or (longest >= _WINDOW_ROWS and _resemble_their_neighbours(rows))


def _resemble_their_neighbours(rows: Floats) -> bool:
    """Whether the columns mostly correlate with themselves a row later."""
    scaled = learn_scale(rows).apply(rows)
    pairs = [scaled[:-1], scaled[1:]]
    both = ~np.isnan(pairs[0]) & ~np.isnan(pairs[1])
    now, later = (np.where(both, part, 0.0) for part in pairs)
    power = np.sqrt((now**2).sum(axis=0) * (later**2).sum(axis=0))
    return bool(np.median((now * later).sum(axis=0)[power > 0] / power[power > 0]) > _ALIKE) if power.any() else True


EXAMPLE = Auto()
