"""What the pictures of the interpretation guide show: a planted failure, a lens, a kind of picture.

A pattern has one or two pictures of its own lens, a cause one of each lens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reasonscape as rs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plotly.graph_objects import Figure

    from reasonscape.runs.lens_run import LensRun

WORKFLOW = "workflow"
TASK = "arithmetic"


@dataclass(frozen=True)
class Scene:
    """Planted rows, and the models that are drawn (none named: the one that has the mechanism)."""

    mechanism: str
    models: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def filters(self) -> dict[str, Any]:
        """The rows that are drawn."""
        return {"model": list(self.models or (self.mechanism,)), "base_task": TASK}


COLLAPSE = Scene("collapse", options=(("items", 20),))
CLIFF = Scene("cliff")
SCANT = Scene("healthy", options=(("items", 1), ("repeats", 1)))
# With this seed no trace is cut off; a mean over two of them has a band as high as the picture.
CIRCLES = Scene("overthink", options=(("seed", 1),))
TUNED = Scene(WORKFLOW, ("base-model", "finetuned-model"))

PATTERNS: dict[str, tuple[Scene, str, tuple[str, ...]]] = {
    "healthy_surface": (Scene("healthy"), "surface", ("surface", "along-length")),
    "accuracy_cliff": (CLIFF, "surface", ("surface", "along-length")),
    "gradual_decline": (Scene("gradual"), "surface", ("surface", "along-length")),
    "truncation_dominant": (Scene("truncation"), "surface", ("surface", "along-length")),
    "chaotic_surface": (Scene("chaos"), "surface", ("surface", "along-length")),
    "uniform_loss": (Scene("uniform"), "surface", ("surface", "along-length")),
    "peak_collapse": (COLLAPSE, "fft", ("waterfall",)),
    "band_limited_gain": (Scene("bandgain"), "fft", ("waterfall",)),
    "tokenization_artifact": (Scene("artifact"), "fft", ("fragments",)),
    "clean_spectrum": (Scene("artifact-chance"), "fft", ("spectrum", "outcome")),
    "underthink": (Scene("underthink"), "compression", ("traces", "longer")),
    "overthink": (CIRCLES, "compression", ("traces", "novelty")),
    "broken_loops": (Scene("loops"), "compression", ("traces", "loops")),
    "healthy_traces": (Scene("uniform"), "compression", ("traces", "novelty")),
    "early_hazard": (Scene("early"), "hazard", ("relative", "hazard")),
    "delayed_hazard": (Scene("delayed"), "hazard", ("relative", "hazard")),
    "hazard_threshold": (Scene("threshold"), "hazard", ("relative", "hazard")),
    "constant_hazard": (Scene("uniform"), "hazard", ("relative", "hazard")),
}

CAUSES: dict[str, Scene] = {
    "healthy": Scene("healthy"),
    "working_memory_limit": Scene(WORKFLOW, ("gpt-4o",)),
    "tokenization_problem": COLLAPSE,
    "reasoning_inefficiency": Scene("loops"),
    "underthinking": Scene("underthink"),
    "context_truncation": Scene("truncation"),
    "capability_gap": Scene("gradual"),
    "unstable_surface": Scene("chaos"),
    "finetune_regression": TUNED,
    "insufficient_evidence": SCANT,
}
KEY_KINDS = {
    "surface": "surface",
    "fft": "waterfall",
    "compression": "traces",
    "hazard": "relative",
}
SCANT_KINDS = {"surface": "along-length"}
"""Cells of one sample are masked: a landscape would be empty."""


def guide_figures(folder: Path) -> Iterator[tuple[str, list[Figure]]]:
    """Name of each picture and the figures it is put together from, two in a row."""

    @cache
    def planted(scene: Scene) -> Path:
        config = folder / "guide" / f"{scene.mechanism}-{len(scene.options)}.json"
        rs.plant(scene.mechanism, config, **dict(scene.options))
        return config

    @cache
    def measured(scene: Scene, lens: str) -> LensRun:
        words = {"tokenizer": "words"} if scene.mechanism in ("collapse", "bandgain") else {}
        options = words if lens == "fft" else {}
        run = getattr(rs, lens)(rs.open(planted(scene)), scene.filters, **options)
        assert isinstance(run, rs.LensRun)
        return run

    for pattern, (scene, lens, kinds) in PATTERNS.items():
        run = measured(scene, lens)
        yield f"pattern-{pattern}", [drawn(run, kind) for kind in kinds]
    for cause, scene in CAUSES.items():
        kinds = KEY_KINDS | SCANT_KINDS if scene == SCANT else KEY_KINDS
        yield (
            f"cause-{cause}",
            [drawn(measured(scene, lens), kind) for lens, kind in kinds.items()],
        )


def drawn(run: LensRun, kind: str) -> Figure:
    """The first picture of that kind."""
    return run.figure(next(d for d in run.drawings if d.name.startswith(f"{TASK}-{kind}-")))
