"""One writer at a time for an output folder, also between processes."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from isang.errors import OutputError


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold `file` as a lock while the block runs; OutputError names the process that holds it already.

    The system drops the lock when its process dies, so a lock file left behind blocks nobody.
    """
    descriptor = _take(file)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)


def _take(file: Path) -> int:
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise OutputError(
                f"another run (pid {holder}) is writing there now ({file}): wait for it, or choose another --out."
            ) from None
        if _is_still(file, descriptor):
            return descriptor
        os.close(descriptor)


def _is_still(file: Path, descriptor: int) -> bool:
    """Whether the name still leads to what was locked: the last holder removes the file."""
    try:
        return os.path.samestat(os.stat(file), os.fstat(descriptor))
    except FileNotFoundError:
        return False
