"""A farm of servers in four functions: what each counts every five minutes for two years, and its incidents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from isang.synthetic._incidents import Farm, happen, incidents
from isang.synthetic._traffic import DAY, FUNCTIONS, usual_counters
from isang.synthetic.base import Made, made
from isang.words.frame import Columns, Flags, Floats

SLOT = timedelta(minutes=5)
_COUNTERS = ("Request", "Success", "Fail", "Session")
_LOST_EVERY, _LOST_AGAIN, _LOST_MOST = 2000, 0.3, 6  # slots between losses; how often another is lost too; at most


def counters(
    days: int = 730,
    *,
    start: str = "2017-01-01",
    servers: tuple[int, int, int, int] = (3, 4, 3, 3),
    incidents_a_year: float = 60.0,
    clean_days: int = 0,
    random_state: int = 0,
) -> Made:
    """Counters of servers in four functions, every five minutes, with seasons, growth, holidays and incidents.

    `servers` is how many INFO, LOGIN, MENU and STREAM have; one is called `LOGIN_2`, or `LOGIN` where it is alone.
    Incidents are from hardly to be seen to obvious, none in the first `clean_days`; they touch no row but their own,
    and one of several servers is an event of each. Request is Success + Fail except where a counter is stuck. Now and
    then a slot of a whole function is absent and means nothing. `counter_files` gives the files of it.

    >>> counters(days=28, incidents_a_year=400).events["fault"].n_unique()
    8
    """
    usual, happening, losing = np.random.default_rng(random_state).spawn(3)
    begin, farm = datetime.fromisoformat(start).replace(tzinfo=UTC), _farm(servers)
    values = usual_counters(begin.date(), days, {name: len(own) for name, own in farm.items()}, usual)
    happened = incidents(farm, range(clean_days * DAY, days * DAY), incidents_a_year, happening)
    events = [event for one in happened for event in happen(values, one, happening)]
    for own in farm.values():
        _lose(values[own.start : own.stop], losing)
    whole, kept = (
        made(_frame(values, begin, farm), Columns("time", ("server",), _COUNTERS), events),
        _kept(values, farm),
    )
    return Made(whole.frame.filter(kept), whole.columns, whole.events, whole.truth[kept])


def _farm(servers: tuple[int, ...]) -> Farm:
    if min(servers) < 1:
        raise ValueError(f"servers {servers}: each of {', '.join(FUNCTIONS)} needs one.")
    stops = np.cumsum(servers).tolist()
    return {name: range(stop - own, stop) for name, own, stop in zip(FUNCTIONS, servers, stops, strict=True)}


def _names(farm: Farm) -> list[str]:
    return [
        f"{function}_{number}" if len(own) > 1 else function
        for function, own in farm.items()
        for number in range(1, len(own) + 1)
    ]


def _lose(values: Floats, random: np.random.Generator) -> None:
    """Lose slots of all servers of a function, single ones and a few in a row; never the first or the last of all."""
    slots = values.shape[1]
    first = random.integers(1, slots - _LOST_MOST, slots // _LOST_EVERY)
    lasts = np.minimum(random.geometric(1 - _LOST_AGAIN, len(first)), _LOST_MOST)
    for begin, end in zip(first, first + lasts, strict=True):
        values[:, begin:end] = np.nan


def _frame(values: Floats, begin: datetime, farm: Farm) -> pl.DataFrame:
    """A row for each server and slot, server by server."""
    servers, slots, _ = values.shape
    time = pl.datetime_range(begin, begin + slots * SLOT, interval=SLOT, closed="left", time_unit="us", eager=True)
    rows = values.reshape(servers * slots, len(_COUNTERS))
    return pl.DataFrame(
        {
            "time": time.gather(np.tile(np.arange(slots), servers)),
            "server": pl.Series(_names(farm)).gather(np.repeat(np.arange(servers), slots)),
            **{name: rows[:, at] for at, name in enumerate(_COUNTERS)},
        }
    ).fill_nan(None)


def _kept(values: Floats, farm: Farm) -> Flags:
    """(servers * slots,) rows of the slots in which any server of the function has a value."""
    anything = [~np.isnan(values[own.start : own.stop]).all(axis=(0, 2)) for own in farm.values()]
    return np.concatenate([np.tile(slots, len(own)) for slots, own in zip(anything, farm.values(), strict=True)])
