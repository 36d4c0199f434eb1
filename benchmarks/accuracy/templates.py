"""Log templates against the corrected truth: `python -m benchmarks.accuracy.templates [--peer PYTHON] [--systems A,B]`.

The ten systems of `$ISANG_DATA/logs/loghub_2k`, one setting for all. `content`: the messages as the data set has cut
them out; `raw`: from the files as they are, by our own reader. With `--peer`, an interpreter that has drain3, Drain3
gets the same messages, with its defaults and with the usual masks.

GA: share of lines whose group is exactly a true one. FGA: F1 of the same over templates. PA and FTA: the text is right
as well, but for blanks (Khan et al., ICSE 2022, doi:10.1145/3510003.3510101; Jiang et al., ISSTA 2024,
doi:10.1145/3650212.3652123).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
import polars as pl

from isang.logs.mask import Mask
from isang.logs.templates import Templates
from isang.sources._log_blocks import Wish, blocks_of, read_block
from isang.sources._log_files import log_files

Found = Sequence[tuple[Hashable, str]]  # of each line: its group, and the text of its template
Scores = tuple[float, float, float, float]
_NAMES = ("GA", "FGA", "PA", "FTA")


def main() -> None:
    options = _options()
    truths = {name: truth(name) for name in options.systems.split(",") if name} or {n: truth(n) for n in systems()}
    messages = {name: content for name, (content, _) in truths.items()}
    judges: dict[str, Callable[[], Mapping[str, Found]]] = {
        "isang, content": lambda: {name: mined(content) for name, content in messages.items()},
        "isang, raw": lambda: {name: mined_raw(name, len(content)) for name, content in messages.items()},
    }
    if options.peer:
        judges["drain3, content"] = lambda: drained(options.peer, "plain", messages)[0]
        judges["drain3 masked, content"] = lambda: drained(options.peer, "masked", messages)[0]
    else:
        print("drain3 is not compared: name an interpreter that has it, --peer PYTHON")
    for judge, find in judges.items():
        found = find()
        scored = {name: score(found[name], truths[name][1]) for name in truths}
        scored["mean"] = tuple(map(fmean, zip(*scored.values(), strict=True)))  # type: ignore[assignment]
        print(f"{judge:24}", *(f"{name:>6}" for name in _NAMES))
        for name, scores in scored.items():
            print(f"  {name:22}", *(f"{one:6.3f}" for one in scores), flush=True)


def folder() -> Path:
    """Where the systems lie."""
    return Path(os.environ["ISANG_DATA"], "logs", "loghub_2k")


def systems() -> list[str]:
    """The names of all systems."""
    return sorted(path.name for path in folder().iterdir())


def truth(name: str) -> tuple[list[str], list[str]]:
    """The messages of a system, and the true template of each."""
    table = pl.read_csv(folder() / name / f"{name}_2k.log_structured_corrected.csv", infer_schema=False)
    return table["Content"].fill_null("").to_list(), table["EventTemplate"].fill_null("").to_list()


def mined(messages: Iterable[str]) -> Found:
    """What we make of messages."""
    templates, found = Templates(), Mask().distinct(pl.Series(list(messages), dtype=pl.String))
    numbers = templates.numbers(templates.learn(found.texts, found.counts))[found.numbers]
    texts = [template.text for template in templates]
    return [(number, texts[number]) for number in numbers.tolist()]


def mined_raw(name: str, lines: int) -> Found:
    """What we make of the file of a system; a line belongs to the record that holds it."""
    files, _ = log_files([str(folder() / name / f"{name}_2k.log")])
    parts = [part for block in blocks_of(files) for part in read_block(files[block.file], block, Wish())]
    frame = pl.concat([part.frame for part in parts])
    of_records = mined(frame["message"])
    record = np.searchsorted(frame["line"].to_numpy(), np.arange(lines), side="right") - 1
    return [of_records[number] for number in record.clip(0).tolist()]


def drained(python: str, how: str, messages: Mapping[str, Sequence[str]]) -> tuple[dict[str, Found], float]:
    """What Drain3 makes of messages, in its own interpreter, and how many it takes a second."""
    script = Path(__file__).with_name("_drain3.py")
    command = [python, str(script), how]
    done = subprocess.run(command, input=json.dumps(messages), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    found: dict[str, Found] = {name: [(group, text) for group, text in lines] for name, lines in told["found"].items()}
    return found, told["lines"] / told["seconds"]


def score(found: Found, true: Sequence[str]) -> Scores:
    """GA, FGA, PA, FTA."""
    ours, theirs = _groups([group for group, _ in found]), _groups(true)
    same = {lines: true[min(lines)] for lines in ours & theirs}
    right = [" ".join(text.split()) == " ".join(wanted.split()) for (_, text), wanted in zip(found, true, strict=True)]
    both = 2 / (len(ours) + len(theirs))
    grouped = sum(map(len, same)) / len(true)
    return grouped, both * len(same), sum(right) / len(true), both * sum(right[min(lines)] for lines in same)


def _groups(names: Iterable[Hashable]) -> set[frozenset[int]]:
    lines = defaultdict(set)
    for number, name in enumerate(names):
        lines[name].add(number)
    return set(map(frozenset, lines.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.templates", description=__doc__)
    parser.add_argument("--peer", help="an interpreter that has drain3 installed")
    parser.add_argument("--systems", default="", help="only these, with commas between")
    return parser.parse_args()


if __name__ == "__main__":
    main()
