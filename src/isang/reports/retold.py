"""A stored result on the terminal: the list of incidents, rows around one, one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from isang.reports.console import incident_line
from isang.words.incident import Incident
from isang.words.telling import moment, number, printable

_WHY = {
    "warm_up": "too near to the beginning of the series",
    "gap": "too near to a gap in the data",
    "missing": "more than half of its values are missing",
    "too_short": "the stretch between two gaps is too short",
    "immature": "the data of this moment may still change",
}
_MOST_ROWS = 60


def tell_incidents(incidents: Sequence[Incident], console: Console, lang: str = "en") -> None:
    """All incidents, riskiest first, with the ids that `isang show` takes."""
    if not incidents:
        console.print("Nothing stood out in the last result.")
    for incident in incidents:
        console.print(incident_line(incident, lang).append(f"  {incident.id}", style="dim"))


def tell_moment(row: Mapping[str, Any], console: Console) -> None:
    """One row: its score against the threshold, or why it was not scored."""
    when = _when(row)
    if not row["scored"]:
        why = _WHY.get(str(row["reason"]), "it belongs to the part that was learnt from")
        console.print(Text(f"{when}: not scored: {why}."))
        return
    verdict = "flagged" if row["flag"] else "not flagged"
    if row["threshold"] is None:
        verdict += ": there were too few rows to set a threshold"
    incident = f", incident {row['incident']}" if row["incident"] else ""
    p = f", p {row['p']:.2g}" if row["p"] is not None else ""
    told = f"{when}: score {number(row['score'])}, threshold {number(row['threshold'])}{p}: {verdict}{incident}."
    console.print(Text(told))


def tell_rows(rows: pl.DataFrame, console: Console) -> None:
    """Rows as a plain table: flagged ones marked, values and usual ranges where they are known; long ones thinned."""
    told = rows if len(rows) <= _MOST_ROWS else pl.concat([rows.head(_MOST_ROWS // 2), rows.tail(_MOST_ROWS // 2)])
    for at, row in enumerate(told.to_dicts()):
        if len(told) < len(rows) and at == _MOST_ROWS // 2:
            console.print(Text(f"    … {len(rows) - len(told):,} more rows", style="dim"))
        console.print(_row_line(row), soft_wrap=True)


def _row_line(row: Mapping[str, Any]) -> Text:
    score = number(row["score"]) if row["scored"] else str(row["reason"] or row["split"])
    line = Text(f"  {'▶' if row['flag'] or row['incident'] else ' '} {_when(row)}  score {score}")
    if row.get("value") is not None:
        usual = f", usually {number(row['lower'])} to {number(row['upper'])}" if row["lower"] is not None else ""
        line.append(printable(f"  {row['column']} {number(row['value'])}{usual}"))
    return line


def _when(row: Mapping[str, Any]) -> str:
    time = row.get("time")
    return f"{moment(time)} (row {row['row']:,})" if isinstance(time, datetime) else f"row {row['row']:,}"
