"""How the command ends: one line for every error, the exit codes of the docs, no traceback unless --debug."""

from __future__ import annotations

import difflib
import gc
import io
import os
import re
import signal
import sys
import traceback
import warnings
from typing import NoReturn

import typer
from typer import TyperException

from isang.errors import IsangError

_INTERNAL, _OUTPUT, _INTERRUPTED, _TERMINATED = 70, 5, 130, 143
_OBJECTS = 50_000  # between looks for cycles: at the usual 700 they cost a short run a twentieth of its time
_NOTHING_WRITTEN = "interrupted; nothing was written."


def run_command(app: typer.Typer) -> NoReturn:
    """Run the app; every way out ends here."""
    gc.set_threshold(_OBJECTS)
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where it was closed
            stream.reconfigure(errors="backslashreplace")  # for letters that the locale has no code for
    debug = "--debug" in sys.argv
    if not debug and not sys.warnoptions:
        warnings.simplefilter("ignore")  # what libraries tell developers; what users should know stands in run.json
    try:
        code: object = app(prog_name="isang", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        if code == _INTERRUPTED:  # how typer tells of Ctrl-C
            _say(_NOTHING_WRITTEN, _INTERRUPTED)
    except SystemExit as ended:  # typer leaves with 1 where nobody reads our output; else it is _terminate
        code = _nobody_listens() if ended.code == 1 else ended.code
    except BaseException as error:  # a panic of polars is no Exception
        if debug and not isinstance(error, typer.Exit | TyperException):
            traceback.print_exc()
        code = _said(error)
    sys.exit(code if isinstance(code, int) else 0)


def _said(error: BaseException) -> int:
    """Tell of an error in one line; its exit code."""
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        return _nobody_listens()
    if isinstance(error, IsangError):
        return _say(str(error), error.exit_code)
    if isinstance(error, typer.Abort | KeyboardInterrupt):
        return _say(_NOTHING_WRITTEN, _INTERRUPTED)
    if isinstance(error, TyperException):
        return _say(_in_our_words(error.format_message()), error.exit_code)
    if isinstance(error, MemoryError):
        return _say("out of memory; give fewer rows or columns at a time (--where, --value).", _INTERNAL)
    if isinstance(error, OSError):
        named = f" {error.filename}" if error.filename else ""
        return _say(f"cannot write{named}: {error.strerror or error}; the old result is untouched.", _OUTPUT)
    return _say(f"internal error: {type(error).__name__}: {error}. Run again with --debug and report it.", _INTERNAL)


def _nobody_listens() -> int:
    """`isang … | head`: whoever read is gone, and Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _in_our_words(text: str) -> str:
    """What typer says of options: the nearest known one as elsewhere, without the names of its exceptions."""
    text = text.replace("Value error, ", "")
    if found := re.fullmatch(r"No such option: (\S+)(?: \(Possible options: (.*)\))?", text, re.DOTALL):
        near = difflib.get_close_matches(found[1], (found[2] or "").split(", "), n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "'isang detect --help' lists them."
        return f"no such option '{found[1]}'. {hint}"
    return text[:1].lower() + text[1:]


def _say(text: str, code: int) -> int:
    from isang.words.telling import printable

    if sys.stderr is not None:
        sys.stderr.write(f"isang: {printable(' '.join(text.split()), 1000)}\n")
    return code


def _terminate(*_: object) -> NoReturn:
    sys.exit(_TERMINATED)
