"""Tables of counters, a column for each server and counter: whose column is whose, and a row for each server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

import polars as pl

from isang.recognise.numbers import to_numbers

SERVER = "server"
_JOINT = "_"
_BREAKS = re.compile(r"[_\s.:/|-]+")
_KNOWN = {"request", "requests", "success", "successes", "fail", "fails", "failed", "failure", "failures", "error"}
_KNOWN |= {"errors", "session", "sessions", "count", "total"}
_DATED = re.compile(r"\d{4,}")
_SAMPLE = 1000

Parted = Mapping[str, tuple[str, str]]  # column → server, counter


def functions(stems: Sequence[str]) -> list[str]:
    """What the names of files tell apart: Media_INFO, Media_LOGIN → INFO, LOGIN. Dates in them are no part of it."""
    parts = [[part for part in _BREAKS.split(stem) if part and not _DATED.fullmatch(part)] or [stem] for stem in stems]
    if len({tuple(words) for words in parts}) < 2:
        return [_JOINT.join(words) for words in parts]
    ahead = _alike(parts)
    behind = _alike([words[ahead:][::-1] for words in parts])
    told = [words[ahead : len(words) - behind] for words in parts]
    return [_JOINT.join(short or words) for short, words in zip(told, parts, strict=True)]


def _alike(parts: Sequence[Sequence[str]]) -> int:
    """How many words all begin with."""
    return sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*parts, strict=False)))


def are_counters(frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Whether all these columns hold numbers: a table with a column of names has a row for each server already."""
    return all(to_numbers(frame[name].drop_nulls().head(_SAMPLE)) or not frame[name].count() for name in columns)


def parted(tables: Sequence[Iterable[str]]) -> list[Parted]:
    """Server and counter of the columns of each table: 1_Request is the Request of server 1, Request that of none.

    Where a name can be cut in several ways, the counter is a known one, or one that other columns share, or what is
    left of a server that other columns share. Counters that differ in case alone are one.
    """
    ways = [{name: _ways(name) for name in names} for names in tables]
    cuts = [cut for table in ways for found in table.values() for cut in found]
    counters = Counter(counter.casefold() for _, counter in cuts)
    servers = Counter(server for server, _ in cuts if server)

    def likely(cut: tuple[str, str]) -> tuple[bool, bool, bool, int, int]:
        server, counter = cut[0], cut[1].casefold()
        return counter in _KNOWN, counters[counter] > 1, servers[server] > 1, counters[counter], len(counter)

    found: list[Parted] = []
    spelt: dict[str, str] = {}
    for table in ways:
        best = {name: max(cuts, key=likely) for name, cuts in table.items()}
        found.append({name: (a, spelt.setdefault(b.casefold(), b)) for name, (a, b) in best.items()})
    return found


def _ways(name: str) -> list[tuple[str, str]]:
    """Each way to cut a name into server and counter; Request_1 is 1 and Request."""
    cuts = [("", name)]
    for joint in _BREAKS.finditer(name):
        before, after = name[: joint.start()], name[joint.end() :]
        if before and after:
            cuts.append((after, before) if after.isdigit() else (before, after))
    return cuts


def server_name(function: str, server: str) -> str:
    """LOGIN and 2 → LOGIN_2."""
    return _JOINT.join(part for part in (function, server) if part)


def stood_up(frame: pl.DataFrame, beside: Sequence[str], function: str, columns: Parted) -> pl.DataFrame:
    """A row for each server and row of the table, with the counters as columns; `beside` stays as it is."""
    servers = dict.fromkeys(server for server, _ in columns.values())
    parts = []
    for server in servers:
        own = [pl.col(name).alias(counter) for name, (whose, counter) in columns.items() if whose == server]
        parts.append(frame.select(*beside, pl.lit(server_name(function, server)).alias(SERVER), *own))
    return pl.concat(parts, how="diagonal_relaxed")


def side_by_side(function: str, columns: Parted) -> dict[str, str]:
    """Column → its name beside those of the other files: `LOGIN_2 Request`."""
    return {name: f"{server_name(function, whose)} {counter}".strip() for name, (whose, counter) in columns.items()}
