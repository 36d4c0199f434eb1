"""Raw lines of a log on the page and on the terminal; nothing in them is run, coloured or moved."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from isang.reports.markup import Markup, element
from isang.reports.phrases import phrase
from isang.words.excerpt import Excerpt
from isang.words.telling import printable

_LONGEST = 1500


def raw_lines(excerpt: Excerpt, lang: str) -> Markup:
    """The strangest line of an incident with those around it, and where they stand."""
    heading = element("figcaption", None, phrase("raw_lines", lang), " ", element("code", None, place(excerpt, lang)))
    if excerpt.trouble:
        told = element("p", {"class": "soft"}, phrase(f"raw_{excerpt.trouble}", lang))
        return element("figure", {"class": "raw"}, heading, told)
    rows = [_row(number, text, hit=at == excerpt.at) for at, (number, text) in enumerate(_numbered(excerpt))]
    return element("figure", {"class": "raw"}, heading, element("pre", None, *rows))


def tell_raw_lines(excerpt: Excerpt, console: Console, lang: str) -> None:
    """The same on a terminal."""
    console.print(Text(f"{phrase('raw_lines', lang)} {printable(place(excerpt, lang), _LONGEST)}", style="dim"))
    if excerpt.trouble:
        console.print(Text(f"    {phrase(f'raw_{excerpt.trouble}', lang)}"))
    for at, (number, text) in enumerate(_numbered(excerpt)):
        mark = "▶" if at == excerpt.at else " "
        console.print(Text(f"  {mark} {number:>6}  {printable(text, _LONGEST)}"), soft_wrap=True)


def place(excerpt: Excerpt, lang: str) -> str:
    """`FILE:LINE (byte OFFSET)`."""
    return phrase("raw_place", lang, file=excerpt.file, line=excerpt.line, offset=excerpt.byte_offset)


def _numbered(excerpt: Excerpt) -> list[tuple[int, str]]:
    return [(excerpt.line - excerpt.at + number, text) for number, text in enumerate(excerpt.lines)]


def _row(number: int, text: str, *, hit: bool) -> Markup:
    look = {"class": "hit"} if hit else None
    return element("span", look, element("i", None, f"{number}"), printable(text, _LONGEST))
