"""How surprising each log line is after those before it: each era judged by a detector that learnt from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.detectors.base import Detector, sees_lines
from isang.errors import UsageError
from isang.explain.trainings import trainings
from isang.family import build
from isang.log_company import Company
from isang.log_labels import labelled
from isang.log_parts import Clock, Part, parts_of
from isang.log_records import NO_KEY, LogRecords
from isang.logs.before import Before
from isang.logs.eras import Lesson
from isang.logs.order import Limits, Scores, limits_of, odd
from isang.logs.sequences import WALL, in_sequence
from isang.sources._spool import Spool
from isang.words.frame import Flags, Integers
from isang.words.note import note

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
    `company` learns on the way what follows what, after what came `before`.
    `heard` (templates,) is the number under which a detector knows each template.
    """

    def __init__(
        self, records: LogRecords, clock: Clock, folder: Path, heard: Integers, before: Before | None = None
    ) -> None:
        self._records, self._clock, self._folder, self._heard = records, clock, folder, heard
        self.company = Company(before)
        self._pieces = [_pieces(records, part, folder, heard, self.company) for part in parts_of(records, clock)]
        self.scores = Spool(folder, {"score": "f4", "odd": "?"})
        count = sum(int(np.memmap(path, np.int32, "r").sum()) for path in folder.glob("labels-*"))
        if count:
            records.said.append(note("{count:,} labelled lines were learnt from; none judges itself.", count=count))

    def learn(self, lesson: Lesson, lines: Mapping[str, Any]) -> Taught | None:
        """A detector of `lines` that learnt from the eras of a lesson; None where these are too few lines."""
        detector, size = of_lines(lines), self._gathered("templates", lesson)
        if size < _FEWEST_LINES:
            return None
        templates = self._mapped("templates").reshape(-1, 1)
        detector.fit(templates, self._mapped("labels") if self._gathered("labels", lesson) else None)
        block = 1 + max((net["block"] for net in self._records.training), default=0)
        self._records.training.extend({"block": block, **net} for net in trainings(detector))
        some, count = _sample(templates), len(self._heard)
        seen = np.bincount(templates[:, 0] + 1, minlength=count + 1)[1:] > 0
        return Taught(detector, seen, limits_of(some[:, 0], detector.anomaly_score(some), count))

    def _gathered(self, name: str, lesson: Lesson) -> int:
        """The numbers of the eras of a lesson in one file; how many they are."""
        with (self._folder / name).open("wb") as file:
            return sum(_copied(self._folder / f"{name}-{era}", file) for era in lesson.learns)

    def _mapped(self, name: str) -> Any:
        return np.memmap(self._folder / name, np.int32, "r")

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
    if not sees_lines(detector):
        raise UsageError(
            f"--detector {lines['name']} judges numbers; of log lines say log_anomaly, deep_log, log_robust, ensemble."
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


def _pieces(records: LogRecords, part: Part, folder: Path, heard: Integers, company: Company) -> list[_Piece]:
    keyed, labels = part.key != NO_KEY, labelled(records, part) if records.labelled else None
    pieces = []
    for era in np.unique(part.era[keyed]).tolist():
        mine = np.flatnonzero(keyed & (part.era == era))
        told = in_sequence(part.key[mine], heard[part.template[mine]].astype(np.int32), part.time[mine])
        rows = np.where(told.rows >= 0, mine[told.rows], -1)
        company.add(part, rows)
        pieces.append(_written(told.X[:, 0], rows, era, folder, labels))
    return pieces


def _written(templates: Any, rows: Integers, era: int, folder: Path, labels: Flags | None) -> _Piece:
    """The lines of an era in sequence, at the end of its files; a wall after them."""
    columns = {"templates": templates, "rows": rows}
    if labels is not None:
        columns["labels"] = (rows >= 0) & labels[rows]
    for name, numbers in columns.items():
        with (folder / f"{name}-{era}").open("ab") as file:
            first = file.tell() // 4
            np.append(numbers, 0 if name == "labels" else WALL).astype(np.int32).tofile(file)
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
