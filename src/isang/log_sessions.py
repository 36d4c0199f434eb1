"""Sessions of logs that lie farther from all that came at other times, or before, than any of these from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.detectors.base import Detector
from isang.detectors.log_sessions import LogSessions
from isang.log_ended import Ended
from isang.logs.news import FAR
from isang.logs.slots import counted
from isang.logs.summed import ENDED
from isang.words.frame import Integers

_FEWEST, _BLOCKS = 100, 10  # sessions that are learnt from; parts of them, each judged by the others


@dataclass(frozen=True)
class Met:
    """A detector of sessions, and the highest score that one of those had which it learnt from, by the others.

    Of usual sessions as many again, about one lies farther off.
    """

    detector: Detector
    highest: float


def meet(sessions: Ended, eras: Sequence[int]) -> Met | None:
    """What the sessions of these eras teach; None where they are too few."""
    which = sessions.which[np.isin(sessions.era, eras)]
    if len(which) < _FEWEST:
        return None
    block = np.arange(len(which)) * _BLOCKS // len(which)
    parts = [(_learnt(sessions, which[block != one]), which[block == one]) for one in range(_BLOCKS)]
    past = [detector.anomaly_score(sessions.counts[np.unique(own)]) for detector, own in parts]
    return Met(_learnt(sessions, which), float(np.concatenate(past).max()))


def strange(sessions: Ended, met: Mapping[int, Met | None]) -> pl.DataFrame:
    """The last lines of sessions that lie farther off, as counted rows that are news; `met` judges each era."""
    found = np.zeros(len(sessions.which), dtype=np.bool_)
    for era, by in met.items():
        own = np.flatnonzero(sessions.era == era)
        if by is not None and len(own):
            different, place = np.unique(sessions.which[own], return_inverse=True)
            found[own] = (by.detector.anomaly_score(sessions.counts[different]) > by.highest)[place]
    log, slot, record = (of[found] for of in (sessions.log, sessions.slot, sessions.record))
    kind, score = np.full(len(log), ENDED), np.full(len(log), np.nan)
    rows = counted(log, kind, slot, score, np.zeros(len(log), dtype=np.bool_), record).sort("log", "slot")
    return rows.with_columns(expected=pl.lit(0.0), spread=pl.lit(1.0), unusual=pl.lit(0.0), apart=pl.lit(FAR))


def _learnt(sessions: Ended, which: Integers) -> LogSessions:
    return LogSessions().fit(sessions.counts[np.unique(which)])
