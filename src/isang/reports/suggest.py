"""The one command to try next."""

from __future__ import annotations

import re
import shlex
from typing import Any

from isang.reports.base import Outcome

_TIMES_MORE = 7
_USUAL_FOLDER = "isang-out"


def in_folder(command: str, folder: str | None) -> str:
    """A command on the result in another folder than the usual one."""
    if folder in (None, "", _USUAL_FOLDER) or not command.startswith("isang show"):
        return command
    return f"{command} --out {shlex.quote(str(folder))}"


def next_command(outcome: Outcome) -> str:
    """Look at the worst incident; where there is none, listen more closely."""
    if not outcome.incidents:
        return listen_closer(outcome.run)
    worst = outcome.incidents[0]
    return in_folder(worst.next[0] if worst.next else f"isang show {worst.id}", outcome.plan.get("out"))


def listen_closer(run: dict[str, Any]) -> str:
    """The same files again, with several times the false alarms allowed; a model must learn anew for that."""
    if run.get("model"):
        return f"isang fit FILE… --false-alarms {more_alarms(run)}"
    return f"isang detect {_files(run)} --false-alarms {more_alarms(run)}"


def put_to_the_test(run: dict[str, Any]) -> str:
    """What would be caught in the same files."""
    model = run.get("model")
    return f"isang selftest {_files(run)}" + (f" --model {shlex.quote(str(model['path']))}" if model else "")


def _files(run: dict[str, Any]) -> str:
    paths = [str(entry.get("path", "")) for entry in run.get("inputs") or []]
    return shlex.join(paths[:3]) + (" …" if len(paths) > 3 else "")


def more_alarms(run: dict[str, Any]) -> str:
    """Several times the false alarms that were asked for."""
    timed = (run.get("recognised") or {}).get("time") is not None
    requested = str((run.get("thresholds") or [{}])[0].get("requested") or "")
    found = re.search(r"(\d+(?:\.\d+)?)/(\w+)", requested)
    if found:
        return f"{float(found[1]) * _TIMES_MORE:g}/{found[2]}"
    return f"{_TIMES_MORE}/week" if timed else f"{_TIMES_MORE}/1000rows"
