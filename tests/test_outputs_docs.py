"""What is published about the outputs is what is written: docs page, JSON Schemas, files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from fake_result import fake_result
from isang.reports.contents import ANOMALIES, INCIDENT, KEY_COLUMNS, RUN, SCORES
from isang.reports.outputs_page import page
from isang.reports.schemas import as_text, json_schemas

ROOT = Path(__file__).parents[1]
RENEW = "run `python -m isang.reports.outputs_page`"


def test_the_docs_page_is_the_one_that_the_fields_make() -> None:
    assert (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8") == page(), RENEW


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_the_published_schema_is_the_one_that_the_fields_make(name: str) -> None:
    schema = json_schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (ROOT / "src" / "isang" / "schemas" / name).read_text(encoding="utf-8") == as_text(schema), RENEW


def test_what_the_interface_promises_is_there() -> None:
    """The lists of interface.md, "Outputs"; a name may be added there and here, never lost."""
    promised = {
        ANOMALIES: "time row entity column value expected lower upper change change_pct unit direction score p "
        "threshold times_over risk band incident drivers rules provisional",
        SCORES: "time row score p threshold flag scored reason split incident",
        INCIDENT: "id rank title entity keys scope pack start end ongoing peak duration_s rows risk band risk_parts "
        "direction impact drivers members rules alike known provisional text text_source next lines",
        RUN: "command inputs recognised mode splits thresholds coverage counts warnings versions seed "
        "timings_s peak_mb exit",
    }
    for fields, names in promised.items():
        assert [field.name for field in fields if field.name in names.split()] == names.split()


@pytest.mark.parametrize("spots", [((700, 12, 9.0),), ()])
@pytest.mark.parametrize("timed", [True, False])
def test_written_documents_fit_their_schemas(tmp_path: Path, timed: bool, spots: Any) -> None:
    folder = fake_result(timed=timed, spots=spots).save(tmp_path / "out")
    for name in ("incidents", "run", "skipped"):
        document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        jsonschema.validate(document, json_schemas()[f"{name}.schema.json"])


def test_a_document_that_lacks_a_field_does_not_fit() -> None:
    with pytest.raises(jsonschema.ValidationError, match="'incidents' is a required property"):
        jsonschema.validate({"schema": 1}, json_schemas()["incidents.schema.json"])


def test_tables_have_the_columns_in_their_order(tmp_path: Path) -> None:
    folder = fake_result(entities=("web-1", "서버 2")).save(tmp_path / "out")
    with (folder / "anomalies.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ["server" if f.name == KEY_COLUMNS else f.name for f in ANOMALIES]
    assert lines[0]["time"] == "2024-03-06T19:20:00+09:00"
    scores = pl.read_parquet(folder / "scores.parquet")
    assert scores.columns == ["server" if f.name == KEY_COLUMNS else f.name for f in SCORES]
    assert scores.height == fake_result(entities=("web-1", "서버 2")).frame.height
