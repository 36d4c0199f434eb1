"""A plan → the pipeline that it describes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from isang.errors import UsageError
from isang.pipeline import Pipeline
from isang.plan import Plan
from isang.specs import changed
from isang.words.frame import Columns


def pipeline_of(plan: Plan, columns: Columns) -> Pipeline:
    """The pipeline of a plan, not yet fitted."""
    return Pipeline(
        time=columns.time,
        keys=columns.keys,
        values=columns.values,
        detector=plan.detector_spec(),
        threshold=plan.threshold_spec(),
        features=plan.feature_specs(),
        rules=plan.rules or {},
        votes=plan.votes,
        risk=plan.risk,
        across=plan.across,
        random_state=plan.seed,
    )


@contextmanager
def blaming(plan: Plan) -> Iterator[None]:
    """What fails where the plan sets members otherwise than by default is laid to these settings."""
    try:
        yield
    except (ValueError, TypeError, ArithmeticError) as error:
        own = [one for family, wanted in plan.members() for one in changed(family, wanted)]
        if not own:
            raise
        raise UsageError(f"nothing can be judged with {', '.join(own)} ({error}).") from error
