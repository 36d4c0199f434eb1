"""`isang list`."""

from __future__ import annotations

from typing import Annotated

import typer


def list_members(
    family: Annotated[str | None, typer.Argument(help="detectors, features, rules, sources or thresholds.")] = None,
) -> None:
    """List the members of each family, one line each, with their parameters.

    Examples:

      isang list

      isang list detectors
    """
    from isang.members import members

    for name, described in members(family).items():
        typer.echo(typer.style(name, bold=True))
        width = max(len(one.name) for one in described)
        for one in described:
            settings = ", ".join(f"{key}={default}" for key, default in one.parameters.items())
            typer.echo(f"  {one.name:<{width}}  {one.summary}")
            if settings:
                typer.echo(f"  {'':<{width}}  {settings}")
