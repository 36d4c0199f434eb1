"""A paper machine: its sensors every two minutes, and the sheet breaks that stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from isang.synthetic.base import Event, Made, made
from isang.words.frame import Columns, Floats, Integers

_START = datetime(2026, 5, 4, tzinfo=UTC)
_STEP_S = 120
_ROWS = 12 * 86_400 // _STEP_S
# Level and usual spread of each sensor, by the part of the machine; the sensors of a part move together.
_PARTS: dict[str, dict[str, tuple[float, float]]] = {
    "stock": {
        "stock_flow": (420, 6),
        "consistency": (3.4, 0.05),
        "filler_flow": (38, 1.2),
        "retention_aid": (1.8, 0.06),
        "freeness": (410, 9),
        "headbox_ph": (7.2, 0.04),
    },
    "wire": {
        "headbox_pressure": (62, 0.9),
        "jet_ratio": (1.02, 0.004),
        "wire_speed": (1180, 4),
        "couch_vacuum": (58, 1.1),
        "press_load": (85, 1.5),
        "press_moisture": (57, 0.6),
    },
    "dryer": {
        "steam_pressure": (310, 5),
        "dryer_speed": (1195, 4),
        "draw": (1.8, 0.05),
        "hood_humidity": (140, 4),
        "dryer_temperature": (118, 1.2),
        "sheet_moisture": (5.6, 0.2),
        "reel_tension": (520, 9),
        "reel_speed": (1202, 4),
    },
}
_SENSORS = {name: usual for part in _PARTS.values() for name, usual in part.items()}
_PART = np.repeat(np.arange(len(_PARTS)), [len(part) for part in _PARTS.values()])
_GRADES = ("newsprint", "offset", "board")
_CAMPAIGN_ROWS, _CHANGE_ROWS = (240, 900), 20
_STAYS = 0.95  # what is left of a deviation in the next row
_BREAKS, _APART = 40, 80
_LEAD_ROWS, _LOST_ROWS = (2, 10), (2, 30)
_ANNOUNCED, _DRIFT = 0.75, (5.0, 9.0)  # the share of breaks with a sign before them; how far it goes, in spreads
_STARTS = ("press_load", "steam_pressure", "reel_tension", "reel_speed")
_START_UP, _START_UP_ROWS = 4.0, 6.0


@dataclass(frozen=True)
class _Break:
    """The sheet breaks in `row`; the sensor `column` drifts by `size` spreads in the `lead` rows before it, if any."""

    row: int
    column: int
    size: float
    lead: int
    lost: int


def paper_machine(random_state: int = 0) -> Made:
    """Twelve days of twenty sensors at two minutes, three grades made in turn, and forty sheet breaks.

    `y` is 1 in the row of a break. Three breaks in four are announced: a sensor drifts away 4 to 20 minutes before, and
    its neighbours a little; the others come out of nothing. Rows are absent for up to an hour after a break, and the
    machine needs some minutes to settle. An event lasts from the begin of the drift to the break. `spare_valve` is
    constant; cells are missing here and there.

    >>> data = paper_machine()
    >>> data.events["fault"].value_counts(sort=True).rows()
    [('drift', 30), ('sheet_break', 10)]
    """
    random = np.random.default_rng(random_state)
    grade, breaks = _campaigns(random), _breaks(random)
    values = _usual(grade, random)
    for one in breaks:
        _announce(values, one)
        _start_up(values, one)
    values[random.choice(_ROWS, 60, replace=False), random.integers(0, len(_SENSORS), 60)] = np.nan
    complete = _frame(values, grade, breaks)
    return _without_lost_rows(made(complete, Columns("time", (), tuple(_SENSORS)), [_event(b) for b in breaks]), breaks)


def _campaigns(random: np.random.Generator) -> Integers:
    """The number of the grade that is made in each row."""
    lengths = random.integers(*_CAMPAIGN_ROWS, _ROWS // _CAMPAIGN_ROWS[0])
    return np.repeat(np.arange(len(lengths)) % len(_GRADES), lengths)[:_ROWS]


def _breaks(random: np.random.Generator) -> list[_Break]:
    """Breaks that keep apart, with drifts before some of them."""
    free = np.sort(random.choice(_ROWS - _APART * (_BREAKS + 1), _BREAKS, replace=False))
    found = []
    for row in free + _APART * np.arange(1, _BREAKS + 1):
        lead = int(random.integers(_LEAD_ROWS[0], _LEAD_ROWS[1] + 1)) if random.random() < _ANNOUNCED else 0
        size = float(random.choice((-1, 1)) * random.uniform(*_DRIFT))
        found.append(
            _Break(int(row), int(random.integers(len(_SENSORS))), size, lead, int(random.integers(*_LOST_ROWS)))
        )
    return found


def _usual(grade: Integers, random: np.random.Generator) -> Floats:
    """(rows, sensors) in spreads about a level: the course of the part, the sensor's own, and what the grade asks."""
    parts, own = _wander(len(_PARTS), random), _wander(len(_SENSORS), random)
    level = random.normal(0, 1.0, (len(_GRADES), len(_SENSORS)))[grade]
    ramp = np.ones(_CHANGE_ROWS) / _CHANGE_ROWS
    level = np.stack(
        [np.convolve(np.pad(one, (_CHANGE_ROWS - 1, 0), "edge"), ramp, "valid") for one in level.T], axis=1
    )
    return np.asarray(level + 0.8 * parts[:, _PART] + 0.5 * own + 0.2 * random.standard_normal(own.shape))


def _wander(columns: int, random: np.random.Generator) -> Floats:
    """Courses that forget slowly, of spread 1."""
    course = random.standard_normal((_ROWS, columns))
    for row in range(1, _ROWS):
        course[row] = _STAYS * course[row - 1] + np.sqrt(1 - _STAYS**2) * course[row]
    return course


def _announce(values: Floats, one: _Break) -> None:
    """A drift up to the break: whole in one sensor, a quarter in the others of its part."""
    if not one.lead:
        return
    climb = np.arange(1, one.lead + 2)[:, None] / (one.lead + 1)
    share = 0.25 * (_PART[one.column] == _PART)
    share[one.column] = 1.0
    values[one.row - one.lead : one.row + 1] += one.size * climb * share


def _start_up(values: Floats, one: _Break) -> None:
    """After a break what was taken back comes up again slowly."""
    after = values[one.row + one.lost + 1 :]
    below = _START_UP * np.exp(-np.arange(len(after)) / _START_UP_ROWS)
    after[:, [list(_SENSORS).index(name) for name in _STARTS]] -= below[:, None]


def _event(one: _Break) -> Event:
    if not one.lead:
        return Event(one.row, one.row, "sheet_break", "", None, "sheet break without a sign")
    name = list(_SENSORS)[one.column]
    return Event(one.row - one.lead, one.row, "drift", name, one.size, f"sheet break after a drift of {name}")


def _frame(values: Floats, grade: Integers, breaks: list[_Break]) -> pl.DataFrame:
    stop = _START + timedelta(seconds=_STEP_S * _ROWS)
    time = pl.datetime_range(_START, stop, interval=f"{_STEP_S}s", closed="left", time_unit="us", eager=True)
    broken = np.isin(np.arange(_ROWS), [one.row for one in breaks]).astype(np.int64)
    sensors = {
        name: (level + spread * values[:, at]).round(4) for at, (name, (level, spread)) in enumerate(_SENSORS.items())
    }
    grades = [_GRADES[number] for number in grade]
    frame = pl.DataFrame({"time": time, "y": broken, "grade": grades, **sensors, "spare_valve": np.full(_ROWS, 100.0)})
    return frame.fill_nan(None)


def _without_lost_rows(complete: Made, breaks: list[_Break]) -> Made:
    kept = np.ones(_ROWS, dtype=np.bool_)
    for one in breaks:
        kept[one.row + 1 : one.row + 1 + one.lost] = False
    return Made(complete.frame.filter(kept), complete.columns, complete.events, complete.truth[kept])
