"""Read one file (or standard input, `-`) whole: once, hashed, unpacked, and unchanged meanwhile."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from isang.errors import InputError
from isang.sources._stdin import pieces
from isang.sources._unpack import unpack
from isang.sources.base import Content

_BINARY = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or Excel workbook; unpack it or save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV",
    b"BZh": "a bzip2 archive; unpack it",
    b"\xfd7zXZ": "an xz archive; unpack it",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format 3": "an SQLite database; export the table as CSV",
    b"\x89HDF": "an HDF5 file; export it as CSV or Parquet",
    b"\x93NUMPY": "a NumPy array; give it to isang.read in Python",
    b"ARROW1": "an Arrow file; write it as Parquet",
    b"ORC": "an ORC file; write it as Parquet",
    b"Obj\x01": "an Avro file; write it as Parquet",
    b"\x80\x04\x95": "a Python pickle, which is never opened",
    b"\x80\x05\x95": "a Python pickle, which is never opened",
}


def load(path: str) -> Content:
    """The content of a file; every way in which a file cannot be had is an InputError of one line."""
    raw = b"".join(pieces()) if path == "-" else _read(path)
    data = unpack(raw, path)
    if not data:
        raise InputError(f"{path}: the file is empty; a header and rows are needed.")
    refuse_binary(data, path)
    return Content(path, data, len(raw), hashlib.sha256(raw).hexdigest())


def _read(path: str) -> bytes:
    with opened(path) as file:
        return file.read()


@contextmanager
def opened(path: str, *, growing: bool = False) -> Iterator[BinaryIO]:
    """A file to be read; InputError where it cannot be had, or where it changed meanwhile (`growing`: it may)."""
    try:
        found = _found(path)
        with found.open("rb") as file:
            before = os.fstat(file.fileno())
            yield file
        after = found.stat()
    except PermissionError as error:
        raise InputError(f"{path}: no permission to read it; give yourself access (chmod u+r).") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: {_gone(path)}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if not growing and stat.S_ISREG(before.st_mode) and _identity(before) != _identity(after):
        raise InputError(f"{path}: changed while it was read; run again when nothing writes to it.")


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _found(path: str) -> Path:
    """The path itself, or the same name in the other normal form of Unicode (macOS writes NFD)."""
    others = [Path(unicodedata.normalize(form, path)) for form in ("NFC", "NFD")]
    found = next((other for other in others if not os.path.lexists(path) and other.exists()), Path(path))
    try:
        _refuse_kind(path, found.stat().st_mode)
    except ValueError as error:  # a null byte
        raise InputError(f"{path}: cannot be read ({error}).") from error
    return found


def _refuse_kind(path: str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        if not any(Path(path).glob("*")):
            raise InputError(f"{path}: a folder without a file; name a file, or a folder of logs or of a bill.")
        raise InputError(
            f"{path}: is a directory; name its files, for example {Path(path) / '*.csv'}; of logs say --pack logs."
        )
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise InputError(f"{path}: is a device or socket; a file is needed (or - for standard input).")


def _gone(path: str) -> str:
    if os.path.islink(path):
        return f"is a link to {os.readlink(path)}, which does not exist."
    folder = Path(path).parent
    if not folder.is_dir():
        return f"not found: there is no folder {folder}."
    close = difflib.get_close_matches(Path(path).name, os.listdir(folder), n=1)
    return f"not found.{f' Did you mean {str(folder / close[0])!r}?' if close else ''}"


def refuse_binary(data: bytes, path: str) -> None:
    """InputError where the first bytes are of a file of another kind."""
    if what := known_binary(data):
        raise InputError(f"{path}: looks like {what}. CSV, JSONL, Parquet or Prometheus JSON is needed.")
    if re.match(rb"\s*<(!doctype html|html|\?xml)", data[:200], re.IGNORECASE):
        raise InputError(f"{path}: looks like an HTML or XML page (a login page?). CSV, JSONL or Parquet is needed.")
    if is_binary(data) and not data.startswith((b"PAR1", b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: looks like a binary file. CSV, JSONL or Parquet is needed.")


def known_binary(data: bytes) -> str:
    """What a file with these first bytes is, and what to do with it; empty for text and for unknown kinds."""
    return next((what for magic, what in _BINARY.items() if data.startswith(magic)), "")


def is_binary(data: bytes) -> bool:
    """Whether the first bytes are none of a text: control characters, or zero bytes alone."""
    head = data[:4096]
    odd = sum(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head if byte)
    return odd > len(head) / 30 or not head.strip(b"\0")
