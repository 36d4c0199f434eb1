"""A stored result on the terminal: the list of incidents, rows around one, one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from isang.reports.console import incident_line
from isang.reports.phrases import has_phrase, phrase
from isang.words.incident import Incident
from isang.words.telling import moment, number, numbers, printable, span

_MOST_ROWS = 60
_WIDE = 60
_RANK = len("  1  ")


def tell_incidents(incidents: Sequence[Incident], console: Console, lang: str = "en") -> None:
    """All incidents, riskiest first, with the ids that `isang show` takes."""
    if not incidents:
        console.print(Text(phrase("nothing", lang)))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    if wide := console.width >= _WIDE:
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for incident in incidents:
        ident = Text(incident.id, style="dim")
        line = incident_line(incident, lang)[_RANK:]
        rank = Text(f"{incident.rank:>3}", style="dim")
        table.add_row(rank, *([ident, line] if wide else [ident.append(" ").append_text(line)]))
    console.print(table)


def tell_moment(row: Mapping[str, Any], console: Console, lang: str = "en") -> None:
    """One row: its score against the threshold, or why it was not scored."""
    when = _when(row, lang)
    if not row["scored"]:
        why = str(row["reason"])
        said = phrase(why if has_phrase(why) else "learnt_from", lang)
        console.print(Text(phrase("moment_unscored", lang, when=when, why=said)))
        return
    score, threshold = number(row["score"]), number(row["threshold"])
    p = f", p {row['p']:.2g}" if row["p"] is not None else ""
    told = phrase("moment_told", lang, when=when, score=score, threshold=threshold, p=p, verdict=_verdict(row, lang))
    console.print(Text(told))


def tell_rows(rows: pl.DataFrame, console: Console, lang: str = "en") -> None:
    """Rows as a plain table: flagged ones marked, values and usual ranges where they are known; long ones thinned."""
    told = rows if len(rows) <= _MOST_ROWS else pl.concat([rows.head(_MOST_ROWS // 2), rows.tail(_MOST_ROWS // 2)])
    for at, row in enumerate(told.to_dicts()):
        if len(told) < len(rows) and at == _MOST_ROWS // 2:
            more = phrase("more_rows", lang, count=f"{len(rows) - len(told):,}")
            console.print(Text(f"    … {more}", style="dim"))
        console.print(_row_line(row, lang), soft_wrap=True)


def _verdict(row: Mapping[str, Any], lang: str) -> str:
    said = [phrase("flagged" if row["flag"] else "not_flagged", lang)]
    if row["threshold"] is None:
        said.append(phrase("no_threshold_set", lang))
    if row["incident"]:
        said.append(phrase("part_of", lang, id=row["incident"]))
    return ", ".join(said)


def _row_line(row: Mapping[str, Any], lang: str) -> Text:
    unscored = str(row["reason"] or row["split"])
    score = f"{phrase('score', lang)} {number(row['score'])}" if row["scored"] else _without_score(unscored, lang)
    line = Text(f"  {'▶' if row['flag'] or row['incident'] else ' '} {_when(row, lang)}  {score}")
    if row.get("value") is not None:
        value, lower, upper = numbers([row["value"], row["lower"], row["upper"]])
        usual = span(lower, upper, lang) if row["lower"] is not None else ""
        told = f"  {row['column']} {value}" + (f" ({phrase('usual_range', lang)} {usual})" if usual else "")
        line.append(printable(told))
    return line


def _without_score(reason: str, lang: str) -> str:
    return phrase(reason, lang) if has_phrase(reason) else phrase("not_scored", lang)


def _when(row: Mapping[str, Any], lang: str) -> str:
    time, place = row.get("time"), phrase("row_of", lang, row=f"{row['row']:,}")
    return f"{moment(time)} ({place})" if isinstance(time, datetime) else place
