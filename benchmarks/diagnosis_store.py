"""A whole store in one call: 12 tasks x 4 evals, each pair failing by a cause of its own.

    python benchmarks/diagnosis_store.py [--stores N] [--seed S] [--keep FOLDER]

Plants N stores of 48 (eval, task) pairs with mixed causes, runs `analyze.py diagnose STORE --format
json` once for each, and prints: pairs whose leading cause is the planted one, what was said
instead, seconds, and characters of stdout. `--keep` leaves the stores with a key of their causes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TASKS, EVALS = 12, 4
MODELS = ("amber", "basalt", "cedar", "delta")
MIXED = (
    "healthy",
    "working_memory_limit",
    "reasoning_inefficiency",
    "underthinking",
    "context_truncation",
    "capability_gap",
    "unstable_surface",
    "tokenization_problem",
)
WRITTEN = "prob_dewhitespace"
CAP = 32_768
CHARS = (400, 60_000)


def mixed_store(seed: int) -> tuple[Any, dict[tuple[str, str], str]]:
    """A plan of 48 pairs, and the cause of each (model, task); every pair can be decided."""
    from dataclasses import replace

    import numpy as np

    from reasonscape.planted.causes import planted_cause
    from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask

    rng = np.random.default_rng(seed)
    drawn = planted_cause("capability_gap", seed).plan.nuisance
    nuisance = replace(drawn, reasoning="kept", tokens=True, stops=True) if drawn else None
    tasks, mechanisms, causes = [], {}, {}
    for number in range(TASKS):
        levels, depths = int(rng.integers(5, 9)), int(rng.integers(3, 5))
        axes = [
            PlannedAxis("length", tuple(float(3 * i + 3) for i in range(levels))),
            PlannedAxis("depth", tuple(float(i) for i in range(depths))),
        ]
        if number % 3 == 0:
            axes.append(PlannedAxis(WRITTEN, (0.0, 0.5, 1.0), confounder=True))
        cells = levels * depths * (3 if number % 3 == 0 else 1)
        repeats = int(rng.integers(1, 4))
        items = max(10 if number % 3 else 4, round(700 / cells / repeats))
        task = PlannedTask(f"task{number:02d}", tuple(axes), items, repeats)
        for model in MODELS:
            cause, mechanism = _decidable(rng, task, nuisance)
            mechanisms[model, task.name] = mechanism
            causes[model, task.name] = cause
        tasks.append(task)
    evals = tuple(
        PlannedEval(
            model,
            mechanisms[model, tasks[0].name],
            exceptions=tuple((t.name, mechanisms[model, t.name]) for t in tasks[1:]),
        )
        for model in MODELS
    )
    plan = Plan(
        f"mixed-{seed}", tuple(tasks), evals, seed=seed, trace_chars=CHARS,
        nuisance=nuisance,
    )  # fmt: skip
    return plan, causes


def _decidable(rng: Any, task: Any, nuisance: Any) -> tuple[str, Any]:
    """A cause and its mechanism on that task, drawn until an oracle can decide it."""
    from dataclasses import replace

    from reasonscape.planted.cause_mechanisms import CAUSES, Case
    from reasonscape.planted.causes import PlantedCause
    from reasonscape.planted.design import Plan, PlannedEval
    from reasonscape.planted.mechanisms import Thinking
    from reasonscape.planted.oracle import DECIDABLE, oracle

    written = WRITTEN if any(axis.name == WRITTEN for axis in task.axes) else ""
    known = [cause for cause in MIXED if written or cause != "tokenization_problem"]
    cause = str(rng.choice(known))
    ways = {"working_memory_limit": ("circles", "loops", "late"),
            "tokenization_problem": ("confounder",), "underthinking": ("even", "falling"),
            "reasoning_inefficiency": ("loops",), "capability_gap": ("even", "falling", "cliff"),
            }.get(cause, ("",))  # fmt: skip
    while True:
        way = str(rng.choice(ways))
        easy = float(rng.uniform(300, 900))
        thinking = Thinking(easy=easy, hard=easy * 3, spread=0.45, cap=CAP)
        case = Case(rng, task.axes, thinking, float(rng.uniform(0.2, 1.0)), 0.25, written)
        mechanism = CAUSES[cause](case, way)
        own = replace(task, name="planted")
        evals = (PlannedEval("planted", mechanism),)
        one = Plan("one", (own,), evals, trace_chars=CHARS, nuisance=nuisance)
        made = PlantedCause(cause, way, one, case.strength, written)
        if oracle(made) < DECIDABLE:
            return cause, mechanism


def diagnosed(config: Path) -> tuple[dict[tuple[str, str], str], float, int]:
    """Leading cause of each (model, task), seconds, and characters, from what the command says."""
    began = time.perf_counter()
    words = [sys.executable, str(ROOT / "analyze.py"), "diagnose", str(config), "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=config.parent)
    seconds = time.perf_counter() - began
    said = json.loads(done.stdout)
    found = {
        (name.rpartition(" [")[0], task): told.rpartition(" ")[0]
        for name, row in said["overview"].items()
        for task, told in row.items()
    }
    return found, seconds, len(done.stdout)


def main() -> None:
    """Plant, diagnose, compare with the key."""
    from reasonscape.planted.planting import plant

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    wrong: Counter[tuple[str, str]] = Counter()
    right = pairs = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        for seed in range(asked.seed, asked.seed + asked.stores):
            plan, causes = mixed_store(seed)
            config = folder / f"mixed-{seed}.json"
            plant(plan, config)
            key = {f"{model} {task}": cause for (model, task), cause in causes.items()}
            (folder / f"mixed-{seed}.key.json").write_text(json.dumps(key, indent=1) + "\n")
            found, seconds, characters = diagnosed(config)
            hits = sum(found.get(pair) == cause for pair, cause in causes.items())
            wrong.update((c, found.get(p, "none")) for p, c in causes.items() if found.get(p) != c)
            right, pairs = right + hits, pairs + len(causes)
            print(
                f"seed {seed}: {plan.rows:,} rows, {hits} of {len(causes)} right, "
                f"{seconds:.1f} s, {characters:,} characters",
                flush=True,
            )
    print(f"{right} of {pairs} pairs right")
    for (planted, said), count in wrong.most_common():
        print(f"  {count} x {planted} called {said}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
