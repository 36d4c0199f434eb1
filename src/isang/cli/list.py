"""`isang list`."""

from __future__ import annotations

from typing import Annotated

import typer

from isang.cli import options as o


def list_members(
    family: Annotated[
        str | None,
        typer.Argument(
            metavar="FAMILY", help="detectors, features, llms, rules, sources or thresholds (all).", show_default=False
        ),
    ] = None,
    debug: o.Debug = False,
) -> None:
    """List the members of each family, one line each, with their parameters.

    For example:

      isang list
      isang list detectors
    """
    from isang.catalogue import members

    for name, described in members(family).items():
        typer.echo(typer.style(name, bold=True))
        width = max(len(one.name) for one in described)
        for one in described:
            typer.echo(f"  {one.name:<{width}}  {one.summary}")
            if one.parameters:
                settings = ", ".join(f"{key}={default}" for key, default in one.parameters.items())
                typer.echo(f"  {'':<{width}}  {settings}")
