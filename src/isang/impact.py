"""What an incident of a bill moved, in money."""

from __future__ import annotations

import numpy as np

from isang.involved import Involved
from isang.recognise.bill_layouts import CURRENCY
from isang.words.frame import ALL

_MONEY = ("cost",)  # packs whose value is money
_DAYS_A_MONTH, _DAY_US = 30.4, 86_400_000_000


def impact(part: Involved) -> dict[str, float | str] | None:
    """Value and expectation of its rows added up, their difference and that a month; None where that is no money.

    `pct` is None where nothing was expected.
    """
    judgement = part.judgement
    if judgement.pack not in _MONEY or np.isnan(judgement.due(part.rows)).all():
        return None
    came, due = (float(of.sum()) for of in judgement.came_and_due(part.rows))
    days = len(part.rows) * (judgement.verdicts.grid.step_us or _DAY_US) / _DAY_US
    told: dict[str, float | str] = {
        "value": came - due,
        "unit": part.keys.get(CURRENCY, ""),
        "expected": due,
        "actual": came,
        "per_month": (came - due) / days * _DAYS_A_MONTH,
    }
    return told | ({"pct": 100 * (came - due) / abs(due)} if due else {})


def whole_a_day(part: Involved) -> float | None:
    """What all of its currency costs a day, None where that is no entity."""
    judgement = part.judgement
    keys = tuple(value if key == CURRENCY else ALL for key, value in part.keys.items())
    if keys not in judgement.entities:
        return None
    first, behind = judgement.verdicts.grid.stretches[judgement.entities.index(keys)]
    a_day = _DAY_US / (judgement.verdicts.grid.step_us or _DAY_US)
    return float(np.nanmean(np.abs(judgement.verdicts.grid.X[first:behind, 0]))) * a_day
