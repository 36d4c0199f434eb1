"""The columns of `evaluation.csv`, and the keys of `evaluation.json`."""

from __future__ import annotations

from isang.reports.base import Field
from isang.reports.contents import RUN

EVALUATION = (
    Field("file", "text", "what was read; empty for a frame", always=True),
    Field(
        "detector",
        "text",
        "the detector, several where folds chose differently; a rule, or votes",
        always=True,
    ),
    Field("threshold", "number", "the number that a score must exceed; null: none, or one for each fold"),
    Field("threshold_from", "text", "the rule that chose it, and on which rows", always=True),
    Field("reported_on", "text", "which rows the figures are about", True, values=("calibration", "test")),
    Field("rows", "integer", "rows that count", always=True),
    Field("events", "integer", "events in them", always=True),
    Field("point_precision", "number", "share of flagged rows that lie in events; null where none is flagged"),
    Field("point_recall", "number", "share of the rows of events that is flagged"),
    Field("point_f1", "number", "harmonic mean of both"),
    Field("event_precision", "number", "share of alarms with a row of an event; null where there is no alarm"),
    Field("event_recall", "number", "share of events with a flagged row"),
    Field("event_f1", "number", "harmonic mean of both"),
    Field("roc_auc", "number", "area under the ROC curve of rows"),
    Field("roc_auc_low", "number", "lower end of its 95 % interval over events; null under five events"),
    Field("roc_auc_high", "number", "upper end"),
    Field("auc_pr", "number", "area under the precision-recall curve of rows"),
    Field("auc_pr_low", "number", "lower end of its 95 % interval"),
    Field("auc_pr_high", "number", "upper end"),
    Field("vus_roc", "number", "volume under the ROC surface over buffer lengths"),
    Field("vus_pr", "number", "volume under the precision-recall surface over buffer lengths"),
    Field("delay_s", "number", "mean time from the begin of a caught event to its first flagged row"),
    Field("lead_s", "number", "with --lead: mean time from the first flagged row to the event"),
    Field("false_alarms", "number", "alarms without an event"),
    Field("false_alarms_per_week", "number", "the same a week; null without time"),
    Field("cost", "number", "what it would have cost; this and the next with --cost only"),
    Field("cost_nothing", "number", "what doing nothing would have cost"),
    Field("cost_flag_all", "number", "what an alarm as often as the cool-down allows would have cost"),
    Field("saving_pct", "number", "share of the cost of doing nothing that was saved, in %"),
    Field("saving_low", "number", "lower end of its 95 % interval over events; null under five events"),
    Field("saving_high", "number", "upper end"),
    Field("breakeven_precision", "number", "share of alarms that must be hits if alarms are to pay"),
    Field("p_chance", "number", "chance that scores which know nothing of the events would rank them as high"),
    Field("conclusion", "text", "what it comes to, in words; of the pair that was chosen, on test rows", always=True),
    Field("seconds", "number", "seconds to learn and judge", always=True),
    Field("peak_mb", "number", "most memory used by the process so far", always=True),
)

DOCUMENT = (
    Field(
        "rows",
        "list",
        "the rows of evaluation.csv",
        True,
        (*EVALUATION, Field("conclusion_text", "map", "ko, en: the conclusion in each language; test rows only")),
    ),
    Field("pictures", "map", "file → figure → the arrays that it is drawn from", always=True),
    Field("warnings", "texts", "what a reader should know", always=True),
    Field("failed", "map", "of several files those that could not be evaluated → why", always=True),
    *(field for field in RUN if field.name == "versions"),
)
