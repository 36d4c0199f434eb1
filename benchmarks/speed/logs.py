"""How fast logs are judged: `python -m benchmarks.speed.logs [--lines 2000000] [--peer PYTHON] [--runs 1]`.

The whole job of `isang detect`, with report and all files, on a week of made logs of four services, beside `wc -l`,
which only counts their lines. With `--peer`, an interpreter that has drain3, Drain3 mines the first messages, with
the usual masks and one thread, and does nothing else; its reading is not counted. `--logs FOLDER` takes logs that are
there.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.speed.__main__ import measured

_PEER_MESSAGES = 200_000
_MAKE = "import sys; from isang.synthetic import log_files; log_files(sys.argv[1], int(sys.argv[2]))"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as out:
        folder = options.logs or str(Path(out, "logs"))
        if not options.logs and (failed := measured([sys.executable, "-c", _MAKE, folder, str(options.lines)])[3]):
            sys.exit(failed)
        paths = sorted(str(path) for path in Path(folder).iterdir())
        lines, size = _size(paths)
        print(f"{lines:,} lines, {size / 1e6:,.0f} MB, {len(paths)} files")
        print(f"{'':22} {'lines/s':>12} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}")
        job = [sys.executable, "-m", "isang", "detect", folder, "--out", str(Path(out, "out")), "--quiet"]
        for name, command in {"wc -l": ["wc", "-l", *paths], "isang detect": job}.items():
            done = [measured(command) for _ in range(options.runs)]
            seconds, busy, peak = (statistics.median(each) for each in list(zip(*done, strict=True))[:3])
            print(
                f"{name:22} {lines / seconds:12,.0f} {seconds:8.2f} {busy:8.2f} {peak:8.0f}  {done[0][3]}", flush=True
            )
        if options.peer:
            print(f"{'drain3 masked':22} {_peer(options.peer, paths):12,.0f}  of the first {_PEER_MESSAGES:,} records")


def _size(paths: list[str]) -> tuple[int, int]:
    """Lines and bytes."""
    lines = 0
    for path in paths:
        with open(path, "rb") as file:
            lines += sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 24), b""))
    return lines, sum(Path(path).stat().st_size for path in paths)


def _peer(python: str, paths: list[str]) -> float:
    """Messages a second."""
    from benchmarks.accuracy.templates import drained  # this process is the parent of the measured ones: none is large
    from benchmarks.speed.log_mining import messages_of

    messages: list[str] = []
    for part in messages_of(paths[0]):
        messages += part.to_list()
        if len(messages) >= _PEER_MESSAGES:
            break
    return drained(python, "masked", {"": messages[:_PEER_MESSAGES]})[1]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.logs", description=__doc__)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--logs", help="a folder of logs, in place of made ones")
    parser.add_argument("--peer", help="an interpreter that has drain3 installed")
    parser.add_argument("--runs", type=int, default=1, help="the median of so many")
    return parser.parse_args()


if __name__ == "__main__":
    main()
