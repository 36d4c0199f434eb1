"""Labelled logs as sessions of template numbers: normal ones to learn from, and others to be judged."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isang.words.frame import Flags

Session = NDArray[np.int64]  # template numbers in order
# Of DeepLog's split half of the anomalous sessions are here, and a sample of the normal ones to be judged.
_HDFS_ANOMALOUS, _HDFS_NORMAL = 16_838, 553_366


@dataclass(frozen=True, eq=False)
class LogSet:
    """`label` (n,) tells which test sessions are anomalous, `rate` what share of all that would be judged are."""

    train: Sequence[Session]
    test: Sequence[Session]
    label: Flags
    rate: float

    @property
    def templates(self) -> int:
        """One more than the highest template number."""
        return 1 + max(int(session.max()) for session in (*self.train, *self.test))


def hdfs() -> LogSet:
    """DeepLog's split; the share of anomalous sessions is that of its whole test part."""
    train, normal, anomalous = (
        _numbered(_lines("hdfs_sequences", f"{name}.txt"))
        for name in ("train_normal", "test_normal_sample", "test_abnormal_even")
    )
    return _set(train, normal, anomalous, _HDFS_ANOMALOUS / (_HDFS_ANOMALOUS + _HDFS_NORMAL))


def hadoop() -> LogSet:
    """Containers; far more of them failed than not."""
    train, normal, anomalous = (
        _numbered(line.partition(",")[2] for line in _lines("hadoop_sequences", f"hadoop_{name}.txt"))
        for name in ("train", "test_normal", "test_abnormal")
    )
    return _set(train, normal, anomalous, len(anomalous) / (len(normal) + len(anomalous)))


def hdfs_100k() -> LogSet:
    """The first 100,000 lines of HDFS: of its sessions the normal ones of the first half are learnt from."""
    with gzip.open(_folder("hdfs_100k") / "train_sessions.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    first = np.arange(len(records)) < len(records) // 2
    return _split([record["templates"] for record in records], [record["label"] for record in records], first)


def bgl() -> LogSet:
    """2000 single lines out of 4.7 million of BGL, each a session; of every other one the normal are learnt from.

    Templates are those of the corrected labelling.
    """
    with (_folder("loghub_2k") / "BGL" / "BGL_2k.log_structured_corrected.csv").open(encoding="utf-8") as lines:
        records = list(csv.DictReader(lines))
    labels = [int(record["Label"] != "-") for record in records]
    return _split([[record["EventId"]] for record in records], labels, np.arange(len(records)) % 2 == 0)


SETS: dict[str, Callable[[], LogSet]] = {"hdfs": hdfs, "hdfs_100k": hdfs_100k, "hadoop": hadoop, "bgl": bgl}


def _split(sessions: Sequence[Sequence[str]], labels: Sequence[int], learnt: Flags) -> LogSet:
    """Learn from the normal ones of the sessions `learnt`, judge the others; templates are numbered as they come."""
    number: dict[str, int] = {}
    numbered = [np.array([number.setdefault(one, len(number)) for one in session]) for session in sessions]
    label = np.array(labels, dtype=bool)
    train = [numbered[at] for at in np.flatnonzero(learnt & ~label).tolist()]
    test = [numbered[at] for at in np.flatnonzero(~learnt).tolist()]
    return LogSet(train, test, label[~learnt], float(label[~learnt].mean()))


def _set(train: Sequence[Session], normal: Sequence[Session], anomalous: Sequence[Session], rate: float) -> LogSet:
    return LogSet(train, [*normal, *anomalous], np.arange(len(normal) + len(anomalous)) >= len(normal), rate)


def _numbered(lines: Iterable[str]) -> list[Session]:
    return [np.array(line.split(), dtype=np.int64) for line in lines]


def _lines(folder: str, name: str) -> list[str]:
    return (_folder(folder) / name).read_text(encoding="utf-8").splitlines()


def _folder(name: str) -> Path:
    return Path(os.environ["ISANG_DATA"], "logs", name)
