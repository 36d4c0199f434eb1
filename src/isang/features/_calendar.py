"""Public holidays of a country on the wall clock; the library is imported where one is named."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

import numpy as np

from isang.errors import UsageError
from isang.words.frame import Flags, Integers

_DAY_US = 86_400_000_000
_FIRST_DAY = date(1970, 1, 1).toordinal()
_MONDAY, _SATURDAY, _SUNDAY = 0, 5, 6


def check_country(country: str) -> None:
    """UsageError unless the holidays of this country (KR, KOR) are known."""
    from holidays import list_supported_countries

    codes = list_supported_countries()
    if country.upper() not in codes:
        near = ", ".join(get_close_matches(country.upper(), codes, n=4, cutoff=0.3) or ("KR", "US", "DE"))
        raise UsageError(f"the holidays of '{country}' are not known; write the code of a country, such as {near}.")


def as_lived(clock: Integers, country: str) -> Integers:
    """The clock (µs) moved within its week to the day as which it is lived.

    The first free day (a weekend day or a public holiday) after work is a Saturday, the next are Sundays, the first day
    of work after them is a Monday: so the night before a day is of its kind, too.
    """
    from holidays import country_holidays

    check_country(country)
    days, place = np.unique(clock // _DAY_US, return_inverse=True)
    years = np.unique(days.astype("datetime64[D]").astype("datetime64[Y]")).astype(np.int64) + 1970
    wanted = range(int(years.min()) - 1, int(years.max()) + 1) if len(years) else ()
    public = [one.toordinal() - _FIRST_DAY for one in country_holidays(country.upper(), years=wanted)]

    def free(day: Integers) -> Flags:
        return np.isin(day, public) | (_weekday(day) >= _SATURDAY)

    rests, rested = free(days), free(days - 1)
    lived = np.select([rests & rested, rests, rested], [_SUNDAY, _SATURDAY, _MONDAY], _weekday(days))
    return np.asarray(clock + (lived - _weekday(days))[place] * _DAY_US)


def _weekday(day: Integers) -> Integers:
    return (day + 3) % 7  # 1970-01-01 was a Thursday
