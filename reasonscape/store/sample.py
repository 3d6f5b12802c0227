"""The record that readers produce and the store writes: one completion of one item."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Sample:
    """One completion, as a reader knows it; ``None`` is unknown and never invented.

    Attributes
    ----------
    model, template, sampler
        Identity of the evaluated system; empty where unknown.
    base_task, task
        Task family, and its full name with variant (``task`` defaults to ``base_task``).
    item_id
        The question; ``None`` defaults to the prompt's hash, or the source row without a prompt.
    repeat
        Which completion of the item; ``None`` defaults to the count of earlier rows of the same
        log with the same other identity fields.
    params, labels
        Numeric and categorical difficulty coordinates, without the ``param.``/``label.`` prefix.
    grade_source
        Who graded: ``native|side_file|exact|numeric|choice|regex``; ``None`` where not graded.
    stop, stop_source
        ``stop|length|filter|error|unknown`` and
        ``native|inferred_cap|inferred_unclosed_think|unknown``.
    reasoning_kind
        ``full|summary|hidden|none``; hidden is reasoning that the log does not hold.
    """

    model: str
    base_task: str
    template: str = ""
    sampler: str = ""
    task: str = ""
    item_id: str | None = None
    repeat: int | None = None
    params: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    correct: bool | None = None
    score: float | None = None
    grade_source: str | None = None
    chance: float | None = None
    chance_source: str = "unknown"
    answered: bool | None = None
    stop: str = "unknown"
    stop_source: str = "unknown"
    max_tokens: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    tokens_source: str | None = None
    source: str = ""
    source_row: int = 0
    prompt: str | None = None
    reasoning: str | None = None
    reasoning_kind: str = "none"
    response: str | None = None
    answer: str | None = None
    target: str | None = None
