"""What is masked, what is not, and that one pass over many messages is what one would do with each."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isang.errors import UsageError
from isang.logs.mask import LONGEST, Mask
from oracles import quick, slow_masked

MASKED = {
    "took 35 ms": "took <*> ms",
    "35ms, 1.5s and 1,234 rows": "<*>, <*> and <*> rows",
    "at 2026-01-02T03:04:05.678Z": "at <*>",
    "at 2026-01-02 03:04:05,678": "at <*> <*>",
    "since Sun Jan 4 03:04:05 2026": "since <*>",
    "from 10.0.0.1:8080 to /10.0.0.2": "from <*> to <*>",
    "addr fe80::1:2:3:4 mac d8:5d:e2:34:7a:c5": "addr <*> mac <*>",
    "id 3f2504e0-4f89-11d3-9a0c-0305e82c3301": "id <*>",
    "hash deadbeefcafe, 0x7ffe01": "hash <*>, <*>",
    "mail to kim.lee@example.com": "mail to <*>",
    "GET https://api.example.com/v1/a?b=c.": "GET <*>.",
    "read /var/log/app.log": "read <*>",
    r"opened C:\Users\kim\a.txt": "opened <*>",
    "proxy.a.example.com:5070 open": "<*> open",
    "job_7 and blk_-1608999687919862906": "<*> and <*>",
    "free 1.5 KB of 2GB": "free <*> of <*>",
    "x=-5 y=5": "x=<*> y=<*>",
    "thread exec-3": "thread exec-<*>",
    "주문 1234건 처리 완료 (고객 kim77)": "주문 <*>건 처리 완료 (고객 <*>)",
    "\x1b[31mfailed\x1b[0m 3 times": "failed <*> times",
    "  many   blanks \t 3 ": "many blanks <*>",
    "": "",
}
KEPT = [
    "connection closed by peer",
    "read/write error, and/or nothing",
    "ssh2 on eth0 with IPv6",
    "java.net.SocketTimeoutException: Read timed out",
    "state=FAILED reason=(null)",
    "오류: 연결이 끊어졌습니다",
    "facade of a bad decade",
    "<script>alert(document.cookie)</script>",
    "[/x] =cmd|' /C calc'!A",
    "nul \x00 bytes",
]


@pytest.mark.parametrize(("message", "masked"), MASKED.items())
def test_what_varies_is_masked(message: str, masked: str) -> None:
    assert Mask().distinct(pl.Series([message])).texts == [masked]


@pytest.mark.parametrize("message", KEPT)
def test_what_says_something_stays(message: str) -> None:
    assert Mask().distinct(pl.Series([message])).texts == [message]


PIECES = [
    "user",
    "7",
    "42",
    "a1",
    "a12",
    "-",
    "_",
    "/",
    ".",
    ":",
    ",",
    " ",
    "=",
    "(",
    ")",
    "x",
    "KB",
    "Jan",
    "0x",
    "처리",
]


@quick
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), min_size=1, max_size=12))
def test_many_at_once_are_as_one_by_one(messages: list[str]) -> None:
    found = Mask().distinct(pl.Series(messages))
    wanted = [slow_masked(message) for message in messages]
    assert [found.texts[number] for number in found.numbers] == wanted
    assert found.texts == list(dict.fromkeys(wanted))
    assert found.counts.tolist() == [wanted.count(text) for text in found.texts]
    assert found.firsts.tolist() == [wanted.index(text) for text in found.texts]


def test_no_messages_have_no_texts_and_null_is_empty() -> None:
    assert Mask().distinct(pl.Series([], dtype=pl.String)).texts == []
    found = Mask().distinct(pl.Series([None, "", "a"]))
    assert (found.texts, found.numbers.tolist()) == (["", "a"], [0, 0, 1])


def test_a_huge_message_is_looked_at_in_part() -> None:
    found = Mask().distinct(pl.Series(["word " * 2_000_000, "word " * 3_000_000 + "1"]))
    assert (len(found.texts), len(found.texts[0])) == (1, LONGEST)


def test_one_message_a_million_times_is_one_text() -> None:
    found = Mask().distinct(pl.Series(["order 7 shipped"]).new_from_index(0, 1_000_000))
    assert (found.texts, found.counts.tolist()) == (["order <*> shipped"], [1_000_000])


def test_own_masks_have_names_and_go_first() -> None:
    mask = Mask({"order": "ORD-[A-Z]+", "sha256": "digest [0-9a-f]+"})
    found = mask.distinct(pl.Series(["ORD-ABC of 7 paid", "ORD-XYZ of 9 paid", "digest 12ab ok"]))
    assert found.texts == ["<order> of <*> paid", "<sha256> ok"]
    assert found.numbers.tolist() == [0, 0, 1]


def test_protected_words_stay() -> None:
    messages = pl.Series(["code 404 of 12 in /a/b/c", "code 500 of 12 in /a/b/c", "code 4041", "a.b"])
    found = Mask(protected=("404", "500", ".")).distinct(messages)
    assert found.texts == ["code 404 of <*> in <*>", "code 500 of <*> in <*>", "code <*>", "a.b"]
    assert np.bincount(found.numbers).tolist() == [1, 1, 1, 1]


def test_own_masks_see_protected_words_as_one() -> None:
    assert Mask({"pair": "code ."}, ("404",)).distinct(pl.Series(["code 404"])).texts == ["<pair>"]


@pytest.mark.parametrize(
    ("masks", "protected", "told"),
    [
        ({"a": "(unclosed"}, (), "--mask a: '(unclosed' is no pattern of RE2's syntax: unclosed group"),
        ({"a": r"(x)\1"}, (), "backreferences are not supported"),
        ({"a": "(?=x)"}, (), "look-around"),
        ({"a": "x{1000}{1000}{1000}"}, (), "exceeds size limit"),
        ({"a": "x*"}, (), "--mask a: 'x*' matches an empty text"),
        ({"a b": "x"}, (), "--mask 'a b': a name of letters"),
        ({}, ("",), "--protect: an empty word protects nothing"),
    ],
)
def test_what_is_no_mask_is_told_in_one_line(masks: dict[str, str], protected: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Mask(masks, protected)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
