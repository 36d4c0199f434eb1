"""What counts as one kind of line: a template with an exception, unless both were there before and hardly ever meet."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.logs.usual import Usual

AND = " · "  # between template and exception, where a kind is named
_FEW = 5  # lines in all


def usual_kinds(rows: pl.DataFrame, exceptions: int, before: Usual | None = None) -> pl.DataFrame:
    """Counted rows (`slots.counted`) in which chance meetings are counted with the first kind of their template.

    Such a meeting is of a template and an exception that its log knew before, in a few lines: nothing of it is new.
    The number of a kind is that of its template times `exceptions`, plus that of its exception. Kinds that there were
    `before` stay as they are, and what they are made of is known.
    """
    template, exception = pl.col("kind") // exceptions, pl.col("kind") % exceptions
    seen = rows.select("log", "kind", "slot", "lines")
    if before is not None:
        known = pl.DataFrame({"log": before.log, "kind": before.kind, "lines": before.lines.astype(np.int64)})
        seen = pl.concat([seen, known.select("log", "kind", pl.lit(-1).alias("slot"), "lines")], how="vertical_relaxed")
    kinds = seen.group_by("log", "kind").agg(pl.col("lines").sum(), pl.col("slot").min()).sort("log", "kind")
    kinds = kinds.with_columns(
        begun=pl.max_horizontal(
            pl.col("slot").min().over("log", template), pl.col("slot").min().over("log", exception)
        ),
        usual=pl.col("kind").get(pl.col("slot").arg_min()).over("log", template),  # not one that comes later
    )
    met = (pl.col("slot") > pl.col("begun")) & (pl.col("lines") <= _FEW)
    other = kinds.select("log", "kind", pl.when(met).then("usual").otherwise("kind").alias("as"))
    named = rows.join(other, on=["log", "kind"], how="left", maintain_order="left")
    return named.drop("kind").rename({"as": "kind"})
