"""The plan: everything that a run was told, under the names of the options; a YAML file that reruns it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from isang.costs import Costs, parse_costs
from isang.family import member
from isang.llms._environment import of_environment
from isang.specs import spec, spec_of_lines

Band = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]
CHEAPEST = ("miss", "alarm", "hit", "cool_down", "per")  # of the costs, what that threshold takes
# Options of which only one can be given.
EXCLUSIVE = (("false_alarms", "alerts", "threshold", "cost"), ("train_until", "split"), ("detector", "detectors"))
OF_FEATURE = {"max_fill": ("fill", "longest"), "holidays": ("season", "holidays")}  # options that set a parameter


class Plan(BaseModel):
    """One source, one pipeline, some outputs. None = not said: found out from the data, or the pack's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: list[str] = []
    pack: Literal["auto", "series", "process", "counters", "cost", "logs"] = "auto"
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
    effort: Literal["quick", "normal", "thorough"] | None = None
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
    session: str | None = None
    max_files: int | None = None
    sample_lines: int | None = None
    memory: str | None = None
    mask: list[str] = []
    protect: list[str] = []
    lines: str | dict[str, Any] | None = None
    severity: dict[str, Any] | None = None
    risk: dict[str, Any] | None = None
    seed: int = 0
    fail_on: Band | None = None
    require: str | None = None
    lang: Literal["en", "ko"] = "en"
    explain: str | dict[str, Any] | None = None
    out: str = "isang-out"

    @field_validator("*", mode="before")
    @classmethod
    def _as_written(cls, given: Any, field: ValidationInfo) -> Any:
        """YAML reads 5, true and 2026-03-01 as something else: as a column or a time they are texts."""
        hint = cls.model_fields[str(field.field_name)].annotation
        if hint == list[str]:
            listed = [] if given is None else given if isinstance(given, list | tuple) else [given]
            return [_as_text(one) for one in listed]
        return _as_text(given) if str in (hint, *get_args(hint)) else given

    def feature_specs(self) -> dict[str, dict[str, Any]]:
        """The features with what options set of them, `--step` as the first."""
        step = {"resample": {"step": self.step}} if self.step else {}
        features = {**step, **(self.features or {})}
        for option, (name, parameter) in OF_FEATURE.items():
            if name in features and getattr(self, option) is not None:
                features[name] = {**features[name], parameter: getattr(self, option)}
        return features

    def detector_spec(self) -> dict[str, Any]:
        """The detector and its parameters; the first of several that are to be compared."""
        return next(self.detector_specs())

    def detector_specs(self) -> Iterator[dict[str, Any]]:
        """All detectors that are to be compared, `auto` with the effort that was asked for."""
        for one in [self.detector] if self.detector else self.detectors or ["auto"]:
            told = spec("detectors", one)
            yield {**told, **(self._asked_of_auto() if told["name"] == "auto" else {})}

    def _asked_of_auto(self) -> dict[str, Any]:
        """The effort, and whether all of it goes into one place."""
        asked = {"effort": self.effort} if self.effort else {}
        return {**asked, "one_place": True} if self.one_place else asked

    @property
    def one_place(self) -> bool:
        """Whether all effort goes into where the data are strangest."""
        return self.effort == "thorough" and self.top == 1

    def threshold_spec(self) -> dict[str, Any]:
        """The threshold member and its parameters."""
        if self.threshold is not None:
            return spec("thresholds", self.threshold)
        if (costs := self.costs()) is not None:
            return {"name": "cheapest", **costs.settings(*CHEAPEST)}
        if self.one_place and not (self.alerts or self.false_alarms):
            return {"name": "second_peak"}
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
        for one in self.detector_specs():
            yield "detectors", one
        if self.lines is not None:
            yield "detectors", spec_of_lines(self.lines)
        yield "thresholds", self.threshold_spec()
        for family, listed in (("features", self.feature_specs()), ("rules", self.rules or {})):
            for name, parameters in listed.items():
                yield family, {"name": name, **parameters}
        if (explain := self.explain_spec()) is not None:
            yield "llms", explain

    def as_yaml(self) -> str:
        """The file that reruns it."""
        return yaml.safe_dump({"schema": 1, **self.model_dump(exclude_none=True)}, sort_keys=False, allow_unicode=True)


def _as_text(given: Any) -> Any:
    text = str(given) if isinstance(given, int | float | date) else given
    return text.lower() if isinstance(given, bool) else text
