r"""Made logs: `python -m benchmarks.accuracy.logs [--seeds 5] [--lines 300000] [--session 'trace=(\w{16})']`.

Each seed is a week of four services with sixteen incidents, two of each kind, from hardly to be seen to obvious. An
event is caught where an incident of its service lies in its time, the slots that it begins and ends in included; what
lies in no event of its service is a false incident.
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from tempfile import TemporaryDirectory

import polars as pl

import isang
from isang.result import Result
from isang.synthetic import log_files

_DAYS = 7


def main() -> None:
    options = _options()
    asked = {"threads": None} if options.session is None else {"threads": None, options.session: options.session}
    events, incidents = dict[str, list[pl.DataFrame]](), dict[str, list[pl.DataFrame]]()
    for seed in range(options.seeds):
        with TemporaryDirectory() as folder:
            made = log_files(folder, options.lines, _DAYS, random_state=seed)
            for name, session in asked.items():
                caught, told = matched(made, isang.detect(folder, session=session))
                events.setdefault(name, []).append(caught)
                incidents.setdefault(name, []).append(told)
                print(f"seed {seed}, {name}: {caught['caught'].sum()} of {len(caught)}", flush=True)
    for name in asked:
        print(name, *_table(pl.concat(events[name]), pl.concat(incidents[name]), options.seeds), sep="\n")


def matched(made: pl.DataFrame, result: Result) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The events with `caught`; the incidents with `false` and the rules that told them."""
    step = timedelta(seconds=result.run["recognised"]["step_s"])
    hit, told = set[int](), []
    for one in result.incidents:
        services = {entity.partition(".log")[0] for entity in (one.entity, *one.also)}
        begin, end = one.start.replace(tzinfo=None), one.end.replace(tzinfo=None) + step  # type: ignore[union-attr]
        here = [
            number
            for number, event in enumerate(made.iter_rows(named=True))
            if event["service"] in services and event["start"] < end and event["end"] >= begin
        ]
        hit.update(here)
        told.append({"rank": one.rank, "false": not here, "by": " ".join(one.rules) or "counts and order"})
    caught = pl.Series("caught", [number in hit for number in range(len(made))])
    return made.with_columns(caught), pl.DataFrame(told, {"rank": pl.Int64, "false": pl.Boolean, "by": pl.String})


def _table(events: pl.DataFrame, incidents: pl.DataFrame, weeks: int) -> list[str]:
    lines = ["| kind | events | caught |", "|---|---|---|"]
    for kind in events["fault"].unique().sort().to_list():
        of_kind = events.filter(fault=kind)
        lines.append(f"| {kind.replace('_', ' ')} | {len(of_kind)} | {of_kind['caught'].sum()} |")
    lines.append(f"| all | {len(events)} | {events['caught'].sum()} ({events['caught'].sum() / len(events):.0%}) |")
    false = incidents.filter("false")
    told = false["by"].value_counts().sort("by").rows()
    by = ", ".join(f"{name} {count / weeks:.1f}" for name, count in told)
    first = incidents.filter(pl.col("rank") <= 10)
    return [
        *lines,
        f"| incidents a week | | {len(incidents) / weeks:.1f} |",
        f"| false a week | | {len(false) / weeks:.1f} ({by}) |",
        f"| false among the first ten | | {first['false'].sum() / max(len(first), 1):.0%} |",
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="weeks that are made and judged")
    parser.add_argument("--lines", type=int, default=300_000, help="of each week")
    parser.add_argument("--session", help="judge a second time, by the sessions that this names")
    return parser.parse_args()


if __name__ == "__main__":
    main()
