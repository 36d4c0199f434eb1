"""The formats of logs: what stands before the message of a line. To add one is to add a row to `FORMATS`."""

from __future__ import annotations

from dataclasses import dataclass

from isang.logs.clocks import piece

_T = "{time}"
_L = r"(?P<level>[A-Za-z가-힣]+)"
_BRACKETED = r"\[(?P<thread>[^\]]*)\]"
_LOGGER = r"(?P<logger>[^ :\[\]]+)"
_WORDS = (
    "(?i:fatal|critical|crit|alert|emerg|severe|panic|error|err|warning|warn|notice|info|debug|trace)|"
    "심각|치명|오류|에러|경고|주의|정보|디버그"
)
# A message that begins so says how grave it is, where the line has no place of its own for that.
BEGINS = rf"^\W{{0,2}}(?P<level>{_WORDS}) ?[:\])]"
_SOMEWHERE = r"^.{0,60}?\b(?P<level>FATAL|CRITICAL|SEVERE|ERROR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE|오류|경고|정보)\b"
_STATUS = r'^"[^"]*" (?P<level>[1-5][0-9]{2})\b'


@dataclass(frozen=True)
class Format:
    """How a line begins: an expression with the groups time, level, thread and logger, as far as there are any.

    What follows it is the message. `{time}` is any style of `clocks`; fast is an expression in which the next letter
    always decides. `level_in`: where the message itself says its level. `alone`: every line is a record. `wraps`:
    the message is a line of another log. `json`: lines are objects. `general`: a table may look so too. `styles`
    limits `{time}`.
    """

    name: str
    header: str
    level_in: str = BEGINS
    alone: bool = False
    wraps: bool = False
    json: bool = False
    general: bool = False
    styles: tuple[str, ...] = ()

    def pattern(self, style: str) -> str:
        """The expression for lines with times of that style; its group `head` is all that it matches."""
        return f"^(?P<head>{self.header.replace(_T, f'(?P<time>{piece(style)})' if style else '')})".replace(
            r"\d", "[0-9]"
        )

    @property
    def timed(self) -> bool:
        """Whether its lines hold a time."""
        return _T in self.header

    @property
    def levelled(self) -> bool:
        """Whether its lines have a place for the level."""
        return "<level>" in self.header


TIME_FIRST = Format("time first", rf"[\[(<]?{_T}[\])>]?[ ,|:;\t-]*", level_in=_SOMEWHERE, general=True)
PLAIN = Format("lines without times", "", level_in=_SOMEWHERE)
JSON_LINES = Format("JSON lines", "", alone=True, json=True)
DOCKER = Format("Docker JSON", "", wraps=True, json=True)
JOURNAL = Format("journald JSON", "", alone=True, json=True)
# Of formats that fit equally well the first is taken: from the particular to the general.
FORMATS = (
    Format("CRI (containerd)", rf"{_T} (?:stdout|stderr) [FP] ", wraps=True, styles=("ISO 8601 with zone",)),
    Format("Spring Boot", rf"{_T} +{_L} +\d+ --- {_BRACKETED} (?P<logger>[^ \[]+) +: "),
    Format(
        "Spring Boot 3", rf"{_T} +{_L} +\d+ --- \[[^\]]*\] {_BRACKETED} (?:\[[^\]]*\] )?(?P<logger>[^ \[][^ ]*) +: "
    ),
    Format("logback", rf"{_T} +{_BRACKETED} +{_L} +(?P<logger>[^ ]+) +- "),
    Format("log4j, thread first", rf"{_T} +{_BRACKETED} +{_L} +{_LOGGER} ?: "),
    Format("log4j, level first", rf"{_T} +{_L} +{_BRACKETED} +(?P<logger>[^ ]+) +- "),
    Format("Hadoop", rf"{_T} +{_L} +{_BRACKETED} +{_LOGGER}: "),
    Format("Tomcat", rf"{_T} +{_L} +{_BRACKETED} (?P<logger>[\w.$]+) "),
    Format("Zookeeper", rf"{_T} - {_L} +\[(?P<thread>[^@]*):(?P<logger>[^@:]+)@\d+\] - "),
    Format("loguru", rf"{_T} \| {_L} +\| (?P<logger>[^ ]+) - "),
    Format("Python logging", rf"{_T} - (?P<logger>[^ ]+) - {_L} - "),
    Format("Celery", rf"\[{_T}: {_L}/(?P<thread>[^\]]+)\] "),
    Format("Gunicorn", rf"\[{_T}\] \[(?P<thread>\d+)\] \[{_L}\] "),
    Format("Flask", rf"\[{_T}\] {_L} in {_LOGGER}: "),
    Format("Apache error", rf"\[{_T}\] \[(?P<logger>[^:\]]*):{_L}\] \[pid (?P<thread>\d+)(?::tid \d+)?\] "),
    Format("nginx error", rf"{_T} \[{_L}\] (?P<thread>\d+)#\d+: "),
    Format("access log", rf"[^ ]+ (?:[^ ]+ ){{1,3}}\[{_T}\] ", level_in=_STATUS, alone=True),
    Format(
        "syslog RFC 5424",
        rf"(?P<level><\d{{1,3}}>)1 {_T} [^ ]+ (?P<logger>[^ ]+) (?P<thread>[^ ]+) [^ ]+ (?:-|(?:\[[^\]]*\])+) ?\ufeff?",
    ),
    Format(
        "syslog",
        rf"(?P<level><\d{{1,3}}>)?{_T} [^ ]+ (?P<logger>[^\[\]:]+)(?:\[(?P<thread>\d+)\](?: \([^)]*\))?)?: ",
        styles=("Mon DD", "Mon DD YYYY", "ISO 8601 with zone"),
    ),
    Format("klog", rf"(?P<level>[IWEF]){_T} +(?P<thread>\d+) (?P<logger>[^ \]]+)\] ", styles=("MMDD",)),
    Format(
        "Android",
        rf"{_T} +(?P<thread>\d+ +\d+) (?P<level>[VDIWEFA]) (?P<logger>[^:]*): ?",
        alone=True,
        styles=("MM-DD",),
    ),
    Format("PostgreSQL", rf"{_T} \[(?P<thread>\d+)\] (?:[^ ]+@[^ ]* )?{_L}: +"),
    Format("Redis", rf"(?P<thread>\d+):[A-Z] {_T} [.*#-] "),
    Format("Windows servicing", rf"{_T}, {_L} +(?P<logger>[A-Z]+) +"),
    Format(
        "Blue Gene RAS",
        rf"[^ ]+ \d{{10}} \d{{4}}\.\d\d\.\d\d (?P<thread>[^ ]+) {_T} [^ ]+ [^ ]+ (?P<logger>[^ ]+) {_L} ",
        alone=True,
        styles=("date-HH.MM.SS",),
    ),
    Format(
        "epoch after fields",
        rf"\d+ (?P<thread>[^ ]+) (?P<logger>[^ ]+) [^ ]+ {_T} -?\d+ ",
        alone=True,
        styles=("epoch seconds",),
    ),
    Format("process, level, class", rf"{_T} +(?P<thread>\d+) +{_L} +{_LOGGER}: "),
    Format("level, class:", rf"{_T} +{_L} +{_LOGGER}: "),
    Format("level, class -", rf"{_T} +{_L} +(?P<logger>[^ ]+) - "),
    Format("logfmt", rf'(?:time|ts)="?{_T}"? (?:caller=(?P<logger>[^ ]+) )?level="?{_L}"? ', alone=True),
    Format("time, level", rf"[\[(<]?{_T}[\])>]?[ ,|:;\t-]*[\[(<]?{_L}[\])>]?[ ,|:;\t-]+", general=True),
    Format("level, time", rf"[\[(<]?{_L}[\])>]?[ ,|:;\t-]*[\[(<]?{_T}[\])>]?[ ,|:;\t-]*", general=True),
    TIME_FIRST,
    Format("thread, level, class", rf"{_BRACKETED} {_L} (?P<logger>[^ ]+) - "),
    Format("level:class:", rf"{_L}:(?P<logger>[^: ]+):"),
    Format("level", rf"\[?{_L}\]?(?: +- |[:\]] *)", general=True),
)
