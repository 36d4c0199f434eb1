"""The plan: everything that a run was told, under the names of the options; a YAML file that reruns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from isang.errors import UsageError
from isang.family import build, describe, nearest
from isang.words.amounts import parse_rate, parse_share, parse_span
from isang.yamls import load_mapping

Band = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]
_PACKS = Path(__file__).parent / "packs"


class Plan(BaseModel):
    """One source, one pipeline, some outputs. None = not said: found out from the data, or the pack's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: list[str] = []
    pack: Literal["auto", "series"] = "auto"
    time: str | None = None
    key: list[str] = []
    value: list[str] = []
    label: str | None = None
    positive: str | None = None
    where: list[str] = []
    step: str | None = None
    tz: str | None = None
    encoding: str | None = None
    strict: bool = False
    apart: bool = False
    features: dict[str, dict[str, Any]] | None = None
    detector: str | dict[str, Any] | None = None
    rules: dict[str, dict[str, Any]] | None = None
    train_until: str | None = None
    split: str | None = None
    false_alarms: str | None = None
    alerts: str | None = None
    threshold: str | dict[str, Any] | None = None
    direction: Literal["up", "down", "both"] = "both"
    min_change: str | None = None
    min_size: float | None = None
    since: str | None = None
    top: int | None = None
    seed: int = 0
    fail_on: Band | None = None
    lang: Literal["en", "ko"] = "en"
    out: str = "isang-out"

    @field_validator("key", "value", "where", "inputs", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return [given] if isinstance(given, str) else given

    @field_validator("train_until", "positive", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        return None if given is None else str(given)

    def feature_specs(self) -> dict[str, dict[str, Any]]:
        """The features, with `--step` as the first of them."""
        step = {"resample": {"step": self.step}} if self.step else {}
        return {**step, **(self.features or {})}

    def check(self) -> None:
        """Raise UsageError for what cannot be run: unknown members, amounts out of grammar, options at odds."""
        if self.train_until and self.split:
            raise UsageError("--train-until and --split both say where training ends; give one of them.")
        for family, members in (("features", self.feature_specs()), ("rules", self.rules)):
            for name, parameters in (members or {}).items():
                build(family, {"name": name, **parameters})
        build("detectors", spec(self.detector or "auto"))
        build("thresholds", self.threshold_spec())
        for text, parse in ((self.since, parse_span), (self.min_change, parse_share), (self.step, parse_span)):
            if text is not None:
                parse(text)
        if self.top is not None and self.top < 1:
            raise UsageError(f"--top {self.top}: a number of incidents, at least 1, is needed.")

    def threshold_spec(self) -> dict[str, Any]:
        """The threshold member and its parameters; two of the options that set one are an error."""
        said = [name for name in ("false_alarms", "alerts", "threshold") if getattr(self, name) is not None]
        if len(said) > 1:
            raise UsageError(f"--{said[0].replace('_', '-')} and --{said[1].replace('_', '-')} both set the threshold; give one.")
        if said == ["threshold"]:
            return spec(self.threshold)
        name = said[0] if said else "false_alarms"
        rate = getattr(self, name)
        if rate is not None:
            parse_rate(rate)
        return {"name": name, "rate": rate}

    def as_yaml(self) -> str:
        """The file that reruns it."""
        return yaml.safe_dump({"schema": 1, **self.model_dump(exclude_none=True)}, sort_keys=False, allow_unicode=True)


def load_plan(path: Path) -> dict[str, Any]:
    """The keys of a plan file; UsageError names an unknown key, its line and the nearest known one."""
    found, lines = load_mapping(path)
    if found.pop("schema", 1) != 1:
        raise UsageError(f"{path}: this version reads plans of schema 1.")
    for key in found:
        if key not in Plan.model_fields:
            raise UsageError(f"{path}, line {lines[str(key)]}: unknown key '{key}'.{nearest(str(key), Plan.model_fields)}")
    return found


def make_plan(told: Mapping[str, Any], changes: Sequence[str] = ()) -> Plan:
    """A checked plan from options and `path=value` changes; the pack gives what is not told."""
    known = {**_pack_defaults(str(told.get("pack", "auto"))), **told}
    for change in changes:
        _apply(known, change)
    try:
        plan = Plan(**known)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{name}: {first['input']!r} came; {first['msg'][0].lower()}{first['msg'][1:]}.") from error
    plan.check()
    return plan


def _pack_defaults(pack: str) -> dict[str, Any]:
    file = _PACKS / f"{'series' if pack == 'auto' else pack}.yaml"
    return load_mapping(file)[0] if file.parent == _PACKS and file.is_file() else {}


def _apply(told: dict[str, Any], change: str) -> None:
    path, equals, text = change.partition("=")
    first, *rest = path.split(".")
    if not equals or first not in Plan.model_fields:
        raise UsageError(f"--set {change}: write PATH=VALUE, such as detector.window_rows=50.{nearest(first, Plan.model_fields)}")
    value = yaml.safe_load(text)
    if not rest:
        told[first] = value
        return
    inner = told[first] = spec(told[first]) if isinstance(told.get(first), str) else dict(told.get(first) or {})
    for part in rest[:-1]:
        inner[part] = dict(inner.get(part) or {})
        inner = inner[part]
    inner[rest[-1]] = value


def spec(member: Any) -> dict[str, Any]:
    """`knn`, `quantile:0.99`, `a,b` (an ensemble) or a mapping → a mapping with its name."""
    if not isinstance(member, str):
        return dict(member)
    if "," in member:
        return {"name": "ensemble", "members": [spec(part.strip()) for part in member.split(",")]}
    name, colon, text = member.partition(":")
    if not colon:
        return {"name": name}
    parameter = next(iter(describe("thresholds", name).parameters))
    return {"name": name, parameter: yaml.safe_load(text)}
