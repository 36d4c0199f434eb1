"""incidents.json, run.json, skipped.json and plan.yaml."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import yaml

from isang.reports.base import Field, Outcome, Planned
from isang.reports.contents import INCIDENT, RUN, SKIPPED

_EMPTY: dict[str, Any] = {"list": [], "texts": [], "map": {}}


def incidents_json(outcome: Outcome) -> str:
    """Also what `--json` prints."""
    listed = [pick(asdict(incident), INCIDENT) for incident in outcome.incidents]
    return dump({"schema": 1, "incidents": listed})


def run_json(outcome: Outcome) -> str:
    """How the result was arrived at."""
    return dump({"schema": 1, **pick(outcome.run, RUN)})


def skipped_json(outcome: Outcome) -> str:
    """Rows that were left out, by reason."""
    return dump({"schema": 1, "skipped": [pick(entry, SKIPPED) for entry in outcome.skipped]})


def plan_yaml(outcome: Planned) -> str:
    """The plan that reruns it."""
    text: str = yaml.safe_dump(plain(outcome.plan), allow_unicode=True, sort_keys=False)
    return text


def plain(value: Any) -> Any:
    """The same with lists for tuples, ISO 8601 for times, null for NaN and infinity, and what else there is as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int) else repr(value)


def pick(found: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """These fields, and no others; what is not there is null, or empty."""
    return {field.name: _value(found.get(field.name), field) for field in fields}


def _value(value: Any, field: Field) -> Any:
    if value is None:
        return _EMPTY.get(field.kind) if field.always else None
    if field.kind == "object":
        return pick(value, field.fields)
    return [pick(entry, field.fields) for entry in value] if field.kind == "list" else value


def dump(document: dict[str, Any]) -> str:
    """A document as it stands in its file."""
    # Lone surrogates of broken file names cannot be encoded as UTF-8: they are written as \udcXX.
    text = json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
