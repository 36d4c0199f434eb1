"""Notes in other languages: what they are made of is told there too, and no sentence is forgotten on either side."""

from __future__ import annotations

import ast
import copy
import json
import string
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from isang.words.money import money
from isang.words.note import Note, note, word, worded
from isang.words.notes_ko import NOTES

SOURCE = Path(__file__).parents[1] / "src" / "isang"


def test_a_note_is_its_english_sentence_and_can_be_told_in_korean() -> None:
    said = note("{path}: a header and no rows.", path="bill.csv")
    assert said == "bill.csv: a header and no rows."
    assert worded(said, "ko") == "bill.csv: 제목 줄만 있고 행이 없습니다."
    assert json.loads(json.dumps(said)) == copy.deepcopy(said) == worded(said, "en") == said


def test_what_it_is_made_of_is_told_in_the_language_too() -> None:
    parts = [note("{category} {cost}", category=word("Tax"), cost=partial(money, 1234.0, "KRW"))]
    said = note("not judged, as it is no usage: {totals}.", totals=parts)
    assert said == "not judged, as it is no usage: Tax 1,234 KRW."
    assert worded(said, "ko") == "사용량이 아니어서 판정하지 않음: 세금 1,234원."


def test_values_are_never_looked_into() -> None:
    said = note("{path}: a header and no rows.", path="{x.__class__}")
    assert said.startswith("{x.__class__}: ")
    assert worded(said, "ko").startswith("{x.__class__}: ")
    assert worded(word("{count}"), "ko") == "{count}"


def test_what_is_no_note_or_has_no_words_stays_as_it_is() -> None:
    assert worded("anything {x}", "ko") == "anything {x}"
    assert worded(note("no words for {x}", x=1), "ko") == "no words for 1"


@pytest.mark.parametrize("english", sorted(NOTES))
def test_both_sentences_have_the_same_values(english: str) -> None:
    assert fields(NOTES[english]) == fields(english)


def test_every_note_in_the_source_has_korean_words() -> None:
    missing = [said for said in noted() if any(map(str.isalpha, without_fields(said))) and said not in NOTES]
    assert missing == []


def test_every_korean_note_is_said_somewhere() -> None:
    known = {one.value for one in constants()}
    assert [said for said in NOTES if said not in known | OF_DATA] == []


# Words of the data, which no sentence holds.
OF_DATA = {"Purchase", "Tax", "Credit", "Adjustment", "Correction"}


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}


def without_fields(text: str) -> str:
    return "".join(literal for literal, _, _, _ in string.Formatter().parse(text))


def trees() -> Iterator[ast.AST]:
    for path in SOURCE.rglob("*.py"):
        if path.name not in ("notes_ko.py", "note.py"):
            yield ast.parse(path.read_text(encoding="utf-8"))


def constants() -> Iterator[ast.Constant]:
    for tree in trees():
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def noted() -> Iterator[str]:
    """What is written inside `note(…)` itself."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note" and node.args:
                inside = (one for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant))
                yield from (one.value for one in inside if isinstance(one.value, str))


def test_a_note_is_a_text() -> None:
    assert isinstance(note("constant"), Note)
    assert "constant" in {note("constant")}
