"""The public holidays of a made country: eight fixed days a year, and two long feasts and a day that the moon moves."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from isang.words.frame import Flags

_FIXED = ((1, 1), (3, 1), (5, 5), (6, 6), (8, 15), (10, 3), (10, 9), (12, 25))
# First day on which it can begin, how many days it may begin later, how many days it lasts.
_MOVED = (((1, 20), 30, 3), ((5, 1), 28, 1), ((9, 7), 30, 3))


def holidays(first: date, days: int, random: np.random.Generator) -> Flags:
    """(days,) True for each holiday, the first of them being `first`."""
    last = first + timedelta(days=days - 1)
    found: set[date] = set()
    for year in range(first.year, last.year + 1):
        found |= {date(year, month, day) for month, day in _FIXED}
        for (month, day), latest, lasts in _MOVED:
            begin = date(year, month, day) + timedelta(days=int(random.integers(latest)))
            found |= {begin + timedelta(days=more) for more in range(lasts)}
    return np.array([first + timedelta(days=day) in found for day in range(days)])
