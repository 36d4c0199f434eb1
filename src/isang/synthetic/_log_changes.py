"""What incidents make of the requests of a service: some take another flow, or take it more slowly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from isang.synthetic._log_incidents import Incident
from isang.synthetic._log_lines import Sessions
from isang.synthetic._log_service import FAILING, REQUESTS, RETRIED, Flow, Service
from isang.words.frame import Integers

_LEAST = 3  # requests of a burst or storm


@dataclass
class _Scene:
    """An incident, the sessions that it changes in place, and `usual` (k,) requests that it may take."""

    one: Incident
    sessions: Sessions
    usual: Integers
    service: Service
    random: np.random.Generator

    def some(self, number: float) -> Integers:
        """So many of the requests."""
        return self.random.choice(self.usual, min(round(number), len(self.usual)), replace=False)

    def percent(self) -> tuple[Integers, float]:
        """As many percent of the requests as the incident is large, a few at least; and how many they are."""
        rows = self.some(max(_LEAST, self.one.size / 100 * len(self.usual)))
        return rows, 100 * len(rows) / len(self.usual)

    def of_one_kind(self) -> Flow:
        """Leave requests of one kind alone; how it is."""
        flows = self.sessions.flow[self.usual]
        kind = int(flows[self.random.integers(len(flows))])
        self.usual = self.usual[flows == kind]
        return self.service.flows[kind]

    def vary(self, rows: Integers, change: Callable[[int], Flow]) -> None:
        """These take a flow that is new, made of the number of their own."""
        for flow in np.unique(self.sessions.flow[rows]).tolist():
            self.service.flows.append(change(flow))
            own = rows[self.sessions.flow[rows] == flow]
            self.sessions.flow[own] = len(self.service.flows) - 1


def happen(
    sessions: Sessions, one: Incident, number: int, service: Service, random: np.random.Generator
) -> tuple[Sessions, Incident]:
    """The sessions with this incident in them, marked with its number, and what it came to."""
    within = (sessions.start >= one.begin) & (sessions.start < one.end)
    usual = np.flatnonzero(within & (sessions.flow < 3 * REQUESTS) & (sessions.flow % 3 == 0))
    if one.kind == "restart_loop":
        return sessions, replace(one, template=service.flows[service.start][0])
    if one.kind not in _CHANGES or not len(usual):
        return sessions, one
    own = {name: getattr(sessions, name).copy() for name in ("flow", "pace", "incident")}
    sessions = replace(sessions, **own)
    scene = _Scene(one, sessions, usual, service, random)
    rows, size, template = _CHANGES[one.kind](scene)
    sessions.incident[rows] = number
    return sessions, replace(one, size=size, template=template)


# What a change gives: the sessions that it changed, how large it was, the template that shows it.
_Done = tuple[Integers, float, int]


def _error_burst(scene: _Scene) -> _Done:
    rows, size = scene.percent()
    scene.sessions.flow[rows] += FAILING
    return rows, size, scene.service.flows[scene.sessions.flow[rows[0]]][-2]


def _new_exception(scene: _Scene) -> _Done:
    rows, flows = scene.some(scene.one.size), scene.service.flows
    thrown = scene.service.new[scene.random.integers(len(scene.service.new))]
    scene.vary(rows, lambda flow: (*flows[flow + FAILING][:-2], thrown, flows[flow + FAILING][-1]))
    return rows, len(rows), thrown


def _missing_event(scene: _Scene) -> _Done:
    flow = scene.of_one_kind()
    rows, step = scene.some(scene.one.size), int(scene.random.integers(1, len(flow) - 1))
    scene.vary(rows, lambda _: flow[:step] + flow[step + 1 :])
    return rows, len(rows), flow[step]


def _wrong_order(scene: _Scene) -> _Done:
    flow = scene.of_one_kind()
    rows, step = scene.some(scene.one.size), int(scene.random.integers(1, len(flow) - 2))
    scene.vary(rows, lambda _: (*flow[:step], flow[step + 1], flow[step], *flow[step + 2 :]))
    return rows, len(rows), flow[step]


def _slow_response(scene: _Scene) -> _Done:
    flow = scene.of_one_kind()
    scene.sessions.pace[scene.usual] *= scene.one.size
    return scene.usual, scene.one.size, flow[-1]


def _retry_storm(scene: _Scene) -> _Done:
    (rows, size), flows = scene.percent(), scene.service.flows
    tries = scene.service.retry[: scene.random.integers(2, 6)]
    scene.vary(rows, lambda flow: _retried(flows[flow + RETRIED], tries))
    return rows, size, tries[0]


def _retried(flow: Flow, tries: Flow) -> Flow:
    at = flow.index(tries[0])
    return flow[:at] + tries + flow[at + 1 :]


_CHANGES: dict[str, Callable[[_Scene], _Done]] = {
    "error_burst": _error_burst,
    "new_exception": _new_exception,
    "missing_event": _missing_event,
    "wrong_order": _wrong_order,
    "slow_response": _slow_response,
    "retry_storm": _retry_storm,
}
