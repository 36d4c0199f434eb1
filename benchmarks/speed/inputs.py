"""The files that are read: `python -m benchmarks.speed.inputs one_series FILE`."""

from __future__ import annotations

import sys

from isang.synthetic import Fault, Made, series


def one_series() -> Made:
    """A million rows of one series, one a minute, with a few faults."""
    faults = [Fault("spike", 300_000, 5, 12), Fault("level_shift", 600_000, 3000, 8), Fault("dip", 900_000, 60, 10)]
    return series(1_000_000, step="1min", start="2024-01-01", faults=faults)


def short_series() -> Made:
    """20 000 rows of one series, one every ten minutes."""
    return series(20_000, step="10min", faults=[Fault("level_shift", 15_000, 300, 8)])


def one_machine() -> Made:
    """28 000 rows of 38 columns that belong together, as a machine of SMD has."""
    return series(28_000, step="1min", columns=38, faults=[Fault("level_shift", 20_000, 300, 10, 5)])


def many_entities() -> Made:
    """10 000 entities with 180 days each."""
    return series(180, step="1d", entities=10_000, faults=[Fault("dip", 170, 3, 10, 0, 77)])


if __name__ == "__main__":
    made = {make.__name__: make for make in (one_series, one_machine, many_entities)}[sys.argv[1]]()
    made.frame.write_csv(sys.argv[2], datetime_format="%Y-%m-%dT%H:%M:%SZ")
