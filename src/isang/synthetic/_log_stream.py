"""The lines of one service, block after block, with the incidents that happen to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np
import polars as pl

from isang.synthetic._log_changes import happen
from isang.synthetic._log_incidents import Incident
from isang.synthetic._log_lines import Lines, Sessions, together, written
from isang.synthetic._log_load import Load
from isang.synthetic._log_service import JOB_LINES, REQUESTS, Service
from isang.synthetic._log_starts import gaps, starts
from isang.synthetic._log_template import traces
from isang.words.frame import Floats, Integers

_CELL_LINES = 300_000  # drawn with one generator; a block is one cell, or several where an incident would be cut
_SCHEDULER, _CONSUMERS = 1, range(2, 8)  # numbers of threads; 0 is the main one
_LEAST_WORKERS, _WORKERS_TIMES_BUSY = 10, 10


class Stream:
    """The log of a service of about so many lines; what is not an incident's own is the same without the incidents.

    `happened` are its incidents by their number, after `blocks` as large as they were. `threads` are the names of its
    threads, `started` (k,) when it was started.
    """

    def __init__(self, service: Service, load: Load, lines: float, happened: dict[int, Incident], seed: list[int]):
        self.service, self.load, self.happened, self.seed = service, load, happened, seed
        self.sessions = sessions_in(lines, service)
        self.lines = lines
        self.number = np.array(np.random.default_rng(seed).integers(1 << 63, size=1), dtype=np.uint64)
        workers = _workers(service, self.sessions * load.peak)
        self.threads = [
            *("main", "scheduling-1"),
            *(f"ntainer#{at}-0-C-1" for at in range(len(_CONSUMERS))),
            *(f"nio-8080-exec-{at}" for at in range(1, workers + 1)),
        ]
        self._starts = starts(service, load, happened, self.number)
        self._gaps = gaps(self._starts, happened)
        self.started = self._starts.time[self._starts.step == 0]
        self._touched = [_touched(self._starts)]

    def blocks(self) -> Iterator[Lines]:
        """The lines in the order of time, in blocks that follow one another."""
        edges = np.linspace(0, 1, max(1, round(self.lines / _CELL_LINES)) + 1)
        left, busy = self._starts, np.zeros(len(self.threads), dtype=np.int64)
        for cells in self._runs(edges):
            begin, end = self.load.moment(edges[[cells.start, cells.stop]]).tolist()
            parts = [self._cell(cell, edges[cell : cell + 2]) for cell in cells]
            sessions = Sessions(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Sessions)))
            sessions = self._changed(sessions, begin, end)
            own = self._kept(written(sessions, self.service.flows, self.service.pauses, busy))
            lines = together([left, own])
            lines = lines.at(np.argsort(lines.time, kind="stable"))
            done = int(np.searchsorted(lines.time, end)) if cells.stop < len(edges) - 1 else len(lines.time)
            left = lines.at(slice(done, None))
            yield lines.at(slice(done))

    def touched(self) -> pl.DataFrame:
        """Of each incident (`number`) first and last time and number of the lines that it changed, and sessions."""
        sums = pl.col("first").min(), pl.col("last").max(), pl.col("lines").sum(), pl.col("session").str.join(" ")
        return pl.concat(self._touched).group_by("number").agg(*sums)

    def _runs(self, edges: Floats) -> Iterator[range]:
        """Which cells make a block: no incident begins in one and ends in another."""
        spans = [(self.load.by(one.begin), self.load.by(one.end)) for one in self.happened.values()]
        first = 0
        for cell in range(1, len(edges)):
            if not any(begin <= edges[cell] <= end for begin, end in spans) or cell == len(edges) - 1:
                yield range(first, cell)
                first = cell

    def _cell(self, cell: int, share: Floats) -> Sessions:
        """What happens in this share of the load, in no order."""
        random = np.random.default_rng([*self.seed, cell])
        number = random.poisson(self.sessions * (share[1] - share[0]))
        start = self.load.moment(random.uniform(share[0], share[1], number))
        flow = random.choice(len(self.service.often), number, p=self.service.often)
        request = flow < 3 * REQUESTS
        worker = random.integers(_CONSUMERS.stop, len(self.threads), number)
        thread = np.where(request, worker, random.choice(_CONSUMERS, number))
        jobs = self._jobs(*self.load.moment(share))
        start, flow = np.append(start, jobs[0]), np.append(flow, jobs[1])
        thread = np.append(thread, np.full(len(jobs[0]), _SCHEDULER))
        own = np.arange(len(start), dtype=np.uint64) + np.uint64((cell + 1) << 24)
        numbers = np.asarray(self.number + own, dtype=np.uint64)
        return Sessions(start, flow, thread, numbers, np.ones(len(start)), np.full(len(start), -1))

    def _jobs(self, begin: int, end: int) -> tuple[Integers, Integers]:
        """When jobs begin in a stretch of time, and their flows: each as regularly as the next, at its own moment."""
        jobs = self.service.jobs
        each = self.lines * JOB_LINES / self.service.rows[list(jobs)].sum()
        period = max(1, int((self.load.time[-1] - self.load.time[0]) / max(each, 1)))
        first = [period * at // len(jobs) for at in range(len(jobs))]
        starts = [np.arange(begin + (moment - begin) % period, end, period) for moment in first]
        return np.concatenate(starts), np.repeat(jobs, [len(own) for own in starts])

    def _changed(self, sessions: Sessions, begin: int, end: int) -> Sessions:
        """The sessions with the incidents that begin in this stretch of time."""
        for number, one in self.happened.items():
            if begin <= one.begin < end:
                random = np.random.default_rng([*self.seed, number, 1])
                sessions, self.happened[number] = happen(sessions, one, number, self.service, random)
        return sessions

    def _kept(self, lines: Lines) -> Lines:
        """Those of the lines that lie in no gap; what a silence swallowed, and what incidents changed, is noted."""
        gap = self._gaps.of(lines.time)
        lost = lines.at(gap >= 0)
        kept = lines.at(gap < 0)
        silenced = replace(lost, incident=self._gaps.incident[gap[gap >= 0]])
        self._touched += [_touched(silenced), _touched(kept)]
        return kept


def sessions_in(lines: float, service: Service) -> float:
    """How many sessions, jobs apart, write so many lines of text."""
    return lines * (1 - JOB_LINES) / float(service.often @ service.rows[: len(service.often)])


def _workers(service: Service, peak: float) -> int:
    """Threads enough for so many sessions a ms, and for slow ones."""
    lasts = np.array([service.pauses[list(flow[1:])].sum() for flow in service.flows[: 3 * REQUESTS]])
    at_once = peak * float(service.often[: 3 * REQUESTS] @ lasts)
    return max(_LEAST_WORKERS, round(_WORKERS_TIMES_BUSY * at_once))


def _touched(lines: Lines) -> pl.DataFrame:
    """Of each incident in these lines the first and last time, how many they are, and the sessions that begin."""
    marked = lines.at(lines.incident >= 0)
    begins = pl.Series(marked.step == 0, dtype=pl.Boolean)
    frame = pl.DataFrame(
        {"number": marked.incident, "time": marked.time, "session": traces(marked), "begins": begins},
        schema_overrides={"session": pl.String},
    )
    return frame.group_by("number", maintain_order=True).agg(
        pl.col("time").min().alias("first"),
        pl.col("time").max().alias("last"),
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("session").filter("begins").str.join(" "),
    )
