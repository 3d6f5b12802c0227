"""Print how often triage suspects what is healthy, and how much of what is planted it finds.

    python benchmarks/triage_rules.py                       # drawn stores: null rates
    python benchmarks/triage_rules.py --truth data/x.json   # planted: what is flagged
    python benchmarks/triage_rules.py --real data/y.json    # labels dealt anew: null rates

Null of drawn stores: a healthy model (accuracy .93 to .99), and one of accuracy .6 in every cell,
of which only the two signals about accuracy itself may speak; grids, items, repeats, chance and
lengths vary, and hard cells have longer traces. Null of real data: outcomes are dealt anew, within
cells (whatever is about lengths, ends and loops is then chance) and
over the whole (eval, task) (so are falls, factors and scatter).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reasonscape.datasets.config import Dataset
from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask
from reasonscape.planted.mechanisms import Mechanism, OutputKind, Thinking
from reasonscape.planted.planting import plant
from reasonscape.runs.triage import triage
from reasonscape.runs.triage_judging import Screened, judged
from reasonscape.runs.triage_rows import screened_tasks
from reasonscape.runs.triage_screening import screen_of_task
from reasonscape.store.filters import parse_filters
from reasonscape.store.selection.names import eval_names

ABOUT_ACCURACY = {"low_accuracy", "below_others", "truncated", "unanswered"}
ABOUT_CELLS = {"fall", "factor", "scatter"}
NULLS: tuple[tuple[str, set[str]], ...] = (
    ("healthy", set()),
    ("accuracy .6", {"low_accuracy", "below_others"}),
)


def null_plan(kind: str, seed: int) -> Plan:
    """Five tasks of different shapes, four models without any mechanism."""
    rng = np.random.default_rng(seed)
    tasks = []
    for number in range(5):
        levels = int(rng.integers(3, 9))
        axes = [PlannedAxis("length", tuple(float(v) for v in range(1, levels + 1)), "Length")]
        if rng.random() < 0.7:
            depth = tuple(float(v) for v in range(int(rng.integers(2, 5))))
            axes.append(PlannedAxis("depth", depth, "Depth"))
        if rng.random() < 0.4:
            axes.append(PlannedAxis("form", ("a", "b", "c"), "Form"))
        tasks.append(
            PlannedTask(
                f"task-{number}",
                tuple(axes),
                items=int(rng.integers(4, 25)),
                repeats=int(rng.choice([1, 1, 2, 4, 8])),
                chance=float(rng.choice([0.0, 0.0, 0.25, 0.5])),
            )
        )
    evals = []
    for number in range(4):
        easy = float(rng.uniform(200, 1500))
        thinking = Thinking(
            easy=easy,
            hard=easy * float(rng.uniform(1, 5)),
            spread=float(rng.uniform(0.2, 0.9)),
            item_share=float(rng.uniform(0.0, 0.8)),
            cap=65536,
        )
        high = float(rng.uniform(0.93, 0.99)) if kind == "healthy" else 0.6
        name: OutputKind = "healthy" if kind == "healthy" else "uniform"
        evals.append(PlannedEval(f"m{number}", Mechanism(name, high=high, thinking=thinking)))
    sd = float(rng.uniform(0.0, 1.5))
    return Plan("null", tuple(tasks), tuple(evals), seed=seed, item_sd=sd, texts=False)


def rate(what: str, screened: Sequence[Screened], spoken: set[str]) -> None:
    """Share of pairs with a signal of those that only chance can give."""
    # Where nothing right is there to compare with, loops are counted, and no label changes that.
    wrong = [
        [s.name for s in one.shown if s.name not in spoken and s.detail.get("compared", True)]
        for one in screened
    ]
    alarms = sum(bool(names) for names in wrong)
    told = Counter(name for names in wrong for name in names)
    print(
        f"  {what}: {alarms} of {len(wrong)} (eval, task) pairs suspected "
        f"({alarms / max(len(wrong), 1):.4f}); {dict(told) or 'no signal'}"
    )


def print_drawn(stores: int, seed: int) -> None:
    for kind, spoken in NULLS:
        found: list[Screened] = []
        verdicts: Counter[str] = Counter()
        for number in range(stores):
            with tempfile.TemporaryDirectory() as folder:
                config = Path(folder) / "null.json"
                plant(null_plan(kind, seed * 10_000 + number), config)
                run = triage(Dataset.open(config))
            found += run.screened
            verdicts.update(one.verdict for one in run.screened)
        rate(f"{kind}, {stores} stores", found, spoken)
        print(f"    verdicts: {dict(verdicts)}")


def dealt(task: Any, rng: np.random.Generator, *, cells: bool) -> Any:
    """The same task with outcomes dealt anew."""
    pairs = []
    for pair in task.pairs:
        outcome = pair.outcome.copy()
        group = pair.cell if cells else np.zeros(len(outcome))
        order = np.lexsort((rng.random(len(outcome)), group))
        plain = np.lexsort((np.arange(len(outcome)), group))
        outcome[plain] = outcome[order]
        pairs.append(replace(pair, outcome=outcome))
    return replace(task, pairs=tuple(pairs))


def print_real(path: Path, seed: int) -> None:
    dataset = Dataset.open(path)
    names = eval_names(dataset.store())
    tasks = list(screened_tasks(dataset, dataset.where(parse_filters({}))))
    run = triage(dataset)
    print(f"{run!r}")
    for cells, spoken in ((True, ABOUT_ACCURACY | ABOUT_CELLS), (False, ABOUT_ACCURACY)):
        rng = np.random.default_rng(seed)
        anew = [dealt(task, rng, cells=cells) for task in tasks]
        found = judged([one for task in anew for one in screen_of_task(task, names)])
        rate("dealt within cells" if cells else "dealt over all cells", found, spoken)


def print_truth(path: Path) -> None:
    truth = json.loads(path.with_suffix(".truth.json").read_text())
    found = {(s.eval_id, s.base_task): s for s in triage(Dataset.open(path)).screened}
    table: Counter[tuple[str, str, str]] = Counter()
    for group in truth["groups"]:
        one = found[group["eval_id"], group["base_task"]]
        table[group["mechanism"], one.verdict, str(one.suspected)] += 1
    for (mechanism, verdict, cause), count in sorted(table.items()):
        print(f"  {mechanism:12} {verdict:16} {cause:24} {count}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--real", type=Path)
    options = parser.parse_args()
    if options.truth:
        print_truth(options.truth)
    elif options.real:
        print_real(options.real, options.seed)
    else:
        print_drawn(options.stores, options.seed)


if __name__ == "__main__":
    main()
