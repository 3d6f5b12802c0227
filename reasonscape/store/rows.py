"""Samples -> columns: defaults, keys and hashes, then Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import repeat as forever
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from reasonscape.store.checking import whole_characters
from reasonscape.store.identity import eval_id, item_hash
from reasonscape.store.sample import Sample
from reasonscape.store.schema import LABEL, PARAM, SAMPLE_COLUMNS, TEXT_COLUMNS, TEXT_FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.store.repeats import RepeatCounts

_encode = msgspec.json.Encoder().encode

CONTENT_SCALARS: Final = (
    "correct",
    "score",
    "chance",
    "answered",
    "stop",
    "stop_source",
    "max_tokens",
    "prompt_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "tokens_source",
)
"""Scalars that the content hash covers, in its order."""

NO_TEXTS: Final = (None,) * len(TEXT_FIELDS)

COPIED: Final = (
    "model",
    "template",
    "sampler",
    "correct",
    "score",
    "grade_source",
    "chance",
    "chance_source",
    "answered",
    "stop",
    "stop_source",
    "max_tokens",
    "prompt_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "tokens_source",
    "source",
    "source_row",
)
"""Columns of ``samples`` that are attributes of the sample as they are."""


def texts_hash(reasoning_kind: str, texts: tuple[str | None, ...]) -> str | None:
    """Hash of a row of ``texts``; ``None`` where there is no text.

    Parameters
    ----------
    reasoning_kind
        ``full``, ``summary``, ``hidden`` or ``none``.
    texts
        The columns :data:`~reasonscape.store.schema.TEXT_FIELDS`.
    """
    if texts == NO_TEXTS:
        return None
    return sha256(_encode((reasoning_kind, texts))).hexdigest()[:16]


def content_hash(
    params: Sequence[tuple[str, float]],
    labels: Sequence[tuple[str, str]],
    scalars: Sequence[object],
    texts: str | None,
    grade_source: str | None = None,
) -> str:
    """Hash of what a row says, by which importing again tells equal from different.

    It covers coordinates, grade, counts and texts, and who graded where that was not the log
    itself: a log graded otherwise is other content. It leaves out the key's own fields, where the
    row came from (``source``, ``source_row``, ``import_id``: the same content from another file
    is the same content), and a ``chance`` that the dataset config supplied, which may change
    without the log changing.

    Parameters
    ----------
    params, labels
        Name and value, sorted by name; values of ``params`` are floats.
    scalars
        Values of :data:`CONTENT_SCALARS`, ``chance`` ``None`` where the config supplied it.
    texts
        As :func:`texts_hash` gives it: texts and scalars can be checked one after the other.
    grade_source
        Who graded. ``native`` and ``None`` are alike and add nothing to the hash, so that rows
        of stores that do not have the column keep theirs.

    Returns
    -------
    str
        16 hex digits: enough, because only rows with equal keys are compared.
    """
    said: tuple[object, ...] = (params, labels, scalars, texts)
    if grade_source is not None and grade_source != "native":
        said = (*said, grade_source)
    return sha256(_encode(said)).hexdigest()[:16]


@dataclass
class Keys:
    """Derived columns of some samples, each of the same length."""

    eval_ids: list[str]
    tasks: list[str]
    item_ids: list[str]
    item_hashes: list[str | None]
    repeats: list[int]
    uids: list[str]
    hashes: list[str]


class KeyMaker:
    """Computes keys; remembers the evals it has seen."""

    def __init__(self) -> None:
        self._evals: dict[tuple[str, str, str], str] = {}

    def _eval_ids(self, samples: Sequence[Sample]) -> list[str]:
        known = self._evals
        ids = []
        for sample in samples:
            names = (sample.model, sample.template, sample.sampler)
            found = known.get(names)
            if found is None:
                found = known[names] = eval_id(*names)
            ids.append(found)
        return ids

    def keys(self, samples: Sequence[Sample], counts: RepeatCounts) -> Keys:
        """Keys of samples of one base task, in the order of their logs.

        Texts with lone surrogates are mended in place, so that hash and table agree.
        """
        contents = [_content(sample) for sample in samples]  # first: it mends texts
        eval_ids = self._eval_ids(samples)
        hashes = [None if s.prompt is None else item_hash(s.prompt) for s in samples]
        ids = [
            s.item_id if s.item_id is not None else (h or str(s.source_row))
            for s, h in zip(samples, hashes, strict=True)
        ]
        tasks = [s.task or s.base_task for s in samples]
        repeats = [s.repeat for s in samples]
        if None in repeats:
            rows = list(zip(eval_ids, tasks, ids, hashes, strict=True))
            filled = counts.fill(samples, rows, repeats)
        else:
            filled = [r or 0 for r in repeats]
        base = samples[0].base_task
        uids = list(map(_uid, eval_ids, forever(base), tasks, ids, hashes, filled))
        return Keys(eval_ids, tasks, ids, hashes, filled, uids, contents)


_texts_of = attrgetter(*TEXT_FIELDS)
_scalars_of = attrgetter(*CONTENT_SCALARS)
_SCORE, _CHANCE = CONTENT_SCALARS.index("score"), CONTENT_SCALARS.index("chance")


def _content(sample: Sample) -> str:
    params, labels = sample.params, sample.labels
    scalars = list(_scalars_of(sample))
    if scalars[_SCORE] is not None:
        scalars[_SCORE] = float(scalars[_SCORE]) + 0.0
    if scalars[_CHANCE] is not None:
        from_config = sample.chance_source == "config"
        scalars[_CHANCE] = None if from_config else float(scalars[_CHANCE]) + 0.0
    try:
        return content_hash(
            # Adding 0.0 makes -0.0 and 0.0 the one number that they are.
            [(name, float(params[name]) + 0.0) for name in sorted(params)],
            [(name, labels[name]) for name in sorted(labels)],
            scalars,
            texts_hash(sample.reasoning_kind, _texts_of(sample)),
            sample.grade_source,
        )
    except UnicodeEncodeError:
        for name in TEXT_FIELDS:
            setattr(sample, name, whole_characters(getattr(sample, name)))
        return _content(sample)


def _uid(*parts: str | int | None) -> str:
    """As :func:`~reasonscape.store.identity.sample_uid`, at half its cost."""
    return sha256(_encode(parts)).hexdigest()[:32]


def arrow_type(kind: str) -> pa.DataType:
    """Arrow's type for the DuckDB name of one."""
    import pyarrow as pa

    if kind.endswith("[]"):
        return pa.list_(arrow_type(kind.removesuffix("[]")))
    return {
        "VARCHAR": pa.string(),
        "INTEGER": pa.int32(),
        "DOUBLE": pa.float64(),
        "FLOAT": pa.float32(),
        "BOOLEAN": pa.bool_(),
    }[kind]


def _names(dicts: Iterable[dict[str, Any]]) -> list[str]:
    return sorted({name for names in {tuple(d) for d in dicts} for name in names})


def samples_table(samples: Sequence[Sample], keys: Keys, import_id: str) -> pa.Table:
    """Arrow table of ``samples`` without the partition column."""
    import pyarrow as pa

    columns: dict[str, Sequence[object]] = {
        "sample_uid": keys.uids,
        "eval_id": keys.eval_ids,
        "task": keys.tasks,
        "item_id": keys.item_ids,
        "item_hash": keys.item_hashes,
        "repeat": keys.repeats,
        "import_id": [import_id] * len(samples),
        "content_hash": keys.hashes,
    }
    for name in COPIED:
        columns[name] = list(map(attrgetter(name), samples))
    arrays = {
        column.name: pa.array(columns[column.name], arrow_type(column.type))
        for column in SAMPLE_COLUMNS
        if column.name != "base_task"
    }
    params = [sample.params for sample in samples]
    for name in _names(params):
        values = [None if (v := p.get(name)) is None else float(v) + 0.0 for p in params]
        arrays[PARAM + name] = pa.array(values, pa.float64())
    labels = [sample.labels for sample in samples]
    for name in _names(labels):
        arrays[LABEL + name] = pa.array([found.get(name) for found in labels], pa.string())
    return pa.table(arrays)


def has_text(sample: Sample) -> bool:
    """Whether the sample has a row in ``texts``."""
    return not (
        sample.prompt is None
        and sample.response is None
        and sample.reasoning is None
        and sample.answer is None
        and sample.target is None
    )


def texts_table(samples: Sequence[Sample], keys: Keys, import_id: str) -> pa.Table:
    """Arrow table of ``texts`` for the samples that have any, without the partition column."""
    import pyarrow as pa

    pairs = zip(samples, keys.uids, strict=True)
    chosen = [(sample, uid) for sample, uid in pairs if has_text(sample)]
    columns: dict[str, list[str | None]] = {
        "sample_uid": [uid for _, uid in chosen],
        "import_id": [import_id] * len(chosen),
    }
    for name in (*TEXT_FIELDS, "reasoning_kind"):
        columns[name] = [getattr(sample, name) for sample, _ in chosen]
    return pa.table(
        {
            column.name: pa.array(columns[column.name], pa.string())
            for column in TEXT_COLUMNS
            if column.name != "base_task"
        }
    )
