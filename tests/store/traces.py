"""Stand-in for what measures traces: numbers that a test can compute itself."""

from __future__ import annotations

import pyarrow as pa

from reasonscape.store.rows import arrow_type
from reasonscape.store.schema import FEATURE_COLUMNS


class Measure:
    """Makes columns ``f.*`` that depend on the row's own texts and counts only.

    Parameters
    ----------
    version
        What ``f.version`` says.
    """

    def __init__(self, version: int = 1) -> None:
        self.version = version
        self.rows: list[int] = []

    def __call__(self, samples: pa.Table, texts: pa.Table) -> pa.Table:
        assert samples.num_rows == texts.num_rows
        self.rows.append(samples.num_rows)
        responses = texts.column("response").to_pylist()
        counts = samples.column("completion_tokens").to_pylist()
        none: list[None] = [None] * len(responses)
        values: dict[str, list[object]] = {column.name: [*none] for column in FEATURE_COLUMNS}
        values["f.version"] = [self.version] * len(responses)
        values["f.trace"] = ["none" if text is None else "response" for text in responses]
        values["f.bytes"] = [None if text is None else len(text) for text in responses]
        values["f.words"] = [None if count is None else count * 2 for count in counts]
        values["f.loop_kind"] = ["exact" if text and "loop" in text else None for text in responses]
        values["f.novelty_head"] = [
            None if text is None else [float(k) for k in range(len(text) % 34)][:32]
            for text in responses
        ]
        return pa.table(
            {c.name: pa.array(values[c.name], arrow_type(c.type)) for c in FEATURE_COLUMNS}
        )
