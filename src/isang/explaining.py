"""The strongest incidents worded by a language model, checked; where that fails, the template's words stay."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from isang.explain.asked import question
from isang.explain.asking import Asker, Budget
from isang.explain.checked import Refused
from isang.result import Result
from isang.votes import reached, votes_of
from isang.words.incident import Incident
from isang.words.note import note
from isang.words.ports import LanguageModel, Unanswered

USUAL = Budget()


def explained(
    result: Result,
    model: LanguageModel,
    lang: str,
    budget: Budget = USUAL,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """The same with sentences of the model in the text of its strongest incidents; all else stays as it is.

    Strongest are those in which all that vote agree, where anything votes, then the riskiest.
    Once nobody answers, nobody is asked again. `run` tells what was asked and used, and why templates stayed.
    """
    asker, worded, failed = Asker(model, budget, clock, sleep), dict[str, Incident](), dict[str, str]()
    strongest = _strongest(result, budget)
    for incident in strongest:
        try:
            sentence = asker.sentence(question(incident, lang, result.plan))
            worded[incident.id] = _worded(incident, sentence, lang, model.name)
        except Refused as refused:
            failed[incident.id] = f"its answer was refused, since {refused}"
        except Unanswered as nobody:
            left = [one.id for one in strongest if one.id not in {*worded, *failed}]
            failed |= dict.fromkeys(left, str(nobody))
            break
    told = {"model": model.name, "written": list(worded), "calls": asker.calls, "tokens": asker.tokens}
    run = {**result.run, "explained": {**told, "failed": failed}}
    run["warnings"] = [*result.run["warnings"], *_reasons(failed, model.name)]
    return replace(result, incidents=tuple(worded.get(one.id, one) for one in result.incidents), run=run)


def shown(result: Result, model: LanguageModel, lang: str) -> list[tuple[str, dict[str, str]]]:
    """What `explained` would send first of each incident, and which names stand behind the stand-ins. Sends nothing."""
    asked = [question(incident, lang, result.plan) for incident in _strongest(result, USUAL)]
    return [(model.shown(one.request), one.names.told()) for one in asked]


def _strongest(result: Result, budget: Budget) -> list[Incident]:
    """As many as may be asked for: those with a full vote first, each kind by its risk."""
    full = votes_of(result.plan.get("votes"), result.plan.get("rules") or {}).full
    votes = np.array([0.0 if one.vote is None else one.vote for one in result.incidents])
    order = np.argsort(~reached(votes, full), kind="stable")[: budget.incidents]
    return [result.incidents[at] for at in order]


def _worded(incident: Incident, sentence: str, lang: str, source: str) -> Incident:
    """The title is the template's: what was measured stands there whatever a model says."""
    title = incident.text[lang].partition("\n")[0]
    return replace(incident, text={**incident.text, lang: f"{title}\n{sentence}"}, text_source=source)


def _reasons(failed: dict[str, str], name: str) -> list[str]:
    """One line for each reason."""
    grouped: dict[str, list[str]] = {}
    for ident, why in failed.items():
        grouped.setdefault(why, []).append(ident)
    return [
        note("{model} did not word {ids}: {why}. The template's words stand there.", model=name, ids=ids, why=why)
        for why, ids in grouped.items()
    ]
