"""How surprising each log line is after those before it: each era judged by a detector that learnt from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.detectors.base import Detector
from isang.errors import UsageError
from isang.family import build
from isang.log_parts import Clock, Part, parts_of
from isang.log_records import NO_KEY, LogRecords
from isang.logs.eras import Lesson
from isang.logs.order import Limits, Scores, limits_of, odd
from isang.logs.sequences import WALL, in_sequence
from isang.sources._spool import Spool
from isang.words.frame import Flags, Integers

_FEWEST_LINES = 100  # of threads or sessions: fewer teach no order
_SAMPLE_LINES, _SAMPLES = 1 << 20, 16  # that tell from which score on lines are odd


@dataclass(frozen=True)
class Taught:
    """A detector, which templates it saw, and from which bin of its scores on lines of these are odd."""

    detector: Detector
    seen: Flags
    limits: Limits

    def odd(self, templates: NDArray[np.int32], scores: Scores) -> Flags:
        """(n,) which lines in sequence are; not what follows a template never seen, of which nothing is known."""
        after_known = np.concatenate([[True], self.seen[templates[:-1]] | (templates[:-1] < 0)])
        found: Flags = odd(templates, scores, self.limits) & after_known
        return found


class Order:
    """The records of logs in sequence, on disk; `scores` (float32, NaN for none) stand beside them.

    A stretch is scored by itself, its first lines with less before them; lines of no thread or session are not.
    `heard` (templates,) is the number under which a detector knows each template.
    """

    def __init__(self, records: LogRecords, clock: Clock, folder: Path, heard: Integers) -> None:
        self._records, self._clock, self._folder, self._heard = records, clock, folder, heard
        self._pieces = [_pieces(part, folder, heard) for part in parts_of(records, clock)]
        self.scores = Spool(folder, {"score": "f4", "odd": "?"})

    def learn(self, lesson: Lesson, lines: Mapping[str, Any]) -> Taught | None:
        """A detector of `lines` that learnt from the eras of a lesson; None where these are too few lines."""
        path, size, detector = self._folder / "sequences", 0, of_lines(lines)
        with path.open("wb") as file:
            for era in lesson.learns:
                size += _copied(self._folder / f"templates-{era}", file)
        if size < _FEWEST_LINES:
            return None
        templates = np.memmap(path, np.int32, "r").reshape(-1, 1)
        detector.fit(templates)
        some, count = _sample(templates), len(self._heard)
        seen = np.bincount(templates[:, 0] + 1, minlength=count + 1)[1:] > 0
        return Taught(detector, seen, limits_of(some[:, 0], detector.anomaly_score(some), count))

    def score(self, taught: Mapping[int, Taught | None]) -> None:
        """Score all records by the detector that judges their era."""
        for part, pieces in zip(parts_of(self._records, self._clock), self._pieces, strict=True):
            score = np.full(len(part.kind), np.nan, dtype=np.float32)
            strange = np.zeros(len(part.kind), dtype=np.bool_)
            for piece in pieces:
                if (by := taught[piece.era]) is not None:
                    piece.score(self._folder, by, score, strange)
            self.scores.append({"score": score, "odd": strange})


def of_lines(lines: Mapping[str, Any]) -> Detector:
    """The detector with these settings, not yet fitted; UsageError for one that judges other things than lines."""
    detector: Detector = build("detectors", lines)
    if not detector.of_lines:
        raise UsageError(
            f"--detector {lines['name']} judges numbers; of log lines say log_anomaly, deep_log or log_robust."
        )
    return detector


@dataclass(frozen=True)
class _Piece:
    """Lines of one era in a part, by key and time, walls between keys: where they stand in the files of the era."""

    era: int
    first: int
    behind: int

    def score(self, folder: Path, by: Taught, score: Scores, strange: Flags) -> None:
        """Into the places of its lines in their part (n,)."""
        templates, rows = (
            np.fromfile(folder / f"{name}-{self.era}", np.int32, self.behind - self.first, offset=4 * self.first)
            for name in ("templates", "rows")
        )
        known, found = rows >= 0, by.detector.anomaly_score(templates.reshape(-1, 1))
        score[rows[known]], strange[rows[known]] = found[known], by.odd(templates, found)[known]


def _pieces(part: Part, folder: Path, heard: Integers) -> list[_Piece]:
    keyed = part.key != NO_KEY
    return [_written(part, keyed, era, folder, heard) for era in np.unique(part.era[keyed]).tolist()]


def _written(part: Part, keyed: Any, era: int, folder: Path, heard: Integers) -> _Piece:
    """The lines of an era in sequence, at the end of its files; a wall after them."""
    mine = np.flatnonzero(keyed & (part.era == era))
    told = in_sequence(part.key[mine], heard[part.template[mine]].astype(np.int32), part.time[mine])
    rows = np.where(told.rows >= 0, mine[told.rows], -1)
    for name, numbers in (("templates", told.X[:, 0]), ("rows", rows)):
        with (folder / f"{name}-{era}").open("ab") as file:
            first = file.tell() // 4
            np.append(numbers, -1).astype(np.int32).tofile(file)
    return _Piece(era, first, first + len(rows))


def _copied(path: Path, file: Any) -> int:
    """The lines of an era at the end of `file`; how many they are."""
    if not path.exists():
        return 0
    numbers = np.fromfile(path, np.int32)
    numbers.tofile(file)
    return len(numbers)


def _sample(templates: Any) -> Any:
    """All lines in sequence, or some long stretches of them, with walls between."""
    if len(templates) <= _SAMPLE_LINES:
        return templates
    long = _SAMPLE_LINES // _SAMPLES
    starts = np.linspace(0, len(templates) - long, _SAMPLES).astype(np.int64)
    wall = np.full((1, 1), WALL, dtype=np.int32)
    return np.concatenate([part for start in starts.tolist() for part in (templates[start : start + long], wall)])
