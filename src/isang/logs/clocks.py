"""The ways in which logs write the time."""

from __future__ import annotations

import re

_DAY, _PADDED = "(?P<day>0?[1-9]|[12][0-9]|3[01])", "(?P<day>[0 ]?[1-9]|[12][0-9]|3[01])"
_MONTH = "(?P<month>0?[1-9]|1[0-2])"
_NAME = "(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WEEKDAY = "(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_YEAR, _SHORT_YEAR = r"(?P<year>(?:19|20)\d\d)", r"(?P<year>\d\d)"
_MINUTE = r"(?P<hour>\d\d?):(?P<minute>\d\d)"
_CLOCK = _MINUTE + r":(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
_PACKED = r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
_HALF = r"(?P<half>[AP]M)"
_OFFSET = r"[+-]\d\d(?::?\d\d)?"
_ZONE = "(?:UTC|GMT|KST|JST|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT)"
# The same where what they are is known already: every letter decides, so that they are read three times as fast.
_LOOSE = {
    _DAY: "[0-9][0-9]?",
    _PADDED: "(?: [0-9]|[0-9][0-9]?)",
    _MONTH: "[0-9][0-9]?",
    _NAME: "[A-Z][a-z]{2}",
    _WEEKDAY: "[A-Z][a-z]{2}",
    _ZONE: "[A-Z]{3,4}",
    "오전|오후": "오[전후]",
}
_ISO = _YEAR + "[-/.]" + _MONTH + "[-/.]" + _DAY + "[T _]" + _CLOCK

# Where two styles fit a text, the first is meant. Times without a year or a day get them from the file's own time.
STYLES = {
    "ISO 8601 with zone": f"{_ISO}(?P<zone>Z|{_OFFSET})",
    "date and time, zone apart": f"{_ISO}(?P<zone> (?:{_OFFSET}|{_ZONE}))",
    "date and time": _ISO,
    "date and time, milliseconds after a colon": _YEAR
    + "[-/.]"
    + _MONTH
    + "[-/.]"
    + _DAY
    + "[T ]"
    + _MINUTE
    + r":(?P<second>\d\d):(?P<fraction>\d{3})",
    "date-HH.MM.SS": _YEAR + "-" + _MONTH + "-" + _DAY + r"-(?P<hour>\d\d)\.(?P<minute>\d\d)\.(?P<second>\d\d)"
    r"\.(?P<fraction>\d{1,9})",
    "YYYYMMDD HH:MM:SS": r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)[ T_-]" + _CLOCK,
    "YYYYMMDDTHHMMSS": r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)[ T_-]?" + _PACKED + "(?P<zone>Z?)",
    "YYMMDD HHMMSS": r"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d) " + _PACKED,
    "YYMMDD HH:MM:SS": r"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d) +" + _CLOCK,
    "YY/MM/DD HH:MM:SS": _SHORT_YEAR + r"/(?P<month>\d\d)/(?P<day>\d\d) " + _CLOCK,
    "DD/Mon/YYYY:HH:MM:SS zone": _DAY + "/" + _NAME + "/" + _YEAR + ":" + _CLOCK + f"(?P<zone> {_OFFSET})",
    "DD Mon YYYY": _DAY + "[ /-]" + _NAME + "[ /-]" + _YEAR + "[ :]" + _CLOCK,
    "Www, DD Mon YYYY": _WEEKDAY
    + ", "
    + _DAY
    + " "
    + _NAME
    + " "
    + _YEAR
    + " "
    + _CLOCK
    + f"(?P<zone> (?:{_ZONE}|{_OFFSET}))",
    "Www Mon DD YYYY": _WEEKDAY + " " + _NAME + " " + _PADDED + " " + _CLOCK + " " + _YEAR,
    "Www Mon DD zone YYYY": _WEEKDAY + " " + _NAME + " " + _PADDED + " " + _CLOCK + f"(?P<zone> {_ZONE}) " + _YEAR,
    "Mon DD, YYYY AM/PM": _NAME + " " + _PADDED + ", " + _YEAR + ",? " + _CLOCK + " " + _HALF,
    "Mon DD YYYY": _NAME + " " + _PADDED + ",? " + _YEAR + " " + _CLOCK,
    "Mon DD": _NAME + " " + _PADDED + " " + _CLOCK,
    "MM/DD/YYYY AM/PM": _MONTH + "/" + _DAY + "/" + _YEAR + ",? " + _CLOCK + " " + _HALF,
    "MM/DD/YYYY": _MONTH + "/" + _DAY + "/" + _YEAR + ",? " + _CLOCK,
    "DD/MM/YYYY": _DAY + "[/.-]" + _MONTH + "[/.-]" + _YEAR + ",? " + _CLOCK,
    "Korean": _YEAR + r"(?:년|\.) " + _MONTH + r"(?:월|\.) " + _DAY + r"(?:일|\.) (?P<half>오전|오후) " + _CLOCK,
    "MM-DD": _MONTH + "-" + _DAY + " " + _CLOCK,
    "MMDD": r"(?P<month>\d\d)(?P<day>\d\d) " + _CLOCK,
    "epoch nanoseconds": r"(?P<nanos>1\d{18})",
    "epoch microseconds": r"(?P<micros>1\d{15})",
    "epoch milliseconds": r"(?P<millis>1\d{12})",
    "epoch seconds": r"(?P<seconds>1\d{9})(?:\.(?P<fraction>\d{1,9}))?",
    "time of day": _CLOCK,
}


def piece(style: str, *, strict: bool = False) -> str:
    """The style as part of a larger expression: without groups; unless `strict`, a month may be 99."""
    pattern = STYLES[style]
    for exact, loose in () if strict else _LOOSE.items():
        pattern = pattern.replace(exact, loose)
    return re.sub(r"\?P<\w+>", "?:", pattern).replace(r"\d", "[0-9]")
