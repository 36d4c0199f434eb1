"""The verdicts on a frame → a Result."""

from __future__ import annotations

from isang.accounting import account
from isang.incidents import Teller, Wanted
from isang.judging import Decision
from isang.result import Result
from isang.tables import anomalies_table, band_table, misses_table, scores_table


def tell(teller: Teller, decision: Decision, wanted: Wanted, seed: int | None) -> Result:
    """Incidents, tables and their account; `command`, inputs and what was recognised are for the caller to add."""
    told = wanted.choose(teller.incidents())
    grid = teller.verdicts.grid
    return Result(
        frame=teller.frame,
        columns=teller.columns,
        scores=scores_table(teller, told),
        anomalies=anomalies_table(teller, told),
        incidents=tuple(one.incident for one in told),
        misses=misses_table(teller),
        expected=band_table(teller, grid.expected),
        lower=band_table(teller, grid.lower),
        upper=band_table(teller, grid.upper),
        run=account(teller, told, decision, seed),
        skipped=[],
        plan={},
    )
