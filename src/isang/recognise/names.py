"""What the name of a column suggests."""

from __future__ import annotations

import re

_TIMES = {
    "time",
    "timestamp",
    "stamp",
    "datetime",
    "date",
    "ts",
    "epoch",
    "clock",
    "일시",
    "시간",
    "시각",
    "날짜",
    "일자",
}
_LABELS = {"label", "labels", "target", "class", "anomaly", "anomalies", "anomalous", "isanomaly", "fault", "faulty"}
_LABELS |= {"outlier", "outliers", "isoutlier", "라벨", "이상"}
_BESIDE_LABELS = {"is", "has", "flag", "gt", "true", "ground", "truth", "type", "여부"}
_IDENTIFIERS = {"id", "uuid", "guid", "identifier"}
_ROW_NUMBERS = {"index", "row", "no", "nr", "number", "seq", "unnamed", "rownum", "번호", "순번"}


def words(name: str) -> list[str]:
    """A column name cut into lower-case words: ChargePeriodStart → charge, period, start."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\W_\d]+", parted.lower()) if word]


def is_time_name(name: str) -> bool:
    """Whether the whole name says time."""
    return bool(words(name)) and all(word in _TIMES for word in words(name))


def hints_at_time(name: str) -> bool:
    """Whether some word of the name says time."""
    return any(word in _TIMES for word in words(name))


def is_label_name(name: str) -> bool:
    """Whether every word of the name belongs to labels (a bare `y` counts)."""
    found = words(name)
    known = [word for word in found if word in _LABELS]
    return name.strip().lower() == "y" or (bool(known) and all(w in _LABELS | _BESIDE_LABELS for w in found))


def is_identifier_name(name: str) -> bool:
    """Whether some word of the name says identifier."""
    return any(word in _IDENTIFIERS for word in words(name))


def is_row_number_name(name: str) -> bool:
    """Whether the name is one that exports give to row numbers."""
    found = words(name)
    return not found or all(word in _ROW_NUMBERS | _IDENTIFIERS | {"column"} for word in found)
