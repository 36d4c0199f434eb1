"""Unpack .gz and .zst, known by their first bytes, in pieces: truncated files and bombs are errors."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import zstandard

from isang.errors import InputError

_PIECE = 1 << 20
_ZSTD_PIECE = 1 << 14  # may unpack to 30 000 times its size, all at once
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
    position, offset = 0, 0
    while data[position : position + 2] == b"\x1f\x8b":
        member, fed = zlib.decompressobj(wbits=31), b""
        while not member.eof:
            if not fed:
                fed = data[position : position + _PIECE]
                position += len(fed)
            try:
                piece = member.decompress(fed, _PIECE)
            except zlib.error as error:
                raise _broken(path, "gzip", offset, "damaged") from error
            if not (fed or piece or member.eof):
                raise _broken(path, "gzip", offset, "cut off")
            fed = member.unconsumed_tail
            offset += len(piece)
            yield piece
        position -= len(member.unused_data)
    if data[position:].strip(b"\0"):
        raise _broken(path, "gzip", offset, "followed by something else")


def _zstd_pieces(data: bytes, path: str) -> Iterator[bytes]:
    position, offset = 0, 0
    while position < len(data):
        frame = zstandard.ZstdDecompressor().decompressobj()
        while not frame.eof:
            fed = data[position : position + _ZSTD_PIECE]
            position += len(fed)
            if not fed:
                raise _broken(path, "zstd", offset, "cut off")
            try:
                piece = frame.decompress(fed)
            except zstandard.ZstdError as error:
                raise _broken(path, "zstd", offset, "damaged") from error
            offset += len(piece)
            yield piece
        position -= len(frame.unused_data)


def _broken(path: str, kind: str, offset: int, how: str) -> InputError:
    return InputError(f"{path}: the {kind} data are {how} after {offset} unpacked bytes; fetch or pack the file again.")
