"""Every stored column, declared once: name, type, unit, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PARAM: Final = "param."
LABEL: Final = "label."
FEATURE: Final = "f."

VISIBLE: Final = ("reasoning", "response", "both")
"""Kinds of ``f.trace`` that are one; a summary or a hidden one is none."""

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column; ``type`` is the DuckDB name of its type."""

    name: str
    type: str
    meaning: str
    unit: str = ""


SAMPLE_COLUMNS: Final = (
    Column("sample_uid", "VARCHAR", "key: hash of eval_id, base_task, task, item and repeat"),
    Column("eval_id", "VARCHAR", "e + 12 hex digits of SHA-256 over [model, template, sampler]"),
    Column("model", "VARCHAR", "evaluated model; empty where unknown"),
    Column("template", "VARCHAR", "prompt or chat template; empty where unknown"),
    Column("sampler", "VARCHAR", "sampling settings; empty where unknown"),
    Column("base_task", "VARCHAR", "task family; the tables are partitioned by it"),
    Column("task", "VARCHAR", "full task name with its variant"),
    Column("item_id", "VARCHAR", "the question; default item_hash, else the source row"),
    Column("item_hash", "VARCHAR", "hash of the prompt; NULL where there is no prompt"),
    Column("repeat", "INTEGER", "which of several completions of one item"),
    Column("correct", "BOOLEAN", "graded right; NULL = not graded, never wrong"),
    Column("score", "DOUBLE", "the source's own score"),
    Column(
        "grade_source",
        "VARCHAR",
        "native, side_file, or the grader: exact, numeric, choice, regex; NULL = not graded",
    ),
    Column("chance", "DOUBLE", "success rate of guessing", "share"),
    Column("chance_source", "VARCHAR", "row, config or unknown"),
    Column("answered", "BOOLEAN", "an answer could be read from the output; NULL = unknown"),
    Column("stop", "VARCHAR", "stop, length, filter, error or unknown"),
    Column("stop_source", "VARCHAR", "native, inferred_cap, inferred_unclosed_think or unknown"),
    Column("max_tokens", "INTEGER", "the cap that applied", "tokens"),
    Column("prompt_tokens", "INTEGER", "tokens of the prompt; never invented", "tokens"),
    Column("completion_tokens", "INTEGER", "tokens of the completion; never invented", "tokens"),
    Column("reasoning_tokens", "INTEGER", "tokens of the reasoning; never invented", "tokens"),
    Column("tokens_source", "VARCHAR", "native, or the tokenizer that counted"),
    Column("source", "VARCHAR", "the log the row came from"),
    Column("source_row", "INTEGER", "row in that log, from 1"),
    Column("import_id", "VARCHAR", "the import that wrote the row"),
    Column("content_hash", "VARCHAR", "hash of all the row's other content, texts included"),
)

LATER: Final = frozenset({"grade_source"})
"""Columns of ``samples`` that files of earlier versions lack; they are NULL there."""

STEADY: Final = frozenset(column.name for column in SAMPLE_COLUMNS) - LATER
"""Columns that every file of ``samples`` has."""

GRADERS: Final = ("exact", "numeric", "choice", "regex")
"""What grades an answer against the target, where the user asks for it."""

GRADE_SOURCES: Final = ("native", "side_file", *GRADERS)

TEXT_COLUMNS: Final = (
    Column("sample_uid", "VARCHAR", "key of the row in samples"),
    Column("base_task", "VARCHAR", "task family; the table is partitioned by it"),
    Column("import_id", "VARCHAR", "the import that wrote the row; joined with sample_uid"),
    Column("prompt", "VARCHAR", "the prompt as the log has it"),
    Column("reasoning", "VARCHAR", "the reasoning trace; never an encrypted or redacted one"),
    Column("reasoning_kind", "VARCHAR", "full, summary, hidden (not in the log) or none"),
    Column("response", "VARCHAR", "the visible output"),
    Column("answer", "VARCHAR", "the answer read from the output"),
    Column("target", "VARCHAR", "the right answer"),
)

FEATURE_COLUMNS: Final = (
    Column("f.version", "INTEGER", "version of the features; NULL where none were computed"),
    Column(
        "f.trace",
        "VARCHAR",
        "reasoning, response or both: what was read; summary, hidden, none",
    ),
    Column("f.bytes", "INTEGER", "UTF-8 length of the trace", "bytes"),
    Column("f.chars", "INTEGER", "length of the trace", "characters"),
    Column("f.zstd_bytes", "INTEGER", "length of the trace as one zstd frame of level 3", "bytes"),
    Column("f.bits_per_char", "DOUBLE", "f.zstd_bytes over f.chars", "bits per character"),
    Column("f.novelty_head", "FLOAT[]", "novelty of the first 32 blocks", "bits per character"),
    Column("f.novelty_shape", "FLOAT[]", "novelty at 32 places of the whole", "bits per character"),
    Column("f.novelty_mean", "DOUBLE", "mean novelty of the blocks", "bits per character"),
    Column("f.novelty_tail", "DOUBLE", "mean novelty of the last quarter", "bits per character"),
    Column("f.loop_onset", "INTEGER", "where a loop begins that lasts to the end", "characters"),
    Column("f.loop_onset_tokens", "INTEGER", "the same, by the trace's share of tokens", "tokens"),
    Column("f.loop_period", "INTEGER", "length of what the loop repeats", "characters"),
    Column("f.loop_kind", "VARCHAR", "exact, or templated: what repeats changes in its numbers"),
    Column(
        "f.loop_covered", "DOUBLE", "part of the trace from there on; 0 without a loop", "share"
    ),
    Column("f.distinct4", "DOUBLE", "distinct runs of four words among all", "share"),
    Column("f.word_entropy", "DOUBLE", "entropy of the words", "bits per word"),
    Column("f.words", "INTEGER", "words of the trace", "words"),
    Column("f.steps", "INTEGER", "lines of the trace that have a word", "lines"),
)
"""Numbers of each trace, computed from the texts; files of earlier imports may lack them."""

CURVE_POINTS: Final = 32
"""Most numbers that a list column of ``samples`` holds."""

OUTCOMES: Final = ("correct", "incorrect", "truncated", "unanswered", "ungraded", "failed")

TEXT_FIELDS: Final = ("prompt", "reasoning", "response", "answer", "target")
"""Columns of ``texts`` that hold somebody's words."""

_FIXED_TYPES: Final = {column.name: column.type for column in (*SAMPLE_COLUMNS, *FEATURE_COLUMNS)}


def column_type(name: str) -> str | None:
    """DuckDB type that a column of ``samples`` has by its name, ``None`` for an unknown name.

    Examples
    --------
    >>> column_type("param.length"), column_type("label.format"), column_type("repeat")
    ('DOUBLE', 'VARCHAR', 'INTEGER')
    """
    if name.startswith(PARAM):
        return "DOUBLE"
    if name.startswith(LABEL):
        return "VARCHAR"
    return _FIXED_TYPES.get(name)


def bare_name(column: str) -> str:
    """Name of a coordinate without its prefix.

    Examples
    --------
    >>> bare_name("param.length"), bare_name("task")
    ('length', 'task')
    """
    for prefix in (PARAM, LABEL, FEATURE):
        if column.startswith(prefix):
            return column[len(prefix) :]
    return column
