"""`isang demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isang.cli import options as o
from isang.cli.screen import finish, progress


def demo(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for the made file and the results.")] = "isang-demo",
    lang: o.Lang = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Make five weeks of a web shop's metrics with known incidents in them, and find them. No network.

    Example:

      isang demo
    """
    from isang.api import run, settle
    from isang.synthetic import demo as made

    file = Path(out) / "shop.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    made().frame.write_csv(file)
    plan = settle([str(file)], out=str(Path(out) / "result"), **({"lang": lang} if lang else {}))
    with progress(quiet=quiet):
        result = run(plan)
    finish(result, result.save(plan.out, plan.lang), as_json=False, quiet=quiet, lang=plan.lang)
