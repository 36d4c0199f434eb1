"""How fast templates are mined: `python -m benchmarks.speed.log_mining LOG [--peer PYTHON] [--runs 3]`.

`isang mine` reads the log, in a process of its own with all that belongs to it: formats, times, levels, stack traces.
`mask and mine` are only the two steps that Drain3 does as well, on messages that lie ready, by one thread. With
`--peer`, an interpreter that has drain3, Drain3 gets the first messages, with the usual masks, by one thread (it has
only one), and its reading and splitting are not counted. Both rates are by time of the processor, that of
`isang mine` by the clock: it wants a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator

import polars as pl

from benchmarks.accuracy.templates import drained
from benchmarks.speed.__main__ import measured
from isang.logs.mask import Mask
from isang.logs.templates import Templates
from isang.sources._log_blocks import Wish, blocks_of, read_block
from isang.sources._log_files import log_files

_PEER_MESSAGES = 200_000
_TIMES_FASTER = 10


def main() -> None:
    options = _options()
    with open(options.log, "rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 24), b""))
    command = [sys.executable, "-m", "isang", "mine", options.log, "--quiet"]
    done = [measured(command) for _ in range(options.runs)]
    seconds, busy, peak = (statistics.median(each) for each in list(zip(*done, strict=True))[:3])
    print(f"{'':22} {'lines/s':>12} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}  {done[0][3]}")
    print(f"{'isang mine':22} {lines / seconds:12,.0f} {seconds:8.2f} {busy:8.2f} {peak:8.0f}  {lines:,} lines")
    messages = list(messages_of(options.log))
    rates = [_rate(messages) for _ in range(options.runs)]
    print(f"{'mask and mine':22} {statistics.median(rates):12,.0f}  records a second, by one thread")
    if not options.peer:
        print("drain3 is not compared: name an interpreter that has it, --peer PYTHON")
        return
    first = pl.concat(messages).head(_PEER_MESSAGES).to_list()
    peer = statistics.median(drained(options.peer, "masked", {"": first})[1] for _ in range(options.runs))
    print(f"{'drain3 masked':22} {peer:12,.0f}  of the first {len(first):,} records")
    times = (f"{one / peer:.1f}" for one in (lines / seconds, statistics.median(rates)))
    print("as fast as drain3: isang mine {} times, mask and mine {} times;".format(*times), f"asked: {_TIMES_FASTER}")


def messages_of(path: str) -> Iterator[pl.Series]:
    """The messages of a log, block by block."""
    files, _ = log_files([path])
    for block in blocks_of(files):
        yield from (part.frame["message"] for part in read_block(files[block.file], block, Wish()))


def _rate(messages: list[pl.Series]) -> float:
    """Records a second of the processor: other work on the machine counts for nothing."""
    mask, templates = Mask(), Templates()
    began = time.process_time()
    for block in messages:
        found = mask.distinct(block)
        templates.learn(found.texts, found.counts)
    return sum(map(len, messages)) / (time.process_time() - began)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.log_mining", description=__doc__)
    parser.add_argument("log")
    parser.add_argument("--peer", help="an interpreter that has drain3 installed")
    parser.add_argument("--runs", type=int, default=3, help="the median of so many")
    return parser.parse_args()


if __name__ == "__main__":
    main()
