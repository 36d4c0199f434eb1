"""A folder whose files are listed with their checksums in one of them: whole and unchanged, or refused."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from isang.errors import ModelError, UsageError
from isang.reports.swap import IGNORED
from isang.words.telling import printable

CHECKSUMS = "checksums.sha256"
_MOST_FILES = 16
_MOST_BYTES = {"manifest.json": 32 << 20, CHECKSUMS: 64 << 10}
_MOST_BYTES_OF_OTHERS = 2 << 30


def seal(files: Mapping[str, bytes]) -> bytes:
    """The text of `checksums.sha256`, which `sha256sum --check` reads as well.

    UsageError for a file that `open_sealed` would not read again.
    """
    for name, data in files.items():
        if len(data) > _most(name):
            raise UsageError(
                f"{name} would have {len(data):,} bytes, and at most {_most(name):,} are read again: "
                "fit fewer entities or columns at a time."
            )
    text = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return text.encode("utf-8", "surrogateescape")


def open_sealed(folder: Path) -> dict[str, bytes]:
    """The content of each file but the checksums; ModelError names the file that is not as it was written.

    Files are read once, and only regular ones: no links, no folders, nothing that is not listed, nothing huge.
    """
    try:
        found = {name: _read(folder, name) for name in _names(folder)}
    except OSError as error:
        raise ModelError(f"{error.filename or folder} cannot be read: {error.strerror}.") from error
    sums = found.pop(CHECKSUMS, b"")
    if seal(found) != sums:
        raise ModelError(f"{folder / _wrong(found, sums)}. Copy the whole folder again, or learn anew.")
    return found


def _wrong(found: Mapping[str, bytes], sums: bytes) -> str:
    """The first file that is not as it was written, and why."""
    told = dict(line.split("  ", 1)[::-1] for line in sums.decode("utf-8", "replace").split("\n") if "  " in line)
    for name in sorted(found):
        if name not in told:
            return f"{printable(name, 80)} is not listed in {CHECKSUMS}"
        if told[name] != hashlib.sha256(found[name]).hexdigest():
            return f"{name} is not as it was written: its checksum differs"
    missing = [name for name in told if name not in found]
    return (
        f"{CHECKSUMS} lists '{printable(missing[0], 80)}', which is not there" if missing else f"{CHECKSUMS} is damaged"
    )


def _names(folder: Path) -> list[str]:
    """The names in the folder; what a desktop leaves lying about does not count."""
    with os.scandir(folder) as entries:
        listed = [entry for entry in entries if entry.name not in IGNORED]
    if len(listed) > _MOST_FILES:
        raise ModelError(f"{folder} holds {len(listed):,} files; a model has few.")
    for entry in listed:
        if entry.is_symlink() or not entry.is_file(follow_symlinks=False):
            raise ModelError(f"{folder / entry.name} is no plain file: links and folders are not followed.")
    return sorted(entry.name for entry in listed)


def _read(folder: Path, name: str) -> bytes:
    most = _most(name)
    with open(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise ModelError(f"{folder / name} has {status.st_size:,} bytes; at most {most:,} are read.")
        return file.read(most)


def _most(name: str) -> int:
    return _MOST_BYTES.get(name, _MOST_BYTES_OF_OTHERS)
