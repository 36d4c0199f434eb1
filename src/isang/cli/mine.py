"""`isang mine`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from isang.cli import options as o

_SHOWN = 30


def mine(
    logs: Annotated[
        list[str] | None,
        typer.Argument(metavar="LOGS…", help="Log files, folders, '-' for standard input.", show_default=False),
    ] = None,
    mask: o.Mask = None,
    protect: o.Protect = None,
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="Templates; all others are one.")] = 10_000,
    tz: o.Tz = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE", help="Write the table: a .csv or .json file.", show_default=False),
    ] = None,
    json: Annotated[bool, typer.Option("--json", metavar=" ", help="Print the table as JSON.")] = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """The templates of logs: what lines have in common, and how often it came.

    On a terminal the most frequent ones are shown; elsewhere standard output
    is the whole table, as CSV or with --json as JSON.

    For example:

      isang mine logs/
      isang mine app.log.1 app.log --out templates.csv
      isang mine app.log --mask order=ORD-[A-Z]+ --protect refund --json
    """
    from isang.cli.screen import progress
    from isang.errors import UsageError
    from isang.mining import mine as mine_logs

    if not logs:
        raise UsageError("no input: name log files, or '-' for standard input.")
    with progress(quiet=quiet):
        mined = mine_logs(logs, mask=mask or (), protect=protect or (), most=most, tz=tz or "UTC")
    if out is not None:
        mined.save(out)
    _tell(mined, out, json=json, quiet=quiet)


def _tell(mined: Any, out: str | None, *, json: bool, quiet: bool) -> None:
    """The table on standard output, or what is most of it where people look; how much there was."""
    import sys

    from rich.text import Text

    from isang.cli.screen import console, print_text
    from isang.words.telling import printable

    if json:
        print_text(mined.json())
    elif sys.stdout.isatty() and not quiet:
        for row in mined.table.head(_SHOWN).iter_rows(named=True):
            console(stderr=False).print(Text(f"{row['count']:>12,}  {row['share']:>6.1%}  {row['template']}"))
    elif out is None:
        print_text(mined.csv())
    if not quiet:
        where = f"; see {out}" if out else ""
        for one in mined.skipped:
            console(stderr=True).print(Text(f"{printable(one.file)}: {one.count:,} {printable(one.reason)}"))
        console(stderr=True).print(Text(f"{mined.records:,} records, {len(mined.table):,} templates{where}"))
