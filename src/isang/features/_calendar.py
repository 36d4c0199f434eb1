"""Public holidays of a country on the wall clock; the library is imported where one is named."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

import numpy as np

from isang.errors import UsageError
from isang.words.frame import Integers

_DAY_US = 86_400_000_000
_FIRST_DAY = date(1970, 1, 1).toordinal()
_SUNDAY = 6  # where Monday is 0


def check_country(country: str) -> None:
    """UsageError unless the holidays of this country (KR, KOR) are known."""
    from holidays import list_supported_countries

    codes = list_supported_countries()
    if country.upper() not in codes:
        near = ", ".join(get_close_matches(country.upper(), codes, n=4, cutoff=0.3) or ("KR", "US", "DE"))
        raise UsageError(f"the holidays of '{country}' are not known; write the code of a country, such as {near}.")


def on_sundays(clock: Integers, country: str) -> Integers:
    """The clock (µs) with each public holiday moved to the Sunday of its week, as which it is lived."""
    from holidays import country_holidays

    check_country(country)
    day = clock // _DAY_US
    years = np.unique(day.astype("datetime64[D]").astype("datetime64[Y]")).astype(np.int64) + 1970
    free = [one.toordinal() - _FIRST_DAY for one in country_holidays(country.upper(), years=years.tolist())]
    ahead = _SUNDAY - (day + 3) % 7  # 1970-01-01 was a Thursday
    return np.where(np.isin(day, free), clock + ahead * _DAY_US, clock)
