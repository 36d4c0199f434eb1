"""What the commands say while they work and when they are done."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from isang.plan import Plan
    from isang.result import Result
    from isang.words.reading import Reading


@contextmanager
def progress(*, quiet: bool) -> Iterator[None]:
    """What the package logs, as one moving line on a terminal's standard error; nothing elsewhere."""
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield
        return
    with Status(Text("reading …"), console=console) as status:
        handler = _ToStatus(status)
        logger = logging.getLogger("isang")
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logger.removeHandler(handler)


def in_own_folder(plan: Plan, told: Mapping[str, Any], folder: str) -> Plan:
    """The plan of a verb with a folder of its own, which is taken where neither options nor plan name one."""
    usual = type(plan).model_fields["out"].default
    return plan if "out" in told or plan.out != usual else plan.model_copy(update={"out": folder})


def command_line() -> str:
    """The command as it was typed, for the shell."""
    return shlex.join(["isang", *sys.argv[1:]])


def finish(result: Result, folder: Path, *, as_json: bool, quiet: bool, lang: str) -> None:
    """The result on the screen, or exactly `incidents.json` on standard output and the rest on standard error."""
    from isang.reports.console import tell_recognised, tell_result
    from isang.reports.documents import incidents_json

    if as_json:
        print_text(incidents_json(result))
    if not quiet:
        screen = console(stderr=as_json)
        tell_recognised(result.run["recognised"], [], screen, lang)
        tell_result(result, screen, folder, lang)


def print_plan(reading: Reading, plan: Plan, lang: str) -> None:
    """What was recognised, and the plan that would run."""
    from isang.reports.console import tell_recognised

    tell_recognised(found_in(reading), reading.warnings, console(stderr=True), lang)
    print_text(plan.as_yaml())


def print_asked(plan: Plan, *, quiet: bool) -> None:
    """What a language model would be sent of this run, exactly; which names stay here, on standard error."""
    from rich.text import Text

    from isang.explaining import shown
    from isang.family import build
    from isang.running import run
    from isang.words.telling import printable

    wanted = plan.model_copy(update={"explain": plan.explain if plan.explain_spec() else "llm"})
    model = build("llms", wanted.explain_spec())
    model.check()
    with progress(quiet=quiet):
        result = run(plan.model_copy(update={"explain": None}))
    for text, names in shown(result, model, plan.lang):
        print_text(f"{text}\n")
        stay = "  ".join(f"{stand_in} = {printable(name)}" for stand_in, name in names.items())
        console(stderr=True).print(Text(f"stays here: {stay}"))


def found_in(reading: Reading) -> dict[str, Any]:
    """The `recognised` of run.json."""
    return {**vars(reading.recognised), "set_aside": [vars(one) for one in reading.recognised.set_aside]}


def console(*, stderr: bool) -> Console:
    """A console that shows data as they are: nothing is highlighted or read as markup."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def print_text(text: str) -> None:
    """Text on standard output as UTF-8 in every locale: the same bytes as in the file."""
    if sys.stdout is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


class _ToStatus(logging.Handler):
    """A log record as the text of a rich status line."""

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status

    def emit(self, record: logging.LogRecord) -> None:
        from rich.text import Text

        self._status.update(Text(record.getMessage()), spinner="dots")  # naming the spinner draws it at once
