"""How often a diagnosis is right: the leading cause on planted stores of every cause.

    python benchmarks/diagnosis.py [--stores N] [--healthy M] [--settings tuning|held-out]
                                   [--first SEED] [--jobs J] [--out FILE.jsonl] [--causes NAME ...]
                                   [--text-bank FILE]
    python benchmarks/diagnosis.py --read FILE.jsonl ...

Plants N stores of each cause and M healthy ones with everything else varied (grid, sizes, repeats,
chance, caps, heavy-tailed lengths, 5-20% failures of other kinds, missing reasoning; traces put
together from passages of the standard library's help texts), diagnoses each, and prints: the
leading causes over the stores that an oracle can decide, false alarms on healthy stores,
over-claims on the others, coverage of the planted numbers, and confidence against the share right.
The rules were tuned on ``tuning`` only. Stores that FILE.jsonl holds are not tried again, so a run
that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

Settings = Literal["tuning", "held-out"]
ROOT = Path(__file__).resolve().parent.parent
NO_CLAIM = ("healthy", "insufficient_evidence")
CLAIMED = 0.5
"""Confidence from which a wrong cause is a claim too many."""


def text_bank(folder: Path) -> Path:
    """A file of prose that is on every machine with Python: the topics of its help."""
    from pydoc_data.topics import topics

    bank = folder / "bank.txt"
    bank.write_text("\n\n".join(topics.values()), encoding="utf-8")
    return bank


def tried(job: tuple[str, int, Settings], bank: str | None = None) -> dict[str, Any]:
    """Plant one store, ask the oracle, diagnose."""
    sys.path.insert(0, str(ROOT))
    import reasonscape as rs
    from benchmarks.diagnosis_numbers import planted_numbers
    from reasonscape.planted.cause_pairs import BASELINE, REGRESSION, planted_pair
    from reasonscape.planted.causes import MODEL, planted_cause
    from reasonscape.planted.oracle import oracle
    from reasonscape.planted.planting import plant

    cause, seed, settings = job
    pair = cause == REGRESSION
    made = planted_pair(seed, settings) if pair else planted_cause(cause, seed, settings)
    plan = made.plan
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "planted.json"
        began = time.perf_counter()
        plant(plan, config, text_bank=bank or text_bank(Path(folder)))
        planted = time.perf_counter()
        run = rs.diagnose(rs.open(config), baseline=BASELINE if pair else None)
        done = time.perf_counter()
    findings = [f for f in run.findings if f.model == MODEL]
    ranked = [h for h in run.hypotheses if h.model == MODEL]
    return {
        "asked": cause,
        "cause": made.cause,
        "way": made.way,
        "seed": seed,
        "settings": settings,
        "strength": made.strength,
        "rows": plan.rows,
        "items": plan.tasks[0].items,
        "shape": list(plan.tasks[0].shape),
        "drawn": _drawn(made),
        "oracle": oracle(made),
        "lead": ranked[0].cause,
        "confidence": ranked[0].confidence,
        "ranked": [[h.cause, h.confidence] for h in ranked],
        "numbers": planted_numbers(made, findings),
        "findings": {f.pattern: _told(f) for f in findings},
        "seconds": [planted - began, done - planted],
    }


def _told(finding: Any) -> dict[str, Any]:
    from reasonscape.runs.strict_json import plain

    effect = finding.effect
    told: dict[str, Any] = plain(
        {
            "lens": finding.lens,
            "verdict": finding.verdict,
            "reason": finding.reason,
            "effect": None if effect is None else [effect.value, effect.low, effect.high],
            "unit": None if effect is None else effect.unit,
            "p": finding.p,
            "q": finding.q,
            "n": dict(finding.n),
            "evidence": dict(finding.evidence),
        }
    )
    return told


def _drawn(made: Any) -> dict[str, Any]:
    """What was drawn for the store: its numbers, to see on which of them a rule fails."""
    plan, task = made.plan, made.plan.tasks[0]
    mechanism = plan.record()["evals"][0]["mechanism"]
    return {
        "evals": len(plan.evals),
        "repeats": task.repeats,
        "chance": task.chance,
        "grammar": task.grammar,
        "axes": [axis.name for axis in task.axes],
        "item_sd": plan.item_sd,
        "trace_chars": list(plan.trace_chars),
        "mechanism": mechanism,
        "nuisance": plan.record()["nuisance"],
    }


def jobs_of(asked: argparse.Namespace) -> list[tuple[str, int, Settings]]:
    """Every store to try, causes mixed so that a run cut short is of all of them."""
    from reasonscape.planted.cause_mechanisms import CAUSES
    from reasonscape.planted.cause_pairs import REGRESSION

    return [
        (cause, asked.first + i, asked.settings)
        for i in range(max(asked.stores, asked.healthy))
        for cause in asked.causes or (*CAUSES, REGRESSION)
        if i < (asked.healthy if cause == "healthy" else asked.stores)
    ]


def end_with_parent() -> None:
    """Let a worker end when whoever started it is gone, however that came."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Try the stores that the file does not hold yet."""
    out = Path(asked.out) if asked.out else None
    done = list(read([out])) if out is not None and out.exists() else []
    held = {(r.get("asked", r["cause"]), r["seed"], r["settings"]) for r in done}
    todo = [job for job in jobs_of(asked) if job not in held]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.jobs, mp_context=context, initializer=end_with_parent) as pool:
        try:
            waiting = [pool.submit(tried, job, asked.text_bank) for job in todo]
            for future in as_completed(waiting):
                done.append(future.result())
                if out is not None:
                    with out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(done[-1]) + "\n")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def read(paths: Sequence[Path]) -> Iterable[dict[str, Any]]:
    """Stores that were tried before."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def ruled_anew(store: Mapping[str, Any]) -> dict[str, Any]:
    """The same findings under the rules as they are now; findings are not measured again."""
    from reasonscape.diagnosis.hypotheses import hypotheses
    from reasonscape.findings.finding import Effect, Finding

    found = []
    for pattern, told in store["findings"].items():
        numbers = [math.nan if v is None else v for v in told["effect"] or (None,) * 3]
        effect = Effect(pattern, numbers[0], told["unit"], *numbers[1:]) if told["effect"] else None
        found.append(
            Finding(
                id=pattern, lens=told["lens"], pattern=pattern, verdict=told["verdict"],
                reason=told["reason"], eval_id="", model="", base_task="", scope={},
                statement=pattern, effect=effect, n=told["n"], p=told["p"], q=told["q"],
                evidence=told["evidence"],
            )
        )  # fmt: skip
    first = hypotheses(found)[0]
    return {**store, "lead": first.cause, "confidence": first.confidence}


def share(hits: int, n: int) -> str:
    """A share with its 95% interval."""
    from reasonscape.stats.proportions import wilson_bounds

    if not n:
        return "none"
    low, high = wilson_bounds(hits, n)
    return f"{hits} of {n} = {hits / n:.1%} [{float(low):.1%}, {float(high):.1%}]"


def report(stores: Sequence[Mapping[str, Any]]) -> None:
    """Print all tables."""
    from reasonscape.planted.oracle import DECIDABLE

    decidable = [s for s in stores if s["oracle"] < DECIDABLE]
    table: Counter[tuple[str, str]] = Counter((s["cause"], s["lead"]) for s in decidable)
    causes = list(dict.fromkeys(s["cause"] for s in stores))
    print(f"{len(stores)} stores, {len(decidable)} decidable; leading cause of the decidable ones")
    for cause in causes:
        n = sum(count for (planted, _), count in table.items() if planted == cause)
        others = {lead: c for (p, lead), c in table.most_common() if p == cause and lead != cause}
        print(f"  {cause:<24}{share(table[cause, cause], n):<34} else {others or 'none'}")
    failing = [s for s in decidable if s["cause"] != "healthy"]
    right = sum(s["lead"] == s["cause"] for s in failing)
    print(f"right of decidable failures   {share(right, len(failing))}")
    well = [s for s in stores if s["cause"] == "healthy"]
    alarms = sum(s["lead"] not in NO_CLAIM for s in well)
    print(f"false alarms on healthy       {share(alarms, len(well))}")
    rest = [s for s in stores if s["oracle"] >= DECIDABLE and s["cause"] != "healthy"]
    over = [
        s for s in rest if s["lead"] not in (*NO_CLAIM, s["cause"]) and s["confidence"] >= CLAIMED
    ]
    print(f"over-claims on undecidable    {share(len(over), len(rest))}")
    named = [s for s in over if s["lead"] != "capability_gap"]
    print(f"  of these name a mechanism   {share(len(named), len(rest))}")
    for (cause, lead), n in Counter((s["cause"], s["lead"]) for s in over).most_common():
        print(f"  {n} x {cause} taken for {lead}")
    _coverage(stores)
    _calibration(stores)
    seconds = [sum(s["seconds"]) for s in stores]
    print(f"{sum(seconds) / max(len(seconds), 1):.1f} s a store (planting and diagnosis, one core)")


def _coverage(stores: Sequence[Mapping[str, Any]]) -> None:
    held: defaultdict[str, list[tuple[bool, float]]] = defaultdict(list)
    for store in stores:
        for name, (true, low, high) in store["numbers"].items():
            if all(isinstance(v, int | float) and math.isfinite(v) for v in (low, high)):
                held[name].append((low <= true <= high, high - low))
    print("planted numbers inside their stated 95% intervals")
    for name, found in held.items():
        width = sum(w for _, w in found) / len(found)
        print(f"  {name:<28}{share(sum(h for h, _ in found), len(found))}, mean width {width:.2f}")


EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def bins(stores: Sequence[Mapping[str, Any]]) -> list[tuple[float, float, float, int, int]]:
    """Low and high edge, mean confidence, verdicts right and how many; of those with a cause."""
    claims = [s for s in stores if s["lead"] != "insufficient_evidence"]
    found = []
    for low, high in pairwise(EDGES):
        mine = [s for s in claims if low <= s["confidence"] < high or s["confidence"] == high == 1]
        if mine:
            mean = sum(s["confidence"] for s in mine) / len(mine)
            right = sum(s["lead"] == s["cause"] for s in mine)
            found.append((low, high, mean, right, len(mine)))
    return found


def _calibration(stores: Sequence[Mapping[str, Any]]) -> None:
    print("confidence of the leading cause against the share right (all stores)")
    for low, high, mean, right, n in bins(stores):
        print(f"  {low:.2f}-{high:.2f} (mean {mean:.2f})  {share(right, n)}")


def draw(stores: Sequence[Mapping[str, Any]], path: Path) -> None:
    """One point a bin of confidence for each settings, with the interval of the share right."""
    import plotly.graph_objects as go

    from reasonscape.runs.pictures import PictureWriter
    from reasonscape.stats.proportions import wilson_bounds

    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": "#999", "dash": "dot"},
                       name="as meant")  # fmt: skip
    for settings, colour in (("tuning", "#0072b2"), ("held-out", "#d55e00")):
        points = bins([s for s in stores if s["settings"] == settings])
        shares = [right / n for *_, right, n in points]
        bounds = [wilson_bounds(right, n) for *_, right, n in points]
        figure.add_scatter(
            x=[mean for _, _, mean, *_ in points], y=shares, mode="markers+text", name=settings,
            text=[str(n) for *_, n in points], textposition="top left",
            marker={"color": colour, "size": 9},
            error_y={
                "array": [float(b[1]) - y for b, y in zip(bounds, shares, strict=True)],
                "arrayminus": [y - float(b[0]) for b, y in zip(bounds, shares, strict=True)],
                "color": colour, "thickness": 1,
            },
        )  # fmt: skip
    figure.update_layout(
        template="plotly_white", width=640, height=520, margin={"l": 60, "r": 20, "t": 20, "b": 60},
        xaxis={"title": "confidence of the leading cause", "range": [0.3, 1.01]},
        yaxis={"title": "share right (95% interval)", "range": [0, 1.05], "tickformat": ".0%"},
        legend={"x": 0.02, "y": 0.98},
    )  # fmt: skip
    with PictureWriter() as pictures:
        pictures.write(figure, path)


def main() -> None:
    """Parse the options, try, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", type=int, default=4, help="stores of each cause")
    parser.add_argument("--healthy", type=int, default=8, help="healthy stores")
    parser.add_argument("--settings", choices=("tuning", "held-out"), default="tuning")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", help="JSON Lines; stores that it holds are not tried again")
    parser.add_argument("--causes", nargs="+")
    parser.add_argument("--text-bank", help="text file whose passages make the traces")
    parser.add_argument("--read", nargs="+", type=Path, help="only print what these files hold")
    parser.add_argument("--again", action="store_true", help="with the rules as they are now")
    parser.add_argument("--picture", type=Path, help="draw confidence against the share right")
    asked = parser.parse_args()
    stores = list(read(asked.read)) if asked.read else run(asked)
    stores = [ruled_anew(store) for store in stores] if asked.again else stores
    report(stores)
    if asked.picture:
        draw(stores, asked.picture)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
