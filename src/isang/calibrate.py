"""Scores → tail probabilities learnt from the past."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from isang.clusters import cluster_gap, clusters
from isang.words.frame import Floats, Integers

_START_QUANTILES = (0.9995, 0.999, 0.998, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5)
_ENOUGH_PEAKS = 200
# For rates, so many are enough among scores that are less rare: there runs merge, and the higher of several strange
# rows stands for them all, so that a tail fitted to such peaks ends too soon.
_RARE, RATE_PEAKS = 0.95, 60
_FEWEST_PEAKS = 8
_FEWEST_ROWS = 30
_CENSORED = 0.1  # of the peaks: the highest may be anomalies, and are known only to be high
_SHAPE_PRIOR = (0.0, 0.2)  # mean and standard deviation: exponential, unless the peaks say otherwise
# A mixture of calm and busy times looks like a heavier tail than either has, for which nothing would be rare.
_LEAST_SHAPE, _MOST_SHAPE = -0.5, 0.35
_NO_SHAPE = 1e-6
_LEAST_P = 1e-300
_UNBELIEVABLE = 1e-3  # times in such a past


@dataclass(frozen=True)
class Past:
    """Scores to learn a threshold from, in grid order, NaN = not scored.

    `entity` (n,) as in the grid; `span_s` is the stretch of calendar time that they cover, None without time.
    `event` (n,) is the number of a row's event, -1 outside; None where no events are known. Scores up to `least` are
    no news, whatever a budget of alarms would allow. `normal`: usual ones are normal deviations.
    """

    scores: Floats
    entity: Integers
    context_rows: int
    span_s: float | None
    event: Integers | None = None
    least: float = -np.inf
    normal: bool = False

    @property
    def rows(self) -> int:
        """How many rows were scored."""
        return int(np.isfinite(self.scores).sum())

    @property
    def usual(self) -> Past:
        """The same without the rows of events."""
        if self.event is None:
            return self
        return replace(self, scores=np.where(self.event >= 0, np.nan, self.scores), event=None)

    @property
    def without_the_highest(self) -> Past:
        """The same without the highest score and all rows that look as far as it; some score is needed."""
        highest = int(np.nanargmax(self.scores))
        near = np.abs(np.arange(len(self.scores)) - highest) <= cluster_gap(self.context_rows)
        near &= self.entity == self.entity[highest]
        return replace(self, scores=np.where(near, np.nan, self.scores))

    def beside(self, scores: Floats) -> Past:
        """The same with scores (n,) of further rows, NaN elsewhere."""
        return replace(self, scores=np.where(np.isnan(scores), self.scores, scores))


@dataclass(frozen=True)
class Pareto:
    """A generalised Pareto distribution of what exceeds a start."""

    scale: float
    shape: float

    def __post_init__(self) -> None:
        if self.scale < 0:
            raise ValueError(f"the scale of a tail is {self.scale}; it cannot be negative.")

    def log_survival(self, excess: Floats) -> Floats:
        """Log of the chance to exceed the start by more than this; tiny, not undefined, beyond an end point."""
        if abs(self.shape) < _NO_SHAPE:
            return np.asarray(-excess / self.scale)
        return np.asarray(-np.log1p(np.maximum(self.shape * excess / self.scale, -1 + 1e-12)) / self.shape)

    def log_density(self, excess: Floats) -> Floats:
        """Log density at these excesses."""
        return np.asarray((1 + self.shape) * self.log_survival(excess) - np.log(self.scale))

    def excess_at(self, share: float) -> float:
        """The excess that this share of all excesses is beyond."""
        if abs(self.shape) < _NO_SHAPE:
            return float(-self.scale * np.log(share))
        return float(self.scale / self.shape * (share**-self.shape - 1))


@dataclass(frozen=True)
class Tail:
    """Tail probability of a score: ranks in the body, a generalised Pareto tail beyond `start`.

    The tail is fitted to the peaks of clusters, not to rows, since neighbours repeat each other (peaks over
    threshold, Davison & Smith 1990, doi:10.1111/j.2517-6161.1990.tb01796.x). The highest tenth of the peaks only
    counts as "high" (right-censored), so that the anomalies sought do not raise the bar for themselves.
    Rates come from the `likely` fit, probabilities from a `cautious` one that has no end point, since past the end
    of all experience nothing should be called impossible.
    """

    body: Floats
    start: float
    rows_beyond: float
    peaks_per_row: float
    likely: Pareto
    cautious: Pareto

    def __post_init__(self) -> None:
        if self.body.ndim != 1 or not len(self.body) or np.any(np.diff(self.body) < 0):
            raise ValueError("the scores of a tail must be sorted.")

    def probability(self, scores: Floats) -> Floats:
        """(n,) chance that a usual row scores this high; NaN stays NaN."""
        ranks = len(self.body) - np.searchsorted(self.body, scores, side="left")
        body = np.maximum(ranks, 1) / (len(self.body) + 1)
        excess = np.nan_to_num(np.asarray(scores, dtype=np.float64) - self.start, nan=0.0)
        beyond = self.rows_beyond * np.exp(self.cautious.log_survival(np.maximum(excess, 0.0)))
        p = np.where(excess > 0, beyond, body)
        return np.where(np.isnan(scores), np.nan, np.maximum(p, _LEAST_P))

    @property
    def run_rows(self) -> float:
        """How many rows usual rows stay beyond `start` once they are: neighbours repeat each other."""
        return max(1.0, self.rows_beyond / self.peaks_per_row) if self.peaks_per_row else 1.0

    def score_at_rate(self, peaks_per_row: float) -> float:
        """The score that clusters of usual rows exceed this often, in clusters a row."""
        share = peaks_per_row / self.peaks_per_row if self.peaks_per_row else 1.0
        return self.start + self.likely.excess_at(min(share, 1.0))

    def peak_rate(self, score: float) -> float:
        """How often clusters of usual rows exceed this score, in clusters a row."""
        excess = np.array([max(score - self.start, 0.0)])
        return self.peaks_per_row * float(np.exp(self.likely.log_survival(excess))[0])

    def score_at(self, p: float) -> float:
        """The score whose tail probability for a row is p."""
        if p >= self.rows_beyond:
            return float(np.quantile(self.body, 1 - p))
        return self.start + self.cautious.excess_at(p / self.rows_beyond)


def learn_tail(past: Past, censored: float = _CENSORED, few_peaks: int = _ENOUGH_PEAKS) -> Tail | None:
    """The tail of past scores, or None where there are too few rows to learn one from.

    `censored`: the share of the peaks that may be anomalies, and only count as "high"; `few_peaks` are enough to start
    among scores that are not rare.
    """
    rows = np.flatnonzero(np.isfinite(past.scores))
    if len(rows) < _FEWEST_ROWS:
        return None
    body = np.sort(past.scores[rows])
    start, peaks = _peaks(past, rows, body, few_peaks)
    if not len(peaks):
        return _flat_tail(body)
    excess, beyond = peaks - start, float(np.mean(body > start))
    likely, cautious = (_fit_pareto(excess, lowest, censored) for lowest in (_LEAST_SHAPE, 0.0))
    # Ten peaks leave open how wide a tail is. Averaged over that, the next excess is heavier-tailed than the best fit:
    # of an exponential one known from n excesses, it is a Pareto of shape 1/n. Half of that: slow normal scores end
    # sooner, and would give less than half of the alarms that were asked for. A scale that is told from the median of
    # a handful of peaks is twice as uncertain as one from their mean.
    left_open = 0.5 if len(peaks) >= _FEWEST_PEAKS else 1.0
    likely = replace(likely, shape=likely.shape + left_open / len(peaks))
    return Tail(body, start, beyond, len(peaks) / len(rows), likely, cautious)


def believable(past: Past) -> Past:
    """Past scores without their highest cluster, if by the tail of the others it is unbelievable.

    With all rows that look as far as it. Unbelievable is what comes less than once in a thousand such pasts. A tenth of
    the peaks of a long past may be anomalies as it is (`Tail`); in a short one a single anomaly is more than that.
    """
    others = past.without_the_highest
    tail = learn_tail(others, few_peaks=RATE_PEAKS)
    alone = tail is not None and tail.peak_rate(float(np.nanmax(past.scores))) * others.rows < _UNBELIEVABLE
    return others if alone else past


def _flat_tail(body: Floats) -> Tail:
    """All scores equal: nothing lies beyond, and what does is judged by the size of the scores."""
    flat = Pareto(1e-9 + abs(float(body[-1])), 0.0)
    return Tail(body, float(body[-1]), 1 / (len(body) + 1), 0.0, flat, flat)


def _peaks(past: Past, rows: Integers, body: Floats, few_peaks: int) -> tuple[float, Floats]:
    """The highest start that leaves enough clusters above it (or most of them), and the peak of each."""
    best: tuple[float, Floats] = (float(body[-1]), np.empty(0))
    gap = cluster_gap(past.context_rows)
    for quantile in _START_QUANTILES:
        start = float(body[int(quantile * (len(body) - 1))])
        above = rows[past.scores[rows] > start]
        if len(above):
            peaks = _highest(past.scores[above], clusters(above, past.entity[above], gap))
            best = max(best, (start, peaks), key=lambda found: len(found[1]))
        if len(best[1]) >= (_ENOUGH_PEAKS if quantile > _RARE else few_peaks):
            break
    if len(best[1]) >= _FEWEST_PEAKS:
        return best
    return max(best, _stretch_peaks(past, rows, gap), key=lambda found: len(found[1]))


def _stretch_peaks(past: Past, rows: Integers, gap: int) -> tuple[float, Floats]:
    """Slow scores form too few clusters: the highest of each stretch of `gap` rows instead, the upper half of them."""
    stretch = past.entity[rows] * (len(past.scores) // gap + 1) + rows // gap
    peaks = _highest(past.scores[rows], np.unique(stretch, return_inverse=True)[1])
    start = float(np.median(peaks))
    return start, peaks[peaks > start]


def _highest(scores: Floats, group: Integers) -> Floats:
    peaks = np.full(int(group.max()) + 1, -np.inf)
    np.maximum.at(peaks, group, scores)
    return peaks


def _fit_pareto(excess: Floats, least_shape: float, share: float) -> Pareto:
    """Scale and shape by penalised likelihood, the highest share censored (cf. Coles & Dixon 1999).

    With a handful of peaks (scores that are nearly constant) the shape is the prior's, the scale that of their median.
    """
    if len(excess) < _FEWEST_PEAKS:
        usual = np.cumsum(1 / np.arange(len(excess), 0, -1))  # of so many exponential ones in order, on average
        return Pareto(float(np.median(excess) / np.median(usual)), _SHAPE_PRIOR[0])
    cap = float(np.quantile(excess, 1 - share))
    seen, censored = excess[excess <= cap], int(np.sum(excess > cap))
    unit = float(np.mean(np.minimum(excess, cap)))

    def loss(parameters: Floats) -> float:
        tried = Pareto(float(np.exp(parameters[0])), float(parameters[1]))
        beyond = censored * tried.log_survival(np.array([cap / unit]))[0]
        mean, deviation = _SHAPE_PRIOR
        unlikely = 0.5 * ((tried.shape - mean) / deviation) ** 2
        return float(unlikely - tried.log_density(seen / unit).sum() - beyond)

    bounds = [(-7.0, 7.0), (least_shape, _MOST_SHAPE)]
    scale, shape = minimize(loss, np.array([0.0, _SHAPE_PRIOR[0]]), method="Nelder-Mead", bounds=bounds).x
    return Pareto(float(np.exp(scale)) * unit, float(shape))
