"""The verdicts on a frame → a Result."""

from __future__ import annotations

from isang.accounting import account
from isang.incidents import incidents
from isang.judgement import Judgement
from isang.judging import Decision
from isang.result import Result
from isang.tables import anomalies_table, band_table, misses_table, scores_table
from isang.wanted import Wanted


def tell(judgement: Judgement, decision: Decision, wanted: Wanted, seed: int | None) -> Result:
    """Incidents, tables and their account; `command`, inputs and what was recognised are for the caller to add."""
    told = wanted.choose(incidents(judgement))
    grid = judgement.verdicts.grid
    return Result(
        frame=judgement.frame,
        columns=judgement.columns,
        scores=scores_table(judgement, told),
        anomalies=anomalies_table(judgement, told),
        incidents=tuple(one.incident for one in told),
        misses=misses_table(judgement),
        expected=band_table(judgement, grid.expected),
        lower=band_table(judgement, grid.lower),
        upper=band_table(judgement, grid.upper),
        run=account(judgement, told, decision, seed),
        skipped=[],
        plan={},
    )
