"""dataset-m12x: a planted dataset that the failure-diagnosis workflow can be walked through on.

The models' names are those of the workflow's examples. Nothing in it was measured on a real
model: labels, sources and the truth file say that it is planted.
"""

from __future__ import annotations

from dataclasses import replace

from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask
from reasonscape.planted.mechanisms import Mechanism, Thinking

_LENGTH = PlannedAxis("length", (6.0, 9.0, 12.0, 15.0, 18.0, 21.0, 24.0, 27.0), "Terms", "terms")
_DEPTH = PlannedAxis("depth", (0.0, 1.0, 2.0, 3.0), "Nesting", "levels")
_SQUEEZED = PlannedAxis(
    "prob_dewhitespace", (0.0, 0.5, 1.0), "Spaces left out", "share", confounder=True
)
_PARTS = PlannedAxis("length", (4.0, 8.0, 12.0, 16.0, 20.0, 24.0), "Parts", "parts")
_SIDE = PlannedAxis("depth", (0.0, 1.0, 2.0), "Side facts", "facts")

# name, label, grammar, chance, tier
_OTHERS = (
    ("production-task", "Production task", "tracking", 0.0, "production"),
    ("boolean", "Boolean", "boolean", 0.5, "logic"),
    ("zebra", "Zebra", "ordering", 0.25, "logic"),
    ("seating", "Seating", "ordering", 0.25, "logic"),
    ("gates", "Gates", "boolean", 0.5, "logic"),
    ("ledger", "Ledger", "arithmetic", 0.0, "math"),
    ("counting", "Counting", "counting", 0.0, "math"),
    ("letters", "Letters", "counting", 0.0, "language"),
    ("sort", "Sort", "sorting", 0.0, "language"),
    ("shuffle", "Shuffle", "tracking", 0.2, "memory"),
    ("inventory", "Inventory", "tracking", 0.2, "memory"),
)

_WIDE = Thinking(easy=900, hard=3500, spread=0.45, cap=16384)
_OVERTHINK = replace(_WIDE, wrong_ratio=2.0, circles=0.8)
_LOOPING = replace(_WIDE, wrong_ratio=1.6, loops=0.5)
_UNDERTHINK = replace(_WIDE, wrong_ratio=0.5)
_SHORT_CAP = Thinking(spread=0.5, cap=4096)

_SLIGHT = (("depth", 0.05), ("prob_dewhitespace", 0.03))
_HEALTHY = Mechanism("healthy", high=0.97, thinking=_WIDE)
_CLIFF = Mechanism("cliff", high=0.97, low=0.05, axis="length", costs=_SLIGHT, thinking=_OVERTHINK)
_GRADUAL = Mechanism("gradual", high=0.95, low=0.45, axis="length", thinking=_WIDE)
_CUT_OFF = Mechanism("truncation", high=0.95, truncated=0.9, axis="length", thinking=_SHORT_CAP)


def _models() -> tuple[PlannedEval, ...]:
    spaces_matter = (("depth", 0.05), ("prob_dewhitespace", 0.5))
    return (
        _model(
            "gpt-4o",
            _HEALTHY,
            # Terms 18 are still solved, 21 are not.
            {"arithmetic": replace(_CLIFF, break_after=5), "seating": _GRADUAL},
            ("family:gpt", "size:large"),
        ),
        _model(
            "llama-3.3-70b",
            replace(_GRADUAL, low=0.7),
            {"arithmetic": replace(_CLIFF, break_after=6), "letters": _HEALTHY},
            ("family:llama", "size:large"),
        ),
        _model(
            "qwen-2.5-72b",
            replace(_GRADUAL, low=0.7),
            {"arithmetic": replace(_CLIFF, break_after=5, thinking=_LOOPING), "sort": _HEALTHY},
            ("family:qwen", "size:large"),
        ),
        _model(
            "base-model",
            replace(_GRADUAL, low=0.6),
            {"arithmetic": replace(_CLIFF, break_after=6, thinking=_WIDE)},
            ("family:own", "size:small"),
        ),
        _model(
            "finetuned-model",
            replace(_GRADUAL, low=0.3, thinking=_UNDERTHINK),
            {"arithmetic": replace(_CLIFF, break_after=3, thinking=_UNDERTHINK)},
            ("family:own", "size:small", "tuned"),
        ),
        _model("production-model", _CUT_OFF, {"counting": _HEALTHY}, ("family:own", "size:small")),
        _model(
            "target-model",
            replace(_GRADUAL, low=0.5),
            {
                "arithmetic": replace(_CLIFF, break_after=4, thinking=_OVERTHINK),
                "boolean": Mechanism("uniform", high=0.4, thinking=_WIDE),
                "zebra": replace(_CLIFF, break_after=3, thinking=_LOOPING),
                "gates": Mechanism("chaos", high=0.5, spread=0.35, thinking=_WIDE),
                "letters": _HEALTHY,
            },
            ("family:target", "size:large"),
        ),
        # Another reading than model-b's, so that the pair shows one prompt by two tokenizers.
        _model("model-a", _HEALTHY, {}, ("family:pair", "size:large"), tokenizer="words"),
        _model(
            "model-b",
            _HEALTHY,
            {"arithmetic": replace(_GRADUAL, low=0.6, costs=spaces_matter), "shuffle": _GRADUAL},
            ("family:pair", "size:small"),
        ),
    )


def _model(
    name: str,
    mechanism: Mechanism,
    exceptions: dict[str, Mechanism],
    groups: tuple[str, ...],
    tokenizer: str = "bytes",
) -> PlannedEval:
    return PlannedEval(
        name,
        mechanism,
        template="zeroshot",
        sampler="greedy",
        exceptions=tuple(exceptions.items()),
        label=f"{name} (planted)",
        groups=groups,
        tokenizer=tokenizer,
    )


def workflow_plan(
    *,
    seed: int = 0,
    texts: bool = True,
    trace_chars: tuple[int, int] = (600, 6000),
    name: str = "dataset-m12x",
) -> Plan:
    """Return the plan of dataset-m12x: 12 tasks, 9 models, 50,112 rows.

    Parameters
    ----------
    seed, texts, trace_chars, name
        As in `Plan`.

    Examples
    --------
    >>> plan = workflow_plan()
    >>> len(plan.tasks), len(plan.evals), plan.rows
    (12, 9, 50112)
    """
    arithmetic = PlannedTask(
        "arithmetic",
        (_LENGTH, _DEPTH, _SQUEEZED),
        items=8,
        repeats=2,
        label="Arithmetic",
        tiers=("math",),
    )
    others = tuple(
        PlannedTask(
            task,
            (_PARTS, _SIDE),
            items=12 if task == "production-task" else 10,
            repeats=2,
            chance=chance,
            grammar=grammar,
            label=label,
            tiers=(tier,),
        )
        for task, label, grammar, chance, tier in _OTHERS
    )
    return Plan(
        name,
        (arithmetic, *others),
        _models(),
        seed=seed,
        texts=texts,
        trace_chars=trace_chars,
        tiers=(("hard", "length", 18.0),),
        distinct=True,
    )
