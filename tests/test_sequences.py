"""Records → sequences with walls and sessions as counts, and scores back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.errors import UsageError
from isang.logs import sequences
from isang.logs.sequences import WALL, in_sequence, session_counts, session_scores

RECORDS = st.lists(st.tuples(st.sampled_from([-3, 0, 1, 70_000]), st.integers(0, 5), st.integers(0, 9)), max_size=30)


def slow(records: list[tuple[int, int, int]], end: int | None) -> list[tuple[int, int]]:
    """(template, record), key by key."""
    found: list[tuple[int, int]] = []
    for key in sorted({key for key, _, _ in records}):
        if found:
            found.append((WALL, -1))
        mine = [at for at, record in enumerate(records) if record[0] == key]
        found += [(records[at][2], at) for at in sorted(mine, key=lambda at: records[at][1])]
        found += [(end, -1)] if end is not None else []
    return found


@oracles.quick
@given(records=RECORDS, end=st.sampled_from([None, 10]))
def test_each_key_stands_together_in_time_order(records: list[tuple[int, int, int]], end: int | None) -> None:
    """S3-D3: lines that are neighbours in a sequence were neighbours in their thread or session."""
    key, time, template = np.array(records, dtype=np.int64).reshape(-1, 3).T
    found = in_sequence(key, template, time, end)
    wanted = slow(records, end)
    assert found.X.dtype == np.int32
    assert list(zip(found.X[:, 0].tolist(), found.rows.tolist(), strict=True)) == wanted


def test_scores_return_to_their_records_and_those_of_ends_to_the_last() -> None:
    found = in_sequence(np.array([7, 2, 7, 2]), np.array([0, 1, 2, 3]), end=9)
    assert found.X[:, 0].tolist() == [1, 3, 9, WALL, 0, 2, 9]
    scores = np.array([1.0, np.nan, 2.0, np.nan, 5.0, 4.0, 3.0])
    assert found.to_records(scores).tolist() == [5.0, 1.0, 4.0, 2.0]


def test_records_without_a_time_stay_as_they_came() -> None:
    found = in_sequence(np.array([1, 0, 1, 0]), np.array([4, 3, 2, 1]))
    assert found.X[:, 0].tolist() == [3, 1, WALL, 4, 2]


def test_sessions_are_counts_and_unknown_templates_have_the_last_column() -> None:
    counts = session_counts(np.array([0, 2, 2, 2]), np.array([1, 0, 0, 8]), sessions=3, templates=2)
    assert counts.tolist() == [[0, 1, 0], [0, 0, 0], [2, 0, 1]]


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "_MOST_CELLS", 8)
    with pytest.raises(UsageError, match="3 sessions × 3 templates are too many"):
        session_counts(np.array([0]), np.array([0]), sessions=3, templates=2)


def test_a_session_has_the_highest_of_its_scores() -> None:
    scores = session_scores(np.array([0, 0, 2, 1]), np.array([1.0, 3.0, np.nan, -5.0]), 3)
    np.testing.assert_array_equal(scores, [3.0, -5.0, np.nan])
