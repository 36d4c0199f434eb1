"""Scores → tail probabilities learnt from the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from isang.clusters import cluster_gap, clusters
from isang.words.frame import Floats, Integers

_START_QUANTILES = (0.98, 0.95, 0.9, 0.8, 0.7, 0.5)
_ENOUGH_PEAKS = 200
_FEWEST_PEAKS = 8
_FEWEST_ROWS = 30
_CENSORED = 0.1  # of the peaks: the highest may be anomalies, and are known only to be high
_SHAPE_PRIOR = (0.1, 0.2)  # mean and standard deviation; scores are tail-heavy, rarely extremely so
_SHAPE_BOUNDS = (-0.5, 1.0)


@dataclass(frozen=True)
class Past:
    """Scores to learn a threshold from, in grid order, NaN = not scored.

    `entity` (n,) as in the grid; `span_s` is the stretch of calendar time that they cover, None without time.
    """

    scores: Floats
    entity: Integers
    context_rows: int
    span_s: float | None

    @property
    def rows(self) -> int:
        """How many rows were scored."""
        return int(np.isfinite(self.scores).sum())


@dataclass(frozen=True)
class Tail:
    """Tail probability of a score: ranks in the body, a generalised Pareto tail beyond `start`.

    The tail is fitted to the peaks of clusters, not to rows, since neighbours repeat each other (peaks over
    threshold, Davison & Smith 1990, doi:10.1111/j.2517-6161.1990.tb01796.x). The highest tenth of the peaks only
    counts as "high" (right-censored), so that the anomalies sought do not raise the bar for themselves.
    """

    body: Floats
    start: float
    rows_beyond: float
    peaks_per_row: float
    scale: float
    shape: float

    def probability(self, scores: Floats) -> Floats:
        """(n,) chance that a usual row scores this high; NaN stays NaN."""
        ranks = len(self.body) - np.searchsorted(self.body, scores, side="left")
        p = np.maximum(ranks, 1) / (len(self.body) + 1)
        beyond = np.asarray(scores) > self.start
        p = np.where(beyond, self.rows_beyond * self._survival(scores), p)
        return np.where(np.isnan(scores), np.nan, np.maximum(p, 1e-300))

    def score_at_rate(self, peaks_per_row: float) -> float:
        """The score that clusters of usual rows exceed this often, in clusters a row."""
        share = peaks_per_row / self.peaks_per_row if self.peaks_per_row else 1.0
        return self.start + self._excess(min(share, 1.0))

    def peak_rate(self, score: float) -> float:
        """How often clusters of usual rows exceed this score, in clusters a row."""
        return self.peaks_per_row * float(self._survival(np.array([score]))[0])

    def score_at(self, p: float) -> float:
        """The score whose tail probability for a row is p."""
        if p >= self.rows_beyond:
            return float(np.quantile(self.body, 1 - p))
        return self.start + self._excess(p / self.rows_beyond)

    def _survival(self, scores: Floats) -> Floats:
        excess = np.maximum(np.nan_to_num(np.asarray(scores)) - self.start, 0.0)
        return np.asarray(np.exp(_log_survival(excess, self.scale, self.shape)))

    def _excess(self, share: float) -> float:
        if self.scale == 0:
            return 0.0
        if abs(self.shape) < 1e-6:
            return float(-self.scale * np.log(share))
        return float(self.scale / self.shape * (share**-self.shape - 1))


def learn_tail(past: Past) -> Tail | None:
    """The tail of past scores, or None where there are too few rows to learn one from."""
    rows = np.flatnonzero(np.isfinite(past.scores))
    if len(rows) < _FEWEST_ROWS:
        return None
    body = np.sort(past.scores[rows])
    start, peaks = _peaks(past, rows, body)
    if not len(peaks):
        return _flat_tail(body)
    scale, shape = _fit_pareto(peaks - start)
    beyond = float(np.mean(body > start))
    return Tail(body, start, beyond, len(peaks) / len(rows), scale, shape)


def _flat_tail(body: Floats) -> Tail:
    """All scores equal: nothing lies beyond."""
    return Tail(body, float(body[-1]), 1 / (len(body) + 1), 0.0, 1e-9 + abs(float(body[-1])), 0.0)


def _peaks(past: Past, rows: Integers, body: Floats) -> tuple[float, Floats]:
    """The highest start that leaves enough clusters above it (or most of them), and the peak of each."""
    best: tuple[float, Floats] = (float(body[-1]), np.empty(0))
    gap = cluster_gap(past.context_rows)
    for quantile in _START_QUANTILES:
        start = float(body[int(quantile * (len(body) - 1))])
        above = rows[past.scores[rows] > start]
        if len(above):
            peaks = _highest(past.scores[above], clusters(above, past.entity[above], gap))
            best = max(best, (start, peaks), key=lambda found: len(found[1]))
        if len(best[1]) >= _ENOUGH_PEAKS:
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


def _fit_pareto(excess: Floats) -> tuple[float, float]:
    """Scale and shape by penalised likelihood, the highest tenth censored (cf. Coles & Dixon 1999).

    With a handful of peaks (scores that are nearly constant) the shape is the prior's and the scale their median.
    """
    if len(excess) < _FEWEST_PEAKS:
        return float(np.median(excess)), _SHAPE_PRIOR[0]
    cap = float(np.quantile(excess, 1 - _CENSORED))
    seen, censored = excess[excess <= cap], int(np.sum(excess > cap))
    unit = float(np.mean(np.minimum(excess, cap)))

    def loss(parameters: Floats) -> float:
        scale, shape = float(np.exp(parameters[0])), float(parameters[1])
        density = (1 + shape) * _log_survival(seen / unit, scale, shape) - np.log(scale)
        beyond = censored * _log_survival(np.array([cap / unit]), scale, shape)[0]
        mean, deviation = _SHAPE_PRIOR
        return float(-density.sum() - beyond + 0.5 * ((shape - mean) / deviation) ** 2)

    start, bounds = np.array([0.0, _SHAPE_PRIOR[0]]), [(-7.0, 7.0), _SHAPE_BOUNDS]
    fitted = minimize(loss, start, method="Nelder-Mead", bounds=bounds).x
    return float(np.exp(fitted[0])) * unit, float(fitted[1])


def _log_survival(excess: Floats, scale: float, shape: float) -> Floats:
    if abs(shape) < 1e-6:
        return -excess / scale
    return np.asarray(-np.log1p(_clipped(shape * excess / scale)) / shape)


def _clipped(x: Floats) -> Floats:
    """A negative shape has an end point; beyond it the survival is tiny, not undefined."""
    return np.maximum(x, -1 + 1e-12)
