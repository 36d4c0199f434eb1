"""A result folder read again: incidents, rows around them, one moment. Nothing is computed anew."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from isang.errors import InputError, UsageError
from isang.reports.folder import mend
from isang.words.incident import Driver, Incident
from isang.words.telling import printable
from isang.yamls import load_mapping


def load_folder(folder: Path) -> ResultFolder:
    """The folder of a run; InputError where there is none or it is damaged."""
    mend(folder)
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        told = json.loads((folder / "incidents.json").read_text(encoding="utf-8"))["incidents"]
        incidents = [_incident(one) for one in told]
        lang = str(load_mapping(folder / "plan.yaml")[0].get("lang", "en"))
        scores = pl.read_parquet(folder / "scores.parquet")
        anomalies = pl.read_csv(folder / "anomalies.csv", infer_schema_length=None)
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise InputError(
            f"{folder} holds no result of isang ({missing} is missing): "
            "run 'isang detect FILE', or name the folder with --out."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, UsageError, pl.exceptions.PolarsError) as error:
        why = (str(error).splitlines() or ["unreadable"])[0]
        raise InputError(f"the result in {folder} is damaged ({why}): run 'isang detect' again.") from error
    except OSError as error:
        raise InputError(f"{error.filename or folder} cannot be read: {error.strerror}.") from error
    return ResultFolder(folder, run, incidents, scores, anomalies, lang)


class ResultFolder:
    """What stands in the folder of a run."""

    def __init__(
        self,
        folder: Path,
        run: dict[str, Any],
        incidents: list[Incident],
        scores: pl.DataFrame,
        anomalies: pl.DataFrame,
        lang: str,
    ) -> None:
        self.folder = folder
        self.run = run
        self.incidents = incidents
        self.scores = scores
        self.anomalies = anomalies
        self.lang = lang

    @property
    def page(self) -> Path:
        """The page of the report."""
        return (self.folder / "report.html").resolve()

    def find(self, named: str) -> Incident:
        """The incident with this rank, id or beginning of an id; UsageError where there is none or several."""
        found = [one for one in self.incidents if one.id.startswith(named) or str(one.rank) == named]
        exact = [one for one in found if named in (one.id, str(one.rank))]
        if len(exact or found) == 1:
            return (exact or found)[0]
        told = f"{len(found)} incidents begin with" if found else "no incident has the id or rank"
        raise UsageError(f"{told} '{named}'; 'isang show' lists the {len(self.incidents)} there are.")

    def rows_of(self, incident: Incident, context: int) -> pl.DataFrame:
        """The rows of an incident's entity from `context` rows before it to `context` after."""
        own = self._of_entity(incident.keys)
        inside = (pl.col("incident") == incident.id).fill_null(value=False) | (pl.col("row") == incident.peak_row)
        at = own.with_row_index("at").filter(inside)["at"]
        first = max(int(at.min() or 0) - context, 0)  # type: ignore[arg-type]
        return self._told(own[first : int(at.max() or 0) + context + 1])  # type: ignore[arg-type]

    def rows_at(self, moment: str, where: list[str], context: int) -> tuple[dict[str, Any], pl.DataFrame]:
        """The row nearest to a moment (a row number where data have no time), and the rows around it."""
        keys = self.run["recognised"]["keys"]
        chosen = dict(_pair(one, keys) for one in where)
        own = self._of_entity(chosen)
        left = [key for key in keys if key not in chosen and own[key].n_unique() > 1]
        if left:
            known = printable(own[left[0]][0], 40)
            raise UsageError(f"several entities may have that moment: add --where {left[0]}=VALUE, such as {known}.")
        at = self._nearest(own, moment)
        return own.row(at, named=True), self._told(own[max(at - context, 0) : at + context + 1])

    def _of_entity(self, keys: dict[str, str]) -> pl.DataFrame:
        own = self.scores.filter([pl.col(key) == value for key, value in keys.items()]) if keys else self.scores
        if own.is_empty():
            raise UsageError(f"no entity has {', '.join(f'{key}={value}' for key, value in keys.items())}.")
        return own.sort("time", maintain_order=True) if self.run["recognised"]["time"] is not None else own

    def _nearest(self, own: pl.DataFrame, moment: str) -> int:
        if self.run["recognised"]["time"] is None:
            if not moment.isdigit() or not own["row"].is_in([int(moment)]).any():
                first, last = int(own["row"].min() or 0), int(own["row"].max() or 0)  # type: ignore[arg-type]
                raise UsageError(f"--at {moment}: a row number from {first} to {last} is needed.")
            return int((own["row"] == int(moment)).arg_max() or 0)
        try:
            asked = datetime.fromisoformat(moment)
        except ValueError as error:
            raise UsageError(
                f"--at {moment}: a time in ISO form is needed, such as {own['time'][0].isoformat()}."
            ) from error
        stamp = asked if asked.tzinfo else _in_zone(asked, own["time"])
        first_time, last_time = own["time"][0], own["time"][-1]
        in_slots = self.run["recognised"]["pack"] == "logs"  # a line belongs to the slot that began before it
        last_moment = last_time + timedelta(seconds=self.run["recognised"]["step_s"] or 0) if in_slots else last_time
        if stamp is None or not first_time <= stamp <= last_moment:
            told = f"{first_time.isoformat()} to {last_time.isoformat()}"
            raise UsageError(f"--at {moment} lies outside the data: {told}.")
        if in_slots:
            return int((own["time"] <= stamp).sum()) - 1
        return int((own["time"] - stamp).abs().arg_min() or 0)

    def _told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Scores of the rows with value and usual range where they were flagged."""
        known = self.anomalies.select("row", "column", "value", "lower", "upper").unique("row")
        return rows.join(known.with_columns(pl.col("row").cast(pl.Int64)), on="row", how="left", maintain_order="left")


def _in_zone(moment: datetime, times: pl.Series) -> datetime | None:
    """A moment without zone in the zone of the times; None where clocks were put forward over it."""
    zone = times.dtype.time_zone  # type: ignore[attr-defined]
    found: datetime | None = pl.Series([moment]).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")[
        0
    ]
    return found


def _incident(told: dict[str, Any]) -> Incident:
    names = ("start", "end", "peak", "onset")
    times = {name: datetime.fromisoformat(told[name]) if told.get(name) else None for name in names}
    drivers = tuple(Driver(**driver) for driver in told["drivers"])
    lists = {name: tuple(told[name]) for name in ("members", "rules", "next", "alike", "lines")}
    lists["also"] = tuple(told.get("also", ()))
    return Incident(**{**told, **times, **lists, "drivers": drivers})


def _pair(text: str, keys: list[str]) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or key not in keys:
        known = f"keys are {', '.join(keys)}" if keys else "the data have no keys"
        raise UsageError(f"--where {text}: write KEY=VALUE; {known}.")
    return key, value
