"""`isang show`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from isang.cli import options as o
from isang.errors import UsageError


def show(
    incident: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Incident: its id, the beginning of it, or its rank.", show_default=False),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="A moment (or row number): its score, or why it has none.", show_default=False
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="KEY=VALUE", help="The entity of --at; repeatable.", show_default=False),
    ] = None,
    context: Annotated[
        int, typer.Option("--context", metavar="ROWS", min=0, help="Rows, and lines of logs, before and after.")
    ] = 5,
    html: Annotated[
        bool, typer.Option("--html", metavar=" ", help="Only say where the page of the report lies.")
    ] = False,
    out: o.Out = None,
    lang: o.Lang = None,
    debug: o.Debug = False,
) -> None:
    """Tell the last result again: all of it, one incident, or one moment.

    It is read from the folder of the results; nothing is computed anew.

    For example:

      isang show
      isang show 1 --context 20
      isang show --at 2026-03-14T02:00 --where host=web-1
    """
    from isang.cli.screen import console
    from isang.excerpts import excerpt
    from isang.reports.console import tell_incident
    from isang.reports.raw_lines import tell_raw_lines
    from isang.reports.retold import tell_incidents, tell_moment, tell_rows
    from isang.reports.suggest import in_folder
    from isang.shown import load_folder

    if sum([incident is not None, at is not None, html]) > 1:
        raise UsageError("an ID, --at and --html each show something else; give one of them.")
    if where and at is None:
        raise UsageError("--where names the entity of a moment; give --at as well.")
    result, screen = load_folder(Path(out or "isang-out")), console(stderr=False)
    words = lang or result.lang
    if html:
        typer.echo(str(result.page))
    elif at is not None:
        row, around = result.rows_at(at, where or [], context)
        tell_moment(row, screen, words)
        tell_rows(around, screen, words)
    elif incident is not None:
        found = result.find(incident)
        tell_incident(replace(found, next=tuple(in_folder(one, out) for one in found.next)), screen, words)
        tell_rows(result.rows_of(found, context), screen, words)
        for place in found.lines[:1]:
            tell_raw_lines(excerpt(place, context), screen, words)
    else:
        tell_incidents(result.incidents, screen, words)
