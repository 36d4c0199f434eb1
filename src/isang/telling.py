"""The verdicts on a frame → a Result."""

from __future__ import annotations

from collections.abc import Sequence

from isang.accounting import account
from isang.incidents import incidents
from isang.judgement import Judgement
from isang.judging import Decision
from isang.result import Result
from isang.tables import anomalies_table, band_table, misses_table, scores_table
from isang.wanted import Wanted


def tell(
    judgement: Judgement, decisions: Sequence[Decision], wanted: Wanted, seed: int | None, *, across: bool = False
) -> Result:
    """Incidents, tables and their account; `command`, inputs and what was recognised are for the caller to add.

    `across`: what begins in several entities together is one incident.
    """
    told = wanted.choose(incidents(judgement, across=across))
    grid = judgement.verdicts.grid
    return Result(
        frame=judgement.frame,
        columns=judgement.columns,
        scores=scores_table(judgement, told),
        anomalies=anomalies_table(judgement, told, wanted.final_until),
        incidents=tuple(one.incident for one in told),
        misses=misses_table(judgement),
        expected=band_table(judgement, grid.expected),
        lower=band_table(judgement, grid.lower),
        upper=band_table(judgement, grid.upper),
        run=account(judgement, told, decisions, seed),
        skipped=[],
        plan={},
    )
