"""selftest.csv as a frame, and selftest.json."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl

from isang.reports.documents import dump, pick
from isang.reports.tables import conform
from isang.reports.trials_contents import SELFTEST, SHARES
from isang.words.trial import Trials


def shares_table(trials: Trials) -> pl.DataFrame:
    """One row for each kind and size: the columns of `selftest.csv`."""
    unit = {True: "usual spreads", False: None}
    listed = [{**asdict(share), "size_unit": unit[share.size is not None]} for share in trials.shares]
    return conform(pl.DataFrame(listed, infer_schema_length=None), SHARES, ())


def selftest_json(trials: Trials) -> str:
    """Also what `--json` prints."""
    own = {
        "passed": trials.passed,
        "criteria": [asdict(criterion) for criterion in trials.criteria],
        "false_alarms_per_week": trials.false_alarms.per_week,
        "false_alarms": asdict(trials.false_alarms),
        "defects": [{**asdict(defect), "detail": defect.detail} for defect in trials.defects],
    }
    return dump({"schema": 1, **pick({**trials.run, **own}, SELFTEST)})
