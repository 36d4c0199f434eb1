"""Unpack .gz and .zst, known by their first bytes, in pieces: truncated files and bombs are errors."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import zstandard

from isang.errors import InputError

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 20
_ZSTD_PIECE = 1 << 14  # may unpack to 30 000 times its size, all at once
BOMB_BYTES = 4 << 30
BOMB_RATIO = 1000


def unpack(data: bytes, path: str) -> bytes:
    """The bytes themselves, or what is packed in them. Concatenated members are joined."""
    return b"".join(unpacked(iter([data]), path))


def is_packed(head: bytes) -> bool:
    """Whether a file with these first four bytes is .gz or .zst."""
    return head.startswith((_GZIP, _ZSTD))


def unpacked(raw: Iterator[bytes], path: str) -> Iterator[bytes]:
    """The same piece by piece: as they come, or what is packed in them."""
    feed = _Feed(raw)
    if feed.begins(_GZIP):
        return _checked(_gzip_pieces(feed, path), feed, path)
    if feed.begins(_ZSTD):
        return _checked(_zstd_pieces(feed, path), feed, path)
    return iter(feed.take, b"")


class _Feed:
    """Bytes that come in pieces, taken in other ones; `taken` counts them."""

    def __init__(self, raw: Iterator[bytes]) -> None:
        self._raw, self._piece, self._at, self.taken = raw, b"", 0, 0

    def begins(self, magic: bytes) -> bool:
        """Whether what comes next begins so."""
        while len(self._piece) - self._at < len(magic) and (more := next(self._raw, b"")):
            self._piece, self._at = self._piece[self._at :] + more, 0
        return self._piece.startswith(magic, self._at)

    def take(self, size: int | None = None) -> bytes:
        """Up to so many bytes of one piece; none at the end."""
        if self._at == len(self._piece):
            self._piece, self._at = next(self._raw, b""), 0
        end = len(self._piece) if size is None else min(self._at + size, len(self._piece))
        found, self._at = self._piece[self._at : end], end
        self.taken += len(found)
        return found

    def give_back(self, size: int) -> None:
        """The last bytes of what was taken last, to be taken again."""
        self._at -= size
        self.taken -= size


def _checked(pieces: Iterator[bytes], feed: _Feed, path: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > BOMB_BYTES and size > BOMB_RATIO * feed.taken:
            times = size // feed.taken
            raise InputError(f"{path}: unpacks to over {size >> 20} MB, {times} times its size; not read on.")
        yield piece


def _gzip_pieces(feed: _Feed, path: str) -> Iterator[bytes]:
    offset = 0
    while feed.begins(_GZIP):
        member, fed = zlib.decompressobj(wbits=31), b""
        while not member.eof:
            fed = fed or feed.take(_PIECE)
            try:
                piece = member.decompress(fed, _PIECE)
            except zlib.error as error:
                raise _broken(path, "gzip", offset, "damaged") from error
            if not (fed or piece or member.eof):
                raise _broken(path, "gzip", offset, "cut off")
            fed = member.unconsumed_tail
            offset += len(piece)
            yield piece
        feed.give_back(len(member.unused_data))
    while rest := feed.take(_PIECE):
        if rest.strip(b"\0"):
            raise _broken(path, "gzip", offset, "followed by something else")


def _zstd_pieces(feed: _Feed, path: str) -> Iterator[bytes]:
    offset = 0
    while fed := feed.take(_ZSTD_PIECE):
        frame = zstandard.ZstdDecompressor().decompressobj()
        while True:
            try:
                piece = frame.decompress(fed)
            except zstandard.ZstdError as error:
                raise _broken(path, "zstd", offset, "damaged") from error
            offset += len(piece)
            yield piece
            if frame.eof:
                break
            fed = feed.take(_ZSTD_PIECE)
            if not fed:
                raise _broken(path, "zstd", offset, "cut off")
        feed.give_back(len(frame.unused_data))


def _broken(path: str, kind: str, offset: int, how: str) -> InputError:
    return InputError(f"{path}: the {kind} data are {how} after {offset} unpacked bytes; fetch or pack the file again.")
