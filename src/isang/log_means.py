"""How much of a job on logs is done at once, so that it keeps to an amount of memory."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from isang.errors import UsageError

_MOST_WORKERS = 4  # one learner keeps no more of them busy
_CHUNK_ROWS = 2_000_000
_LEAST_CHUNK = 125_000  # fewer are slower and save nothing
_FEWEST_ROWS = 30_000  # of counts
# In MB, measured at 2 and 8 million made lines: the program with a line's place in a sequence, a thread that reads, a
# record looked at (beside the rows), a row of counts judged. The stages come one after the other.
_PROGRAM, _OF_LINE = 300.0, 4.4e-6
_OF_WORKER, _OF_RECORD, _OF_ROW = 90.0, 300e-6, 0.75e-3
_COUNTING, _JUDGING = 60.0, 140.0
# A record with all that is kept of it, until there are so many that slots get longer: with nothing said, 300 000 lines
# took 395 MB, 2 million 711, 8 million 794, 33 million 920.
_OF_ONE, _MOST_KEPT = 230e-6, 2_000_000


@dataclass(frozen=True)
class Means:
    """Threads that read, records that are looked at together, rows of counts at most (None: as many as there are)."""

    workers: int
    chunk_rows: int
    most_rows: int | None = None


def usual_means() -> Means:
    """As much as the machine has processors for."""
    return Means(min(os.cpu_count() or 1, _MOST_WORKERS), _CHUNK_ROWS)


def usual_mb(lines: int) -> float:
    """About what a job on so many lines takes that is not kept to less."""
    return _PROGRAM + lines * _OF_LINE + min(lines, _MOST_KEPT) * _OF_ONE


def means_for(memory_mb: float, lines: int) -> Means:
    """What keeps about so many lines to that memory; UsageError where nothing does."""
    usual, left = usual_means(), memory_mb - _PROGRAM - lines * _OF_LINE
    workers, chunk = int(left / _OF_WORKER), int((left - _COUNTING) / _OF_RECORD)
    rows = int((left - _JUDGING) / _OF_ROW)
    if workers < 1 or chunk < _LEAST_CHUNK or rows < _FEWEST_ROWS:
        raise UsageError(
            f"--memory {memory_mb:,.0f}MB: about {lines:,} lines need {least_mb(lines):,.0f}MB at least; allow more, "
            "or read less (--max-files, --sample-lines)."
        )
    return Means(min(workers, usual.workers), min(chunk, usual.chunk_rows), rows)


def least_mb(lines: int) -> float:
    """The least memory that so many lines can be read and judged in."""
    reading, counting = _OF_WORKER, _COUNTING + _LEAST_CHUNK * _OF_RECORD
    judging = _JUDGING + _FEWEST_ROWS * _OF_ROW
    return math.ceil(_PROGRAM + lines * _OF_LINE + max(reading, counting, judging))
