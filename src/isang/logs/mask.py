"""What differs from line to line for no reason of its own: numbers, addresses, ids, paths. One pass finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from isang.errors import UsageError
from isang.words.frame import Integers

WILD = "<*>"
LONGEST = 4096  # characters of a message that are looked at

# Alternatives of one expression, tried in this order at each place. Boundaries are those of ASCII: they are faster,
# and a digit may stand next to Hangul.
_WORD, _EDGE = "[0-9A-Za-z_]", r"(?-u:\b)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?"
_DATE = rf"{_DAY}{_MONTH} +[0-9]{{1,2}}(?:,? +[0-9:.,]+)*(?: +[A-Z]{{3,4}} +[0-9]{{4}})?"
_URL = r"""[A-Za-z][0-9A-Za-z+.-]*://[^\s"'<>\])]*[^\s"'<>\]).,;:]"""
_EMAIL = r"[0-9A-Za-z_.+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+"
_IPV6_OR_MAC = rf"{_EDGE}(?:[0-9A-Fa-f]{{1,4}}:){{3,}}:?[0-9A-Fa-f:]+{_EDGE}"
_UUID = rf"{_EDGE}[0-9A-Fa-f]{{8}}-[0-9A-Fa-f]{{4}}-[0-9A-Fa-f-]+"
_HEX = rf"{_EDGE}(?:[0-9a-f]{{8,}}|[0-9A-F]{{8,}}){_EDGE}"
_PATH = r"[0-9A-Za-z_.~-]*/[0-9A-Za-z_.~$%+-]*/[0-9A-Za-z_./~$%+:-]*[0-9A-Za-z_/]"  # two slashes: not `read/write`
_WINDOWS_PATH = r"""[A-Za-z]:\\[^\s"'<>|,;)\]]+"""
_HOST_AND_PORT = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+){2,}:[0-9]+"
# A word with one digit at its end is a name (ssh2, eth0); with more digits, or a digit first, it is a value.
_DIGITS = "|".join(
    (
        rf"{_EDGE}[0-9]{_WORD}*",
        rf"{_EDGE}[A-Za-z_]+[0-9]{_WORD}*[0-9]{_WORD}*",
        rf"{_EDGE}[A-Za-z][A-Za-z_]*_-?[0-9]{_WORD}*",
    )
)
_JOINED = rf"(?:[.@/+-]+{_WORD}+|:+[0-9]{_WORD}*|,[0-9]{{3}}{_EDGE})*"  # 1.5, 12:30:00, 10.0.0.1:80, 1,234, 5-a
_SIZE = rf"(?: ?[KMGTkmgt]?i?B{_EDGE})?"  # 1.5 KB and 200 B are one thing
_KINDS = (_DATE, _URL, _EMAIL, _IPV6_OR_MAC, _UUID, _HEX, _PATH, _WINDOWS_PATH, _HOST_AND_PORT)
VARIABLE = "|".join((*_KINDS, f"(?:{_DIGITS}){_JOINED}{_SIZE}"))

_ESCAPE = "\x1b"
_COLOURS = r"\x1b\[[0-9;?]*[A-Za-z]"
# What is left to do on the few distinct texts: pattern → what stands for it.
_TIDY = {
    r"(^|[\s=:(,\[])[-+/]+<\*>": f"${{1}}{WILD}",  # a sign belongs to its number
    r"<\*>(?:[,:/+@-]+<\*>)+": WILD,
    r"\s+": " ",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STAND_INS = 0xF0000  # one character of no language stands for each protected word and own mask meanwhile


@dataclass(frozen=True)
class Distinct:
    """The different masked texts of some messages, in the order of their first appearance.

    `numbers` (n,) is the row in `texts` for each message, `counts` and `firsts` say for each text how many messages
    have it and which was the first.
    """

    texts: list[str]
    numbers: Integers
    counts: Integers
    firsts: Integers


@dataclass(frozen=True)
class Mask:
    """Puts `<*>` for what varies, `<name>` for what an own mask (name → pattern) finds; `protected` words stay.

    Patterns have RE2's syntax and run in linear time. Of messages that differ only in what is masked anyway, own
    masks see the first. Raises UsageError for a name or a pattern that is none.
    """

    masks: Mapping[str, str] = field(default_factory=dict)
    protected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, pattern in self.masks.items():
            _check_mask(name, pattern)
        if "" in self.protected:
            raise UsageError("--protect: an empty word protects nothing; name a word.")

    def distinct(self, messages: pl.Series) -> Distinct:
        """The masked texts of messages (n,), null as empty; colours are dropped, long ones cut at LONGEST."""
        raw = self._shielded(_plain(messages))
        rough = raw.str.replace_all(VARIABLE, WILD)
        texts, numbers = _numbered(rough)
        if self.masks:
            texts = self._own(raw.gather(_firsts(numbers, len(texts)))).str.replace_all(VARIABLE, WILD)
        texts, again = _numbered(self._unshielded(_tidy(texts)))
        numbers = again[numbers]
        counts = np.bincount(numbers, minlength=len(texts))
        return Distinct(texts.to_list(), numbers, counts, _firsts(numbers, len(texts)))

    def _shielded(self, texts: pl.Series) -> pl.Series:
        for number, word in enumerate(self.protected):
            if texts.str.contains(word, literal=True).any():
                texts = texts.str.replace_all(_whole(word), chr(_STAND_INS + number))
        return texts

    def _own(self, texts: pl.Series) -> pl.Series:
        for number, pattern in enumerate(self.masks.values(), len(self.protected)):
            texts = texts.str.replace_all(pattern, chr(_STAND_INS + number))
        return texts

    def _unshielded(self, texts: pl.Series) -> pl.Series:
        for number, word in enumerate((*self.protected, *(f"<{name}>" for name in self.masks))):
            texts = texts.str.replace_all(chr(_STAND_INS + number), word, literal=True)
        return texts


def _plain(messages: pl.Series) -> pl.Series:
    texts = messages.fill_null("").str.head(LONGEST)
    if texts.str.contains(_ESCAPE, literal=True).any():
        texts = texts.str.replace_all(_COLOURS, "")
    return texts


def _tidy(texts: pl.Series) -> pl.Series:
    for pattern, wanted in _TIDY.items():
        texts = texts.str.replace_all(pattern, wanted)
    return texts.str.strip_chars()


def _numbered(texts: pl.Series) -> tuple[pl.Series, Integers]:
    """The different texts in the order of their first appearance, and for each text which of them it is."""
    different = texts.unique(maintain_order=True)
    return different, texts.cast(pl.Enum(different)).to_physical().to_numpy().astype(np.int64)


def _firsts(numbers: Integers, size: int) -> Integers:
    """The first row of each number; of several writes to one place the last one stays."""
    firsts = np.empty(size, np.int64)
    firsts[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    return firsts


def _whole(word: str) -> str:
    """A word where it is not a part of a longer one."""
    start, end = (r"\b" if edge.isalnum() or edge == "_" else "" for edge in (word[0], word[-1]))
    return f"{start}{re.escape(word)}{end}"


def refusal(pattern: str) -> str:
    """Why a text is no pattern of RE2's syntax, in a line; empty where it is one."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        told = str(error).partition("\n\n")[0].splitlines()[-1]
        return told.removeprefix("regex ").removeprefix("error: ")
    return ""


def _check_mask(name: str, pattern: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(f"--mask {name!r}: a name of letters, digits and _ is needed: --mask order=ORD-[0-9]+")
    if why := refusal(pattern):
        raise UsageError(f"--mask {name}: {pattern!r} is no pattern of RE2's syntax: {why}")
    if pl.Series([""]).str.contains(pattern).item():
        raise UsageError(f"--mask {name}: {pattern!r} matches an empty text; it must match at least one character.")
