"""Unpack .gz and .zst, known by their first bytes, in pieces: truncated files and bombs are errors."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import zstandard

from isang.errors import InputError

_PIECE = 1 << 20
BOMB_BYTES = 4 << 30
BOMB_RATIO = 1000


def unpack(data: bytes, path: str) -> bytes:
    """The bytes themselves, or what is packed in them. Concatenated members are joined."""
    if data.startswith(b"\x1f\x8b"):
        return _joined(_gzip_pieces(data, path), len(data), path)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return _joined(_zstd_pieces(data, path), len(data), path)
    return data


def _joined(pieces: Iterator[bytes], packed: int, path: str) -> bytes:
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > BOMB_BYTES and size > BOMB_RATIO * packed:
            raise InputError(f"{path}: unpacks to over {size >> 20} MB, {size // packed} times its size; not read on.")
    return b"".join(held)


def _gzip_pieces(data: bytes, path: str) -> Iterator[bytes]:
    rest, offset = data, 0
    while rest.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                piece = member.decompress(rest, _PIECE)
            except zlib.error as error:
                raise _broken(path, "gzip", offset, "damaged") from error
            if not piece and not member.eof and not member.unconsumed_tail:
                raise _broken(path, "gzip", offset, "cut off")
            offset += len(piece)
            rest = member.unconsumed_tail
            yield piece
        rest = member.unused_data
    if rest.strip(b"\0"):
        raise _broken(path, "gzip", offset, "followed by something else")


def _zstd_pieces(data: bytes, path: str) -> Iterator[bytes]:
    rest, offset = data, 0
    while rest:
        frame = zstandard.ZstdDecompressor().decompressobj()
        for start in range(0, len(rest), _PIECE):
            try:
                piece = frame.decompress(rest[start : start + _PIECE])
            except zstandard.ZstdError as error:
                raise _broken(path, "zstd", offset, "damaged") from error
            offset += len(piece)
            yield piece
            if frame.eof:
                rest = frame.unused_data + rest[start + _PIECE :]
                break
        else:
            raise _broken(path, "zstd", offset, "cut off")


def _broken(path: str, kind: str, offset: int, how: str) -> InputError:
    return InputError(f"{path}: the {kind} data are {how} after {offset} unpacked bytes; fetch or pack the file again.")
