"""Records of logs that lie in labelled stretches of time, for detectors that learn from labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from isang.log_records import LogRecords
from isang.logs.sequences import Sequences
from isang.words.frame import Flags, Integers
from isang.words.note import note

_EXCEPTION = " · "  # what stands between template and exception in the name of a kind


class Labels:
    """Which rows of the sequences that a detector learns from are anomalous, sequence by sequence.

    A period that names a log (by its name, or the end of its path) or a template is about these lines alone.
    """

    def __init__(self, records: LogRecords) -> None:
        self._records = records
        self._rows: list[NDArray[np.bool_]] = []

    def add(self, log: Integers, template: Integers, time: Integers, told: Sequences) -> None:
        """One more part: its records (n,) and what was put in order of them; a wall comes after it."""
        if self._records.labelled:
            found = np.append(self._labelled(log, template, time), False)
            self._rows.append(np.append(found[told.rows], False))

    def y(self) -> Flags | None:
        """(m,) of all parts; None where nothing is labelled."""
        count = int(sum(map(np.sum, self._rows)))
        if not count:
            return None
        told = "{count:,} labelled lines were learnt from: that such lines are found among them says little."
        self._records.said.append(note(told, count=count))
        return np.concatenate(self._rows)

    def _labelled(self, log: Integers, template: Integers, time: Integers) -> Flags:
        found: Flags = np.zeros(len(time), dtype=np.bool_)
        for period in self._records.labelled:
            inside = (time >= period.start) & (time <= period.end)
            for name, own, texts in self._columns(log, template):
                if wanted := period.keys.get(name):
                    inside &= np.isin(own, [number for number, text in enumerate(texts) if _is(name, text, wanted)])
            found |= inside
        return found

    def _columns(self, log: Integers, template: Integers) -> Sequence[tuple[str, Integers, Sequence[str]]]:
        return (
            ("log", log, self._records.series),
            ("template", template, [one.text for one in self._records.templates]),
        )


def _is(name: str, text: str, wanted: str) -> bool:
    return f"/{text}".endswith(f"/{wanted}") if name == "log" else text == wanted.partition(_EXCEPTION)[0]
