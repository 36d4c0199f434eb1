"""The table of checks and members: what holds, what is left out and why, and what catches the planted bad members.

`PYTHONPATH=tests python -m contracts` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from contracts.bad_members import PLANTED, Reference
from contracts.checks import CHECKS
from contracts.members import SKIPS, members
from contracts.samples import sample


@cache
def caught_by(kind: type[Reference]) -> tuple[str, ...]:
    """The checks that a planted member fails, in whatever way."""
    member, data, caught = kind(), sample(), []
    for check in CHECKS:
        try:
            check(member, data)
        except Exception:
            caught.append(check.__name__)
    return tuple(caught)


def table() -> str:
    """Checks by members: `+` is checked and holds, a letter stands for why it need not; then the planted members."""
    names = list(members())
    letters = {reason: chr(ord("a") + at) for at, reason in enumerate(dict.fromkeys(SKIPS.values()))}
    rows = [("", [str(at + 1) for at in range(len(names))])]
    for check in CHECKS:
        reasons = [SKIPS.get((check.__name__, name)) for name in names]
        rows.append((check.__name__, [letters[reason] if reason else "+" for reason in reasons]))
    return "\n".join(
        [
            *(f"{name:50}{''.join(f'{cell:>3}' for cell in cells)}" for name, cells in rows),
            *_listed("members", ((str(at + 1), name) for at, name in enumerate(names))),
            *_listed("left out", ((letter, reason) for reason, letter in letters.items())),
            *_listed("planted members, and what catches them", ((kind.__name__, _told(kind)) for kind in PLANTED)),
        ]
    )


def _told(kind: type[Reference]) -> str:
    return ", ".join(caught_by(kind))


def _listed(title: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    return ["", title, *(f"  {name:28}{text}" for name, text in pairs)]
