"""What others do with daily costs, as told in their documentation: each day judged by the days before it.

Costs are (series, days); what comes back has the same shape: by how many times a day's difference exceeds what is let
pass, over 1 where it is flagged as too much and under -1 as too little.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from isang.words.frame import Floats

Peer = Callable[[Floats], Floats]

_AWS_DAYS, _AWS_MONEY, _AWS_SHARE = 7, 100.0, 0.4
_AZURE_DAYS, _AZURE_BAND = 60, 2.576  # spreads that hold 99 % of a normal distribution
_WEEKS, _MADS, _MAD_TO_SIGMA = 12, 3.0, 1.4826
_CENT = 0.01  # nobody is told of less


def aws_rule(costs: Floats) -> Floats:
    """AWS Cost Anomaly Detection's usual subscription: at least $100 and 40 % from the mean of seven days.

    AWS's model is not published, so its floors stand alone, and it tells only of too much: here of too little as well.
    """
    expected = np.full(costs.shape, np.nan)
    before = np.lib.stride_tricks.sliding_window_view(costs, _AWS_DAYS, axis=1)[:, :-1]
    expected[:, _AWS_DAYS:] = before.mean(axis=2)
    return _beyond(costs - expected, np.maximum(_AWS_MONEY, _AWS_SHARE * expected))


def azure_forecast(costs: Floats) -> Floats:
    """A band of 99 % about a forecast from 60 days, as Azure has it; a trend and weekdays, not a WaveNet."""
    known, day = np.arange(_AZURE_DAYS), _AZURE_DAYS
    X, ahead = _regressors(known), _regressors(np.array([day]))[0]
    fit = np.linalg.pinv(X)  # (8, 60)
    freedom, leverage = len(X) - X.shape[1], 1 + ahead @ np.linalg.inv(X.T @ X) @ ahead
    apart, band = np.full(costs.shape, np.nan), np.full(costs.shape, np.nan)
    for at in range(_AZURE_DAYS, costs.shape[1]):
        window = costs[:, at - _AZURE_DAYS : at]
        learnt = window @ fit.T
        spread = np.sqrt(((window - learnt @ X.T) ** 2).sum(axis=1) / freedom * leverage)
        apart[:, at], band[:, at] = costs[:, at] - learnt @ ahead, _AZURE_BAND * spread
    return _beyond(apart, band)


def weekday_median(costs: Floats) -> Floats:
    """The median of the same weekday in twelve weeks, and three MADs (as spreads of a normal) about it."""
    days = costs.shape[1]
    apart, band = np.full(costs.shape, np.nan), np.full(costs.shape, np.nan)
    for at in range(7 * _WEEKS, days):
        same = costs[:, at - 7 * _WEEKS : at : 7]
        median = np.median(same, axis=1)
        mad = np.median(np.abs(same - median[:, None]), axis=1)
        apart[:, at], band[:, at] = costs[:, at] - median, _MADS * _MAD_TO_SIGMA * mad
    return _beyond(apart, band)


PEERS: dict[str, Peer] = {
    "AWS rule": aws_rule,
    "60-day band": azure_forecast,
    "weekday 3 MAD": weekday_median,
}


def _beyond(apart: Floats, band: Floats) -> Floats:
    """Differences in bands, none of them narrower than a cent; 0 where there is nothing to judge by."""
    return np.nan_to_num(apart / np.maximum(band, _CENT))


def _regressors(day: NDArray[np.int64]) -> Floats:
    """(days, 8) a weekday each and a trend."""
    return np.column_stack([day[:, None] % 7 == np.arange(7), day / _AZURE_DAYS]).astype(np.float64)
