"""Time and memory of ``import`` against inspect_ai's own ``samples_df``, on the same logs.

    python benchmarks/inspect_speed.py PYTHON [LOG.eval ...] [--many 5000] [--runs 5]

PYTHON is that of an environment with what ``scripts/native_logs/inspect.txt`` names, and pandas and
pyarrow. Without logs, one of ``--many`` samples is made with the mock model, which takes minutes,
and the largest real one is taken where there is one.

Prints, for each log: seconds of whole processes and of the call alone, and the peak memory of whole
processes, of ``samples_df`` with messages and with summaries only, of the import without features
and of reading alone; the ratios, with their limits (8 times as fast, a third of the memory); and
whether ids, scores, stops and tokens agree in each row. Runs take turns; the best of each counts,
as other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.reader import read_inspect
from reasonscape.ingest.readers.inspect.sample import LIMIT_STOPS
from reasonscape.ingest.readers.inspect.scores import score_number
from reasonscape.ingest.stops import STOP_WORDS
from reasonscape.store.sample import Sample

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("REASONSCAPE_SHARED_DATA", ROOT.parent / "shared/data"))
FASTER, LESS = 8.0, 1 / 3

CHILD = """
import json, resource, sys, time
log, folder = sys.argv[1:]
{imports}
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps(dict(rows=rows, seconds=seconds, cpu=used.ru_utime + used.ru_stime,
                      mib=used.ru_maxrss / 1024)))
"""
# pyarrow imports pandas where that is installed, as it is for development only.
HIDDEN = """
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
"""
READER = """
from pathlib import Path
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.reader import read_inspect
"""
FRAME = "from inspect_ai.analysis import samples_df, SampleSummary, SampleMessages"
WORKS = {
    "messages": (FRAME, "rows = len(samples_df(log, SampleSummary + SampleMessages, quiet=True))"),
    "summaries": (FRAME, "rows = len(samples_df(log, quiet=True))"),
    "import": (
        "from reasonscape.ingest.importing import import_logs",
        "rows = import_logs([log], folder + '/x.json', features=False).added",
    ),
    "read": (
        READER,
        "rows = sum(1 for _ in read_inspect(Path(log), ReadOptions()))",
    ),
}
# What Inspect says of each sample, by its own reader.
ROWS = """
import json, sys
from inspect_ai.analysis import SampleColumn, samples_df
columns = [
    SampleColumn("id", path="id", type=str), SampleColumn("epoch", path="epoch"),
    SampleColumn("scores", path=lambda s: json.dumps({k: v.value for k, v in s.scores.items()}
                                                     if s.scores else {}), full=True),
    SampleColumn("stop", path=lambda s: s.output.stop_reason if s.output.choices else "",
                 full=True),
    SampleColumn("failed", path=lambda s: s.error is not None or s.invalidation is not None,
                 full=True),
    SampleColumn("limit", path=lambda s: s.limit.type if s.limit else "", full=True),
    SampleColumn("usage", path=lambda s: json.dumps({k: v.output_tokens
                                                     for k, v in s.model_usage.items()}),
                 full=True),
    SampleColumn("own", path=lambda s: s.output.usage.output_tokens if s.output.usage else -1,
                 full=True),
    SampleColumn("turns", path=lambda s: sum(m.role == "assistant" and m.source != "input"
                                             for m in s.messages), full=True),
]
for row in samples_df(sys.argv[1], columns, quiet=True).to_dict("records"):
    print(json.dumps({one.name: row[one.name] for one in columns}))
"""


def run(python: str, name: str, log: Path) -> dict[str, float]:
    imports, work = WORKS[name]
    if python == sys.executable:
        imports = HIDDEN + imports
    with tempfile.TemporaryDirectory() as folder:
        command = [python, "-c", CHILD.format(imports=imports, work=work), str(log), folder]
        start = os.times().elapsed
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        wall = os.times().elapsed - start
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found | {"wall": wall}


def disagreements(python: str, log: Path) -> list[str]:
    """Rows in which a field differs from what Inspect's own reader says."""
    done = subprocess.run(
        [python, "-c", ROWS, str(log)], capture_output=True, text=True, check=True
    )
    theirs = {(row["id"], row["epoch"]): row for row in map(json.loads, done.stdout.splitlines())}
    ours = {
        (one.item_id, (one.repeat or 0) + 1): one
        for one in read_inspect(log, ReadOptions())
        if isinstance(one, Sample)
    }
    found = [f"{key}: in one only" for key in theirs.keys() ^ ours.keys()]
    for key in theirs.keys() & ours.keys():
        expected, one = expectation(theirs[key], ours[key]), ours[key]
        got = (one.score, one.stop, one.completion_tokens)
        if got != expected:
            found.append(f"{key}: {got}, not {expected}")
    return found


def expectation(row: dict[str, Any], one: Sample) -> tuple[Any, str, Any]:
    """Score, stop and tokens of one sample by what Inspect read."""
    scores = json.loads(row["scores"])
    score = score_number(next(iter(scores.values()))) if scores else None
    stop = STOP_WORDS.get(row["stop"], "unknown")
    if row["limit"]:
        stop = LIMIT_STOPS[row["limit"]]
    if row["failed"]:
        stop = "error"
    tokens = json.loads(row["usage"]).get(one.model)
    # The usage of a sample has a grader's tokens as well where that is the same model.
    if row["turns"] <= 1 and row["own"] >= 0:
        tokens = row["own"]
    return score, stop, tokens


def measure(python: str, log: Path, runs: int) -> None:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in WORKS}
    for _ in range(runs):
        for name in WORKS:
            theirs = name in ("messages", "summaries")
            found[name].append(run(python if theirs else sys.executable, name, log))
    rows = {each["rows"] for name in WORKS for each in found[name]}
    print(f"{log.name}: {log.stat().st_size / 1e6:,.1f} MB, {max(rows):,} rows")
    best = {
        name: {key: min(each[key] for each in found[name]) for key in found[name][0]}
        for name in WORKS
    }
    for name, of in best.items():
        print(
            f"  {name:10}{of['wall']:7.2f} s process {of['seconds']:7.2f} s call "
            f"{of['cpu']:7.2f} s cpu {of['mib']:6,.0f} MiB"
        )
    for against in ("messages", "summaries"):
        for ours in ("import", "read"):
            ratios = ", ".join(
                f"{key} {best[against][key] / best[ours][key]:.1f}"
                for key in ("wall", "seconds", "cpu")
            )
            print(f"  {against}/{ours:7} {ratios}")
    faster = best["messages"]["wall"] / best["import"]["wall"]
    less = best["import"]["mib"] / best["messages"]["mib"]
    print(
        f"  time    {faster:5.1f} times as fast (limit {FASTER:.0f}: {verdict(faster >= FASTER)})"
    )
    print(f"  memory  {less:5.2f} of theirs (limit {LESS:.2f}: {verdict(less <= LESS)})")
    wrong = disagreements(python, log)
    print(f"  rows that differ in id, score, stop or tokens: {len(wrong)}")
    print(*(f"    {line}" for line in wrong[:5]), sep="\n", end="\n" if wrong else "")


def verdict(holds: bool) -> str:
    return "holds" if holds else "EXCEEDED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("logs", type=Path, nargs="*")
    parser.add_argument("--many", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        logs = list(given.logs)
        if not logs:
            logs = sorted(
                (SHARED / "native/inspect").rglob("*.eval"), key=lambda p: p.stat().st_size
            )[-1:]
            script = ROOT / "scripts/native_logs/inspect_many.py"
            subprocess.run(
                [given.python, str(script), folder, "--samples", str(given.many)], check=True
            )
            logs.append(Path(folder) / "many.eval")
        for log in logs:
            measure(given.python, log, given.runs)


if __name__ == "__main__":
    main()
