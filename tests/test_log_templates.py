"""Templates: what is one and what is not, numbers and ids that stay, state, and what no input may do."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isang.errors import ModelError
from isang.logs.alike import one_apart
from isang.logs.mask import WILD
from isang.logs.template import OTHER, no_room
from isang.logs.templates import UNSEEN, Templates
from isang.logs.tokens import MOST, is_fixed, tokens, without_lists
from isang.logs.tree import Tree
from oracles import quick, slow_one_apart, slow_template

DATA = os.environ.get("ISANG_DATA")
KOREAN = ("김철수", "이영희", "박민수", "최지우", "정다은")
NAMES = ["ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal"]


def learnt(texts: Iterable[str], **settings: Any) -> Templates:
    templates, given = Templates(**settings), list(texts)
    templates.learn(given, [1] * len(given))
    return templates


def shown(texts: Iterable[str], **settings: Any) -> list[str]:
    return [template.text for template in learnt(texts, **settings)]


# what is one

ONE = {
    "five names": ([f"session of {name} closed" for name in NAMES[:5]], "session of <*> closed"),
    "two values": (["no route to db.a.com now", "no route to db.b.com now"], "no route to <*> now"),
    "a value and what is masked": (["no route to db.a.com now", "no route to <*> now"], "no route to <*> now"),
    "three words after =": ([f"login failed user={name}" for name in NAMES[:3]], "login failed user=<*>"),
    "three quoted words": ([f"topic '{name}' is full" for name in NAMES[:3]], "topic '<*>' is full"),
    "numbered names": (["worker node1 is up", "worker node2 is up", "worker node3 is up"], "worker <*> is up"),
    "nothing between brackets": (["close() of <*>", "close(<*>) of <*>"], "close(<*>) of <*>"),
    "lists of any length": (["blocks <*> <*> lost", "blocks <*> lost", "blocks <*> <*> <*> lost"], "blocks <*> lost"),
    "many names in one text": (
        [f"user {a}x{b} came from {b}y{a}q to {a}z{b}w" for a in NAMES for b in NAMES if a != b],
        "user <*> came from <*> to <*>",
    ),
    "Korean names": ([f"고객 {name} 로그인 완료" for name in KOREAN], "고객 <*> 로그인 완료"),
}  # fmt: skip
SEVERAL = {
    "four words": [f"the link is {word} again" for word in ("up", "down", "busy", "slow")],
    "what it is about": [f"{verb} the order" for verb in ("open", "close", "ship", "pay", "check", "drop", "hold")],
    "exceptions": [f"failed: java.io.{kind}Exception at once" for kind in ("EOF", "IO", "Zip", "UTF", "Bind")],
    "levels": [f"he said {level} twice" for level in ("INFO", "WARN", "ERROR", "FATAL", "DEBUG", "TRACE")],
    "two words quoted": ["state 'Active' now", "state 'Inactive' now"],
    "single words": [*NAMES],
    "brackets are no values": [f"a {bracket} b" for bracket in "()[]{}"],
}  # fmt: skip


@pytest.mark.parametrize(("texts", "one"), ONE.values(), ids=ONE.keys())
def test_what_is_one(texts: list[str], one: str) -> None:
    assert shown(texts) == [one]


@pytest.mark.parametrize("texts", SEVERAL.values(), ids=SEVERAL.keys())
def test_what_is_not(texts: list[str]) -> None:
    assert shown(texts) == texts


def test_a_name_known_after_a_word_is_known_after_it_elsewhere() -> None:
    opened = [f"session opened for user {name} by <*>" for name in NAMES[:2]]
    assert len(shown(opened)) == 2
    assert shown([*(f"bad password of user {name}" for name in NAMES[:5]), *opened])[1:] == [
        "session opened for user <*> by <*>"
    ]
    assert len(shown([*(f"bad password of user {name}" for name in NAMES[2:7]), *opened])) == 3


def test_protected_words_never_become_a_wildcard() -> None:
    texts = [f"order was {word} today" for word in ("paid", "sent", "lost", "held", "kept", "refund-ed")]
    assert shown(texts) == ["order was <*> today"]
    assert shown(texts, protected=("lost",)) == ["order was <*> today", "order was lost today"]
    assert shown(texts, protected=("refund",))[-1] == "order was refund-ed today"
    assert learnt(texts, protected=("late",)).match(["order was late today", "order was early today"]).tolist() == [
        UNSEEN,
        0,
    ]


# numbers, ids, counts


def test_numbers_are_dense_in_the_order_of_first_appearance() -> None:
    templates = Templates()
    slots = templates.learn(["a start", *(f"hello {name} there" for name in NAMES), "an end"], [1, *[2] * 8, 3])
    assert templates.numbers(slots).tolist() == [0, *[1] * 8, 2]
    assert [(one.text, one.count) for one in templates] == [("a start", 1), ("hello <*> there", 16), ("an end", 3)]


def test_slots_stay_when_templates_merge_later() -> None:
    templates = Templates()
    early = templates.learn([f"hello {name} there" for name in NAMES[:4]] + ["an end"], [1] * 5)
    assert templates.numbers(early).tolist() == [0, 1, 2, 3, 4]
    ids = [template.id for template in templates]
    templates.learn([f"hello {NAMES[4]} there"], [1])
    assert templates.numbers(early).tolist() == [0, 0, 0, 0, 1]
    first, end = templates
    assert (first.id, end.id) == (ids[0], ids[4])  # they stay when a template widens
    assert first.merged_from[:3] == ids[1:4]
    assert (first.count, end.count) == (5, 1)


def test_match_learns_nothing() -> None:
    templates = learnt(["a start", *(f"hello {name} there" for name in NAMES)])
    before = templates.state()
    assert templates.match(["hello zoe there", "a start", "a stop", ""]).tolist() == [1, 0, UNSEEN, UNSEEN]
    assert templates.state() == before


def test_blocks_in_one_order_give_the_same_as_all_at_once_here() -> None:
    texts = [text for several, _ in ONE.values() for text in several]
    one, by_one = learnt(texts), Templates()
    for text in texts:
        by_one.learn([text], [1])
    assert [(a.id, a.text, a.count) for a in by_one] == [(b.id, b.text, b.count) for b in one]


def test_the_seed_of_hashes_changes_nothing() -> None:
    program = (
        "import json, random; from isang.logs.templates import Templates\n"
        "r = random.Random(0); w = 'alpha beta gamma a.b c.d n1 n2 x=1 (x) <*>'.split()\n"
        "t = Templates(); x = list(dict.fromkeys(' '.join(r.choices(w, k=6)) for _ in range(600)))\n"
        "t.learn(x, [1] * len(x)); print(json.dumps(t.state()))"
    )
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    command = [sys.executable, "-c", program]
    one, other = (subprocess.run(command, env=each, capture_output=True, check=True).stdout for each in environments)
    assert one == other != b""


# the parts, beside their slow twins

WORDS = st.sampled_from(["a", "b", "c d", "<*>", "1", "x.y", "=", "(", ")", ","])
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@quick
@given(st.lists(TEXTS, min_size=1, max_size=20, unique=True), TEXTS)
def test_the_tree_finds_what_a_search_through_all_finds(patterns: list[str], text: str) -> None:
    tree, known = Tree(is_fixed), [tokens(pattern) for pattern in patterns]
    for number, pattern in enumerate(known):
        tree.add(pattern, number)
    wanted = slow_template(known, tokens(text), is_fixed)
    found = tree.find(tokens(text))
    assert (None if found is None else known[found]) == wanted


@quick
@given(st.lists(st.tuples(*[st.sampled_from(["en0", "en0+", "v4", "v6", "x"])] * 4), max_size=25, unique=True))
def test_those_one_place_apart_are_those_equal_without_it(patterns: list[tuple[str, ...]]) -> None:
    found = one_apart(patterns, lambda token: False)
    assert sorted(found) == sorted(slow_one_apart(patterns))


@quick
@given(st.lists(st.lists(TEXTS, max_size=15, unique=True), max_size=4))
def test_every_text_fits_the_template_of_its_slot(blocks: list[list[str]]) -> None:
    templates = Templates(most=30)
    learning = [(block, templates.learn(block, [1] * len(block))) for block in blocks]
    slots = [pair for block, found in learning for pair in zip(block, found, strict=True)]
    every = list(templates)
    assert sum(template.count for template in every) == len(slots)
    assert len({template.text for template in every}) == len({template.id for template in every}) == len(every)
    for text, slot in slots:
        pattern = every[int(templates.numbers(slot))].tokens
        if pattern == no_room().tokens:
            continue
        fitting = [slow_template([pattern], found, is_fixed) for found in (tokens(text), without_lists(tokens(text)))]
        assert pattern in fitting
        assert templates.match([text])[0] != UNSEEN


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=b c", ("a", "=", "b", " ", "c")),
        ("f() key= x", ("f", "(", "", ")", " ", "key", "=", "", " ", "x")),
        ('tag="two words" x', ("tag", "=", '"two words"', " ", "x")),
        ("depth......<*>", ("depth", "......", "<*>")),
        ("core.<*> <b> <c", ("core.<*>", " ", "<b>", " ", "<", "c")),
        ("", ("",)),
        ("=", ("=", "")),
    ],
)
def test_tokens_lose_nothing(text: str, found: tuple[str, ...]) -> None:
    assert tokens(text) == found
    assert "".join(found) == text


def test_long_texts_have_a_tail_of_one_wildcard() -> None:
    found = tokens("a " * 5000)
    assert (len(found), found[-1]) == (MOST, WILD)
    assert tokens("x " + "<*> " * 5000 + "y") == ("x", " ", "<*>", " ", "y")


# state


def test_state_goes_through_json_and_learning_goes_on_as_if_nothing_had_been() -> None:
    texts = [text for several, _ in ONE.values() for text in several]
    whole, first = Templates(protected=("lost",)), Templates(protected=("lost",))
    for templates in (whole, first):
        templates.learn(texts[::2], [1] * len(texts[::2]))
    again = Templates.from_state(json.loads(json.dumps(first.state())))
    assert again.state() == first.state()
    for templates in (whole, again):
        templates.learn(texts[1::2], [1] * len(texts[1::2]))
    assert again.state() == whole.state()


def damaged(**changes: Any) -> dict[str, Any]:
    state: dict[str, Any] = learnt(["a b", "c d e"]).state()
    return {**state, **changes}


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (None, "the tree is None"),
        (damaged(more=1), "'more' is unknown"),
        (damaged(most=0), "/most is 0"),
        (damaged(templates=[{"id": "a"}]), "'count' is missing"),
        (damaged(templates=[{"id": "a", "tokens": ["x"], "count": -1, "merged_from": []}]), "count is -1"),
        (damaged(templates=[{"id": "a", "tokens": [1], "count": 1, "merged_from": []}]), "str is needed"),
        (damaged(templates=[{"id": "a", "tokens": [], "count": 1, "merged_from": []}]), "each needs tokens of its own"),
        (damaged(templates=damaged()["templates"] * 2), "each needs id of its own"),
    ],
)
def test_what_is_no_state_is_told(state: Any, told: str) -> None:
    with pytest.raises(ModelError) as caught:
        Templates.from_state(state)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


# hostile


def unlike(count: int, words: int = 6) -> list[str]:
    random_state = random.Random(0)  # noqa: S311
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [" ".join("".join(random_state.choices(letters, k=8)) for _ in range(words)) for _ in range(count)]


def test_when_every_text_is_another_the_rest_is_other() -> None:
    templates = Templates(most=100)
    slots = templates.learn(unlike(2000), [1] * 2000)
    assert len(templates) == 101
    assert [one.id for one in templates].count(OTHER) == 1
    assert templates.numbers(slots).tolist()[:100] == list(range(100))
    assert next(one for one in templates if one.id == OTHER).count == 1900
    again = Templates.from_state(templates.state())
    again.learn(["something else"], [1])
    assert (len(again), next(one for one in again if one.id == OTHER).count) == (101, 1901)


def test_many_names_leave_room_for_what_comes_later() -> None:
    names = [f"user {name} logged in at last" for name in (text.split()[0] for text in unlike(3000))]
    assert shown([*names, "disk full"], most=300) == ["user <*> logged in at last", "disk full"]


@pytest.mark.parametrize(
    "text",
    [
        *("\x00" * 50, "<script>alert(1)</script>", "\x1b[31mred", "=1+1", "[/x]"),
        *("(" * 4000, "<" * 4000, '="' * 2000, "<*>" * 1000),
    ],
)
def test_odd_texts_are_templates_like_any_other(text: str) -> None:
    templates = learnt([text, text + " ", "x"])
    assert sum(template.count for template in templates) == 3
    assert templates.match([text])[0] == 0


# accuracy


@pytest.mark.skipif(DATA is None, reason="ISANG_DATA is not set: no real files")
def test_ten_systems_by_one_setting() -> None:
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from benchmarks.accuracy.templates import mined, score, systems, truth

    scores = [score(mined(messages), true) for messages, true in map(truth, systems())]
    grouped, of_templates, *_ = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    assert len(scores) == 10
    assert grouped >= 0.98
    assert of_templates >= 0.94
    assert min(one[0] for one in scores) >= 0.93
