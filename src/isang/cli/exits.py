"""How the command ends: one line for every error, the exit codes of the docs, no traceback unless --debug."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

import typer
from typer import TyperException

from isang.errors import IsangError

_INTERNAL, _OUTPUT, _INTERRUPTED, _TERMINATED = 70, 5, 130, 143


def run_command(app: typer.Typer) -> NoReturn:
    """Run the app; every way out ends here."""
    signal.signal(signal.SIGTERM, _terminate)
    debug = "--debug" in sys.argv
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except Exception as error:
        if debug and not isinstance(error, typer.Exit):
            raise
        code = _said(error)
    except KeyboardInterrupt:
        code = _say("interrupted; nothing was written.", _INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _said(error: Exception) -> int:
    """Tell of an error in one line; its exit code."""
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        # `isang … | head`: whoever read is gone, and Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, IsangError):
        return _say(str(error), error.exit_code)
    if isinstance(error, typer.Abort):
        return _say("interrupted; nothing was written.", _INTERRUPTED)
    if isinstance(error, TyperException):
        return _say(error.format_message(), error.exit_code)
    if isinstance(error, OSError):
        named = f" {error.filename}" if error.filename else ""
        return _say(f"cannot write{named}: {error.strerror or error}; the old result is untouched.", _OUTPUT)
    return _say(f"internal error: {type(error).__name__}: {error}. Run again with --debug and report it.", _INTERNAL)


def _say(text: str, code: int) -> int:
    from isang.words.telling import printable

    print(f"isang: {printable(' '.join(text.split()), 1000)}", file=sys.stderr)  # noqa: T201
    return code


def _terminate(*_: object) -> NoReturn:
    sys.exit(_TERMINATED)
