"""Flagged rows of one entity near in time are one incident, with an id that stays."""

from __future__ import annotations

import numpy as np

from isang.grouping import group, incident_id


def rows_of(flags: list[int], entity: list[int], context_rows: int = 0) -> list[list[int]]:
    return [rows.tolist() for rows in group(np.array(flags, dtype=bool), np.array(entity), context_rows)]


def test_rows_within_three_belong_together() -> None:
    assert rows_of([1, 0, 0, 1, 0, 0, 0, 1], [0] * 8) == [[0, 3], [7]]


def test_rows_within_the_context_belong_together() -> None:
    assert rows_of([1, 0, 0, 0, 0, 1, 0, 1], [0] * 8, context_rows=5) == [[0, 5, 7]]


def test_entities_stay_apart() -> None:
    assert rows_of([0, 1, 1, 0], [0, 0, 1, 1]) == [[1], [2]]
    assert rows_of([1, 0, 1], [0, -1, 1]) == [[0], [2]]


def test_nothing_flagged_is_no_incident() -> None:
    assert rows_of([0, 0], [0, 0]) == []


def test_an_id_depends_on_pack_entity_and_time_and_on_nothing_else() -> None:
    known = incident_id("series", "web / 1", "2026-01-05T00:00:00+00:00")
    assert known == incident_id("series", "web / 1", "2026-01-05T00:00:00+00:00") == "aa6e8ddd34d9"
    others = {
        incident_id("cost", "web / 1", "2026-01-05T00:00:00+00:00"),
        incident_id("series", "web / 2", "2026-01-05T00:00:00+00:00"),
        incident_id("series", "web / 1", "2026-01-05T00:01:00+00:00"),
        incident_id("seriesweb / 1", "", "2026-01-05T00:00:00+00:00"),
    }
    assert len(others | {known}) == 5
