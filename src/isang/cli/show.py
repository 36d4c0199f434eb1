"""`isang show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isang.cli import options as o


def show(
    incident: Annotated[str | None, typer.Argument(metavar="ID", help="Incident: its id, the beginning of it, or its rank.", show_default=False)] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="One moment (or row number): its score, or why it has none.", show_default=False)] = None,
    where: Annotated[list[str] | None, typer.Option("--where", metavar="KEY=VALUE", help="The entity of --at; may be repeated.", show_default=False)] = None,
    context: Annotated[int, typer.Option("--context", metavar="ROWS", help="Rows before and after.")] = 5,
    html: Annotated[bool, typer.Option("--html", help="Only say where the page of the report lies.")] = False,
    out: o.Out = None,
    lang: o.Lang = None,
    debug: o.Debug = False,
) -> None:
    """Tell the last result again: all of it, one incident, or one moment. Nothing is computed anew.

    Examples:

      isang show

      isang show 1 --context 20

      isang show --at 2026-03-14T02:00 --where host=web-1
    """
    from isang.cli.screen import console
    from isang.reports.console import tell_incident
    from isang.reports.retold import tell_incidents, tell_moment, tell_rows
    from isang.shown import load_folder

    result, screen, words = load_folder(Path(out or "isang-out")), console(stderr=False), lang or "en"
    if html:
        typer.echo(str(result.page))
    elif at is not None:
        row, around = result.rows_at(at, where or [], context)
        tell_moment(row, screen)
        tell_rows(around, screen)
    elif incident is not None:
        found = result.find(incident)
        tell_incident(found, screen, words)
        tell_rows(result.rows_of(found, context), screen)
    else:
        tell_incidents(result.incidents, screen, words)
