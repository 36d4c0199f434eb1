"""One tree of errors. Each says what came, what was needed and what to do, in one line."""

from __future__ import annotations

from typing import ClassVar


class IsangError(Exception):
    """Base of all errors that a user can mend; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 70


class UsageError(IsangError):
    """An option, a plan key or a combination of them that makes no sense."""

    exit_code = 2


class UnknownColumnError(UsageError):
    """A column that was named and is not there; `column` is its name, `hint` the nearest ones."""

    def __init__(self, option: str, column: str, hint: str) -> None:
        super().__init__(f"--{option}: there is no column {column!r}.{hint}")
        self.column = column
        self.hint = hint


class InputError(IsangError):
    """A file or frame that cannot be read or judged."""

    exit_code = 3


class ModelError(IsangError):
    """A model folder that is none, is damaged, or holds what cannot be trusted; nothing of it is used."""

    exit_code = 4


class OutputError(IsangError):
    """A result that could not be written; what stood there before is untouched."""

    exit_code = 5
