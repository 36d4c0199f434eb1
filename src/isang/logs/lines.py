"""Bytes of a part of a file → its lines: where each begins, and its text, whatever the bytes are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.words.frame import Integers

LINE_BYTES = 1 << 16  # what is kept of a line
REACH_BYTES = 1 << 18  # how far the lines of a record may reach from its beginning
LOOK_AHEAD = REACH_BYTES + LINE_BYTES
CUT, NEITHER, KOREAN, ZEROS = (
    "lines over 64 kB, of which only the beginning is looked at",
    "lines with bytes that are no text; they are shown as �",
    "lines in another encoding than UTF-8, read as such",
    "lines with zero bytes, which are left out",
)
_ESCAPES = r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"


@dataclass(frozen=True)
class Window:
    """A part of a file: lines that begin in [lo, hi) are its own.

    `data` begins at byte lo - 1 (0 where lo is 0) and reaches LOOK_AHEAD beyond hi, or to the end of the file.
    """

    data: bytes
    lo: int
    hi: int

    @property
    def start(self) -> int:
        """The place of the first byte of `data` in the file."""
        return max(self.lo - 1, 0)


@dataclass(frozen=True)
class Odd:
    """Lines that are not as they should be: what, how many, and byte offset and beginning of the first."""

    reason: str
    count: int
    offset: int
    sample: str


@dataclass(frozen=True)
class Lines:
    """Lines that begin in a window or up to REACH_BYTES after it: place in the file, text; `newlines` in [lo, hi).

    `before` is how many newlines there are in the window before the first line.
    """

    offsets: Integers
    texts: pl.Series
    newlines: int
    before: int
    odd: tuple[Odd, ...]


def by_returns(sample: bytes) -> bool:
    """Whether the lines of a file that begins so end with a carriage return alone, as those of an old Mac do."""
    return b"\n" not in sample and sample.count(b"\r") > 1


def lines_of(window: Window, returns: bool = False, other: str = "cp949") -> Lines:
    """The lines of a window; `returns`: they end with a carriage return alone. Lines that are no UTF-8 are `other`."""
    data = window.data.replace(b"\r", b"\n") if returns else window.data
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    begins = ends + 1 if window.lo else np.concatenate([[0], ends + 1])
    limit = min(len(data), window.hi + REACH_BYTES - window.start)
    begins = begins[begins < limit]
    inside = window.lo - window.start
    newlines = int(np.count_nonzero((ends >= inside) & (ends < window.hi - window.start)))
    before = int(len(begins) > 0 and begins[0] > inside)
    if not len(begins):
        return Lines(begins.astype(np.int64), pl.Series("text", [], pl.String), newlines, before, ())
    last = np.searchsorted(ends, begins[-1])
    stop = int(ends[last]) if last < len(ends) else len(data)
    body = data[int(begins[0]) : stop]
    own = int(np.searchsorted(begins, window.hi - window.start))
    fast = _fast(body, begins)
    texts, odd = (fast, ()) if fast is not None else _careful(body, (begins + window.start)[:own].tolist(), other)
    if not body.isascii():
        texts = texts.str.strip_prefix("\ufeff")  # the mark at the beginning of files, of joined ones in the middle too
    if b"\x1b" in body:
        texts = texts.str.replace_all(_ESCAPES, "")
    return Lines((begins + window.start).astype(np.int64), texts, newlines, before, odd)


def _fast(body: bytes, begins: Integers) -> pl.Series | None:
    """All lines at once by the reader of CSV files, which is the fastest that splits; None where a line is odd."""
    longest = max(int(np.diff(begins).max(initial=0)), len(body) - int(begins[-1] - begins[0]))
    if longest > LINE_BYTES or b"\0" in body or b"\1" in body or not body:
        return None
    try:
        frame = pl.read_csv(body, has_header=False, separator="\1", quote_char=None, schema={"text": pl.String})
    except pl.exceptions.PolarsError:
        return None
    texts = frame["text"].fill_null("")
    if body.endswith(b"\n"):  # an empty last line, which it leaves out
        texts = texts.append(pl.Series([""])).rechunk()
    return texts if len(texts) == len(begins) else None


def _careful(body: bytes, offsets: list[int], other: str) -> tuple[pl.Series, tuple[Odd, ...]]:
    """Line by line; what is odd about the lines at `offsets` is counted."""
    odd: dict[str, Odd] = {}
    texts = []
    for number, line in enumerate(body.split(b"\n")):
        text, reasons = text_of(line.removesuffix(b"\r"), other)
        texts.append(text)
        for reason in reasons if number < len(offsets) else ():
            seen = odd.get(reason, Odd(reason, 0, offsets[number], text[:80]))
            odd[reason] = Odd(reason, seen.count + 1, seen.offset, seen.sample)
    return pl.Series("text", texts, pl.String), tuple(odd.values())


def text_of(line: bytes, other: str) -> tuple[str, list[str]]:
    """The text of a line, and what is odd about it."""
    reasons = []
    if len(line) > LINE_BYTES:
        line = _whole_letters(line[:LINE_BYTES])
        reasons.append(CUT)
    if b"\0" in line:
        line = line.replace(b"\0", b"")
        reasons.append(ZEROS)
    try:
        return line.decode(), reasons
    except UnicodeDecodeError:
        pass
    try:
        return line.decode(other), [*reasons, KOREAN]
    except UnicodeDecodeError:
        return line.decode(errors="replace"), [*reasons, NEITHER]


def _whole_letters(line: bytes) -> bytes:
    """The line without a UTF-8 letter that was cut at its end."""
    return re.sub(rb"[\xc0-\xff][\x80-\xbf]{0,2}$", b"", line)
