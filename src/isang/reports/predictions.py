"""predict.csv: 0 or 1 for each slot of time that was to be judged, whichever entity it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from isang.errors import UsageError
from isang.reports.base import Outcome

FILE = "predict.csv"
_NEARLY = timedelta(days=1)  # so much of a year may lack at its end


def predictions(outcome: Outcome) -> pl.DataFrame:
    """(slots,) `slot` (the time that it begins), `Prediction`, and `reason` where no entity was scored.

    A slot is 1 where a row of any entity belongs to an incident that was not planned; unscored, it is 0. A causal run
    gives every slot from the moment on from which it judges. UsageError where rows have no step in time.
    """
    step_s = outcome.run["recognised"]["step_s"]
    if outcome.columns.time is None or not step_s:
        raise UsageError("--predictions gives a row for each slot of time; rows with a step in time are needed.")
    planned = [one.id for one in outcome.incidents if one.known is not None]
    counts = pl.col("incident").is_not_null() & ~pl.col("incident").is_in(planned)
    judged = outcome.scores.filter(pl.col("split").is_in(["test", "hindsight"])).select(
        "time", "scored", pl.col("reason"), counts.alias("strange")
    )
    step, begin, end = timedelta(seconds=step_s), _begin(outcome, judged), _end(outcome, judged)
    slots = pl.datetime_range(begin, end, step, closed="left", eager=True).alias("slot")
    number = ((pl.col("time") - begin).dt.total_microseconds() / (step_s * 1e6)).floor().cast(pl.Int64)
    told = judged.group_by(number.alias("number")).agg(
        pl.col("strange").any(), pl.col("scored").any(), pl.col("reason").drop_nulls().mode().first()
    )
    whole = pl.DataFrame(slots).with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))
    return whole.join(told, on="number", how="left", maintain_order="left").select(
        "slot",
        pl.col("strange").fill_null(value=False).cast(pl.Int8).alias("Prediction"),
        pl.when(~pl.col("scored").fill_null(value=False)).then(pl.col("reason").fill_null("gap")).alias("reason"),
    )


def write_predictions(outcome: Outcome, file: Path) -> None:
    """One column, one row a slot."""
    predictions(outcome).select("Prediction").write_csv(file)


def unpredicted(outcome: Outcome) -> list[dict[str, Any]]:
    """The slots that are 0 because nothing was scored there, as entries of skipped.json: one a reason."""
    left = predictions(outcome).with_row_index("row", offset=1).filter(pl.col("reason").is_not_null())
    told = left.group_by("reason", maintain_order=True).agg(pl.col("row").first(), pl.col("slot").first(), pl.len())
    return [
        {
            "file": FILE,
            "row": row["row"],
            "byte_offset": None,
            "reason": f"slots that were not scored ({row['reason']}), so 0",
            "sample": row["slot"].isoformat(),
            "count": row["len"],
        }
        for row in told.iter_rows(named=True)
    ]


def _begin(outcome: Outcome, judged: pl.DataFrame) -> datetime:
    told = outcome.run.get("judged_from")
    first: datetime = judged["time"].min()  # type: ignore[assignment]
    return datetime.fromisoformat(told).astimezone(first.tzinfo) if told else first


def _end(outcome: Outcome, judged: pl.DataFrame) -> datetime:
    """The end of the last slot; of a year that lacks less than a day, the end of the year."""
    last: datetime = judged["time"].max()  # type: ignore[assignment]
    end = last + timedelta(seconds=outcome.run["recognised"]["step_s"])
    if outcome.run.get("judged_from") is None:
        return end
    year: datetime = pl.Series([_begin(outcome, judged)]).dt.offset_by("1y")[0]
    return year if timedelta(0) <= year - end < _NEARLY else end
