"""How surprising each log line is after those before it: each era judged by a detector that learnt from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from isang.detectors.base import Detector
from isang.errors import UsageError
from isang.family import build
from isang.log_company import Company
from isang.log_parts import Clock, Part, parts_of
from isang.log_records import NO_KEY, LogRecords
from isang.logs.eras import Lesson
from isang.logs.order import UsualOrder
from isang.logs.sequences import in_sequence
from isang.sources._spool import Spool
from isang.words.frame import Floats, Integers

_FEWEST_LINES = 100  # of threads or sessions: fewer teach no order


class Order:
    """The records of logs in sequence, on disk; `scores` (float32, NaN for none) stand beside them.

    A stretch is scored by itself, its first lines with less before them; lines of no thread or session are not.
    `heard` (templates,) is the number under which a detector knows each template.
    """

    def __init__(self, records: LogRecords, clock: Clock, folder: Path, heard: Integers) -> None:
        self._records, self._clock, self._folder = records, clock, folder
        self.company = Company()
        self._pieces = [_pieces(part, folder, heard, self.company) for part in parts_of(records, clock)]
        self.scores = Spool(folder, {"score": "f4"})

    def learn(self, lesson: Lesson, lines: Mapping[str, Any]) -> Detector | None:
        """A detector of `lines` that learnt from the eras of a lesson; None where these are too few lines."""
        path, size = self._folder / "sequences", 0
        with path.open("wb") as file:
            for era in lesson.learns:
                size += _copied(self._folder / f"templates-{era}", file)
        return of_lines(lines).fit(np.memmap(path, np.int32, "r").reshape(-1, 1)) if size >= _FEWEST_LINES else None

    def score(self, detectors: Mapping[int, Detector | None]) -> UsualOrder:
        """Scores of all records, each by the detector that judges its era; how usual they are."""
        usual = UsualOrder()
        for part, pieces in zip(parts_of(self._records, self._clock), self._pieces, strict=True):
            score = np.full(len(part.kind), np.nan, dtype=np.float32)
            for piece in pieces:
                if (detector := detectors[piece.era]) is not None:
                    rows, found = piece.scored(self._folder, detector)
                    score[rows] = found
                    usual.add(piece.era, part.kind[rows], found.astype(np.float32))
            self.scores.append({"score": score})
        return usual


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

    def scored(self, folder: Path, detector: Detector) -> tuple[Integers, Floats]:
        """Places of lines in their part, and their scores."""
        templates, rows = (
            np.fromfile(folder / f"{name}-{self.era}", np.int32, self.behind - self.first, offset=4 * self.first)
            for name in ("templates", "rows")
        )
        known = rows >= 0
        return rows[known].astype(np.int64), detector.anomaly_score(templates.reshape(-1, 1))[known]


def _pieces(part: Part, folder: Path, heard: Integers, company: Company) -> list[_Piece]:
    keyed = part.key != NO_KEY
    return [_written(part, keyed, era, folder, heard, company) for era in np.unique(part.era[keyed]).tolist()]


def _written(part: Part, keyed: Any, era: int, folder: Path, heard: Integers, company: Company) -> _Piece:
    """The lines of an era in sequence, at the end of its files; a wall after them."""
    mine = np.flatnonzero(keyed & (part.era == era))
    told = in_sequence(part.key[mine], heard[part.template[mine]].astype(np.int32), part.time[mine])
    rows = np.where(told.rows >= 0, mine[told.rows], -1)
    company.add(part, rows)
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
