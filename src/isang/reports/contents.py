"""The columns and keys of every output, said once: writer, JSON Schema and docs/outputs.md come from here."""

from __future__ import annotations

from isang.reports.base import Field

BANDS = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
REASONS = ("warm_up", "gap", "missing", "too_short", "immature")
SPLITS = ("train", "calibration", "test", "hindsight")
KEY_COLUMNS = "KEY COLUMNS"

_TIME = Field("time", "time", "moment of the row, with its offset; empty where the data have no time")
_ROW = Field("row", "integer", "row of the input, counted from 1, header not counted", always=True)
_KEYS = Field(KEY_COLUMNS, "text", "one column for each key column of the input, under its own name")
_SCORE = Field("score", "number", "how strange the row is; empty where it was not scored")
_P = Field("p", "number", "tail probability of the score, learnt from the past")
_THRESHOLD = Field("threshold", "number", "what the score must exceed to be flagged")
_VOTE = Field("vote", "number", "weights of the threshold's flag and the rules that spoke; empty where nothing votes")

ANOMALIES = (
    _TIME,
    _ROW,
    Field("entity", "text", "the values of the key columns, joined", always=True),
    _KEYS,
    Field("column", "text", "the value column that drove it most", always=True),
    Field("value", "number", "what was measured"),
    Field("expected", "number", "what is usual at that moment; empty where the detector has no expectation"),
    Field("lower", "number", "lower end of the usual range"),
    Field("upper", "number", "upper end of the usual range"),
    Field("change", "number", "value − expected"),
    Field("change_pct", "number", "change in percent of expected"),
    Field("unit", "text", "unit of value, where it is known"),
    Field("direction", "text", "which way it went", values=("up", "down", "pattern")),
    _SCORE,
    _P,
    _THRESHOLD,
    Field("times_over", "number", "score / threshold"),
    Field("risk", "number", "0-100"),
    Field(
        "band", "text", "the band of risk: CRITICAL from 80, HIGH from 60, MEDIUM from 40, LOW from 20", values=BANDS
    ),
    Field("incident", "text", "id of the incident that the row belongs to"),
    Field("drivers", "text", "columns that caused it, with their share, strongest first"),
    Field("rules", "text", "rules that fired, separated by semicolons"),
    _VOTE,
    Field("provisional", "flag", "the data of this moment may still change"),
)

LINES = (
    Field("file", "text", "the log that its strangest line is in; empty where lines are missing"),
    Field("line", "integer", "number of that line, counted from 1"),
    Field("byte_offset", "integer", "where that line begins in the file (unpacked)"),
    Field("log_level", "text", "the highest level of lines of its template; empty where they have none"),
    Field("exception", "text", "the exception that its lines name"),
    Field("template_id", "text", "id of its template, as `isang mine` gives it; the template itself is a key column"),
)

TEMPLATES = (
    Field("template_id", "text", "id of the template: made of the text that it was first seen as", always=True),
    Field("count", "integer", "its records", always=True),
    Field("share", "number", "their share of all", always=True),
    Field("first_time", "time", "when it came first; empty where the log has no times"),
    Field("last_time", "time", "when it came last"),
    Field("log_level", "text", "the highest level that it had; empty where it had none"),
    Field("template", "text", "what the records have in common; `<*>` is what varies", always=True),
    Field("example", "text", "the first of them", always=True),
    Field("file", "text", "where that stands", always=True),
    Field("line", "integer", "number of its line there, counted from 1", always=True),
    Field("merged_from", "text", "ids of templates that turned out to be this one, with spaces between them"),
)

SCORES = (
    _TIME,
    _ROW,
    _KEYS,
    _SCORE,
    _P,
    _THRESHOLD,
    Field("flag", "flag", "score > threshold", always=True),
    _VOTE,
    Field("rules", "text", "rules that fired, separated by semicolons"),
    Field("scored", "flag", "the row was judged", always=True),
    Field("reason", "text", "why a row was not scored", values=REASONS),
    Field("split", "text", "which part of the data the row belongs to", values=SPLITS),
    Field("incident", "text", "id of the incident that the row belongs to"),
)

_DRIVER = (
    Field("name", "text", "column, or member of a dimension", always=True),
    Field("value", "number", "its own score"),
    Field("share", "number", "its part of the incident's score, 0 to 1", always=True),
    Field("actual", "number", "what was measured at the peak"),
    Field("expected", "number", "what was expected"),
    Field("lower", "number", "lower end of its usual range"),
    Field("upper", "number", "upper end of its usual range"),
    Field("entity", "text", "the entity that it belongs to; null: the incident's own"),
)

_IMPACT = (
    Field("value", "number", "size of the impact", always=True),
    Field("unit", "text", "unit of value, such as a currency", always=True),
    Field("expected", "number", "what was expected over the incident"),
    Field("actual", "number", "what was measured over the incident"),
    Field("pct", "number", "impact in percent of expected"),
    Field("per_month", "number", "impact carried on for a month"),
)

INCIDENT = (
    Field("id", "text", "first 12 hex digits of sha256(pack, entity, first flagged time): the same in every run", True),
    Field("rank", "integer", "1 is the riskiest", always=True),
    Field("title", "text", "one line: what it was, and what is usual", always=True),
    Field("entity", "text", "the values of the key columns, joined; empty for a single series", always=True),
    Field("keys", "map", "key column → value", always=True),
    Field("also", "texts", "other entities in which it began at the same time, the riskiest first", always=True),
    Field("scope", "text", "the dimension at which it is told (total, customer, service …)", always=True),
    Field("pack", "text", "the pack that judged it", always=True),
    Field("start", "time", "first flagged moment; null without time"),
    Field("end", "time", "where the last flagged row ends"),
    Field("ongoing", "flag", "the last judged row of the entity is flagged", always=True),
    Field("peak", "time", "its worst moment"),
    Field("onset", "time", "when the first driver began to move away; null where that cannot be said"),
    Field(
        "lead_s", "number", "seconds from its first flagged row to the known event that it touches; below 0 after that"
    ),
    Field("duration_s", "number", "seconds from start to end, the last row included"),
    Field("first_row", "integer", "first flagged row", always=True),
    Field("last_row", "integer", "last flagged row", always=True),
    Field("peak_row", "integer", "its worst row", always=True),
    Field("rows", "integer", "number of flagged rows", always=True),
    Field("risk", "number", "0-100", always=True),
    Field("band", "text", "the band of risk", True, values=BANDS),
    Field("risk_parts", "map", "anomaly, severity, impact: each 0-100, only those that exist", always=True),
    Field("direction", "text", "which way it went", always=True, values=("up", "down", "pattern")),
    Field("score", "number", "score of the worst row"),
    Field("p", "number", "tail probability of the worst row"),
    Field("once_in", "number", "in how many usual rows something as strange is to be expected once"),
    Field("threshold", "number", "threshold of the worst row"),
    Field("times_over", "number", "score / threshold of the worst row"),
    Field("vote", "number", "highest vote of its rows; null where nothing votes"),
    Field("impact", "object", "what it costs; null where there is no money", fields=_IMPACT),
    Field("drivers", "list", "what caused it, strongest first", True, _DRIVER),
    Field(
        "members",
        "list",
        "detectors of an ensemble that spoke",
        True,
        (
            Field("name", "text", "detector", always=True),
            Field("score", "number", "its score"),
            Field("p", "number", "its tail probability"),
        ),
    ),
    Field("rules", "texts", "rules that fired", always=True),
    Field(
        "alike",
        "list",
        "similar incidents of the past",
        True,
        (
            Field("start", "time", "when it began"),
            Field("end", "time", "when it ended"),
            Field("similarity", "number", "0 to 1"),
        ),
    ),
    Field(
        "known",
        "object",
        "the labelled event that explains it, or null",
        fields=(
            Field("kind", "text", "kind of the event", True, values=("anomaly", "planned", "ignore")),
            Field("note", "text", "its note"),
        ),
    ),
    Field("provisional", "flag", "the data of this period may still change", always=True),
    Field(
        "text",
        "map",
        "ko, en: title on the first line; of a cost a sentence to be mailed on the second; then the telling",
        always=True,
    ),
    Field("text_source", "text", "template, or the language model that wrote text", always=True),
    Field("next", "texts", "commands that lead further", always=True),
    Field(
        "lines",
        "list",
        "lines of log files that belong to it",
        True,
        (
            Field("file", "text", "path", always=True),
            Field("line", "integer", "counted from 1", always=True),
            Field("byte_offset", "integer", "where the line begins", always=True),
        ),
    ),
)

_INPUT = (
    Field("path", "text", "as it was given", always=True),
    Field("bytes", "integer", "size of the file", always=True),
    Field("sha256", "text", "checksum of the file as it was read", always=True),
    Field("rows", "integer", "rows that were read", always=True),
    Field("encoding", "text", "text encoding; empty where that has no meaning", always=True),
)

_RECOGNISED = (
    Field("pack", "text", "which pack judged the data", always=True),
    Field("pack_reason", "text", "why that one"),
    Field("time", "text", "time column; null: rows are taken in their order"),
    Field("time_format", "text", "how its texts were read"),
    Field("tz", "text", "time zone"),
    Field("step_s", "number", "usual step in seconds"),
    Field("keys", "texts", "key columns", always=True),
    Field("keys_reason", "text", "why those"),
    Field("values", "texts", "value columns", always=True),
    Field(
        "set_aside",
        "list",
        "columns that were not judged",
        True,
        (
            Field("column", "text", "its name", always=True),
            Field("reason", "text", "why, and what to do", always=True),
        ),
    ),
    Field("labels", "texts", "columns that look like labels"),
    Field("entities", "integer", "number of entities"),
    Field("gaps", "integer", "number of gaps in time"),
    Field("meanings", "map", "of counters, value column → count (of a slot), gauge, or cumulative (it only rises)"),
)

RUN = (
    Field("command", "text", "what was run", always=True),
    Field("inputs", "list", "the files that were read", True, _INPUT),
    Field("recognised", "object", "what was found out about the data", True, _RECOGNISED),
    Field(
        "bill",
        "object",
        "what a bill holds; null for other data",
        fields=(
            Field("layout", "text", "whose bill it is", always=True),
            Field("cost", "text", "its column of costs", always=True),
            Field(
                "totals",
                "list",
                "what all charges of a currency and category come to; they add up to all that was read",
                True,
                (
                    Field("currency", "text", "the currency; empty where the bill has none", always=True),
                    Field("category", "text", "Usage, Purchase, Tax, Credit, Adjustment, Correction", always=True),
                    Field("rows", "integer", "how many charges", always=True),
                    Field("cost", "number", "what they come to", always=True),
                    Field("judged", "flag", "they were judged, not only added up", always=True),
                ),
            ),
        ),
    ),
    Field(
        "logs",
        "object",
        "what logs hold; null for other data",
        fields=(
            Field("records", "integer", "lines, with their continuation lines", always=True),
            Field("templates", "integer", "how many templates they have", always=True),
            Field("levels", "map", "level → lines, of templates whose highest level it is", always=True),
            Field("read_at", "time", "when the run began to read them", always=True),
        ),
    ),
    Field("mode", "text", "may look at later rows, or may not", True, values=("hindsight", "causal")),
    Field(
        "model",
        "object",
        "the model folder that judged; null where this run has learnt itself",
        fields=(
            Field("path", "text", "where it was loaded from; null where it was not saved"),
            Field("created", "text", "when it was learnt", always=True),
            Field("format", "integer", "format of the folder", always=True),
            Field("rows", "integer", "rows that it was learnt from", always=True),
            Field("start", "text", "time of the first of them"),
            Field("end", "text", "time of the last of them"),
        ),
    ),
    Field("judged_from", "time", "the moment from which on a causal run judges; null in hindsight"),
    Field(
        "detector",
        "object",
        "what judged the rows",
        True,
        (
            Field("name", "text", "the detector that was asked for", always=True),
            Field("members", "texts", "the detectors that it is made of, or chose", always=True),
            Field("reason", "text", "why they were chosen, where that was left to isang"),
            Field("context_rows", "integer", "how many neighbouring rows a score depends on", always=True),
            Field(
                "compared",
                "list",
                "the detectors that it was chosen from, on the calibration part; empty where there was no choice",
                fields=(
                    Field("name", "text", "the detector", always=True),
                    Field("event_f1", "number", "F1 of events"),
                    Field("cost", "number", "what its mistakes cost; null without costs"),
                    Field("auc_pr", "number", "area under the precision-recall curve"),
                ),
            ),
        ),
    ),
    Field(
        "training",
        "list",
        "how nets were trained; empty for detectors without epochs",
        True,
        (
            Field("block", "integer", "which block of the data it judged (1 where all is judged by one)", always=True),
            Field("detector", "text", "the detector that the net belongs to", always=True),
            Field("stopped", "text", "why training ended", always=True),
            Field(
                "epochs",
                "list",
                "one entry an epoch",
                True,
                (
                    Field("loss", "number", "mean loss of a window that was trained on", always=True),
                    Field("validation_loss", "number", "the same of later windows; null with too few rows"),
                    Field("learning_rate", "number", "learning rate", always=True),
                ),
            ),
        ),
    ),
    Field("splits", "map", "the parts of the data and where they begin and end", always=True),
    Field(
        "thresholds",
        "list",
        "the thresholds and where they came from",
        True,
        (
            Field("value", "number", "the threshold; null where there were too few rows to set one"),
            Field("start", "time", "from when on it judged, where it was set again and again; null: it judged all"),
            Field("from", "text", "how it was found, on which part", always=True),
            Field("rows", "integer", "number of scores that it was learnt from"),
            Field("requested", "text", "what was asked for"),
            Field("expected_false_alarms_per_week", "number", "false alarms to expect; null without time"),
        ),
    ),
    Field(
        "coverage",
        "object",
        "what was judged",
        True,
        (
            Field("rows", "integer", "rows read", always=True),
            Field("scored", "integer", "rows judged", always=True),
            Field("unscored", "map", "reason → rows", always=True),
            Field("filled", "integer", "absent rows, and rows without a value, filled in short gaps; not judged", True),
            Field("skipped", "integer", "rows left out because they could not be read", always=True),
        ),
    ),
    Field("counts", "map", "incidents of each band, planned ones, flagged rows", always=True),
    Field(
        "measured",
        "object",
        "what known events say of the incidents; null without them",
        fields=(
            Field("label", "text", "the label column, or the file of events", always=True),
            Field("positive", "text", "its value that means an event", always=True),
            Field("events", "integer", "events in the judged rows", always=True),
            Field("found", "integer", "events with a row of an incident in them", always=True),
            Field("incidents", "integer", "incidents told", always=True),
            Field("false_alarms", "integer", "incidents without an event; of a long one each ten rows", always=True),
            Field("false_alarms_per_week", "number", "the same a week; null without time"),
            Field("reported_on", "text", "which rows that is about", True, values=("hindsight", "test")),
            Field("conclusion", "text", "what it comes to, in words; null in hindsight, where it would flatter"),
            Field("conclusion_text", "map", "ko, en: the same in each language"),
        ),
    ),
    Field(
        "explained",
        "object",
        "the language model that was asked to word incidents; null where none was",
        fields=(
            Field("model", "text", "member and model, such as openai:llama3.2", always=True),
            Field("written", "texts", "ids of the incidents that it worded", always=True),
            Field("calls", "integer", "how often it was asked", always=True),
            Field("tokens", "integer", "how many tokens that took, as far as it says", always=True),
            Field("failed", "map", "id of an incident that the template tells → why", always=True),
        ),
    ),
    Field("warnings", "texts", "what a reader should know", always=True),
    Field("versions", "map", "isang and the libraries under it", always=True),
    Field("seed", "integer", "seed of everything random; null: not fixed"),
    Field("timings_s", "map", "stage → seconds", always=True),
    Field("peak_mb", "number", "most memory used"),
    Field("exit", "integer", "exit code of the command", always=True),
)

SKIPPED = (
    Field("file", "text", "path", always=True),
    Field("row", "integer", "first such row, counted from 1"),
    Field("byte_offset", "integer", "where it begins, where that is known instead of a row"),
    Field("reason", "text", "why it was left out", always=True),
    Field("sample", "text", "the first of them", always=True),
    Field("count", "integer", "how many", always=True),
)
