"""The plan: everything that a run was told, under the names of the options; a YAML file that reruns it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from isang.costs import Costs, parse_costs
from isang.errors import UsageError
from isang.family import build, member
from isang.features._calendar import check_country
from isang.llms._environment import of_environment
from isang.required import parse_required
from isang.specs import check_member, spec
from isang.votes import votes_of
from isang.words.amounts import parse_rate, parse_share, parse_span

Band = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]
# Options of which only one can be given.
CHEAPEST = ("miss", "alarm", "hit", "cool_down", "per")  # of the costs, what that threshold takes
EXCLUSIVE = (("false_alarms", "alerts", "threshold", "cost"), ("train_until", "split"), ("detector", "detectors"))
_TEXTS = (
    *("time", "label", "positive", "step", "tz", "encoding", "detector", "train_until", "split", "model"),
    *(
        "false_alarms",
        "alerts",
        "threshold",
        "cost",
        "max_fill",
        "holidays",
        "mature",
        "min_change",
        "since",
        "events",
        "lead",
        "recovery",
        "require",
        "out",
    ),
)
# Options that belong to one pack.
_OF_PACK = {"max_fill": "counters", "predictions": "counters", "mature": "cost"}
# Options that set a parameter of a feature.
_OF_FEATURE = {"max_fill": ("fill", "longest"), "holidays": ("season", "holidays")}
_LISTS = ("inputs", "key", "value", "where")
# What a model folder has settled already.
_LEARNT = (
    *(
        "pack",
        "preset",
        "time",
        "key",
        "value",
        "where",
        "step",
        "tz",
        "apart",
        "max_fill",
        "holidays",
        "features",
        "detector",
        "detectors",
        "rules",
        "votes",
        "across",
    ),
    *("seed", "train_until", "split", "false_alarms", "alerts", "threshold", "cost"),
)
_GRAMMAR: dict[str, Callable[[str], object]] = {
    "since": parse_span,
    "lead": parse_span,
    "recovery": parse_span,
    "cost": parse_costs,
    "step": parse_span,
    "max_fill": parse_span,
    "holidays": check_country,
    "mature": parse_span,
    "min_change": parse_share,
    "false_alarms": parse_rate,
    "alerts": parse_rate,
    "require": parse_required,
}
_LARGEST_SEED = 2**32 - 1  # what NumPy takes


class Plan(BaseModel):
    """One source, one pipeline, some outputs. None = not said: found out from the data, or the pack's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: list[str] = []
    pack: Literal["auto", "series", "process", "counters", "cost"] = "auto"
    preset: str | None = None
    time: str | None = None
    key: list[str] = []
    value: list[str] = []
    label: str | None = None
    positive: str | None = None
    events: str | None = None
    lead: str | None = None
    recovery: str | None = None
    where: list[str] = []
    step: str | None = None
    tz: str | None = None
    encoding: str | None = None
    strict: bool = False
    apart: bool = False
    meanings: dict[str, Literal["count", "gauge", "cumulative"]] = {}
    max_fill: str | None = None
    holidays: str | None = None
    features: dict[str, dict[str, Any]] | None = None
    detector: str | dict[str, Any] | None = None
    detectors: list[str | dict[str, Any]] | None = None
    rules: dict[str, dict[str, Any]] | None = None
    votes: dict[str, float] | None = None
    across: bool = False
    train_until: str | None = None
    split: str | None = None
    folds: int | None = None
    walk_forward: Literal["week", "month", "quarter"] | None = None
    model: str | None = None
    false_alarms: str | None = None
    alerts: str | None = None
    threshold: str | dict[str, Any] | None = None
    cost: str | None = None
    direction: Literal["up", "down", "both"] = "both"
    min_change: str | None = None
    min_size: float | None = None
    since: str | None = None
    top: int | None = None
    predictions: bool | None = None
    hybrid: bool | None = None
    mature: str | None = None
    seed: int = 0
    fail_on: Band | None = None
    require: str | None = None
    lang: Literal["en", "ko"] = "en"
    explain: str | dict[str, Any] | None = None
    out: str = "isang-out"

    @field_validator(*_TEXTS, mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        """YAML reads 5, true and 2026-03-01 as something else: as a column or a time they are texts."""
        if isinstance(given, bool):
            return str(given).lower()
        return str(given) if isinstance(given, int | float | date) else given

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _as_texts(cls, given: Any) -> Any:
        listed = [] if given is None else given if isinstance(given, list | tuple) else [given]
        return [cls._as_text(one) for one in listed]

    def feature_specs(self) -> dict[str, dict[str, Any]]:
        """The features with what options set of them, `--step` as the first."""
        step = {"resample": {"step": self.step}} if self.step else {}
        features = {**step, **(self.features or {})}
        for option, (name, parameter) in _OF_FEATURE.items():
            if name in features and getattr(self, option) is not None:
                features[name] = {**features[name], parameter: getattr(self, option)}
        return features

    def detector_spec(self) -> dict[str, Any]:
        """The detector and its parameters; the first of several that are to be compared."""
        return spec("detectors", self.detector or next(iter(self.detectors or ()), "auto"))

    def threshold_spec(self) -> dict[str, Any]:
        """The threshold member and its parameters."""
        if self.threshold is not None:
            return spec("thresholds", self.threshold)
        if (costs := self.costs()) is not None:
            return {"name": "cheapest", **costs.settings(*CHEAPEST)}
        name = "alerts" if self.alerts else "false_alarms"
        return {"name": name, "rate": getattr(self, name)}

    def costs(self) -> Costs | None:
        """What `--cost` says."""
        return parse_costs(self.cost) if self.cost is not None else None

    @property
    def knows_events(self) -> bool:
        """Whether a label column or a file of events is named."""
        return self.label is not None or self.events is not None

    @property
    def learns_from_events(self) -> bool:
        """Whether known events decide anything, so that rows must be parted into those that choose and those judged."""
        chosen = member("thresholds", str(self.threshold_spec()["name"])).needs_events
        return self.model is None and (chosen or (self.pack == "process" and self.knows_events))

    def explain_spec(self) -> dict[str, Any] | None:
        """The language model that words incidents; `llm` is the one that the environment names. None: the template."""
        if self.explain in (None, "template"):
            return None
        return of_environment() if self.explain == "llm" else spec("llms", self.explain)

    def members(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Family and settings of each member that the plan names."""
        for one in [self.detector] if self.detector else self.detectors or ["auto"]:
            yield "detectors", spec("detectors", one)
        yield "thresholds", self.threshold_spec()
        for family, listed in (("features", self.feature_specs()), ("rules", self.rules or {})):
            for name, parameters in listed.items():
                yield family, {"name": name, **parameters}
        if (explain := self.explain_spec()) is not None:
            yield "llms", explain

    def check(self) -> None:
        """Raise UsageError for what cannot be run: unknown members, amounts out of grammar, options at odds."""
        for group in EXCLUSIVE:
            said = [f"--{name.replace('_', '-')}" for name in group if getattr(self, name) is not None]
            if len(said) > 1:
                raise UsageError(f"{said[0]} and {said[1]} say the same thing in two ways; give one of them.")
        self._check_model()
        self._check_owners()
        for family, wanted in self.members():
            check_member(family, wanted)
        votes_of(self.votes, self.rules or {})
        if self.hybrid and not self.votes:
            raise UsageError("hybrid is a table of votes, and nothing votes: write votes.threshold=0.5 as well.")
        self._check_amounts()
        self._check_events()
        if (explain := self.explain_spec()) is not None:
            build("llms", explain).check()

    def _check_events(self) -> None:
        if self.learns_from_events and not self.knows_events:
            name = self.threshold_spec()["name"]
            option = f"--preset {self.preset}" if self.preset else "--cost" if self.cost else f"--threshold {name}"
            raise UsageError(f"{option} learns from known events: name them with --label COLUMN or --events FILE.")
        for name in ("lead", "recovery"):
            if getattr(self, name) is not None and not self.knows_events:
                raise UsageError(f"--{name} is about events: name them with --label COLUMN or --events FILE.")

    def _check_model(self) -> None:
        if self.model is not None and self.walk_forward is not None:
            raise UsageError(
                f"--walk-forward {self.walk_forward} learns anew as time goes on, and {self.model} has learnt already: "
                "leave --model out and add --train-until TIME."
            )
        fields = type(self).model_fields
        said = [name for name in _LEARNT if getattr(self, name) != fields[name].get_default()]
        if self.model is not None and said:
            raise UsageError(
                f"--{said[0].replace('_', '-')} belongs to fit: {self.model} has learnt with its own. "
                "Leave it out, or learn anew with 'isang fit'."
            )

    def _check_owners(self) -> None:
        for option, pack in _OF_PACK.items():
            if getattr(self, option) is not None and self.pack != pack and self.model is None:
                told = "add" if self.pack == "auto" else f"leave it out, or in place of {self.pack} say"
                raise UsageError(f"--{option.replace('_', '-')} belongs to pack {pack}: {told} --pack {pack}.")
        for option, (name, _) in _OF_FEATURE.items():
            if getattr(self, option) is not None and name not in (self.features or {}):
                raise UsageError(
                    f"--{option.replace('_', '-')} is about the feature {name}, which the plan leaves out."
                )

    def _check_amounts(self) -> None:
        for name, parse in _GRAMMAR.items():
            if (text := getattr(self, name)) is not None:
                _parsed(name, parse, text)
        if self.positive is not None and self.label is None:
            raise UsageError("--positive names a value of the label column; name that column with --label.")
        if self.top is not None and self.top < 1:
            raise UsageError(f"--top {self.top}: a number of incidents, at least 1, is needed.")
        if self.min_size is not None and not 0 <= self.min_size < math.inf:
            raise UsageError(f"--min-size {self.min_size}: an amount of 0 or more is needed.")
        if not 0 <= self.seed <= _LARGEST_SEED:
            raise UsageError(f"--seed {self.seed}: a whole number from 0 to {_LARGEST_SEED} is needed.")

    def as_yaml(self) -> str:
        """The file that reruns it."""
        return yaml.safe_dump({"schema": 1, **self.model_dump(exclude_none=True)}, sort_keys=False, allow_unicode=True)


def _parsed(name: str, parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except UsageError as error:
        raise UsageError(f"--{name.replace('_', '-')}: {error}") from error
