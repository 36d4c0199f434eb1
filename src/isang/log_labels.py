"""Records of logs that lie in labelled stretches of time, for detectors that learn from labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isang.log_parts import Part
from isang.log_records import LogRecords
from isang.logs.kinds import AND
from isang.words.frame import Flags, Integers


def labelled(records: LogRecords, part: Part) -> Flags:
    """(n,) which records of a part are known to be anomalous.

    A period that names a log (by its name, or the end of its path) or a template is about these lines alone.
    """
    found: Flags = np.zeros(len(part.time), dtype=np.bool_)
    for period in records.labelled:
        inside = (part.time >= period.start) & (part.time <= period.end)
        for name, own, texts in _columns(records, part):
            if wanted := period.keys.get(name):
                inside &= np.isin(own, [number for number, text in enumerate(texts) if _is(name, text, wanted)])
        found |= inside
    return found


def _columns(records: LogRecords, part: Part) -> Sequence[tuple[str, Integers, Sequence[str]]]:
    texts = [one.text for one in records.templates]
    return ("log", part.log, records.series), ("template", part.template, texts)


def _is(name: str, text: str, wanted: str) -> bool:
    return f"/{text}".endswith(f"/{wanted}") if name == "log" else text == wanted.partition(AND)[0]
