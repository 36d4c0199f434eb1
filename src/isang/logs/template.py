"""One template, and all that is learnt of a log as plain data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Ge

from isang.errors import ModelError
from isang.logs.tokens import Tokens
from isang.state.restoring import restored
from isang.state.saving import saved

OTHER = "other"  # the id of the template of all texts for which there was no room


@dataclass
class Template:
    """What texts have in common; `id` is made of the text it was first seen as and stays when it widens.

    `count` is how many lines it had, `merged_from` are the ids of templates that turned out to be this one.
    """

    id: str
    tokens: tuple[str, ...]
    count: Annotated[int, Ge(0)] = 0
    merged_from: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The template as it is shown; what varies is `<*>`."""
        return "".join(self.tokens)


def first_seen(tokens: Tokens) -> Template:
    """A template that no line has yet."""
    return Template(hashlib.sha256("".join(tokens).encode()).hexdigest()[:12], tokens)


def no_room() -> Template:
    """The template of all others."""
    return Template(OTHER, (f"<{OTHER}>",))


@dataclass(frozen=True)
class Learnt:
    """All templates in the order of their first appearance, the words known as values, and the two settings."""

    most: Annotated[int, Ge(1)]
    protected: tuple[str, ...]
    templates: list[Template]
    known: list[str]

    def state(self) -> Any:
        """The same as what JSON can hold."""
        return saved(self)[0]

    @classmethod
    def from_state(cls, state: Any) -> Learnt:
        """What `state` gave; ModelError for anything else."""
        learnt = restored(cls, state, {})
        for name in ("id", "tokens"):
            found = [getattr(template, name) for template in learnt.templates]
            if not all(found) or len(set(found)) < len(found):
                raise ModelError(f"templates: each needs {name} of its own. Copy the model again, or learn anew.")
        return learnt
