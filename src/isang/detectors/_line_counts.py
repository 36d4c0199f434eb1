"""What is counted in lines of logs: templates, what follows them, and how often they repeat."""

from __future__ import annotations

import numpy as np

from isang.detectors._templates import Rows, chunks, repeats, rows_since_wall
from isang.detectors._transitions import Transitions, learn_transitions, pair_number


class LineCounts:
    """Counts of the rows to learn from, in chunks.

    `repeats` (v + 1, window_rows): the rows of each template that came so many times in the window before.
    """

    def __init__(self, rows: Rows, window_rows: int, context_rows: int) -> None:
        self._size = int(np.nanmax(rows)) + 2
        self.repeats = np.zeros((self._size, window_rows), dtype=np.int64)
        found = []
        for _, templates, lead in chunks(rows, context_rows):
            since = rows_since_wall(templates, context_rows + 1)
            times = repeats(templates, since, window_rows)[0]
            here = np.flatnonzero(since[lead:]) + lead
            np.add.at(self.repeats, (templates[here], times[here]), 1)
            second = here[since[here] > 1]
            pairs = pair_number(templates[second - 1], templates[second], self._size)
            found.append(np.unique(pairs, return_counts=True))
        self._pairs = found

    def transitions(self) -> Transitions:
        """Of all chunks together."""
        pairs, place = np.unique(np.concatenate([pair for pair, _ in self._pairs]), return_inverse=True)
        rows = np.bincount(place, weights=np.concatenate([count for _, count in self._pairs]), minlength=len(pairs))
        return learn_transitions(self.repeats.sum(axis=1), pairs, rows.astype(np.int64))
