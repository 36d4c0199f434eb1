"""What `cleaned` is worth on a farm: `python -m benchmarks.accuracy.contaminated_farm [--days 240 --seeds 3]`.

Farms that are the same in the half that is judged, and in the half that is learnt from but for its incidents: none, as
many as in the other half (60 a year), or four times as many. Learnt from by a detector as it is and with `cleaned`
around it; the last quarter of what is learnt from sets the threshold, incidents and all.
"""

from __future__ import annotations

import argparse
from datetime import datetime

import polars as pl

from benchmarks.accuracy.counters import judged
from isang.synthetic import Made, counters
from isang.synthetic.counters import SLOT

_A_YEAR = 60
_CONTAMINATED = (0, _A_YEAR, 4 * _A_YEAR)


def main() -> None:
    options = _options()
    detectors = {"as it is": options.detector, "cleaned": {"name": "cleaned", "first": options.detector}}
    print("incidents a year | rows of them | detector | caught | false alarms a week")
    for a_year in _CONTAMINATED:
        farms = [farm(options.days, a_year, seed) for seed in range(options.seeds)]
        share = sum(_share(one) for one in farms) / len(farms)
        for name, detector in detectors.items():
            found, false = zip(*(judged(one, pack="counters", detector=detector)[:2] for one in farms), strict=True)
            incidents = pl.concat(found).filter(pl.col("fault") != "flash_crowd")
            caught = f"{incidents['minutes'].count()} of {len(incidents)}"
            print(f"{a_year} | {share:.1%} | {name} | {caught} | {sum(false) / len(false):.2f}", flush=True)


def farm(days: int, a_year: float, seed: int) -> Made:
    """So many incidents a year in the first half; in the second the same ones whatever they are."""
    clean = counters(days, incidents_a_year=_A_YEAR, clean_days=days // 2, random_state=seed)
    if not a_year:
        return clean
    dirty, middle = counters(days, incidents_a_year=a_year, random_state=seed), _middle(clean.frame)
    early, late = pl.col("time") < middle, pl.col("time") >= middle
    rows = [_rows(dirty).filter(early), _rows(clean).filter(late)]
    frame = pl.concat(rows).sort("server", "time")
    began = dirty.events.filter(pl.col("start") < middle)
    began = began.with_columns(pl.min_horizontal("end", pl.lit(middle - SLOT)).alias("end"))
    return Made(frame.drop("truth"), clean.columns, pl.concat([began, clean.events]), frame["truth"].to_numpy())


def _share(made: Made) -> float:
    """The share of incidents in the rows that are learnt from."""
    truth = _rows(made).filter(pl.col("time") < _middle(made.frame))["truth"]
    return int(truth.sum()) / len(truth)


def _rows(made: Made) -> pl.DataFrame:
    return made.frame.with_columns(truth=made.truth)


def _middle(frame: pl.DataFrame) -> datetime:
    """The first moment of the second half."""
    first, last = frame.select(pl.col("time").min().alias("first"), pl.col("time").max().alias("last")).row(0)
    middle: datetime = first + (last + SLOT - first) / 2
    return middle


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=int, default=240, help="half of them are learnt from (default %(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="how many farms (default %(default)s)")
    parser.add_argument("--detector", default="auto", help="default %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
