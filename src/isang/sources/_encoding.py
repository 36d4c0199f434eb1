"""Find the encoding of a text: UTF-8 (with or without BOM), UTF-16, CP949, else what charset-normalizer says."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from itertools import pairwise

from charset_normalizer import from_bytes

from isang.errors import InputError, UsageError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KOREAN = {"euc_kr", "euckr", "ks_c_5601_1987", "ksc5601", "cp949", "uhc", "ms949"}
_GUESS_BYTES = 1 << 18


@dataclass(frozen=True)
class Text:
    """A decoded text.

    `whole`: `data` is valid UTF-8. Otherwise `data` are the bytes as they came, and single lines do
    not decode with `codec`. `start` is the file offset of `data`, None where offsets were lost.
    """

    data: bytes
    encoding: str
    codec: str
    whole: bool
    start: int | None


def decode(data: bytes, encoding: str | None, path: str) -> Text:
    """Bytes → text. Raises UsageError for an unknown encoding, InputError where UTF-16 or UTF-32 is damaged."""
    for mark, name in _BOMS:
        if data.startswith(mark) and (encoding is None or _known(encoding).replace("_", "-") in (name, name[:5])):
            return _utf8(data[3:], "utf-8-sig", 3) if name == "utf-8-sig" else _wide(data, name, path)
    if encoding is None and (not data.isascii() or b"\0" in data[:200]):
        encoding = _guess(data)
    codec = _known(encoding or "utf-8")
    if codec.startswith(("utf_16", "utf_32")):
        return _wide(data, codec.replace("_", "-"), path)
    return _utf8(data, "utf-8", 0) if codec == "utf_8" else _other(data, codec)


def _known(encoding: str) -> str:
    """The codec's name with underscores; EUC-KR is read as its superset CP949."""
    try:
        name = codecs.lookup(encoding).name.replace("-", "_")
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise UsageError(f"{encoding!r} is no encoding; write utf-8, cp949, utf-16 or latin-1.") from error
    return "cp949" if name in _KOREAN else name


def _utf8(data: bytes, encoding: str, start: int) -> Text:
    return Text(data, encoding, "utf-8", _decodes(data, "utf-8"), start)


def _other(data: bytes, codec: str) -> Text:
    try:
        return Text(data.decode(codec).encode(), codec, "utf-8", whole=True, start=None)
    except UnicodeDecodeError:
        return Text(data, codec, codec, whole=False, start=0)


def _wide(data: bytes, codec: str, path: str) -> Text:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: no valid {codec} after byte {error.start}; save it as UTF-8.") from error
    return Text(text.removeprefix("\ufeff").encode(), codec, "utf-8", whole=True, start=None)


def _guess(data: bytes) -> str:
    """An encoding for bytes that are not ASCII and have no mark."""
    if data[:200].count(0) * 3 > min(len(data), 200):
        return "utf-16-le" if data[1:200:2].count(0) > data[0:200:2].count(0) else "utf-16-be"
    if _decodes(data, "utf-8"):
        return "utf-8"
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    korean = _is_korean(b"\n".join(lines)[:_GUESS_BYTES])
    if korean and _decodes(data, "cp949"):
        return "cp949"
    if 2 * sum(_decodes(line, "utf-8") for line in lines) >= len(lines):
        return "utf-8"
    if korean and 2 * sum(_decodes(line, "cp949") for line in lines) >= len(lines):
        return "cp949"
    best = from_bytes(b"\n".join(lines)[:_GUESS_BYTES]).best() if len(lines) > 3 else None
    return best.encoding if best else "cp1252" if _decodes(data, "cp1252") else "latin-1"


def _is_korean(data: bytes) -> bool:
    """Whether half of what is not ASCII are Hangul syllables, and high bytes come in pairs."""
    odd = data.decode("cp949", errors="ignore").translate(dict.fromkeys(range(128)))
    return sum("\uac00" <= letter <= "\ud7a3" for letter in odd) * 2 >= len(odd) and not _western(data)


def _western(data: bytes) -> bool:
    """Whether every high byte stands alone between ASCII letters, as accents and degree signs do."""
    high = [byte > 127 for byte in data]
    return not any(first and second for first, second in pairwise(high))


def _decodes(data: bytes, codec: str) -> bool:
    if data.isascii():
        return True
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
