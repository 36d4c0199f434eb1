"""How busy the services are at each time: by the hour, the day of the week, and no two days alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from isang.words.frame import Floats, Integers

SECOND, MINUTE, DAY = 1000, 60_000, 86_400_000  # ms
_SLOT = 10 * MINUTE
_NIGHT, _BUMPS = 0.15, ((10.5, 0.7, 2.0), (15.0, 0.8, 2.5), (20.5, 1.0, 2.2))  # hour, height, width
_WEEKEND, _DAYS_DIFFER = 0.6, 0.05


@dataclass(frozen=True)
class Load:
    """`share` (s,) is which part of all that happens has happened by `time` (s,) in ms since 1970."""

    time: Floats
    share: Floats

    def moment(self, share: Floats | float) -> Integers:
        """When such a share has happened."""
        return np.asarray(np.interp(share, self.share, self.time), dtype=np.int64)

    def by(self, moment: int) -> float:
        """The share that has happened by then."""
        return float(np.interp(moment, self.time, self.share))

    @property
    def peak(self) -> float:
        """The largest share that happens in a ms."""
        return float((np.diff(self.share) / np.diff(self.time)).max())


def load(begin: datetime, days: int, random: np.random.Generator) -> Load:
    """The load of so many days."""
    first = round(begin.replace(tzinfo=UTC).timestamp()) * SECOND
    time = first + np.arange(days * DAY // _SLOT + 1) * _SLOT
    day = np.arange(len(time) - 1) * _SLOT // DAY
    hours = np.arange(len(time) - 1) * _SLOT % DAY / (60 * MINUTE)
    course = _NIGHT + sum(height * np.exp(-0.5 * _apart(hours, peak, width) ** 2) for peak, height, width in _BUMPS)
    week = np.where((begin.weekday() + day) % 7 >= 5, _WEEKEND, 1.0)
    alike = np.exp(_DAYS_DIFFER * random.standard_normal(days))[day]
    happened = np.append(0.0, np.cumsum(course * week * alike))
    return Load(time.astype(np.float64), happened / happened[-1])


def _apart(hours: Floats, peak: float, width: float) -> Floats:
    return np.asarray(((hours - peak + 12) % 24 - 12) / width)
