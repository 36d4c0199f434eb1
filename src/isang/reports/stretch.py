"""A stretch: some rows of one entity in time order, as arrays that can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from isang.errors import InputError
from isang.family import nearest
from isang.reports.base import Outcome, is_of_logs
from isang.words.frame import Flags, Floats, Integers, named
from isang.words.incident import Incident

Span = tuple[float, float]

_GAP_TIMES_USUAL = 3
_SPANS_DRAWN = 80


@dataclass(frozen=True)
class Stretch:
    """`rows` (n,) are positions in the frame, `at` (n,) µs on the wall clock, or row numbers where there is no time.

    `step` is the usual distance of two of `at`; the other arrays are (n,), NaN where unknown. `flag` marks what
    the threshold flagged and what belongs to an incident for a rule's sake.
    """

    rows: Integers
    at: Integers
    step: float
    timed: bool
    score: Floats
    threshold: Floats
    flag: Flags
    scored: Flags

    def part(self, first: int, last: int) -> Stretch:
        """Positions `first` to `last`, both included."""
        cut = slice(max(first, 0), last + 1)
        return replace(
            self,
            rows=self.rows[cut],
            at=self.at[cut],
            score=self.score[cut],
            threshold=self.threshold[cut],
            flag=self.flag[cut],
            scored=self.scored[cut],
        )

    def breaks(self) -> Integers:
        """Positions after which data are absent."""
        return np.flatnonzero(np.diff(self.at) > _GAP_TIMES_USUAL * self.step)


def keys_of(outcome: Outcome, entity: str | None) -> dict[str, str]:
    """The key values of an entity; None is the riskiest one. InputError names the nearest."""
    keys = outcome.columns.keys
    if not keys and entity in (None, ""):
        return {}
    if entity is None:
        return dict(outcome.incidents[0].keys) if outcome.incidents else _row_keys(outcome.frame, keys, 0)
    for incident in outcome.incidents:
        if incident.entity == entity:
            return dict(incident.keys)
    rows = outcome.frame.select(pl.col(keys).cast(pl.String)).unique().rows() if keys else []
    by_name = {named(tuple(map(str, row)), keys): row for row in rows}
    if entity not in by_name:
        raise InputError(f"'{entity}' is no entity of this result.{nearest(entity, list(by_name)[:50])}")
    return dict(zip(keys, by_name[entity], strict=True))


def stretch_of(outcome: Outcome, keys: Mapping[str, str]) -> Stretch:
    """All rows of one entity."""
    rows = _rows_of(outcome, keys)
    at = _moments(outcome, rows)
    order = np.argsort(at, kind="stable")
    rows, at = rows[order], at[order]
    step = _step(outcome, at)
    judged = outcome.scores[rows]
    return Stretch(
        rows,
        at,
        step,
        outcome.columns.time is not None,
        _floats(judged["score"]),
        _floats(judged["threshold"]),
        (judged["flag"].fill_null(value=False) | judged["incident"].is_not_null()).to_numpy(),
        judged["scored"].fill_null(value=False).to_numpy(),
    )


def _step(outcome: Outcome, at: Integers) -> float:
    """The usual distance of two rows; kinds of log lines may have no row in most slots."""
    if is_of_logs(outcome):
        return float(outcome.run["recognised"]["step_s"]) * 1e6
    apart = np.diff(at)
    return float(np.median(apart[apart > 0])) if np.any(apart > 0) else 1.0


def values_of(outcome: Outcome, table: pl.DataFrame, stretch: Stretch, column: str) -> Floats:
    """A column of the frame, or of `expected`, `lower`, `upper`, along a stretch; NaN where there is none."""
    if column not in table.columns:
        return np.full(len(stretch.rows), np.nan)
    return _floats(table[column][stretch.rows])


def around(stretch: Stretch, outcome: Outcome, incident: Incident, margin: int) -> Stretch:
    """The part of a stretch that shows an incident with as much before and after it, at least `margin` rows."""
    span = span_of(stretch, outcome, incident)
    if span is None:
        return stretch
    first, last = np.searchsorted(stretch.at, span)
    reach = max(margin, int(last - first))
    return stretch.part(int(first) - reach, int(last) + reach)


def span_of(stretch: Stretch, outcome: Outcome, incident: Incident) -> Span | None:
    """Where an incident lies on the axis of its entity: its flagged rows, else its times."""
    mine = (outcome.scores["incident"][stretch.rows] == incident.id).fill_null(value=False).to_numpy()
    where = stretch.at[mine]
    half = stretch.step / 2
    if len(where):
        return float(where[0]) - half, float(where[-1]) + half
    if incident.start is None or not stretch.timed:
        return None
    times = pl.Series([incident.start, incident.end or incident.start]).dt.replace_time_zone(None).dt.epoch("us")
    return float(times[0]) - half, float(times[1]) + half


def unscored_spans(stretch: Stretch) -> list[Span]:
    """Where rows were not judged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], stretch.scored, [True]]).astype(np.int8)))
    half = stretch.step / 2
    runs = zip(edges[::2], edges[1::2], strict=True)
    return merged([(float(stretch.at[a]) - half, float(stretch.at[b - 1]) + half) for a, b in runs], stretch)


def absent_spans(stretch: Stretch) -> list[Span]:
    """Where there were no rows at all."""
    after, half = stretch.breaks(), stretch.step / 2
    return merged([(float(stretch.at[i]) + half, float(stretch.at[i + 1]) - half) for i in after], stretch)


def merged(spans: list[Span], stretch: Stretch) -> list[Span]:
    """Spans nearer to each other than a reader can see become one; the widest 80 stay."""
    near = float(stretch.at[-1] - stretch.at[0]) / 400 if len(stretch.at) else 0.0
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start - out[-1][1] <= near:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return sorted(sorted(out, key=lambda span: span[0] - span[1])[:_SPANS_DRAWN])


def _rows_of(outcome: Outcome, keys: Mapping[str, str]) -> Integers:
    if not keys:
        return np.arange(len(outcome.frame))
    wanted = [_text(outcome.frame, name) == value for name, value in keys.items()]
    mask = outcome.frame.select(pl.all_horizontal(wanted).fill_null(value=False)).to_series()
    return np.flatnonzero(mask.to_numpy())


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A key to compare with texts; categories are compared as they are, which takes a tenth of the time."""
    return pl.col(name) if frame.schema[name] == pl.Categorical else pl.col(name).cast(pl.String)


def _row_keys(frame: pl.DataFrame, keys: tuple[str, ...], row: int) -> dict[str, str]:
    return {key: str(frame[key][row]) for key in keys}


def _moments(outcome: Outcome, rows: Integers) -> Integers:
    if outcome.columns.time is None:
        return rows + 1
    clock = outcome.frame[outcome.columns.time][rows].dt.replace_time_zone(None)
    return clock.dt.epoch("us").to_numpy().astype(np.int64)


def _floats(series: pl.Series) -> Floats:
    return series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
