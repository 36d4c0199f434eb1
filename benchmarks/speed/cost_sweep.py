"""How fast costs of thresholds are counted: `python -m benchmarks.speed.cost_sweep [--rows 1000000] [--rounds 3]`.

Beside it a plain loop: for every score as threshold one pass over the flagged rows. It is timed on a few thresholds,
evenly spread, and told for all of them. Both must agree on the cost at the threshold that is chosen.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np

from isang.costs import Costs, sweep
from isang.words.frame import Floats, Integers

_COSTS = Costs(miss=1000, alarm=5)
_TIMED = 20
_CASES = (100, 2000)


def main() -> None:
    options = _options()
    rows, entity = options.rows, np.zeros(options.rows, dtype=np.int64)
    print(f"{rows:,} scores, a hundredth of them in events; the loop from {_TIMED} of its {rows:,} thresholds")
    print(f"{'':14} {'sweep s':>9} {'loop s':>11} {'times':>9} {'thresholds':>11} {'cost':>11}")
    for events in _CASES:
        scores, event = _case(rows, events)
        seconds = []
        for _ in range(options.rounds):
            began = time.perf_counter()
            found = sweep(scores, event, entity, _COSTS)
            seconds.append(time.perf_counter() - began)
        fast, cost = statistics.median(seconds), float(found.cost[found.best])
        if _at(scores, event, float(found.thresholds[found.best])) != cost:
            sys.exit("sweep and loop disagree")
        slow = _timed_loop(scores, event) * rows
        told = f"{fast:9.3f} {slow:11,.0f} {slow / fast:9,.0f} {len(found.thresholds):11,} {cost:11,.0f}"
        print(f"{events:6,} events  {told}", flush=True)


def _case(rows: int, events: int) -> tuple[Floats, Integers]:
    """Normal scores, three higher in events of one length that are spread evenly; event numbers, -1 outside."""
    each = rows // events
    event = np.where(np.arange(rows) % each < max(each // 100, 1), np.arange(rows) // each, -1)
    return np.random.default_rng(0).normal(size=rows) + 3.0 * (event >= 0), event


def _timed_loop(scores: Floats, event: Integers) -> float:
    """Seconds a threshold."""
    began = time.perf_counter()
    for threshold in np.quantile(scores, np.linspace(0, 1, _TIMED)):
        _at(scores, event, float(threshold))
    return (time.perf_counter() - began) / _TIMED


def _at(scores: Floats, event: Integers, threshold: float) -> float:
    """The cost at one threshold, by a pass over the flagged rows."""
    numbers, caught, false_alarms, until, hit = event.tolist(), set[int](), 0, -1, True
    for row in np.flatnonzero(scores > threshold).tolist():
        if row >= until:
            false_alarms += not hit
            until, hit = row + _COSTS.cool_down, False
        if numbers[row] >= 0:
            hit = True
            caught.add(numbers[row])
    false_alarms += not hit
    missed = int(event.max()) + 1 - len(caught)
    return float(_COSTS.total(missed, len(caught), false_alarms))


def _options() -> argparse.Namespace:
    name = "python -m benchmarks.speed.cost_sweep"
    parser = argparse.ArgumentParser(prog=name, description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many")
    return parser.parse_args()


if __name__ == "__main__":
    main()
