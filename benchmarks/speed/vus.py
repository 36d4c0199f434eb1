"""How fast VUS is beside its definition in numpy: `python -m benchmarks.speed.vus [--rows 100000] [--rounds 3]`.

Both see the same scores in the same run. The definition is a loop over buffers and thresholds, each of which looks at
every row once; it is timed on a few buffers and told for all of them, unless `--whole` is given.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from isang.vus import vus
from isang.words.frame import Flags, Floats

_THRESHOLDS, _WINDOW_ROWS, _TIMED = 250, 100, 4
_CASES = {"50 events": 50, "2000 events": 2000}


def main() -> None:
    options = _options()
    print(f"{options.rows:,} rows, a tenth of them labelled, window {_WINDOW_ROWS}")
    for name, events in _CASES.items():
        scores, positive = _case(options.rows, events)
        windows = range(_WINDOW_ROWS + 1) if options.whole else range(_WINDOW_ROWS // 2, _WINDOW_ROWS // 2 + _TIMED)
        seconds = []
        for _ in range(options.rounds):
            began = time.perf_counter()
            volumes = vus(scores, positive, _WINDOW_ROWS)
            seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        areas = [_by_definition(scores, positive, window) for window in windows]
        slow = (time.perf_counter() - began) / len(windows) * (_WINDOW_ROWS + 1)
        fast = statistics.median(seconds)
        told = f", VUS-PR {np.mean(areas):.9f}" if options.whole else f" (from {len(windows)} of its buffers)"
        print(f"  {name:12} {fast:7.3f} s, VUS-PR {volumes.pr if volumes else np.nan:.9f}")
        print(f"  {'definition':12} {slow:7.1f} s{told}: {slow / fast:,.0f} x", flush=True)


def _case(rows: int, events: int) -> tuple[Floats, Flags]:
    """Normal scores, two higher in events of one length that are spread evenly."""
    positive = np.zeros(rows, dtype=np.bool_)
    each = rows // events
    for start in range(each // 3, rows, each):
        positive[start : start + each // 10] = True
    return np.random.default_rng(0).normal(size=rows) + 2.0 * positive, positive


def _by_definition(scores: Floats, positive: Flags, window: int) -> float:
    """The range-aware average precision of one buffer."""
    falling = np.sort(scores)[::-1]
    edges = np.flatnonzero(np.diff(positive.astype(np.int8), prepend=0, append=0))
    events = list(zip(edges[::2], edges[1::2] - 1, strict=True))
    labels, widened = _labels(positive, events, window), _widened(events, window // 2, len(scores))
    area, recall_before = 0.0, 0.0
    for at in np.linspace(0, len(scores) - 1, _THRESHOLDS).astype(np.int64):
        flagged = scores >= falling[at]
        hits = float(labels @ flagged)
        expected = positive.sum() + labels @ (flagged & ~positive) / 2
        existence = sum(bool(flagged[first : last + 1].any()) for first, last in widened) / len(widened)
        recall = min(hits / expected, 1.0) * existence
        area += (recall - recall_before) * hits / flagged.sum()
        recall_before = recall
    return area


def _labels(positive: Flags, events: list[tuple[int, int]], window: int) -> Floats:
    """1 in events, falling beside them."""
    labels = positive.astype(np.float64)
    away = np.arange(1, window // 2 + 1)
    falling = np.sqrt(1 - away / window) if window else away.astype(np.float64)
    for first, last in events:
        for rows in (first - away, last + away):
            inside = (rows >= 0) & (rows < len(labels))
            labels[rows[inside]] += falling[inside]
    return np.minimum(labels, 1.0)


def _widened(events: list[tuple[int, int]], half: int, rows: int) -> list[tuple[int, int]]:
    """First and last row of each event and its buffers; those that share a row are one."""
    merged: list[tuple[int, int]] = []
    for first, last in events:
        start, end = max(first - half, 0), min(last + half, rows - 1)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.vus", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many")
    parser.add_argument("--whole", action="store_true", help="all buffers of the definition: minutes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
