"""The templates of log files: `isang.mine`."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from isang.errors import InputError, UsageError
from isang.log_blocks import Block, blocks, records
from isang.logs.mask import Distinct, Mask
from isang.logs.templates import Templates
from isang.mined import First, Mined, table_of

_log = logging.getLogger("isang")
_MOST_WORKERS = 4  # one learner keeps no more of them busy
_LONGEST_EXAMPLE = 2_000
Given = TypeVar("Given")
Made = TypeVar("Made")


def mine(
    source: str | Path | Sequence[str | Path],
    *,
    mask: Mapping[str, str] | str | Sequence[str] = (),
    protect: str | Sequence[str] = (),
    most: int = 10_000,
) -> Mined:
    """The templates of log files (a path, several, `-`): what their lines have in common, and how often it came.

    Numbers, addresses, ids, paths and the like become `<*>`, and what `mask` finds ("order=ORD-[A-Z]+", in RE2's
    syntax) `<order>`; places of many different words become `<*>` as well. Words of `protect` stay. Beyond `most`
    templates all further lines are one, `other`. Nothing is written: see `Mined.save`. Raises IsangError.
    """
    if most < 1:
        raise UsageError(f"--most {most}: at least 1 template is needed.")
    protected = tuple(_several(protect))
    masking = Mask(_named(mask), protected)
    learning = _Learning(Templates(most, protected))
    paths = [str(one) for one in _several(source)]
    for masked in _ahead(partial(_masked, masking), chain.from_iterable(map(blocks, paths))):
        learning.learn(masked)
    if not learning.lines:
        raise InputError(
            f"{', '.join(paths[:3]) or 'no file'}: there is no line to learn from; name log files, or '-'."
        )
    return Mined(table_of(learning.templates, learning.firsts, learning.lines), learning.lines)


@dataclass(frozen=True)
class _Masked:
    """The masked texts of a block; of the first record of each, its line and its message."""

    path: str
    found: Distinct
    lines: list[int]
    messages: list[str]


def _masked(masking: Mask, block: Block) -> _Masked:
    frame = records(block)
    found = masking.distinct(frame["message"])
    first = frame[found.firsts]
    messages = first["message"].str.head(_LONGEST_EXAMPLE)
    return _Masked(block.path, found, first["line"].to_list(), messages.to_list())


class _Learning:
    """Templates, how many lines they come from, and where each slot was first seen."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.firsts: list[First] = []
        self.lines = 0
        self._began = time.monotonic()

    def learn(self, masked: _Masked) -> None:
        """Take in one block; blocks come in the order of the files."""
        slots = self.templates.learn(masked.found.texts, masked.found.counts).tolist()
        for slot, line, message in zip(slots, masked.lines, masked.messages, strict=True):
            if slot == len(self.firsts):  # slots are given out in the order of the texts
                self.firsts.append(First(masked.path, line, message))
        self.lines += len(masked.found.numbers)
        rate = self.lines / max(time.monotonic() - self._began, 1e-3)
        _log.info(
            "%s: %s lines, %s lines/s, %s templates",
            *(masked.path, f"{self.lines:,}", f"{rate:,.0f}", f"{len(self.templates):,}"),
        )


def _ahead(work: Callable[[Given], Made], given: Iterable[Given]) -> Iterator[Made]:
    """`map` in threads, which polars lets run side by side; a few results ahead, in the order of what was given."""
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Made]] = deque()
        for one in given:
            waiting.append(pool.submit(work, one))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _several(told: str | Path | Sequence[str | Path]) -> list[str]:
    return [str(told)] if isinstance(told, str | Path) else [str(one) for one in told]


def _named(told: Mapping[str, str] | str | Sequence[str]) -> dict[str, str]:
    """Own masks, told as a mapping or as `name=pattern`."""
    if isinstance(told, Mapping):
        return dict(told)
    parted = [one.partition("=") for one in _several(told)]
    if bad := [name for name, equals, _ in parted if not equals]:
        raise UsageError(f"--mask {bad[0]!r}: NAME=PATTERN is needed, such as order=ORD-[0-9]+")
    return {name: pattern for name, _, pattern in parted}
