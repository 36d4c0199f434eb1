"""A language model's sentence is believed only where it says nothing but the facts that it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable

from isang.explain.dates import clocks, days
from isang.explain.figures import Figure, figures
from isang.explain.names import Names
from isang.words.telling import printable

LONGEST = {"ko": 70, "en": 140}
_FAR_TOO_LONG = 500  # whatever the names in it; the patterns below are not for books
_MARKS = re.compile(r"[<>\[\]{}`|\\*#_@^]|://|www\.|&\w+;", re.IGNORECASE)
_ENDS = re.compile(r"[.!?。](?=\s|$)")
_IDENTIFIER = re.compile(r"(?<!\w)(?:[A-Za-z]+[-_./:\\]?\d[\w.-]*|[A-Za-z]\w*(?:[./:\\]\w+)+|[a-z]+[A-Z]\w*)")
_LATIN = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*")
_WEEKDAY = re.compile(r"[월화수목금토일]요일")
_CURRENCIES = {"KRW": r"₩|KRW|[\d만억천조]\s?원|\bwon\b", "USD": r"\$|USD|달러|dollars?"}
_CURRENCIES |= {"EUR": "€|EUR|유로|euros?", "JPY": r"¥|JPY|[\d만억천조]\s?엔|\byen\b", "GBP": "£|GBP|파운드"}
_IN_WORDS = {
    "en": r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh"
    r"|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?|half|halv(?:ed|ing)|twice|thrice|doubl(?:ed?|ing)"
    r"|tripl(?:ed?|ing)|quadrupl(?:ed?|ing)|\w+fold|thirds?|quarters?|tenths?)\b",
    "ko": r"절반|반토막|반값|갑절|곱절|[두세네]\s?배|(?:다섯|여섯|일곱|여덟|아홉|열)\s?(?:배|번|개|건|시간)"
    r"|[수몇][십백천만억]|[이삼사오육칠팔구]?[십백천만억조]+\s?(?:퍼센트|프로|%|배|원|달러)|[일이삼사오육칠팔구]\s?(?:퍼센트|프로)",
}
# What says which way it went; the other way is refused, where the facts know one.
_WAYS = {
    "up": {
        "en": r"\b(?:r[oi]s(?:e|es|en|ing)|increas\w*|jump\w*|spik\w*|surg\w*|climb\w*|gr[eo]w\w*|soar\w*|higher)\b",
        "ko": r"증가|급증|상승|급등|늘[어었]|올[라랐]|치솟|폭증|뛰었|보다[^,.]{0,12}높",
    },
    "down": {
        "en": r"\b(?:f[ae]ll\w*|drop\w*|decreas\w*|declin\w*|plung\w*|reduc\w*|sank|shr[aiu]nk\w*|lower)\b",
        "ko": r"감소|급감|하락|급락|줄[어었]|떨어|내려|내렸|폭락|보다[^,.]{0,12}낮",
    },
}


class Refused(Exception):
    """A sentence that says something else than the facts; the text says what, in words that may be shown."""


def checked(sentence: str, facts: str, names: Names, direction: str, lang: str) -> str:
    """The sentence with the names put back. Refused where anything in it is not among the facts that were sent.

    Numbers may be rounded as far as their own digits say, and no further than a twentieth; percent, times, spans and
    dates are kept apart. What is not looked for: whether a number stands for the right thing.
    """
    text, facts = sentence.strip(), names.without(facts)
    if len(text) > _FAR_TOO_LONG:
        raise Refused(f"it has {len(text):,} characters, at most {LONGEST[lang]} are wanted")
    if (unknown := names.unknown(text)) is not None:
        raise Refused(f"it names {unknown}, which is nothing")
    bare = names.without(text)
    _check_form(bare, lang)
    _check_direction(bare, direction, lang)
    _check_currency(bare, facts)
    _check_names(_check_numbers(bare, facts, lang), facts, lang)
    restored = names.restored(text)
    if len(restored) > LONGEST[lang]:
        raise Refused(f"it has {len(restored)} characters, at most {LONGEST[lang]} are wanted")
    return restored


def _check_form(text: str, lang: str) -> None:
    """One plain sentence in the right language: no control characters, markup, links or strange letters."""
    if not text.strip():
        raise Refused("it is empty")
    if printable(text, len(text)) != text or "\n" in text or "\t" in text:
        raise Refused("it holds control characters")
    if mark := _MARKS.search(text):
        raise Refused(f"it holds markup or a link: {mark[0]}")
    if _ENDS.search(text.rstrip(".!?。 ")):
        raise Refused("it is more than one sentence")
    letters = [letter for letter in text if letter.isalpha()]
    hangul = [letter for letter in letters if "가" <= letter <= "힣"]
    latin = [letter for letter in letters if letter.isascii()]
    if len(hangul) + len(latin) < len(letters) or any(c.isnumeric() and not c.isascii() for c in text):
        raise Refused("it holds letters or digits of another script")
    if len(hangul) * 3 <= len(letters) if lang == "ko" else hangul:
        raise Refused("it is in another language")


def _check_direction(text: str, direction: str, lang: str) -> None:
    for way, words in _WAYS.items():
        if direction in _WAYS and way != direction and (found := re.search(words[lang], text, re.IGNORECASE)):
            raise Refused(f"it says '{found[0]}', and it went {direction}")


def _check_currency(text: str, facts: str) -> None:
    for currency, pattern in _CURRENCIES.items():
        if re.search(pattern, text) and not re.search(pattern, facts):
            raise Refused(f"it speaks of {currency}, the facts do not")


def _check_numbers(text: str, facts: str, lang: str) -> str:
    """The text without its dates, times and numbers, all of which are among the facts."""
    (known_days, left), (said_days, text) = days(facts), days(text)
    (known_clocks, left), (said_clocks, text) = clocks(left), clocks(text)
    if found := next((day for day in said_days if not any(day.fits(known) for known in known_days)), None):
        raise Refused(f"the date {'-'.join(str(part) for part in found if part)} is not among the facts")
    if clock := next((clock for clock in said_clocks if clock not in known_clocks), None):
        raise Refused(f"the time {clock[0]}:{clock[1]:02} is not among the facts")
    if identifier := _unknown(_IDENTIFIER.findall(text), facts):
        raise Refused(f"the name '{identifier[:30]}' is not among the facts")
    said, rest = figures(text)
    known = [*figures(left)[0], *(Figure(day.day or 0, 1, "d", "") for day in known_days)]
    if wrong := next((figure for figure in said if not any(figure.tells(one) for one in known)), None):
        raise Refused(f"the number '{wrong.written[:30]}' is not among the facts")
    if word := re.search(_IN_WORDS[lang], rest, re.IGNORECASE) or re.search(r"\d", rest):
        raise Refused(f"'{word[0]}' is a number that cannot be checked")
    return rest


def _check_names(text: str, facts: str, lang: str) -> None:
    """In Korean every Latin word, in English every capital one but the first, must be among the facts."""
    words = _LATIN.findall(text)
    if lang == "en":
        first = re.match(r"\W*([A-Za-z]+)", text)
        words = [word for word in words[1 if first else 0 :] if word[0].isupper()]
    if name := _unknown([*words, *_WEEKDAY.findall(text)], facts):
        raise Refused(f"the name '{name[:30]}' is not among the facts")


def _unknown(words: Iterable[str], facts: str) -> str | None:
    known = facts.lower()
    return next((word for word in words if not re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", known)), None)
