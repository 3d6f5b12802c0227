"""False alarms and power of a whole run of the four lenses over one (eval, task).

    python benchmarks/calibration.py [--nulls N] [--others M] [--power P] [--curve C] [--seed S]
                                     [--out FILE.jsonl] [--picture FILE.png]
    python benchmarks/calibration.py --read FILE.jsonl ... [--picture FILE.png]

Every store is planted with its texts (traces are passages of the standard library's help texts, the
same for right and wrong ones), measured by all lenses as ``diagnose`` measures it, and judged
as one family of tests. Printed are: false alarms over N null stores, in which no failure pattern is
true; over M stores in which some are true by design (a flat loss, a decline) and all others false;
each pattern over all stores in which it is false; power over P stores of each mechanism at its
reference effect; and over C stores at a quarter, half, twice and four times its size. Stores that
FILE.jsonl holds are not planted again. Nothing here was used to set a threshold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.calibration_report import report
from benchmarks.calibration_worlds import PATTERNS, WORLDS, drawn_store, facts
from reasonscape.findings.thresholds import FAILURE_PATTERNS
from reasonscape.planted.design import Plan, mechanism_plan

TARGETS: Final = {
    "cliff": "accuracy_cliff",
    "gradual": "gradual_decline",
    "truncation": "truncation_dominant",
    "chaos": "chaotic_surface",
    "uniform": "uniform_loss",
    "collapse": "peak_collapse",
    "bandgain": "band_limited_gain",
    "artifact": "tokenization_artifact",
    "underthink": "underthink",
    "overthink": "overthink",
    "loops": "broken_loops",
    "early": "early_hazard",
    "delayed": "delayed_hazard",
    "threshold": "hazard_threshold",
}
"""Planted mechanism -> the failure pattern that it is."""
SIZES: Final = (1.0, 0.5, 0.25, 2.0, 4.0)
"""Items a cell over those of the reference."""
BANK_CHARS: Final = 300_000


@dataclass(frozen=True)
class Job:
    """One store: a null world or a mechanism, how large, and which of its kind."""

    kind: str
    size: float
    number: int


def jobs_of(asked: argparse.Namespace) -> list[Job]:
    """All stores, kinds mixed so that a run cut short is of all of them; other sizes come last."""
    strict = [name for name, world in WORLDS.items() if world.strict]
    others = [name for name, world in WORLDS.items() if not world.strict]
    mixed: list[tuple[float, Job]] = []
    for names, stores in ((strict, asked.nulls), (others, asked.others)):
        jobs = [Job(names[i % len(names)], 1.0, i // len(names)) for i in range(stores)]
        mixed += [(i / stores, job) for i, job in enumerate(jobs)]
    for i in range(asked.power):
        mixed += [((i + 0.5) / asked.power, Job(kind, 1.0, i)) for kind in TARGETS]
    jobs = [job for _, job in sorted(mixed, key=lambda one: one[0])]
    for size in SIZES[1:]:
        jobs += [Job(kind, size, i) for i in range(asked.curve) for kind in TARGETS]
    return jobs


def planted_plan(kind: str, size: float, seed: int) -> Plan:
    """The mechanism at its reference effect, on so many times its items.

    Other sizes than that of the reference are planted without what the lens of the pattern does not
    read: texts, or the traces beside prompts. A lens that has nothing to read counts as p = 1.
    """
    plan = mechanism_plan(kind, seed=seed, baseline=False)
    items = max(round(plan.tasks[0].items * size), 1)
    plan = replace(plan, tasks=(replace(plan.tasks[0], items=items),))
    lens = next(lens for lens, patterns in FAILURE_PATTERNS.items() if TARGETS[kind] in patterns)
    if size == 1 or lens == "compression":
        return plan
    return replace(plan, trace_chars=(8, 8)) if lens == "fft" else replace(plan, texts=False)


def tried(job: Job, seed: int) -> dict[str, Any]:
    """Plant one store, run the lenses, return every verdict and what is true."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.planted.planting import plant
    from reasonscape.planted.truth import group_truth
    from reasonscape.runs.four_lenses import claims_of, judged_together, measure_task
    from reasonscape.runs.selection import compiled

    if job.kind in WORLDS:
        made = drawn_store(job.kind, seed, job.number)
        plan, true, undecided = made.plan, made.true, made.open
    else:
        place = list(TARGETS).index(job.kind)
        own = [seed, 1000 + place, SIZES.index(job.size), job.number]
        plan = planted_plan(job.kind, job.size, _seed(own))
        true = group_truth(plan, plan.tasks[0], plan.evals[0]).expects
        undecided = ()
    began = time.process_time()
    # The planter's own sentences differ between right and wrong traces; passages do not.
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "planted.json"
        plant(plan, config, text_bank=text_bank(Path(folder)) if plan.texts else None)
        dataset = Dataset.open(config)
        name = plan.tasks[0].name
        measured = measure_task(dataset, compiled(dataset, {}), name, seed=job.number)
        findings = judged_together([claims_of(name, measured)])
    return {
        "kind": job.kind,
        "size": job.size,
        "number": job.number,
        "seed": seed,
        "true": list(true),
        "open": list(undecided),
        "facts": facts(plan),
        "found": {f.pattern: _told(f) for f in findings if f.pattern in PATTERNS},
        "reassured": [f.pattern for f in findings if f.q is None and f.verdict == "present"],
        "seconds": time.process_time() - began,
    }


def text_bank(folder: Path) -> Path:
    """A file of prose that is on every machine with Python: some of the topics of its help."""
    from pydoc_data.topics import topics

    bank = folder / "bank.txt"
    bank.write_text("\n\n".join(topics.values())[:BANK_CHARS], encoding="utf-8")
    return bank


def _seed(words: list[int]) -> int:
    import numpy as np

    return int(np.random.default_rng(words).integers(2**31))


def _told(finding: Any) -> dict[str, Any]:
    from reasonscape.runs.strict_json import plain

    effect = finding.effect
    told: dict[str, Any] = plain(
        {
            "verdict": finding.verdict,
            "reason": finding.reason,
            "effect": None if effect is None else [effect.value, effect.low, effect.high],
            "p": finding.p,
            "q": finding.q,
        }
    )
    return told


def run(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Try the stores that the file does not hold yet, one after the other."""
    out = Path(asked.out) if asked.out else None
    done = read([out]) if out is not None and out.exists() else []
    held = {(s["kind"], s["size"], s["number"], s["seed"]) for s in done}
    jobs = list(jobs_of(asked))
    for place, job in enumerate(jobs):
        if (job.kind, job.size, job.number, asked.seed) in held:
            continue
        done.append(tried(job, asked.seed))
        if out is not None:
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[-1]) + "\n")
        if place % 25 == 0:
            print(f"{place} of {len(jobs)}: {job}", file=sys.stderr, flush=True)
    return done


def read(paths: list[Path]) -> list[dict[str, Any]]:
    """Stores that were tried before."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def main() -> None:
    """Parse the options, try, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nulls", type=int, default=60, help="stores in which nothing is true")
    parser.add_argument("--others", type=int, default=40, help="stores in which some patterns are")
    parser.add_argument("--power", type=int, default=5, help="stores of each mechanism")
    parser.add_argument("--curve", type=int, default=0, help="the same at each other size")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--out", help="JSON Lines; stores that it holds are not tried again")
    parser.add_argument("--read", nargs="+", type=Path, help="only print what these files hold")
    parser.add_argument("--picture", type=Path, help="draw power by size")
    asked = parser.parse_args()
    stores = read(asked.read) if asked.read else run(asked)
    report(stores, TARGETS)
    if asked.picture:
        from benchmarks.calibration_picture import draw

        draw(stores, TARGETS, asked.picture)


if __name__ == "__main__":
    main()
