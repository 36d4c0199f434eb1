"""Every check over every detector, and every check over members that break it."""

from __future__ import annotations

import pytest
from contracts.bad_members import BAD_MEMBERS, Reference
from contracts.checks import CHECKS, Check
from contracts.members import SKIPS, members
from contracts.samples import sample
from contracts.table import caught_by, table

from isang import family
from isang.detectors.base import Detector

MEMBERS = members()
SAMPLE = sample()
NAMES = [check.__name__ for check in CHECKS]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_member_keeps_what_detectors_promise(check: Check, name: str) -> None:
    if (check.__name__, name) in SKIPS:
        with pytest.raises(AssertionError):  # a skip that is needed no more is to be taken out
            check(MEMBERS[name], SAMPLE)
    else:
        check(MEMBERS[name], SAMPLE)


def test_every_file_is_a_member_with_an_example() -> None:
    assert set(family.names("detectors")) <= set(MEMBERS)
    assert all(isinstance(member, Detector) for member in MEMBERS.values())


def test_every_skip_names_a_check_and_a_member() -> None:
    assert {check for check, _ in SKIPS} <= set(NAMES)
    assert {name for _, name in SKIPS} <= set(MEMBERS)


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_sound_member_passes(check: Check) -> None:
    check(Reference(), SAMPLE)


@pytest.mark.parametrize("kind", BAD_MEMBERS)
def test_a_bad_member_is_caught(kind: type[Reference]) -> None:
    assert caught_by(kind)


def test_every_check_catches_something() -> None:
    caught = {check for kind in BAD_MEMBERS for check in caught_by(kind)}
    assert [name for name in NAMES if name not in caught] == []


def test_the_table_tells_all_of_it() -> None:
    told = table()
    print(told)  # noqa: T201  (pytest -s shows it)
    assert all(name in told for name in (*NAMES, *MEMBERS, *SKIPS.values()))
    assert all(kind.__name__ in told for kind in BAD_MEMBERS)
