"""Asking a language model: the one place that waits, tries again, and keeps to a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from isang.explain.asked import Question
from isang.explain.checked import Refused
from isang.words.ports import LanguageModel, Unanswered


@dataclass(frozen=True)
class Budget:
    """What explaining may cost: incidents told of (the riskiest), calls and tokens in all, tries and time for each."""

    incidents: int = 5
    calls: int = 12
    tokens: int = 20_000
    tries: int = 3
    each_s: float = 20.0


class Asker:
    """Asks one question after another until the budget is used up. `calls` and `tokens` are what was used."""

    def __init__(
        self, model: LanguageModel, budget: Budget, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.model = model
        self.calls = self.tokens = 0
        self._budget, self._clock, self._sleep = budget, clock, sleep

    def sentence(self, question: Question) -> str:
        """The checked sentence. Refused where its answers, also a mended one, are no good; Unanswered where none comes.

        Asked again: once after a bad answer, and after what passes (429, 5xx, a broken connection, a time-out), each
        time later, or when the server says; never beyond the time of the question.
        """
        until, mended = self._clock() + self._budget.each_s, False
        for attempt in range(self._budget.tries):
            last = attempt + 1 == self._budget.tries
            try:
                return question.read(self._ask(question, until))
            except Refused as refused:
                if mended or last:
                    raise
                question, mended = question.again(str(refused)), True
            except Unanswered as failed:
                wait = 0.5 * 2**attempt if failed.after_s is None else failed.after_s
                if not failed.again or last or self._clock() + wait >= until:
                    raise
                self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _ask(self, question: Question, until: float) -> str:
        spent = self.calls >= self._budget.calls or self.tokens >= self._budget.tokens
        if spent:
            raise Unanswered(f"the budget of {self._budget.calls} calls and {self._budget.tokens:,} tokens is used up")
        self.calls += 1
        reply = self.model.answer(question.request, max(until - self._clock(), 0.1))
        self.tokens += max(reply.tokens, 0)
        return reply.text
