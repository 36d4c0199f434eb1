"""Files, folders and patterns → the logs in them, rotated ones in the order of time, each with its layout."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from isang.errors import InputError
from isang.logs.finding import SAMPLE_BYTES, Layout, find_layout, is_log
from isang.logs.lines import by_returns
from isang.sources._content import is_binary, known_binary, opened
from isang.sources._stdin import beginning
from isang.sources._unpack import is_packed, unpacked
from isang.words.reading import Skipped

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_DATE = (
    r"[._-]?(?P<date>(?:19|20)\d\d[-_.]?\d\d(?:[-_.]?\d\d)?(?:[-_T.]?\d\d(?:[-_.:]?\d\d){0,2})?)"
    r"(?:[._-](?P<index>\d{1,4}))?(?!\d)"
)
_LOOKED_AT = 20
_UNPACKED = 12  # about how many times its size a packed log has


@dataclass(frozen=True)
class LogFile:
    """One log: its path, the rotated set that it belongs to, its size when it was found, about how many lines it has.

    `written` is when it was last written, on the clock of the zone that its times are taken in. `packed`: it is .gz
    or .zst. `place`: where its bytes lie, its path but for standard input.
    """

    path: str
    series: str
    bytes: int
    lines_about: int
    written: datetime
    packed: bool
    layout: Layout
    place: str


def log_files(
    paths: Sequence[str], zone: str = "UTC", max_files: int | None = None, places: dict[str, str] | None = None
) -> tuple[list[LogFile], list[Skipped]]:
    """The logs, sets of rotated ones together, and what is none of the files in folders.

    `max_files` keeps the newest. `places`: where the bytes of a path lie instead (`-`, spooled). Raises InputError
    where a file that was named cannot be read, and where there is no log at all.
    """
    logs: list[LogFile] = []
    skipped: list[Skipped] = []
    for path, named in _expanded(paths, skipped):
        try:
            logs.append(_opened(path, (places or {}).get(path, path), zone))
        except (InputError, OSError) as error:
            reason = str(error).removeprefix(f"{path}: ") if isinstance(error, InputError) else f"{error.strerror}."
            if named:
                raise InputError(f"{path}: {reason}") from error
            skipped.append(Skipped(path, None, None, reason, "", 1))
    if not logs:
        first = f": {skipped[0].file}: {skipped[0].reason.rstrip('.')}" if skipped else ""
        raise InputError(
            f"{', '.join(paths)}: no logs found{first or '; name a folder with text files in it, or files'}."
        )
    kept = sorted(logs, key=lambda log: log.written)[-max_files:] if max_files else logs
    return _in_time_order([log for log in logs if log in kept]), skipped


def is_log_path(path: str) -> bool:
    """Whether a file, standard input, or half of the first texts in a folder, are surely logs; it costs 64 kB of each.

    What is no text is left out of logs, and named there, so it does not count.
    """
    try:
        told = (_surely(one) for one, _ in _expanded([path], [])) if path != "-" else iter([_surely_piped()])
        texts = list(islice((one for one in told if one is not None), _LOOKED_AT))
        return bool(texts) and 2 * sum(texts) >= len(texts)
    except (InputError, OSError, ValueError):
        return False  # whoever reads it says what is wrong with it


def _surely(path: str) -> bool | None:
    """Whether a text is a log; None for what is none, or cannot be read."""
    if not os.path.isfile(path):
        return None  # a pipe can be read only once
    try:
        head, whole, _ = _head(path, path)
    except InputError:
        return None
    return is_log(head, whole=whole) if head and not _no_text(head) else None


def _surely_piped() -> bool | None:
    """The same of standard input, which is still to be read then."""
    raw = beginning(SAMPLE_BYTES)
    head = b""
    with suppress(InputError):  # of what is packed the beginning is cut off
        for piece in unpacked(iter([raw]), "-"):
            head = (head + piece)[:SAMPLE_BYTES]
    whole = not is_packed(raw) and len(raw) < SAMPLE_BYTES
    return is_log(head, whole=whole) if head and not _no_text(head) else None


def _expanded(paths: Sequence[str], skipped: list[Skipped]) -> Iterator[tuple[str, bool]]:
    """Each file once, and whether it was named itself."""
    seen = set()
    for path in paths:
        for one, named in _files_of(path, skipped):
            if (real := os.path.realpath(one)) not in seen:
                seen.add(real)
                yield one, named


def _files_of(path: str, skipped: list[Skipped]) -> Iterator[tuple[str, bool]]:
    if os.path.isdir(path):
        yield from ((one, False) for one in _in_folder(path, skipped))
    elif not os.path.lexists(path) and glob.has_magic(path):
        found = sorted(glob.glob(path, recursive=True))
        if not found:
            raise InputError(f"{path}: no file is named so.")
        yield from ((one, False) for one in found if os.path.isfile(one))
    else:
        yield path, True


def _in_folder(folder: str, skipped: list[Skipped]) -> Iterator[str]:
    """All files below a folder, hidden ones left out."""

    def denied(error: OSError) -> None:
        skipped.append(Skipped(str(error.filename), None, None, f"cannot be read ({error.strerror})", "", 1))

    for root, folders, names in os.walk(folder, onerror=denied):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(root, name) for name in sorted(names) if not name.startswith("."))


def _opened(path: str, place: str, zone: str) -> LogFile:
    if os.path.exists(place) and stat.S_ISFIFO(os.stat(place).st_mode):
        raise InputError(f"{path}: is a pipe, which can be read only once; give it as standard input (-).")
    head, whole, packed = _head(path, place)
    if not head:
        raise InputError(f"{path}: the file is empty.")
    if reason := _no_text(head):
        raise InputError(f"{path}: {reason}")
    status = os.stat(place)
    written = datetime.fromtimestamp(status.st_mtime, ZoneInfo(zone)).replace(tzinfo=None)
    sample = head if packed or whole or by_returns(head) else head + _later(place, status.st_size)
    lines = max(1, sample.count(b"\n"), sample.count(b"\r"))
    about = int(status.st_size * (_UNPACKED if packed else 1) * lines / len(sample))
    layout = find_layout(sample, whole=whole)
    return LogFile(path, rotation(path)[0], status.st_size, lines if whole else about, written, packed, layout, place)


def _head(path: str, place: str) -> tuple[bytes, bool, bool]:
    """The first bytes, unpacked; whether that is all (of a cut off file: that there is); whether it is packed."""
    head, packed = b"", False
    try:
        with opened(place, growing=True) as file:
            packed = is_packed(file.read(4))
            file.seek(0)
            for piece in unpacked(iter(lambda: file.read(SAMPLE_BYTES), b""), path):
                head += piece
                if len(head) > SAMPLE_BYTES:
                    return head[:SAMPLE_BYTES], False, packed
    except InputError:
        if not head:
            raise
    return head, True, packed


def _later(place: str, size: int) -> bytes:
    """Whole lines from the middle and the end of a file: programs start with other lines than they go on with."""
    found = b""
    with open(place, "rb") as file:
        for at in (size // 2, size - SAMPLE_BYTES // 4):
            file.seek(at)
            found += b"\n" + file.read(SAMPLE_BYTES // 4).partition(b"\n")[2]
    return found


def _no_text(head: bytes) -> str:
    """Why a file with these first bytes is no log, empty where it may be one."""
    if what := known_binary(head):
        return f"looks like {what}; no log."
    if head.startswith(_WIDE):
        return "is UTF-16; save it as UTF-8."
    return "looks like a binary file; no log." if head.startswith(b"PAR1") or is_binary(head) else ""


def rotation(path: str) -> tuple[str, tuple[int, str, int]]:
    """The name that all logs of a rotated set share, and where this one stands: app.log.2.gz, app.log.1, app.log."""
    folder, name = os.path.split(path)
    name = re.sub(r"\.(gz|zst)$", "", name)
    if dated := re.search(_DATE, name):
        stem = name[: dated.start()] + name[dated.end() :]
        digits = re.sub(r"\D", "", dated["date"]).ljust(14, "0")
        return os.path.join(folder, stem), (0, digits, int(dated["index"] or 0))
    if numbered := re.fullmatch(r"(?P<stem>.+?)[.](?P<number>\d{1,4})(?P<end>\.log)?", name):
        return os.path.join(folder, numbered["stem"] + (numbered["end"] or "")), (0, "", -int(numbered["number"]))
    return path if not path.endswith((".gz", ".zst")) else str(Path(folder) / name), (1, "", 0)


def _in_time_order(logs: Sequence[LogFile]) -> list[LogFile]:
    """Sets in the order of their first file; within a set the oldest first."""
    order = {series: number for number, series in enumerate(dict.fromkeys(log.series for log in logs))}
    return sorted(logs, key=lambda log: (order[log.series], rotation(log.path)[1]))
