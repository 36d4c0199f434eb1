"""A service: the templates it writes, the flows of its requests and jobs, and how often each is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from isang.synthetic import _log_words as words
from isang.synthetic._log_template import Template
from isang.words.frame import Floats

REQUESTS, STRAYS, FAULTY = 8, 60, 6  # kinds of requests, of lines without a request, of errors among those
_REQUEST_LINES, JOB_LINES = 0.55, 0.01  # the share of the lines that requests and jobs write; strays write the rest
_FAILS, _RETRIES, _STRAY_ERRORS = 0.004, 0.01, 0.003
_PAUSE_MS, _RETRY_MS, _START_MS = (2.0, 60.0), 200.0, 900.0
_ZIPF = 1.1
USUAL, FAILING, RETRIED = range(3)  # flow 3 * r + one of these: request r as it should be, as it fails, with one retry

Flow = tuple[int, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """One service. `templates` are all that it can write; a flow is the templates of a session in their order.

    Flows are three of each request (see `USUAL`), then those of one line, then jobs, then the start, then what
    incidents add. `often` (F,) is how often a session takes each of these but the last; jobs and the start 0. `new`
    are templates that no usual flow has, `retry` the tries.
    """

    name: str
    templates: list[Template]
    flows: list[Flow]
    often: Floats
    new: tuple[int, ...]
    retry: tuple[int, ...]

    @property
    def pauses(self) -> Floats:
        """(T,) ms that usually lie before a line of each template."""
        return np.array([template.pause for template in self.templates])

    @property
    def start(self) -> int:
        """The flow of a start."""
        return len(self.often) - 1

    @property
    def jobs(self) -> range:
        """The flows of jobs."""
        return range(self.start - len(words.SERVICES[self.name]), self.start)

    @property
    def rows(self) -> Floats:
        """(F,) how many lines of text each flow makes."""
        rows = np.array([template.rows for template in self.templates], dtype=np.float64)
        return np.array([rows[list(flow)].sum() for flow in self.flows])

    @property
    def requests(self) -> float:
        """Which share of the sessions are requests."""
        return float(self.often[: 3 * REQUESTS].sum())


def service(name: str, random: np.random.Generator) -> Service:
    """A service of this name, with words, flows and numbers of its own."""
    return _Making(name, random).made()


class _Making:
    """A service in the making: templates get their numbers as they are added."""

    def __init__(self, name: str, random: np.random.Generator) -> None:
        self.name, self.random = name, random
        self.things = words.SERVICES[name]
        self.templates: list[Template] = []

    def made(self) -> Service:
        new = tuple(self.thrown(words.FAILED, thrown) for thrown in self.random.permutation(words.NEW))
        call = self.thing()
        retry = tuple(self.add(words.RETRIED, call, tries=str(one), pause=_RETRY_MS) for one in range(1, 6))
        requests = [flow for _ in range(REQUESTS) for flow in self.request(retry)]
        strays = [(number,) for number in self.strays()]
        errors = [(self.thrown(self.one(words.BROKEN), self.one(words.USUAL)),) for _ in range(FAULTY)]
        jobs = [tuple(self.add(message, thing) for message in words.JOB) for thing in self.things]
        start = tuple(self.add(message, self.name, pause=_START_MS) for message in words.START)
        flows = [*requests, *strays, *errors, *jobs, start]
        made = Service(self.name, self.templates, flows, np.zeros(len(flows)), new, retry)
        made.often[: -len(jobs) - 1] = _often(made.rows[: -len(jobs) - 1])
        return made

    def request(self, retry: Flow) -> tuple[Flow, Flow, Flow]:
        """The steps of one kind of request, those when it fails, and those with a retry."""
        thing, steps = self.thing(), self.random.permutation(len(words.STEPS))[: self.random.integers(3, 9)]
        first = self.add(self.one(words.FIRST), thing)
        middle = tuple(self.add(words.STEPS[step], thing) for step in steps)
        fails, tried = self.random.integers(1, len(middle) + 1, 2)
        thrown = self.thrown(words.FAILED, self.one(words.USUAL), thing)
        usual = (first, *middle, self.add(words.ANSWERED, thing))
        failing = (*usual[: fails + 1], thrown, self.add(words.REFUSED, thing))
        return usual, failing, (*usual[: tried + 1], retry[0], *usual[tried + 1 :])

    def strays(self) -> list[int]:
        """Templates of lines that belong to no request, in no order but that warnings are the rare ones."""
        pairs = self.random.permutation(len(words.BEGINNINGS) * len(words.ENDS))[: STRAYS - len(words.KOREAN)]
        for pair in pairs.tolist():
            begin, end = words.BEGINNINGS[pair % len(words.BEGINNINGS)], words.ENDS[pair // len(words.BEGINNINGS)]
            self.add((self.one(words.LEVELS), "Worker", f"{begin} %s {end}"))
        for message in words.KOREAN:
            self.add(message)
        own = len(self.templates) - STRAYS + self.random.permutation(STRAYS)
        return sorted(own.tolist(), key=lambda number: self.templates[number].level == "WARN")

    def thrown(self, message: words.Message, thrown: str, thing: str = "") -> int:
        """A message with a stack trace, half of them with a cause."""
        level, kind, text = message
        trace = [text, thrown, *self.frames(int(self.random.integers(8, 30)))]
        if self.random.random() < 0.5:
            trace += [f"Caused by: {thrown}", *self.frames(4), f"\t... {self.random.integers(5, 60)} more"]
            trace[1] = f"kr.example.shop.{self.name}.ServiceException: failed; nested exception is {thrown}"
        return self.add((level, kind, "\n".join(trace)), thing)

    def frames(self, number: int) -> list[str]:
        """So many lines of a stack trace."""
        own = f"kr.example.shop.{self.name}"
        return [
            f"\tat {self.one((own, own, *words.PACKAGES))}.{kind}.{self.one(words.METHODS)}({kind}.java:{line})"
            for kind, line in zip(
                self.random.choice(words.CLASSES, number), self.random.integers(20, 900, number), strict=True
            )
        ]

    def add(self, message: words.Message, thing: str = "", *, tries: str = "", pause: float = 0.0) -> int:
        """The number of the template of this message about a thing; the same message makes the same template."""
        level, kind, text = message
        thing = thing or self.thing()
        filled = text.replace("%s", thing).replace("{tries}", tries)
        logger = f"k.e.s.{self.name}.{thing.capitalize()}{kind}".ljust(40)
        for number, known in enumerate(self.templates):
            if (known.level, known.logger, known.text) == (level, logger, filled):
                return number
        pause = pause or float(np.exp(self.random.uniform(*np.log(_PAUSE_MS))))
        self.templates.append(Template(level, logger, filled, pause))
        return len(self.templates) - 1

    def thing(self) -> str:
        return self.one(self.things)

    def one(self, of: tuple[T, ...]) -> T:
        """One of these."""
        return of[self.random.integers(len(of))]


def _often(rows: Floats) -> Floats:
    """(F,) how often a session takes each flow, jobs apart, from how many lines each makes."""
    kinds = np.array([1 - _FAILS - _RETRIES, _FAILS, _RETRIES])
    requests = np.outer(_zipf(REQUESTS), kinds).ravel()
    strays = np.concatenate([(1 - _STRAY_ERRORS) * _zipf(STRAYS), _STRAY_ERRORS * _zipf(FAULTY)])
    share = _REQUEST_LINES / (1 - JOB_LINES)
    a_request, a_stray = requests @ rows[: len(requests)], strays @ rows[len(requests) :]
    often = np.concatenate([requests * share / a_request, strays * (1 - share) / a_stray])
    return np.asarray(often / often.sum())


def _zipf(number: int) -> Floats:
    often = np.arange(1, number + 1) ** -_ZIPF
    return np.asarray(often / often.sum())
