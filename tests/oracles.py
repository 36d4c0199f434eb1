"""Slow, obvious twins of the fast code, and the nasty input that both are given.

Nothing here is clever: one loop over rows, one over windows. Where a twin cannot be exact, its test says how near.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from statistics import median
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import nbinom, norm, poisson
from sklearn.base import clone

from isang.logs.mask import VARIABLE, WILD
from isang.logs.tokens import Tokens
from isang.words.frame import Flags, Floats, Integers

# Few examples, always the same ones: these tests run at every change.
quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)

_CELLS = st.one_of(st.just(math.nan), st.sampled_from([0.0, 1.0, -1.0, 7.5]), st.floats(-1e6, 1e6, width=32))


@st.composite
def nasty_rows(draw: st.DrawFn, most: int = 40, least: int = 1) -> Floats:
    """(n, d) with missing cells, walls, repeated and constant values; now and then nothing else."""
    shape = draw(st.tuples(st.integers(least, most), st.integers(1, 3)))
    rows = draw(hnp.arrays(np.float64, shape, elements=_CELLS))
    for row in draw(st.lists(st.integers(0, shape[0] - 1), max_size=3)):
        rows[row] = np.nan
    return rows


def is_wall(row: Floats) -> bool:
    return all(math.isnan(cell) for cell in row)


def windows_ending_at(X: Floats, window_rows: int) -> list[tuple[int, Floats]]:
    """Last row and cells of each window without a wall."""
    found = []
    for end in range(window_rows - 1, len(X)):
        window = X[end - window_rows + 1 : end + 1]
        if not any(is_wall(row) for row in window):
            found.append((end, window))
    return found


def covering_mean(rows: int, window_rows: int, ends: Sequence[int], errors: Floats) -> Floats:
    """Mean error of each row over the windows that cover it."""
    collected: list[list[float]] = [[] for _ in range(rows)]
    for end, row_errors in zip(ends, errors, strict=True):
        for position, error in enumerate(row_errors):
            collected[end - window_rows + 1 + position].append(error)
    return np.array([np.mean(of_row) if of_row else math.nan for of_row in collected])


def moving_mean(scores: Floats, width: int, *, centred: bool) -> Floats:
    """Mean of the scores around or up to each, as far as no NaN stands in between."""
    before = width // 2 if centred else width - 1
    after = width - 1 - width // 2 if centred else 0
    means = []
    for row, score in enumerate(scores):
        if math.isnan(score):
            means.append(math.nan)
            continue
        first, last = row, row
        while first > 0 and row - first < before and not math.isnan(scores[first - 1]):
            first -= 1
        while last < len(scores) - 1 and last - row < after and not math.isnan(scores[last + 1]):
            last += 1
        means.append(float(np.mean(scores[first : last + 1])))
    return np.array(means)


def clusters(rows: Sequence[int], entity: Sequence[int], gap: int) -> list[int]:
    """Number of the cluster of each row."""
    numbers: list[int] = []
    for at, row in enumerate(rows):
        if at == 0:
            numbers.append(0)
        else:
            near = row - rows[at - 1] <= gap and entity[at] == entity[at - 1]
            numbers.append(numbers[-1] + (0 if near else 1))
    return numbers


def robust_scale(values: Sequence[float]) -> tuple[float, float]:
    """Median, and interquartile range over 1.349; of mostly one value the mean deviation, of a constant 1 %."""
    seen = sorted(value for value in values if not math.isnan(value))
    if not seen:
        return 0.0, 1.0
    center = median(seen)
    spread = (_quantile(seen, 0.75) - _quantile(seen, 0.25)) / 1.349
    if spread <= 1e-9 * abs(center):
        spread = sum(abs(value - center) for value in seen) / len(seen) / 0.798
    if spread <= 1e-9 * abs(center) or spread == 0:
        spread = 0.01 * abs(center) or 1.0
    return center, spread


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low, high = math.floor(at), math.ceil(at)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def bend(z: float) -> float:
    """z up to 10, then 10 (1 + ln(z / 10))."""
    return z if abs(z) <= 10 else math.copysign(10 * (1 + math.log(abs(z) / 10)), z)


def scaled(train: Floats, X: Floats) -> Floats:
    """X in robust spreads of the training columns, bent."""
    scales = [robust_scale(train[:, column].tolist()) for column in range(train.shape[1])]
    return np.array(
        [[bend((cell - center) / spread) for cell, (center, spread) in zip(row, scales, strict=True)] for row in X]
    )


def pca_scores(train: Floats, X: Floats, window_rows: int, variance: float, *, hindsight: bool) -> Floats:
    """Scores of the linear autoencoder by a singular value decomposition of all training windows."""
    learnt = [np.nan_to_num(window).ravel() for _, window in windows_ending_at(scaled(train, train), window_rows)]
    mean = np.mean(learnt, axis=0)
    _, sizes, directions = np.linalg.svd(np.array(learnt) - mean)
    shares = np.cumsum(sizes**2) / np.sum(sizes**2)
    kept = directions[: int(np.sum(shares < variance)) + 1]
    errors, ends = [], []
    for end, window in windows_ending_at(scaled(train, X), window_rows):
        centred = np.nan_to_num(window).ravel() - mean
        left = (centred - kept.T @ (kept @ centred)).reshape(window.shape)
        seen = ~np.isnan(window)
        errors.append([float(np.mean(row[known] ** 2)) for row, known in zip(left, seen, strict=True)])
        ends.append(end)
    if hindsight:
        return covering_mean(len(X), window_rows, ends, np.array(errors))
    scores = np.full(len(X), np.nan)
    for end, row_errors in zip(ends, errors, strict=True):
        scores[end] = row_errors[-1]
    return scores


def ridge_forecast_scores(train: Floats, X: Floats, ahead_rows: int) -> Floats:
    """Mean over the seen cells of squared, bent errors in usual errors; each column forecast by a normal equation."""
    lags = [ahead_rows + lag for lag in (0, 1, 2, 3, 5, 7, 11, 15)]

    def forecasts(rows: Floats, column: int) -> list[tuple[int, list[float], float]]:
        found = []
        for end, window in windows_ending_at(rows, lags[-1] + 1):
            values = np.nan_to_num(window[:, column])
            past = [float(np.clip(values[-1 - lag], -10, 10)) for lag in lags]
            if not np.isnan(window[-1, column]):
                found.append((end, [*past, 1.0], float(values[-1])))
        return found

    learnt, judged = scaled(train, train), scaled(train, X)
    strange = np.full(X.shape, np.nan)
    for column in range(X.shape[1]):
        A = np.array([past for _, past, _ in forecasts(learnt, column)])
        b = np.array([value for _, _, value in forecasts(learnt, column)])
        ridge = 0.01 * np.trace(A.T @ A) / A.shape[1] * np.eye(A.shape[1])
        weights = np.linalg.inv(A.T @ A + ridge) @ A.T @ b
        errors = np.minimum(np.abs(b - A @ weights), 10)
        count = len(windows_ending_at(learnt, lags[-1] + 1))  # a missing cell has an error of 0
        usual = ((np.sum(errors**4) + 1) / (count + 1)) ** 0.25
        for end, past, value in forecasts(judged, column):
            strange[end, column] = bend((value - float(np.dot(weights, past))) / usual) ** 2
    spoke = ~np.isnan(strange).all(axis=1)
    return np.array([np.nanmean(row) if known else np.nan for row, known in zip(strange, spoke, strict=True)])


def scan_scores(train: Floats, judged: Floats, widths: Sequence[int], *, hindsight: bool) -> list[float]:
    """The highest average of the judged scores, each over what 98 % of that of the train scores stay below.

    Or fewer, of which one and a half times as many lie above as one row has a part in.
    """
    units = []
    for width in widths:
        learnt = sorted(each for each in moving_mean(train, width, centred=hindsight) if not np.isnan(each))
        units.append(_quantile([float(each) for each in learnt], min(0.98, 1 - 1.5 * width / len(learnt))))
    averages = [moving_mean(judged, width, centred=hindsight) for width in widths]
    return [
        max(average[row] / unit for average, unit in zip(averages, units, strict=True)) for row in range(len(judged))
    ]


def discord_scores(train: Floats, judged: Floats, window_rows: int, *, hindsight: bool) -> Floats:
    """How far each row of one column stands out, pair by pair of windows of under 64 rows, none with a glitch."""
    learnt, asked = (windows_ending_at(scaled(train, each), window_rows) for each in (train, judged))
    steps = [abs(b - a) for a, b in itertools.pairwise(scaled(train, train)[:, 0]) if not np.isnan(a + b)]
    steps += [0.0] * (int((~np.isnan(train)).sum()) - len(steps))  # the first of a stretch made none
    usual, small = float(np.mean([np.ptp(window) for _, window in learnt])), float(np.quantile(steps, 0.1))
    rough = float(np.mean([_roughness(window[:, 0]) for _, window in learnt]))
    units = [_unit_shape(window[:, 0]) for _, window in learnt]
    ends = [end for end, _ in learnt]
    apart = [
        min(
            (_between(unit, other), at)
            for at, other in enumerate(units)
            if abs(ends[at] - end) >= (window_rows + 1) // 2
        )
        for end, unit in zip(ends, units, strict=True)
    ]

    def told(windows: list[tuple[int, Floats]], rows: int, nearest: list[tuple[float, int]]) -> list[Floats]:
        measures = [
            [*_shape_free(window[:, 0], usual, rough, small), *_unlike(window[:, 0], usual, distance, apart[at][0])]
            for (_, window), (distance, at) in zip(windows, nearest, strict=True)
        ]
        ends = [end for end, _ in windows]
        columns = [np.array(column) for column in zip(*measures, strict=True)]
        return [_over_rows(rows, window_rows, ends, column, hindsight=hindsight) for column in columns]

    highest = [np.nanmax(one) for one in told(learnt, len(train), apart)]
    found = [
        min((_between(_unit_shape(window[:, 0]), other), at) for at, other in enumerate(units)) for _, window in asked
    ]
    scores = [
        one / most if most else one * 0 for one, most in zip(told(asked, len(judged), found), highest, strict=True)
    ]
    return np.asarray(np.fmax.reduce(scores))


def _unit_shape(window: Floats) -> Floats:
    """Centred and of length 1; what is nearly flat is one and the same."""
    centred = window - window.mean()
    centred = centred / max(math.sqrt(float(np.sum(centred**2))), 1e-3 * math.sqrt(len(window)))
    return np.append(centred, math.sqrt(max(1 - float(np.sum(centred**2)), 0.0)))


def _between(one: Floats, other: Floats) -> float:
    return math.sqrt(max(1 - float(one @ other), 0.0))


def _shape_free(window: Floats, usual: float, rough: float, small: float) -> list[float]:
    """Range, roughness, how small they are, range of steps, share of small steps, share of turns back."""
    steps = np.diff(window)
    sizes = [float(np.ptp(window)), _roughness(window)]
    reverse = [mean / max(size, 0.1 * mean) for size, mean in zip(sizes, (usual, rough), strict=True)]
    back = [float(a * b < 0) for a, b in itertools.pairwise(steps)]
    return [*sizes, *reverse, float(np.ptp(steps)), float(np.mean(np.abs(steps) <= small)), float(np.mean(back))]


def _roughness(window: Floats) -> float:
    return math.sqrt(float(np.mean(np.diff(window, n=2) ** 2)))


def _unlike(window: Floats, usual: float, distance: float, nearest: float) -> tuple[float, float]:
    """The distance in multiples of the nearest one's own, and as it is where the window moves about as usual."""
    sized = min(max((float(np.ptp(window)) / usual - 0.25) / 0.5, 0.0), 1.0)
    return min(distance / max(nearest, 1e-6), 10.0), sized * distance


def _over_rows(rows: int, window_rows: int, ends: Sequence[int], told: Floats, *, hindsight: bool) -> Floats:
    if hindsight:
        return covering_mean(rows, window_rows, ends, np.tile(told[:, None], window_rows))
    found = np.full(rows, np.nan)
    found[list(ends)] = told
    return found


def window_distances(X: Floats, centers: Floats, window_rows: int, every_rows: int) -> Floats:
    """Mean squared distance over the seen cells to the nearest centre, of the window that ends at each row."""
    scores = np.full(len(X), np.nan)
    for end, window in windows_ending_at(np.clip(X, -3, 3), window_rows):
        cells = np.concatenate([window[-1 - back] for back in range(0, window_rows, every_rows)])
        apart = [float(np.sum((np.nan_to_num(cells) - center) ** 2)) for center in centers]
        nearest = centers[int(np.argmin(apart))]
        scores[end] = np.nanmean((cells - nearest) ** 2)
    return scores


def out_of_block_scores(detector: Any, X: Floats, blocks: Integers) -> Floats:
    """Each block alone, by a clone fitted on X with a wall for each of its rows."""
    scores = np.full(len(X), np.nan)
    for block in sorted({int(number) for number in blocks if number >= 0}):
        others, own = X.copy(), X.copy()
        for row, number in enumerate(blocks):
            (others if number == block else own)[row] = np.nan
        judged = clone(detector).fit(others).anomaly_score(own)
        for row, number in enumerate(blocks):
            if number == block:
                scores[row] = judged[row]
    return scores


def lay_out(
    entities: Sequence[str], times: Sequence[datetime], values: Sequence[float], step: timedelta, longest: int = 1000
) -> list[tuple[str | None, datetime | None, float]]:
    """Entity, time and value of each grid row, of rows with a step; a seam is (None, None, nan)."""
    grid: list[tuple[str | None, datetime | None, float]] = []
    before: tuple[str, datetime] | None = None
    for entity, time, value in sorted(zip(entities, times, values, strict=True), key=lambda row: row[:2]):
        if before and before[0] != entity:
            grid.append((None, None, math.nan))
        elif before:
            absent = max(round((time - before[1]) / step) - 1, 0)
            slots = absent if absent <= longest else 1
            grid += [(entity, before[1] + (slot + 1) * step, math.nan) for slot in range(slots)]
        grid.append((entity, time, value))
        before = (entity, time)
    return grid


def hourly_profile(times: Sequence[datetime], values: Sequence[float]) -> dict[int, float]:
    """Median value of each hour of the day on the clock of the times."""
    collected = defaultdict(list)
    for time, value in zip(times, values, strict=True):
        if not math.isnan(value):
            collected[time.hour].append(value)
    return {hour: median(of_hour) for hour, of_hour in collected.items()}


def slot_means(times: Sequence[datetime], values: Sequence[float], step: timedelta) -> dict[datetime, float]:
    """Mean of the values that are not missing, by the beginning of their slot."""
    collected = defaultdict(list)
    for time, value in zip(times, values, strict=True):
        midnight = time.replace(hour=0, minute=0, second=0, microsecond=0)
        collected[midnight + (time - midnight) // step * step].append(value)
    known = {slot: [value for value in of_slot if not math.isnan(value)] for slot, of_slot in collected.items()}
    return {slot: sum(of_slot) / len(of_slot) if of_slot else math.nan for slot, of_slot in known.items()}


def filled(values: Sequence[float], entity: Sequence[str | None], most: int) -> list[float]:
    """Gaps of up to `most` rows inside one entity carry the value before them."""
    result = list(values)
    for row, value in enumerate(values):
        if not math.isnan(value):
            continue
        first, last = row, row
        while first >= 0 and math.isnan(values[first]):
            first -= 1
        while last < len(values) and math.isnan(values[last]):
            last += 1
        inside = first >= 0 and last < len(values) and entity[first] == entity[last]
        if inside and last - first - 1 <= most:
            result[row] = values[first]
    return result


def medians_before(rows: Floats, most: int) -> Floats:
    """One row and one column at a time: back to a wall or `most` rows, missing cells passed over."""
    result = np.full(rows.shape, math.nan)
    for row, column in np.ndindex(rows.shape):
        before = []
        for earlier in range(row - 1, max(row - most, 0) - 1, -1):
            if is_wall(rows[earlier]) or is_wall(rows[row]):
                break
            before.append(rows[earlier, column])
        known = [value for value in before if not math.isnan(value)]
        result[row, column] = median(known) if known else math.nan
    return result


def increments(rows: Sequence[tuple[str, int, float]]) -> list[float | None]:
    """What a count that only rises rose by since the slot before, by (server, slot, value); a fall is a reset."""
    values = {(server, slot): value for server, slot, value in rows}
    found: list[float | None] = []
    for server, slot, value in rows:
        before = values.get((server, slot - 1))
        found.append(None if before is None else float(value if value < before else value - before))
    return found


def slow_curve(scores: Floats, positive: Flags) -> list[tuple[float, int, int]]:
    """Threshold, hits and false alarms, one pass over the rows for each threshold; NaN is above nothing."""
    known = sorted({float(score) for score in scores if not math.isnan(score)}, reverse=True)
    counted = []
    for threshold in [*known, math.nextafter(known[-1], -math.inf)]:
        flagged = [bool(mark) for score, mark in zip(scores, positive, strict=True) if score > threshold]
        counted.append((threshold, flagged.count(True), flagged.count(False)))
    return counted


def slow_vus(scores: Floats, positive: Flags, window_rows: int) -> tuple[float, float]:
    """VUS-ROC and VUS-PR by the definition: for each buffer and each of 250 thresholds, every row looked at."""
    rows, known = len(scores), [score for score in scores if not math.isnan(score)]
    filled = [math.nextafter(min(known), -math.inf) if math.isnan(score) else float(score) for score in scores]
    falling = sorted(filled, reverse=True)
    thresholds = [falling[int(at)] for at in np.linspace(0, rows - 1, 250)]
    events = _runs(positive)
    areas = []
    for window in range(window_rows + 1):
        labels = [_label(row, events, window) for row in range(rows)]
        widened = _widened(events, window // 2, rows)
        points = [_range_aware(filled, threshold, positive, labels, widened) for threshold in thresholds]
        areas.append(_areas([(0.0, 0.0, 1.0), *points]))
    roc, pr = np.mean(areas, axis=0)
    return float(roc), float(pr)


def _runs(positive: Flags) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in np.flatnonzero(positive).tolist():
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _label(row: int, events: list[tuple[int, int]], window: int) -> float:
    """1 in an event; beside events the square root of 1 - distance / window, summed over them, 1 at most."""
    away = [max(start - row, row - end) for start, end in events]
    if min(away) <= 0:
        return 1.0
    return min(1.0, sum(math.sqrt(1 - rows / window) for rows in away if rows <= window // 2))


def _widened(events: list[tuple[int, int]], half: int, rows: int) -> list[set[int]]:
    """The rows of each event and its buffers; events that share a row are one."""
    merged: list[set[int]] = []
    for start, end in events:
        around = {row for row in range(start - half, end + half + 1) if 0 <= row < rows}
        if merged and merged[-1] & around:
            merged[-1] |= around
        else:
            merged.append(around)
    return merged


def _range_aware(
    scores: list[float], threshold: float, positive: Flags, labels: list[float], widened: list[set[int]]
) -> tuple[float, float, float]:
    """False positive rate, recall times existence, and precision where scores from this threshold on are flagged."""
    flagged = {row for row, score in enumerate(scores) if score >= threshold}
    hits = sum(labels[row] for row in flagged)
    positives = int(positive.sum())
    in_buffers = sum(labels[row] for row in flagged if not positive[row])
    expected = (positives + positives + in_buffers) / 2
    existence = sum(bool(rows & flagged) for rows in widened) / len(widened)
    recall = min(hits / expected, 1.0) * existence
    return (len(flagged) - hits) / (len(scores) - expected), recall, hits / len(flagged)


def _areas(points: list[tuple[float, float, float]]) -> tuple[float, float]:
    """Under recall over false positive rate (up to 1, 1), and precision times what recall gains."""
    roc = pr = 0.0
    for (before, recall_before, _), (rate, recall, precision) in itertools.pairwise([*points, (1.0, 1.0, 0.0)]):
        roc += (rate - before) * (recall + recall_before) / 2
        pr += (recall - recall_before) * precision
    return roc, pr


def slow_usual_window(values: Floats) -> int:
    """The lag of the highest peak of the autocorrelation, each lag by its own sum."""
    known = [value for value in values.tolist() if not math.isnan(value)][:20_000]
    centred = [value - float(np.mean(known)) for value in known]
    by_lag = {
        lag: math.fsum(one * other for one, other in zip(centred, centred[lag:], strict=False))
        for lag in range(3, min(len(known), 401))
    }
    peaks = [lag for lag in by_lag if by_lag[lag] > max(by_lag.get(lag - 1, math.inf), by_lag.get(lag + 1, math.inf))]
    highest = max(peaks, key=lambda lag: by_lag[lag], default=0)
    return highest if 6 <= highest <= 303 else 125


def changed(days: Sequence[tuple[str, int, float]], drop: float | None, rise: float | None, memory: int) -> list[int]:
    """Numbers of the (entity, day, value) that lie too far from the last one that does not, one after the other."""
    most = 1 + rise if rise is not None else 1 / (1 - (drop or 0))
    least = 1 - drop if drop is not None else 1 / most
    last: dict[str, tuple[int, float]] = {}
    found = []
    for number, (entity, day, value) in enumerate(days):
        if math.isnan(value):
            continue
        then, was = last.get(entity, (-math.inf, 1.0))
        factor = max(value / was, 0.0) if day - then <= memory else 1.0
        if factor < least - 1e-9 or factor > most + 1e-9:
            found += [number] if (drop if factor < 1 else rise) is not None else []
        elif value > 0:
            last[entity] = day, value
    return found


def slow_bill_days(rows: list[dict[str, str]], keys: list[str], time: str, end: str, cost: str) -> dict[Any, float]:
    """(day, key values …) → cost, row by row: what lasts longer than a day is shared out evenly over its days."""
    found: dict[Any, list[float]] = {}
    for row in rows:
        start, until = (datetime.fromisoformat(row[name].replace("Z", "")) for name in (time, end))
        days = [start.date()]
        while until - start > timedelta(days=1) and datetime.combine(days[-1] + timedelta(days=1), clock()) < until:
            days.append(days[-1] + timedelta(days=1))
        for day in days:
            found.setdefault((day, *(row[key] for key in keys)), []).append(float(row[cost]) / len(days))
    return {slot: math.fsum(costs) for slot, costs in found.items()}


def log_records(data: bytes, header: str, stray: str, reach: int, longest: int) -> list[tuple[int, int, int, str]]:
    """Byte offset, number of the first line, how many lines, and message of each record of a log, line by line."""
    found: list[tuple[int, int, int, str]] = []
    offset = 0
    for number, line in enumerate(data.split(b"\n")):
        if number and offset == len(data):
            break
        text = _log_text(line[:longest])
        match = re.match(header, text) or (None if text[:1].isspace() else re.match(stray, text))
        if match or not number:
            found.append((offset, number, 1, (text[match.end() :] if match else text).rstrip()))
        elif offset - found[-1][0] < reach:
            first, at, count, message = found[-1]
            found[-1] = (first, at, count + 1, message)
        offset += len(line) + 1
    return found


def _log_text(line: bytes) -> str:
    for codec in ("utf-8", "cp949"):
        try:
            return line.decode(codec)
        except UnicodeDecodeError:
            pass
    return line.decode(errors="replace")


def slow_masked(text: str) -> str:
    """One text after the other, by another machine for expressions."""
    masked = re.sub(VARIABLE.replace(r"(?-u:\b)", r"\b"), WILD, text[:4096], flags=re.ASCII)
    masked = re.sub(r"(^|[\s=:(,\[])[-+/]+<\*>", r"\1<*>", masked)
    masked = re.sub(r"<\*>(?:[,:/+@-]+<\*>)+", "<*>", masked)
    return re.sub(r"\s+", " ", masked).strip()


def slow_template(patterns: Sequence[Tokens], found: Tokens, is_fixed: Callable[[str], bool]) -> Tokens | None:
    """Of all patterns that fit, the one with its first wildcard farthest to the right, then its second …"""

    def fits(pattern: Tokens) -> bool:
        if len(pattern) != len(found):
            return False
        pairs = zip(pattern, found, strict=True)
        return all(wanted == token or (wanted == WILD and not is_fixed(token)) for wanted, token in pairs)

    fitting = [pattern for pattern in patterns if fits(pattern)]
    return min(fitting, key=lambda pattern: [token == WILD for token in pattern], default=None)


def slow_one_apart(patterns: Sequence[Tokens]) -> list[tuple[int, list[Tokens]]]:
    """Each place, and the patterns that are equal once it is taken out."""
    found = []
    for place in range(len(patterns[0]) if patterns else 0):
        groups: dict[Tokens, list[Tokens]] = {}
        for pattern in patterns:
            groups.setdefault(pattern[:place] + pattern[place + 1 :], []).append(pattern)
        found += [(place, group) for group in groups.values() if len(group) > 1]
    return found


def stretches(templates: Sequence[int]) -> list[list[int]]:
    """The places of the rows of each stretch without walls (numbers below 0)."""
    found: list[list[int]] = [[]]
    for row, template in enumerate(templates):
        if template < 0:
            found.append([])
        else:
            found[-1].append(row)
    return [stretch for stretch in found if stretch]


def log_anomaly_scores(train: Sequence[int], judged: Sequence[int], window_rows: int, *, window: bool) -> list[float]:
    """Each row of `judged` by the rows of `train`, chance by chance."""
    counts = _counted(train, window_rows)
    turns = _rarity([_turn(counts, pair, 1) for pair, rows in counts.pairs.items() for _ in range(rows)])
    firsts = _rarity([_share(counts, one, 1) for one, rows in counts.rows.items() for _ in range(rows)])
    often = _rarity(
        [_repeat(counts, one, times, 1) for one, came in counts.repeats.items() for times in came],
    )
    far = [_distance(counts, piece) for piece in _full_windows(train, window_rows)] if window else []
    spread = max(float(np.std(far)), 0.001 * _idf(counts, -1)) if far else 1.0
    scores = [math.nan] * len(judged)
    for stretch in stretches(judged):
        for place, row in enumerate(stretch):
            line = [judged[at] for at in stretch[max(0, place - window_rows + 1) : place + 1]]
            one, before = judged[row], judged[stretch[place - 1]] if place else None
            score = firsts(_share(counts, one, 0)) if before is None else turns(_turn(counts, (before, one), 0))
            if one not in counts.rows:
                score = max(score, firsts(_share(counts, one, 0)))
            score = max(score, often(_repeat(counts, one, line.count(one) - 1, 0)))
            if far and len(line) == window_rows:
                score = max(score, (_distance(counts, line) - float(np.mean(far))) / spread)
            scores[row] = score
    return scores


@dataclass
class _Lines:
    """What came how often: templates, pairs, and for each template its repeats, row by row."""

    rows: Counter[int]
    pairs: Counter[tuple[int, int]]
    repeats: dict[int, list[int]]


def _counted(train: Sequence[int], window_rows: int) -> _Lines:
    found = _Lines(Counter(), Counter(), defaultdict(list))
    for stretch in stretches(train):
        lines = [train[row] for row in stretch]
        found.rows.update(lines)
        found.pairs.update(itertools.pairwise(lines))
        for at, one in enumerate(lines):
            found.repeats[one].append(lines[max(0, at - window_rows + 1) : at].count(one))
    return found


def _share(counts: _Lines, one: int, itself: int) -> float:
    """Of all rows, those of templates as rare or rarer; `itself`: 1 where one of its rows is judged by the others."""
    left = counts.rows - Counter({one: itself})
    return (sum(rows for rows in left.values() if rows <= left[one]) + 0.5) / (left.total() + 0.5)


def _turn(counts: _Lines, pair: tuple[int, int], itself: int) -> float:
    before, one = pair
    after = Counter({other: rows for (first, other), rows in counts.pairs.items() if first == before})
    after -= Counter({one: itself})
    if not after:
        return _share(counts, one, itself)
    every = after.total() + len(after)
    if one in after:
        return (sum(rows for rows in after.values() if rows <= after[one]) + len(after)) / every
    once = (list(counts.rows.values()).count(1) + 0.5) / (list(counts.pairs.values()).count(1) + 1)
    return len(after) / every * (min(once, 1.0) if counts.rows[one] == itself else 1.0)


def _repeat(counts: _Lines, one: int, times: int, itself: int) -> float:
    every = [other for came in counts.repeats.values() for other in came]
    mine, chance = counts.repeats.get(one, []), 1.0
    for before in range(times):
        usual = (_at_least(every, before + 1) + 0.5) / (_at_least(every, before) + 1)
        chance *= (_at_least(mine, before + 1) - itself + usual) / (_at_least(mine, before) - itself + 1)
    return chance


def _at_least(times: Sequence[int], least: int) -> int:
    return sum(other >= least for other in times)


def _rarity(chances: Sequence[float]) -> Callable[[float], float]:
    """How many of these chances are as small, as standard deviations; in steps of a hundredth of a power of ten."""
    steps = [_step(chance) for chance in chances]
    highest, total = max(steps, default=0), len(steps) + 2
    slope = min(math.log10(total) / (max(highest, 1) / 100), 1.0)

    def of(chance: float) -> float:
        step = _step(chance)
        share = max(sum(other >= step for other in steps), 1) / total
        return float(norm.isf(share * 10 ** (-slope * max(step - highest, 0) / 100)))

    return of


def _step(chance: float) -> int:
    return max(int(-100 * np.log10(chance)), 0)


def _idf(counts: _Lines, one: int) -> float:
    return math.log((counts.rows.total() + 1) / (counts.rows[one] + 1)) + 1


def _full_windows(templates: Sequence[int], window_rows: int) -> list[list[int]]:
    return [
        [templates[row] for row in stretch[end - window_rows : end]]
        for stretch in stretches(templates)
        for end in range(window_rows, len(stretch) + 1)
    ]


def _distance(counts: _Lines, window: Sequence[int]) -> float:
    """Of the TF-IDF vector of a window to the mean of all rows, axis by axis."""
    axes = {*counts.rows, *window}
    usual = counts.rows.total()
    apart = [_idf(counts, one) * (window.count(one) / len(window) - counts.rows[one] / usual) for one in axes]
    return math.sqrt(sum(each**2 for each in apart))


def slow_queue(start: Sequence[int], lasts: Sequence[int], thread: Sequence[int], busy: Sequence[int]) -> list[int]:
    """When each session begins: at its start, or when those that came before it on its thread have ended."""
    free, begins = list(busy), [0] * len(start)
    for at in sorted(range(len(start)), key=lambda at: start[at]):
        begins[at] = max(start[at], free[thread[at]])
        free[thread[at]] = begins[at] + lasts[at]
    return begins


def lines_due(rows: Sequence[dict[str, Any]]) -> dict[tuple[int, int, int], tuple[float, float, float, float]]:
    """`logs.judged.in_hindsight`, slot by slot: log, kind and slot → lines, expected, spread, unusual."""
    slots, found, clumping = max(row["slot"] for row in rows) + 1, {}, _clumping(rows)
    for log in range(max(row["log"] for row in rows) + 1):
        mine = [row for row in rows if row["log"] == log]
        total = [sum(row["lines"] for row in mine if row["slot"] == slot) for slot in range(slots)]
        for kind in {row["kind"] for row in mine}:
            came = {row["slot"]: row for row in mine if row["kind"] == kind}
            odd = _odd_ones(came, slots, clumping)
            for slot, due in _kind_due({at: row["lines"] for at, row in came.items()}, total).items():
                found[log, kind, slot] = (*due[:3], max(abs(due[3]), odd.get(slot, 0.0)))
        for slot, due in enumerate(_log_due(total)):
            found[log, -1, slot] = (*due[:3], abs(due[3]))
    return found


def odd_limits(lines: Sequence[tuple[int, float]], templates: int) -> list[int]:
    """`logs.order.limits_of`, line by line: the lowest bin that one in a thousand lines of a template reach at most."""
    found = []
    for template in range(templates):
        bins = [
            min(max(int(800 + math.copysign(math.log1p(abs(score)) / 0.01, score)), 0), 1599)
            for of, score in lines
            if of == template
        ]
        reach = {limit: sum(one >= limit for one in bins) for limit in {*bins, *(one + 1 for one in bins)}}
        few = [limit for limit, count in reach.items() if count <= len(bins) * 1e-3]
        found.append(min(few) if len(bins) >= 1000 else 1600)
    return found


def lines_due_later(
    before: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], slots: int
) -> dict[tuple[int, int, int], tuple[float, float, float, float]]:
    """Rows judged by those of `slots` earlier ones alone: log, kind and slot → lines, expected, spread, unusual."""
    found, clumping = {}, _clumping(before)
    for row in rows:
        log, kind, slot = row["log"], row["kind"], row["slot"]
        earlier = [one for one in before if one["log"] == log]
        here = sum(one["lines"] for one in rows if (one["log"], one["slot"]) == (log, slot))
        total = [sum(one["lines"] for one in earlier if one["slot"] == at) for at in range(slots)]
        came = {one["slot"]: one for one in earlier if one["kind"] == kind}
        lines, odd = (sum(one[name] for one in came.values()) for name in ("lines", "odd"))
        if not sum(total):
            found[log, kind, slot] = (row["lines"], row["lines"], math.sqrt(row["lines"]), 0.0)
            continue
        counts = _apart(row["lines"], (lines + 0.5) / (sum(total) + 1) * here, _kind_dispersion(came, total))
        order = _apart(row["odd"], (odd + 0.5) / (lines + 1) * row["lines"], _odd_dispersion(came, slots, clumping))
        strange = max(order[3], 0.0) if row["odd"] >= 2 else 0.0
        found[log, kind, slot] = (*counts[:3], max(abs(counts[3]), strange))
    return found


def _kind_dispersion(came: dict[int, dict[str, Any]], total: Sequence[int]) -> float:
    lines = {slot: row["lines"] for slot, row in came.items()}
    of_kind = sum(lines.values())
    expected = {
        slot: (of_kind - count + 0.5) / (sum(total) - total[slot] + 1) * total[slot] for slot, count in lines.items()
    }
    return _dispersion(lines, expected, len(total))


def _clumping(rows: Sequence[dict[str, Any]]) -> float:
    """Of all odd lines, how much they come together."""
    more = []
    for row in rows:
        came = {one["slot"]: one for one in rows if (one["log"], one["kind"]) == (row["log"], row["kind"])}
        if row["odd"]:
            more.append((row["odd"] * (row["odd"] - _odd_expected(came)[row["slot"]]), row["odd"]))
    usual = sorted(more, key=lambda one: one[0])[: len(more) - math.ceil(0.01 * len(more))]
    return float(max(sum(one for one, _ in usual) / max(sum(odd for _, odd in usual), 1), 1.0))


def _odd_expected(came: dict[int, dict[str, Any]]) -> dict[int, float]:
    """By the share of odd lines that the other slots have."""
    all_odd, all_lines = (sum(row[name] for row in came.values()) for name in ("odd", "lines"))
    return {
        slot: (all_odd - row["odd"] + 0.5) / (all_lines - row["lines"] + 1) * row["lines"] for slot, row in came.items()
    }


def _odd_dispersion(came: dict[int, dict[str, Any]], slots: int, clumping: float) -> float:
    own = _dispersion({slot: row["odd"] for slot, row in came.items()}, _odd_expected(came), slots)
    return max(own, clumping)


def _odd_ones(came: dict[int, dict[str, Any]], slots: int, clumping: float) -> dict[int, float]:
    """How far above their share the odd lines of a kind are, in slots with two or more."""
    expected, dispersion = _odd_expected(came), _odd_dispersion(came, slots, clumping)
    told = {slot: _apart(row["odd"], expected[slot], dispersion)[3] for slot, row in came.items()}
    return {slot: max(apart, 0.0) for slot, apart in told.items() if came[slot]["odd"] >= 2}


def _dispersion(lines: dict[int, int], expected: dict[int, float], slots: int) -> float:
    more = sorted((count - expected[slot]) ** 2 / expected[slot] - expected[slot] for slot, count in lines.items())
    usual = more[: len(more) - math.ceil(0.01 * len(more))]
    return max((sum(usual) + sum(lines.values())) / slots, 1.0)


def _kind_due(lines: dict[int, int], total: Sequence[int]) -> dict[int, tuple[float, float, float, float]]:
    """Each slot with lines, and those without in which they are missed."""
    of_kind = sum(lines.values())
    expected = {
        slot: (of_kind - count + 0.5) / (sum(total) - total[slot] + 1) * total[slot] for slot, count in lines.items()
    }
    dispersion = _dispersion(lines, expected, len(total))
    found = {slot: _apart(count, expected[slot], dispersion) for slot, count in lines.items()}
    for slot, here in enumerate(total):
        share = of_kind / sum(total) * here
        if slot not in lines and _or_less(0, share, dispersion) < 1e-3:
            found[slot] = _apart(0, share, dispersion)
    return found


def _log_due(total: Sequence[int]) -> list[tuple[float, float, float, float]]:
    """By the median of the six slots before, or after where that is nearer and no silence; the ends are as due."""
    last, expected = len(total) - 1, []
    for slot, lines in enumerate(total):
        before = median([total[max(slot - back, 0)] for back in range(1, 7)])
        after = median([total[min(slot + ahead, last)] for ahead in range(1, 7)])
        nearer = abs(lines - after) < abs(lines - before) and after >= 0.2 * before
        expected.append(max(lines, 0.5) if slot in (0, last) else (after if nearer else before) + 0.5)
    off = sorted((lines - due) ** 2 / max(due, 0.5) for lines, due in zip(total, expected, strict=True))
    usual = off[: max(1, int(0.99 * len(off)))]
    dispersion = max(sum(usual) / len(usual), 2.0)
    return [_apart(lines, due, dispersion) for lines, due in zip(total, expected, strict=True)]


def _apart(lines: int, expected: float, dispersion: float) -> tuple[float, float, float, float]:
    up = float(norm.isf(max(1e-300, min(1.0, _or_more(lines, expected, dispersion)))))
    down = float(norm.isf(max(1e-300, min(1.0, _or_less(lines, expected, dispersion)))))
    return lines, expected, math.sqrt(dispersion * expected), up if up > down else -down


def _counts_as(expected: float, dispersion: float) -> Any:
    if dispersion <= 1.001:
        return poisson(expected)
    return nbinom(expected / (dispersion - 1), 1 / dispersion)


def _or_more(lines: int, expected: float, dispersion: float) -> float:
    return float(_counts_as(expected, dispersion).sf(lines - 1))


def _or_less(lines: int, expected: float, dispersion: float) -> float:
    return float(_counts_as(expected, dispersion).cdf(lines))


def held(X: Floats, Z: Floats) -> Floats:
    """Scaled rows Z with a missing cell as in the row before, if that cell was there, else 0; walls stay NaN."""
    filled = Z.copy()
    for row in range(len(X)):
        for column in range(X.shape[1]):
            if np.isnan(X[row, column]) and not is_wall(X[row]):
                before = Z[row - 1, column] if row else math.nan
                filled[row, column] = 0.0 if np.isnan(before) else before
    return filled


def shape_scores(
    train: Floats, X: Floats, window_rows: int, strange: Callable[[Floats, Floats], Floats], *, hindsight: bool
) -> Floats:
    """Of each row the score of the window that ends there, or the mean of all windows that cover it.

    `strange` is told the flat windows of training and of X, and gives a score of each of the latter.
    """
    learnt = [window.ravel() for _, window in windows_ending_at(held(train, scaled(train, train)), window_rows)]
    found = windows_ending_at(held(X, scaled(train, X)), window_rows)
    judged = strange(np.array(learnt), np.array([window.ravel() for _, window in found]))
    covered: list[list[float]] = [[] for _ in X]
    for (end, _), score in zip(found, judged, strict=True):
        for row in range(end - window_rows + 1, end + 1) if hindsight else [end]:
            covered[row].append(float(score))
    return np.array([np.mean(scores) if scores else math.nan for scores in covered])


def own_period(values: Sequence[float]) -> int:
    """The lag, of those that come round three times, at which values without their mean repeat best."""
    centred = np.array(values) - np.mean(values)
    lags = range(4, len(values) // 3)
    repeats = [float(np.mean(centred[lag:] * centred[:-lag])) for lag in lags]
    return lags[int(np.argmax(repeats))]


def slow_rarity(train: Sequence[float], value: float) -> float:
    """How much fuller the fullest of √n bins between the ends of `train` is than the bin of a value, one row added."""
    low, high, bins = min(train), max(train), int(math.sqrt(len(train)))
    edges = [low + (high - low) * number / bins for number in range(bins)] + [high]

    def inside(number: int, one: float) -> bool:
        return edges[number] < one <= edges[number + 1] or (number == 0 and one == low)

    counts = [sum(inside(number, one) for one in train) for number in range(bins)]
    own = next((counts[number] for number in range(bins) if inside(number, value)), 0)
    return math.log(max(counts) + 1) - math.log(own + 1)


def slow_robust_mahalanobis(train: Floats, judged: Floats, kept: float) -> list[float]:
    """Three times the nearest rows give mean and covariance; then the distance per column."""
    usual, shown = scaled(train, train), scaled(train, judged)
    distances = [sum(cell**2 for cell in row) for row in usual]
    for _ in range(3):
        limit = _quantile(sorted(distances), kept)
        bulk = np.array([row for row, distance in zip(usual, distances, strict=True) if distance <= limit])
        covariance = np.cov(bulk.T, bias=True)
        inverse = np.linalg.inv(covariance + 1e-3 * np.mean(np.diag(covariance)) * np.eye(len(covariance)))
        mean = bulk.mean(axis=0)
        distances = [float((row - mean) @ inverse @ (row - mean)) for row in usual]
    return [math.sqrt((row - mean) @ inverse @ (row - mean) / len(row)) for row in shown]


def slow_normal_score(train: Sequence[float], value: float) -> float:
    """The normal quantile at the middle rank of a value among those of `train`."""
    below, equal = sum(one < value for one in train), sum(one == value for one in train)
    return float(norm.ppf((below + equal / 2 + 0.5) / (len(train) + 1)))


def news_by_hand(rows: list[tuple[int, int, int, int]], exceptions: int, week: float) -> set[tuple[int, int, int]]:
    """`logs.news.news`: each row (log, kind, slot, lines) beside all rows of earlier slots."""

    def names(log: int, kind: int) -> list[tuple[str, int, int]]:
        thrown = int(kind % exceptions > 0)
        return [
            (f"kind of {log}", thrown, kind),
            ("template", thrown, kind // exceptions),
            ("exception", thrown, kind % exceptions),
        ]

    opens = {log: min(row[2] for row in rows if row[0] == log) for log in {row[0] for row in rows}}
    found = set()
    for log, kind, slot, _ in rows:
        before = [row for row in rows if row[2] < slot]
        if not any(row[:2] == (log, kind) for row in before):
            for place, name in enumerate(names(log, kind)):
                slots: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
                for row in before:
                    slots.setdefault(names(row[0], row[1])[place], []).append((row[2], row[0]))
                once = {
                    min(came)[0]
                    for (_, thrown, _), came in slots.items()
                    if thrown == name[1]
                    and len({at for at, _ in came}) == 1
                    and not any(at == opens[of] for at, of in came)
                }
                if name not in slots and len(once) * min(1.0, week / max(slot, 1)) < 1:
                    found.add((log, kind, slot))
        own = sorted(row[2:] for row in rows if row[:2] == (log, kind) and row[2] <= slot)
        since = own[0][0]
        if slot - since < min(12, slot):
            chances = []
            for at, _ in own:
                so_far = sum(lines for before_at, lines in own if before_at <= at)
                chances.append(float(poisson.sf(so_far - 2, (at - since + 1) / max(since, 1e-9))))
            if chances[-1] < 1e-3 and all(chance >= 1e-3 for chance in chances[:-1]):
                found.add((log, kind, slot))
    return found


def turns_by_hand(lines: list[tuple[int, int, int]], chance: float) -> list[tuple[int, int, int, int]]:
    """`logs.turns`: (log, before, after, slot) of lines (slot, log, template) of one thread a log."""
    came: list[tuple[int, int, int, int]] = []
    for log in sorted({line[1] for line in lines}):
        own = [line for line in lines if line[1] == log]
        came += [(line[0], log, before[2], line[2]) for before, line in itertools.pairwise(own)]
    first: dict[tuple[int, int, int], int] = {}
    for slot, *turn in came:
        name = (turn[0], turn[1], turn[2])
        first[name] = min(first.get(name, slot), slot)

    def new(log: int, place: int, template: int, slot: int) -> float:
        different = sum(name[0] == log and name[place] == template and at < slot for name, at in first.items())
        so_far = sum(line[1:] == (log, template) and line[0] < slot for line in lines)
        return max(different, 1) / (max(different, 1) + max(so_far, 1))

    told = [
        (*name, slot)
        for name, slot in first.items()
        if max(new(name[0], 1, name[1], slot), new(name[0], 2, name[2], slot)) < chance
    ]
    return sorted(told, key=lambda turn: (turn[3], *turn[:3]))


def bursts_by_hand(
    rows: list[tuple[int, int, int, int]], totals: list[list[float]], edges: list[int]
) -> list[tuple[float, float]]:
    """`logs.bursts.bursts` of rows (log, kind, slot, lines): what was due, standard deviations above.

    `edges` are the starts of the eras that are judged, and the end.
    """
    found = []
    for log, kind, slot, _ in rows:
        own = {row[2]: row[3] for row in rows if row[:2] == (log, kind)}
        told, due = [0.0], 0.0
        for window in (1, 3, 12):
            since = max(slot - window + 1, 0)
            before = {at: lines for at, lines in own.items() if at < since}
            first, recent = min(min(own), since), max(since - 96, 0)
            ever = (sum(before.values()) + 0.5) / (sum(totals[log][first:since]) + 1)
            lately = sum(lines for at, lines in before.items() if at >= recent) / max(sum(totals[log][recent:since]), 1)
            expected = max(ever, lately) * sum(totals[log][since : slot + 1])
            came = sum(lines for at, lines in own.items() if since <= at <= slot)
            due = expected if window == 1 else due
            eras = [start for start in edges[:-1] if start <= slot]
            if eras and before and came >= 2 and came > 2 * expected:
                told.append(_apart(came, expected, _block_dispersion(own, totals[log], window, eras[-1]))[3])
        found.append((due, max(told)))
    return found


def _block_dispersion(own: dict[int, int], totals: list[float], window: int, start: int) -> float:
    blocks = range(0, start, window)
    of_all = {at // window: sum(totals[at : min(at + window, start)]) for at in blocks}
    lines: dict[int, int] = {}
    for at, came in own.items():
        if at < start:
            lines[at // window] = lines.get(at // window, 0) + came
    if not lines:
        return 1.0
    in_all, everything = sum(lines.values()), sum(of_all.values())
    expected = {at: (in_all - came + 0.5) / (everything - of_all[at] + 1) * of_all[at] for at, came in lines.items()}
    return _dispersion(lines, expected, len(of_all))
