"""What was given as a model and is none: named by its first bytes, never opened by what made it."""

from __future__ import annotations

from pathlib import Path

_PICKLE = "a pickle, which runs code when it is read"
# joblib packs with zlib or gzip; torch.save and numpy.savez make zips.
_BEGINNINGS = {
    b"PK\x03\x04": "a zip file (torch, numpy or keras may have made it)",
    b"PK\x05\x06": "an empty zip file",
    b"\x80\x02": _PICKLE,
    b"\x80\x03": _PICKLE,
    b"\x80\x04": _PICKLE,
    b"\x80\x05": _PICKLE,
    **dict.fromkeys((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), f"a packed file; joblib's are {_PICKLE}"),
    b"\x1f\x8b": "a gzip file",
    b"ZF": f"a joblib file, {_PICKLE}",
    b"\x93NUMPY": "an array of numpy",
    b"\x89HDF": "an HDF5 file, as keras writes",
    b"ustar": "a tar file",
}


def stranger(path: Path) -> str | None:
    """What it is, in words; None for a folder with a manifest."""
    if not path.exists():
        return "not there"
    if not path.is_dir():
        return _of_file(path)
    if (path / "manifest.json").exists():
        return None
    if (path / "run.json").exists():
        return "a result of 'isang detect'"
    return "a folder without manifest.json" if any(path.iterdir()) else "an empty folder"


def _of_file(path: Path) -> str:
    if not path.is_file():
        return "no folder"
    with path.open("rb") as file:
        head = file.read(8)
    return next((what for begin, what in _BEGINNINGS.items() if head.startswith(begin)), "a file")
