"""Make the files of the guide in the current folder: `python examples/make_files.py`."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from isang.synthetic import Fault, Made, paper_machine, series, sine_spikes

_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_HOSTS = {"entity_1": "web-1", "entity_2": "web-2", "entity_3": "결제-서버"}


def metrics() -> Made:
    """Three weeks of one metric, every ten minutes, with a spike and a shift of its level."""
    faults = [Fault("spike", 1500, 3, 9), Fault("level_shift", 2400, 40, 7)]
    return series(3024, step="10min", faults=faults)


def later() -> pl.DataFrame:
    """The week after these, with a dip."""
    return series(4032, step="10min", faults=[Fault("dip", 3500, 6, 9)]).frame[3024:]


def servers() -> Made:
    """Three weeks of three servers with two metrics each; the latency of one goes up for a while."""
    slow = Fault("level_shift", 1500, 30, 10, column=1, entity=1)
    return series(2016, step="15min", entities=3, columns=2, faults=[slow])


def machine() -> pl.DataFrame:
    """Twelve days of a paper machine as a historian exports them: texts where a sensor had no value."""
    frame = paper_machine().frame
    states = pl.Series(["Bad", "No Data", "I/O Timeout"]).gather(pl.int_range(len(frame), eager=True) % 3)
    sensors = pl.all().exclude("time", "y", "grade").cast(pl.String).fill_null(states)
    return frame.with_columns(sensors, pl.col("time").dt.strftime("%-m/%-d/%y %H:%M"))


def write(folder: Path) -> None:
    """metrics.csv, later.csv and machine.csv; servers.csv and spikes.csv, with a column that marks what is strange."""
    metrics().frame.write_csv(folder / "metrics.csv", datetime_format=_STAMP)
    later().write_csv(folder / "later.csv", datetime_format=_STAMP)
    machine().write_csv(folder / "machine.csv")
    made = servers()
    named = made.frame.rename({"entity": "host", "value_1": "cpu", "value_2": "latency_ms"})
    hosts = pl.col("host").replace(_HOSTS)
    marked = pl.Series("label", made.truth).cast(pl.Int8)
    named.with_columns(hosts, marked).write_csv(folder / "servers.csv", datetime_format=_STAMP)
    spikes = sine_spikes(rows=2000)
    spikes.frame.with_columns(pl.Series("label", spikes.truth).cast(pl.Int8)).write_csv(folder / "spikes.csv")


if __name__ == "__main__":
    write(Path())
