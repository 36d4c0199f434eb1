"""`isang demo`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from isang.cli import options as o
from isang.cli.screen import command_line, finish, progress
from isang.errors import OutputError


def demo(
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Folder for the made file and the results.")
    ] = "isang-demo",
    lang: o.Lang = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Make five weeks of a web shop's metrics with known incidents in them, and find them. No network.

    For example:

      isang demo
    """
    from isang.api import settle
    from isang.reports.folder import check_target
    from isang.running import run
    from isang.synthetic import demo as made

    file, folder = Path(out) / "shop.csv", Path(out) / "result"
    check_target(folder)
    if file.exists() and not folder.exists():
        raise OutputError(f"{file} would be overwritten: move it away, or choose another --out.")
    file.parent.mkdir(parents=True, exist_ok=True)
    made().frame.write_csv(file)
    plan = settle([str(file)], {"out": str(folder), **({"lang": lang} if lang else {})})
    with progress(quiet=quiet):
        result = run(plan)
    result = replace(result, run={**result.run, "command": command_line()})
    finish(result, result.save(plan.out, plan.lang), as_json=False, quiet=quiet, lang=plan.lang)
