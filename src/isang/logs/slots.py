"""Records counted by what they say and when: how many lines of a kind a slot of time holds, how many were due.

A kind is a template of one log, with one exception; a log as a whole is one more kind, `ALL_LINES`. What is due of a
kind is its share of the lines of its log, so that load and time of day do not matter; what is due of a log is what it
has in the slots around. Both are counts that vary more than chance (negative binomial: variance = `dispersion` × mean).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import nbinom, norm, poisson

from isang.words.frame import Flags, Floats, Integers

ALL_LINES = -1
_BY = ("log", "kind", "slot")
_HIGHEST = pl.col("score").max(), pl.col("record").get(pl.col("score").arg_max().fill_null(0))
STEPS_S = (1, 10, 60, 300, 900, 3600, 21_600, 86_400)
_MOST_SLOTS = 2100
_STEERS_NO_MORE = 0.01  # of the slots of a kind: those farthest off say nothing of its dispersion
_LEAST_P = 1e-300
_ABSENT_P = 1e-3  # rows for slots without a line: where so few are chance
_SLOTS_BEFORE = 6
_FEWEST_ODD = 2  # in a slot: of millions of lines, one out of order is no news
_GONE = 0.2  # of the lines before: less is silence, not another load
_NO_CHANCE = 1.001  # dispersions up to here are Poisson's
_DISPERSION_OF_LOGS = 2.0  # of a whole log at least: it comes in bursts


def step_of(first_us: int, last_us: int) -> int:
    """The shortest usual step in µs that has at most about two thousand slots."""
    span = max(last_us - first_us, 1) / 1e6
    return int(next((step for step in STEPS_S if span / step <= _MOST_SLOTS), STEPS_S[-1]) * 1_000_000)


def counted(log: Integers, kind: Integers, slot: Integers, score: Floats, odd: Flags, record: Integers) -> pl.DataFrame:
    """A row for each log, kind and slot of some records (n,): `lines`, how many are `odd`, the highest `score`, whose.

    `record` are numbers of the records; NaN is no score, and where none has one the first record is told.
    """
    scores = pl.Series(score).fill_nan(None)
    rows = pl.DataFrame({"log": log, "kind": kind, "slot": slot, "score": scores, "odd": odd, "record": record})
    sums = pl.len().cast(pl.Int64).alias("lines"), pl.col("odd").sum().cast(pl.Int64)
    return rows.group_by(*_BY).agg(*sums, *_HIGHEST)


def together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What was counted in parts, of all of them, in order; of equal scores the earliest record is told."""
    rows = pl.concat(parts).sort("record")
    return rows.group_by(*_BY, maintain_order=True).agg(pl.col("lines", "odd").sum(), *_HIGHEST).sort(_BY)


@dataclass(frozen=True)
class Due:
    """(n,) lines that came, were due, their usual spread, how far apart they are in standard deviations (signed)."""

    lines: Floats
    expected: Floats
    spread: Floats
    apart: Floats


def judged(rows: pl.DataFrame) -> pl.DataFrame:
    """The same with `expected`, `spread` and `unusual`; and rows for slots in which lines of a kind are missing.

    `unusual` is the larger of how far the lines are from what was due, and the odd ones among them from the share of
    odd ones that their kind has at other times; in standard deviations, 0 at least.
    """
    slots = int(rows["slot"].max()) + 1  # type: ignore[arg-type]
    logs = int(rows["log"].max()) + 1  # type: ignore[arg-type]
    totals = np.zeros((logs, slots))
    np.add.at(totals, (rows["log"].to_numpy(), rows["slot"].to_numpy()), rows["lines"].to_numpy())
    kinds = rows.select("log", "kind").unique(maintain_order=True).with_row_index("series")
    rows = rows.join(kinds, on=["log", "kind"], how="left", maintain_order="left")
    due, dispersion, share = _by_share(rows, totals)
    unusual = np.maximum(np.abs(due.apart), _out_of_order(rows, due.lines, totals.shape[1]))
    found = rows.drop("series").with_columns(
        pl.Series("expected", due.expected), pl.Series("spread", due.spread), pl.Series("unusual", unusual)
    )
    absent = _absent(rows, kinds, totals, share, dispersion)
    return pl.concat(
        [found, absent.select(found.columns), _whole(totals).select(found.columns)], how="vertical_relaxed"
    )


def _by_share(rows: pl.DataFrame, totals: Floats) -> tuple[Due, Floats, Floats]:
    """Lines by the share of their kind in all other slots; the dispersion and share of each kind."""
    log, slot, series = (rows[name].to_numpy() for name in ("log", "slot", "series"))
    lines = rows["lines"].to_numpy().astype(np.float64)
    of_kind = np.bincount(series, lines).astype(np.float64)
    here, all_lines = totals[log, slot], totals.sum(axis=1)[log]
    expected = (of_kind[series] - lines + 0.5) / (all_lines - here + 1.0) * here
    first = np.unique(series, return_index=True)[1]
    dispersion = _dispersion(lines, expected, series, of_kind, totals.shape[1])
    share = of_kind / totals.sum(axis=1)[log[first]]
    return _due(lines, expected, dispersion[series]), dispersion, share


def _dispersion(lines: Floats, expected: Floats, series: Integers, of_kind: Floats, slots: int) -> Floats:
    """(kinds,) variance over mean of the lines of a slot, but for those farthest off, which may be what is sought."""
    more = (lines - expected) ** 2 / expected - expected  # than a slot without a line has
    count = np.bincount(series)
    order = np.lexsort((more, series))
    rank = np.empty(len(lines), dtype=np.int64)
    rank[order] = np.arange(len(lines)) - np.repeat(np.cumsum(count) - count, count)
    usual = rank < (count - np.ceil(_STEERS_NO_MORE * count))[series]
    squares = np.bincount(series[usual], more[usual], minlength=len(count)) + of_kind
    return np.asarray(np.maximum(squares / slots, 1.0))


def _due(lines: Floats, expected: Floats, dispersion: Floats) -> Due:
    more, less = _tails(lines, expected, dispersion)
    up, down = (norm.isf(np.clip(p, _LEAST_P, 1.0)) for p in (more, less))
    return Due(lines, expected, np.sqrt(dispersion * expected), np.where(up > down, up, -down))


def _tails(lines: Floats, expected: Floats, dispersion: Floats) -> tuple[Floats, Floats]:
    """The chances of so many lines or more, and of so many or less."""
    wide = dispersion > _NO_CHANCE
    size = expected / (np.where(wide, dispersion, 2.0) - 1.0)
    p = 1.0 / np.where(wide, dispersion, 2.0)
    more = np.where(wide, nbinom.sf(lines - 1, size, p), poisson.sf(lines - 1, expected))
    less = np.where(wide, nbinom.cdf(lines, size, p), poisson.cdf(lines, expected))
    return more, less


def _out_of_order(rows: pl.DataFrame, lines: Floats, slots: int) -> Floats:
    """(n,) how far the odd lines are above what their share lets expect; 0 for a single one."""
    series, odd = rows["series"].to_numpy(), rows["odd"].to_numpy().astype(np.float64)
    of_kind, all_lines = np.bincount(series, odd).astype(np.float64), np.bincount(series, lines)
    expected = (of_kind[series] - odd + 0.5) / (all_lines[series] - lines + 1.0) * lines
    due = _due(odd, expected, _dispersion(odd, expected, series, of_kind, slots)[series])
    return np.asarray(np.where(odd >= _FEWEST_ODD, np.maximum(due.apart, 0.0), 0.0))


def _absent(rows: pl.DataFrame, kinds: pl.DataFrame, totals: Floats, share: Floats, dispersion: Floats) -> pl.DataFrame:
    """Rows for the slots in which a kind has no line, though its log has so many that it should."""
    there = np.zeros((len(kinds), totals.shape[1]), dtype=np.bool_)
    there[rows["series"].to_numpy(), rows["slot"].to_numpy()] = True
    log = kinds["log"].to_numpy()
    wide = np.where(dispersion > _NO_CHANCE, dispersion, 2.0)
    enough = -np.log(_ABSENT_P) * np.where(dispersion > _NO_CHANCE, (wide - 1.0) / np.log(wide), 1.0)
    lines = np.divide(enough, share, out=np.full(len(share), np.inf), where=share > 0)  # of the log
    kind, slot = np.nonzero(~there & (totals[log] >= lines[:, None]))
    expected = share[kind] * totals[log[kind], slot]
    due = _due(np.zeros(len(kind)), expected, dispersion[kind])
    return _table(log[kind], kinds["kind"].to_numpy()[kind], slot, due)


def _whole(totals: Floats) -> pl.DataFrame:
    """A row for each log and slot: its lines beside those of the slots around; the first and last, cut off, as due."""
    expected = _around(totals) + 0.5
    expected[:, [0, -1]] = np.maximum(totals[:, [0, -1]], 0.5)
    off = np.sort((totals - expected) ** 2 / np.maximum(expected, 0.5), axis=1)
    usual = off[:, : max(1, int((1 - _STEERS_NO_MORE) * off.shape[1]))].mean(axis=1)
    dispersion = np.repeat(np.maximum(usual, _DISPERSION_OF_LOGS), totals.shape[1])
    log, slot = (of.ravel() for of in np.indices(totals.shape))
    return _table(log, np.full(len(log), ALL_LINES), slot, _due(totals.ravel(), expected.ravel(), dispersion))


def _around(totals: Floats) -> Floats:
    """(logs, slots) what a log has before, or after where that is nearer, so that load may change; silence is none."""
    before, after = _medians(totals), _medians(totals[:, ::-1])[:, ::-1]
    nearer = np.abs(totals - after) < np.abs(totals - before)
    return np.asarray(np.where(nearer & (after >= _GONE * before), after, before))


def _medians(totals: Floats) -> Floats:
    """(logs, slots) of the slots before each."""
    padded = np.pad(totals, ((0, 0), (_SLOTS_BEFORE, 0)), mode="edge")
    return np.asarray(
        np.median(np.lib.stride_tricks.sliding_window_view(padded, _SLOTS_BEFORE, axis=1)[:, :-1], axis=2)
    )


def _table(log: Integers, kind: Integers, slot: Integers, due: Due) -> pl.DataFrame:
    """Rows that no record tells of by itself."""
    none = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(log))
    return pl.DataFrame(
        {
            "log": log,
            "kind": kind,
            "slot": slot,
            "lines": due.lines.astype(np.int64),
            "odd": np.zeros(len(log), dtype=np.int64),
            "score": none.cast(pl.Float64),
            "record": none,
            "expected": due.expected,
            "spread": due.spread,
            "unusual": np.abs(due.apart),
        }
    )
