"""Which format a log is written in, from some of its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from isang.logs.clocks import STYLES, piece
from isang.logs.formats import DOCKER, FORMATS, JOURNAL, JSON_LINES, PLAIN, TIME_FIRST, Format
from isang.logs.lines import Window, by_returns, lines_of
from isang.logs.severity import UNKNOWN, level_code
from isang.logs.structured import object_in, roles_of, text_of

SAMPLE_BYTES = 1 << 16
FOLLOWS = r"^(?:\s|$|Caused by: |at |\.\.\. |Traceback |[\]})]|(?:[\w$]+\.)+[A-Z][\w$]*(?:Exception|Error)\b)"
_SAMPLE_LINES = 150
_FEW = 50  # another format counts from one line in so many on
_LEAST = 10  # and a format with times, where one line in so many is written so
_ROWS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """The format of one log: the style of its times ("" without), what its JSON names mean, the log inside it.

    `returns`: its lines end with a carriage return alone. `other`: of the lines that are not in this format.
    """

    format: Format
    style: str = ""
    returns: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    inner: Layout | None = None
    other: Layout | None = None

    @property
    def name(self) -> str:
        """For people."""
        inside = f" around {self.inner.format.name}" if self.inner and self.inner.format != PLAIN else ""
        return self.format.name + inside


def find_layout(sample: bytes, *, whole: bool = False) -> Layout:
    """The layout of a log that begins so (`whole`: there is no more of it); `PLAIN` where no format fits."""
    returns = by_returns(sample)
    texts = lines_of(Window(sample, 0, len(sample)), returns).texts.to_list()
    found = _layout(_spread(texts if whole or len(texts) < 2 else texts[:-1]))
    return replace(found, returns=returns)


def is_log(sample: bytes, *, whole: bool = False) -> bool:
    """Whether a file that begins so is a log and no table: what is in doubt is no log."""
    layout = find_layout(sample, whole=whole)
    if layout.format.json:
        return layout.format != JSON_LINES or layout.roles.keys() >= {"time", "level", "message"}
    if layout.format == PLAIN or not layout.format.general:
        return layout.format != PLAIN
    texts = lines_of(Window(sample, 0, len(sample)), layout.returns).texts.to_list()
    lines = [line for line in texts if not re.match(FOLLOWS, line)][:_SAMPLE_LINES]
    matches = [match for line in lines if (match := _python(layout.format, layout.style).match(line))]
    worded = sum(len(re.findall(r"[^\W\d_]{2,}", match.string[match.end() :])) > 1 for match in matches)
    return 2 * worded > len(lines) and not _are_rows(lines, layout.style)


def _are_rows(lines: Sequence[str], style: str) -> bool:
    """Whether all lines hold the same number of separators, times aside, or follow a header that holds the same one."""
    clock = re.compile(piece(style) if style else "$")
    bare = [clock.sub("", line, count=1) for line in lines]
    headed = not clock.search(lines[0]) and style
    return any(
        (len({line.count(separator) for line in bare}) == 1 and separator in bare[0])
        or (headed and all(separator in line for line in bare))
        for separator in _ROWS
    )


def _spread(texts: Sequence[str]) -> list[str]:
    """Some of the lines from all over, the first ones among them; none that is blank."""
    known = [text for text in texts if text.strip()]
    return known[:50] + known[50 :: max(1, len(known) // (_SAMPLE_LINES - 50))]


def _layout(lines: Sequence[str]) -> Layout:
    objects = [found for line in lines if line.startswith("{") and (found := object_in(line)) is not None]
    if objects and 2 * len(objects) > len(lines):
        return _of_objects(objects)
    begin = [line for line in lines if not re.match(FOLLOWS, line)]
    best = _best(begin)
    if best.format.wraps:
        return _with_inner(best, [_python(best.format, best.style).sub("", line) for line in begin])
    return best if best.format.alone or not best.style else _with_other(best, begin)


def _best(lines: Sequence[str]) -> Layout:
    """The first of the formats that fit nearly best. A line in none may belong to one with a time before it."""
    styles = _styles(lines)
    best, most = Layout(PLAIN), 0.0
    for form in FORMATS:
        for style in styles if form.timed else [""]:
            count = _matching(lines, form, style) if not form.styles or style in form.styles else 0
            worth = count / 2 if form == TIME_FIRST else count  # it takes the lines that no other format does anyway
            if count * (_LEAST if form.timed else 2) > len(lines) and 0.9 * worth > most:
                best, most = Layout(form, style), worth
    return best


def _with_other(layout: Layout, lines: Sequence[str]) -> Layout:
    """The same, and of logs that several programs write to the layout of the other lines."""
    known = (_python(layout.format, layout.style), _python(TIME_FIRST, layout.style))
    rest = [line for line in lines if not any(pattern.match(line) for pattern in known)]
    other = _layout(rest) if _FEW * len(rest) > len(lines) else Layout(PLAIN)
    return replace(layout, other=other) if other.style and not (other.format.wraps or other.format.json) else layout


def _matching(lines: Sequence[str], form: Format, style: str) -> int:
    """How many lines are written so; none where what stands in the place of the level is mostly no level."""
    pattern = _python(form, style)
    matches = [match for line in lines if (match := pattern.match(line))]
    if "level" not in pattern.groupindex:
        return len(matches)
    levels = [match["level"] for match in matches if match["level"]]
    known = sum(level_code(level) != UNKNOWN for level in levels)
    return len(matches) if 10 * known >= 9 * len(levels) else 0


@cache
def _python(form: Format, style: str) -> re.Pattern[str]:
    return re.compile(form.pattern(style))


@cache
def _near_the_beginning(style: str) -> re.Pattern[str]:
    return re.compile(r".{0,100}?(?<![0-9])" + piece(style, strict=True))


def _styles(lines: Sequence[str], near: Callable[[str], re.Pattern[str]] = _near_the_beginning) -> list[str]:
    """Styles of time that many of these lines hold."""
    few = lines[:: max(1, len(lines) // 20)]
    likely = [style for style in STYLES if any(near(style).match(line) for line in few)]
    counts = {style: sum(bool(near(style).match(line)) for line in lines) for style in likely}
    return [style for style, count in counts.items() if _LEAST * count > len(lines)]


@cache
def _exactly(style: str) -> re.Pattern[str]:
    return re.compile(piece(style, strict=True) + "$")


def _of_objects(objects: Sequence[Mapping[str, object]]) -> Layout:
    roles = roles_of(objects)
    times = [text_of(one, roles["time"]) or "" for one in objects] if "time" in roles else []
    style = next(iter(_styles(times, _exactly)), "")
    roles = roles if style else {role: name for role, name in roles.items() if role != "time"}
    form = JSON_LINES
    if roles.get("message") == "log" and any("stream" in one for one in objects):
        form = DOCKER
    elif roles.get("message") == "MESSAGE":
        form = JOURNAL
    layout = Layout(form, style, roles=roles)
    if form == JSON_LINES:
        return layout
    return _with_inner(layout, [(text_of(one, roles["message"]) or "").rstrip("\n") for one in objects])


def _with_inner(outer: Layout, lines: Sequence[str]) -> Layout:
    """The layout of the log inside; a message of journald is one record, so that only a known format counts."""
    inner = _layout([line for line in lines if line.strip()])
    inner = Layout(PLAIN) if inner.format.wraps or inner.format.json else inner
    if outer.format.alone and inner.format in (PLAIN, TIME_FIRST):
        return outer
    return replace(outer, inner=inner)
