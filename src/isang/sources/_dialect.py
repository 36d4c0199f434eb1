"""How a table of text is laid out: what stands between its cells, and whether its first line is a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from isang.errors import InputError

BLANKS = " "
NONE = "\x1f"
_CANDIDATES = ("\t", ";", "|", ",")
_SAMPLE_BYTES = 1 << 16
_SAMPLE_LINES = 60
_NUMBER = re.compile(
    r"[₩$€£¥+-]*\s*\d[\d.,_ ]*(?:[eE][+-]?\d+)?\s*[%₩$€£¥]?|[+-]?\.\d+|[+-]?(?:nan|inf|infinity)", re.I
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T _].*)?|\d{8}_\d{4}.*|\d{4}-\d\d-\d\dT.*")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?")
_MISSING = ("", "na", "n/a", "null", "none", "-", "?")


@dataclass(frozen=True)
class Dialect:
    """`names` are the columns; `headed` says whether the first line gave them."""

    separator: str
    names: tuple[str, ...]
    headed: bool
    renamed: tuple[str, ...] = ()


def find_dialect(data: bytes, codec: str, path: str) -> Dialect:
    """The dialect of a text that starts with its first line that is not blank; InputError where all are."""
    lines = _first_lines(data, codec) or [""]
    stated = re.fullmatch(r"sep=(.)", lines[0].strip())
    separator = stated[1] if stated else _separator(lines)
    rows = [cells for line in lines[1 if stated else 0 :] if (cells := split(line, separator))]
    if not rows:
        raise InputError(f"{path}: no rows; a header and rows are needed.")
    width = Counter(map(len, rows[1:] or rows)).most_common(1)[0][0]
    if _is_data(rows[0], rows[1] if len(rows) > 1 else rows[0]):
        return Dialect(separator, _made_names(rows[0]), headed=False)
    names, renamed = _proper_names(_widened(rows[0], rows[1:], width))
    return Dialect(separator, names, headed=True, renamed=renamed)


def split(line: str, separator: str) -> list[str]:
    """The cells of one line; a quote left open ends with the line."""
    if separator == BLANKS:
        line = line.strip()
    reader = csv.reader(io.StringIO(line), delimiter=separator, skipinitialspace=separator == BLANKS)
    try:
        cells = next(reader, [])
    except csv.Error:  # a cell of over 128 KB
        cells = line.split(separator)
    return _with_whole_stamps(cells) if separator == BLANKS else cells


def _with_whole_stamps(cells: list[str]) -> list[str]:
    """Between blanks a date and the clock time after it are one cell."""
    joined: list[str] = []
    for cell in cells:
        if joined and _CLOCK.fullmatch(cell) and _DATE.fullmatch(joined[-1]) and " " not in joined[-1]:
            joined[-1] += f" {cell}"
        else:
            joined.append(cell)
    return joined


def _first_lines(data: bytes, codec: str) -> list[str]:
    head = data[:_SAMPLE_BYTES] if b"\n" in data[:_SAMPLE_BYTES] else data
    lines = head.decode(codec, errors="replace").split("\n")
    if len(head) < len(data):
        lines = lines[:-1]
    return [line.rstrip("\r") for line in lines if line.strip()][:_SAMPLE_LINES]


def _separator(lines: list[str]) -> str:
    """The separator on which most lines agree; half of them are enough where the first line agrees as well."""
    best, best_share = NONE, 0.4
    for separator in _CANDIDATES:
        width, share = _agreement(lines, separator)
        if share > best_share and (share > 0.5 or len(split(lines[0], separator)) == width):
            best, best_share = separator, share
    return BLANKS if best_share < 0.9 and _is_blank_separated(lines) else best


def _is_blank_separated(lines: list[str]) -> bool:
    """Blanks stand in texts too, so all cells below the first line must be data."""
    rows = [split(line, BLANKS) for line in lines]
    below = rows[1:] or rows
    return _agreement(lines, BLANKS)[1] >= 0.9 and all(_is_datum(cell) for cells in below for cell in cells)


def _agreement(lines: list[str], separator: str) -> tuple[int, float]:
    """The usual number of cells above one, and the share of lines that have it."""
    widths = Counter(len(split(line, separator)) for line in lines)
    del widths[1]
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return width, count / len(lines)


def _is_data(first: list[str], second: list[str]) -> bool:
    """Whether the first line is no header: all its cells are data, or a date stands where the next line has one."""
    dated = any(_DATE.fullmatch(a.strip()) and _DATE.fullmatch(b.strip()) for a, b in zip(first, second, strict=False))
    known = [cell for cell in first if cell.strip().lower() not in _MISSING]
    return dated or (bool(known) and all(_is_datum(cell) for cell in first))


def _is_datum(cell: str) -> bool:
    cell = cell.strip()
    return bool(cell.lower() in _MISSING or _NUMBER.fullmatch(cell) or _DATE.fullmatch(cell) or _CLOCK.fullmatch(cell))


def _made_names(first: list[str]) -> tuple[str, ...]:
    """`time` for the first date, `value` (or value_1, value_2 …) for numbers, `text_1` … for the rest."""
    times = [i for i, cell in enumerate(first) if _DATE.fullmatch(cell.strip()) and not cell.strip().isdigit()][:1]
    numbers = [i for i, cell in enumerate(first) if _is_datum(cell) and i not in times]
    names = []
    for i in range(len(first)):
        if i in times:
            names.append("time")
        elif i in numbers:
            names.append("value" if len(numbers) == 1 else f"value_{numbers.index(i) + 1}")
        else:
            names.append(f"text_{i + 1}")
    return tuple(names)


def _widened(header: list[str], rows: list[list[str]], width: int) -> list[str]:
    """A header one cell short, as R and pandas write: the nameless column is the last if empty, else the first."""
    if not rows or width != len(header) + 1:
        return header
    last_empty = all(not cells[-1] for cells in rows if len(cells) == width)
    return [*header, ""] if last_empty else ["", *header]


def _proper_names(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Unique, not empty; says what was renamed."""
    names: list[str] = []
    renamed = []
    for number, cell in enumerate(header, start=1):
        wanted = cell.strip().strip("\ufeff") or f"column_{number}"
        name, copy = wanted, 2
        while name in names or (name != wanted and name in header):
            name, copy = f"{wanted}_{copy}", copy + 1
        if name != cell.strip().strip("\ufeff"):
            why = f"repeats the name {wanted!r}" if cell.strip() else "has no name"
            renamed.append(f"column {number} {why}; called {name!r}.")
        names.append(name)
    return tuple(names), tuple(renamed)
