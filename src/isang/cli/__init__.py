"""The command `isang`: one file a verb, one exit for all errors."""

from __future__ import annotations

import typer

from isang.cli.demo import demo
from isang.cli.detect import detect
from isang.cli.evaluate import evaluate
from isang.cli.exits import run_command
from isang.cli.fit import fit
from isang.cli.list import list_members
from isang.cli.mine import mine
from isang.cli.selftest import selftest
from isang.cli.show import show

app = typer.Typer(
    name="isang",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("detect")(detect)
app.command("fit")(fit)
app.command("selftest")(selftest)
app.command("evaluate")(evaluate)
app.command("show")(show)
app.command("mine")(mine)
app.command("list")(list_members)
app.command("demo")(demo)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    """Find the anomalies in operations data, ranked and explained.

    Start with: isang demo
    """
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"isang {version_of('isang')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help(), nl=False)


def main() -> None:
    """Run the command and leave with its exit code."""
    run_command(app)
