"""What other systems plug into: the shape that is asked of them, and nothing of how they do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Request:
    """What a language model is asked: how to answer, and the facts (JSON) to answer from. Nothing else leaves."""

    instructions: str
    facts: str


@dataclass(frozen=True)
class Reply:
    """What came back, unchecked, and what it used of the budget."""

    text: str
    tokens: int


class Unanswered(Exception):
    """A language model gave no answer; the text says why, in words that may be shown.

    `again`: another try may help. `after_s` is how long the server asks to wait, None where it does not say.
    """

    def __init__(self, why: str, *, again: bool = False, after_s: float | None = None) -> None:
        super().__init__(why)
        self.again = again
        self.after_s = after_s


class LanguageModel(Protocol):
    """Answers one request with a text, or raises Unanswered. It tries once: who asks owns time, tries and budget."""

    @property
    def name(self) -> str:
        """Who wrote it, as told to readers: `openai:llama3.2`."""
        ...

    def shown(self, request: Request) -> str:
        """All that `answer` would send, as text, with the name of the key's variable in place of the key."""
        ...

    def answer(self, request: Request, within_s: float) -> Reply:
        """One call that ends within so many seconds."""
        ...
