"""JSON Schemas of every JSON document that is written, made from their contents."""

from __future__ import annotations

import json
from typing import Any

from isang.reports.base import Field
from isang.reports.contents import INCIDENT, RUN, SKIPPED
from isang.reports.evaluation_contents import DOCUMENT
from isang.reports.trials_contents import SELFTEST

_TYPES = {"text": "string", "time": "string", "number": "number", "integer": "integer", "flag": "boolean"}


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name → JSON Schema (draft 2020-12)."""
    return {
        "evaluation.schema.json": _document("What an evaluation found out.", _members(DOCUMENT)),
        "incidents.schema.json": _listing("incidents", "The incidents of a run, riskiest first.", INCIDENT),
        "run.schema.json": _document("How a result was arrived at.", _members(RUN)),
        "selftest.schema.json": _document("What a self-test found out.", _members(SELFTEST)),
        "skipped.schema.json": _listing("skipped", "Rows that could not be read, by reason.", SKIPPED),
    }


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _listing(name: str, meaning: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    return _document(meaning, {name: {"type": "array", "items": _object(fields)}})


def _document(meaning: str, members: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": meaning,
        "type": "object",
        "properties": {"schema": {"const": 1}, **members},
        "required": ["schema", *members],
        "additionalProperties": False,
    }


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": _members(fields),
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _members(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {field.name: _member(field) for field in fields}


def _member(field: Field) -> dict[str, Any]:
    shape = _shape(field)
    if not field.always:
        shape = {**shape, "type": [shape["type"], "null"]}
        if "enum" in shape:
            shape["enum"] = [*shape["enum"], None]
    return {"description": field.meaning, **shape}


def _shape(field: Field) -> dict[str, Any]:
    if field.kind == "object":
        return _object(field.fields)
    if field.kind == "list":
        return {"type": "array", "items": _object(field.fields)}
    if field.kind == "texts":
        return {"type": "array", "items": {"type": "string"}}
    if field.kind == "map":
        return {"type": "object"}
    shape: dict[str, Any] = {"type": _TYPES[field.kind]}
    if field.kind == "time":
        shape["format"] = "date-time"
    return {**shape, "enum": list(field.values)} if field.values else shape
