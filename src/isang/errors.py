"""One tree of errors. Each says what came, what was needed and what to do, in one line."""

from __future__ import annotations

from typing import ClassVar


class IsangError(Exception):
    """Base of all errors that a user can mend; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 70


class UsageError(IsangError):
    """An option, a plan key or a combination of them that makes no sense."""

    exit_code = 2


class InputError(IsangError):
    """A file or frame that cannot be read or judged."""

    exit_code = 3


class OutputError(IsangError):
    """A result that could not be written; what stood there before is untouched."""

    exit_code = 5
