"""The lenses of failures and traces on many failures, as whole processes, and against their peers.

    python benchmarks/failure_shapes.py [--failures N] [--bytes B] [--only NAME ...] [--keep FOLDER]

Plants a store of `kinds` with N failures (20,000) whose traces have about B bytes (4,000), and runs
`analyze.py failures` and `analyze.py traces` with one analysis after the other: cold (no vectors
kept beside the store) and warm (the same command again). Prints seconds, seconds of processor and
peak memory of each process, and whether the limit is kept: 30 s, and 90 s for maps.

Peers, in processes of their own on the same texts, read before the clock starts: scikit-learn's
TfidfVectorizer and TruncatedSVD against our vectors; scikit-learn's TSNE against our map, both on
the same sample of vectors.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LIMITS = {
    "failures": 30.0,
    "traces clusters": 30.0,
    "traces phrases": 30.0,
    "traces length": 30.0,
    "traces tsne": 90.0,
    "traces interactive": 90.0,
}
MAPPED = 2_000


@dataclass(frozen=True)
class Run:
    """What a process took."""

    seconds: float
    processor: float
    mebibytes: int
    code: int
    said: str


def measured(command: list[str]) -> Run:
    """Run a process to its end; memory is the most that this one process held.

    A process starts with the peak of the one that made it: so this one imports nothing large.
    """
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode(errors="replace")
    processor = used.ru_utime + used.ru_stime
    return Run(seconds, processor, used.ru_maxrss // 1024, process.returncode, said)


def plant_store(config: Path, failures: int, size: int) -> None:
    """A store of about that many failures, and half as many right completions."""
    from reasonscape.planted.design import mechanism_plan
    from reasonscape.planted.planting import plant

    # Of 8 levels, 2 completions by 2 models, about two thirds fail.
    items = max(round(failures / (8 * 4 * 0.66)), 1)
    plan = mechanism_plan("kinds", items=items, trace_chars=(size // 2, round(size * 2.2)))
    evals = tuple(
        replace(one, mechanism=replace(one.mechanism, high=0.5, low=0.2)) for one in plan.evals
    )
    plant(replace(plan, evals=evals, name="failure-shapes"), config)
    texts, rows = failed_texts(config)
    mean = statistics.fmean(len(text.encode()) for text in texts)
    print(f"{len(texts):,} failures of {rows:,} completions, {mean:,.0f} bytes a trace")


def forget_vectors(config: Path) -> None:
    """Take away the vectors that earlier runs kept."""
    run = measured([sys.executable, __file__, "--peer", "forget", "--keep", str(config)])
    if run.code:
        sys.exit(run.said)


def drop(config: Path) -> None:
    """The same, in a process of its own."""
    from reasonscape.store.vector_cache import vectors_folder

    shutil.rmtree(vectors_folder(config.with_suffix("")), ignore_errors=True)


def failed_texts(config: Path) -> tuple[list[str], int]:
    """The traces of all failures, and samples in all."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.selection.trace_texts import trace_texts

    store = Dataset.open(config).store()
    rows = store.rows(f"SELECT sample_uid FROM {store.scan(['sample_uid', 'correct'])} "
                      "WHERE NOT correct ORDER BY sample_uid")  # fmt: skip
    found = dict(
        pair
        for names, texts in trace_texts(store, "arithmetic", [str(row[0]) for row in rows])
        for pair in zip(names, texts, strict=True)
    )
    return [found[name] for name in sorted(found)], store.row_count()


def peer(what: str, config: Path) -> None:
    """Do one step alone in this process, and print its seconds as JSON."""
    import numpy as np

    texts, _ = failed_texts(config)
    # Imports are not what is compared.
    ours(texts[:50]), theirs(texts[:50])
    if what in ("our vectors", "sklearn vectors"):
        begun = time.perf_counter()
        vectors = ours(texts) if what == "our vectors" else theirs(texts)
        print(json.dumps({"seconds": time.perf_counter() - begun, "shape": vectors.shape}))
        return
    rows = np.random.default_rng(0).permutation(len(texts))[:MAPPED]
    vectors = ours([texts[row] for row in sorted(rows.tolist())])
    run = our_map if what == "our map" else their_map
    run(vectors[:200])
    begun = time.perf_counter()
    run(vectors)
    print(json.dumps({"seconds": time.perf_counter() - begun, "shape": vectors.shape}))


def our_map(vectors: Floats) -> None:
    """The map of the lenses, of all that is given."""
    from reasonscape.stats.maps import fit_map

    fit_map(vectors, seed=0, most=MAPPED)


def their_map(vectors: Floats) -> None:
    """t-SNE by scikit-learn, with a perplexity that many take."""
    from sklearn.manifold import TSNE

    TSNE(perplexity=30, random_state=0, init="pca", n_jobs=-1).fit_transform(vectors)


def ours(texts: list[str]) -> Floats:
    """Vectors by the default embedder."""
    from reasonscape.text.embeddings.chosen import embedder

    batches = (texts[i : i + 4096] for i in range(0, len(texts), 4096))
    return embedder("tfidf").vectors(batches)


def theirs(texts: list[str]) -> Floats:
    """Vectors by scikit-learn alone, of as many dimensions and as careful an SVD."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    from reasonscape.text.embeddings.tfidf import DIMENSIONS

    weights = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(texts)
    rank = min(DIMENSIONS, weights.shape[1] - 1)
    made: Floats = normalize(TruncatedSVD(rank, n_iter=4, random_state=0).fit_transform(weights))
    return made


def print_commands(config: Path, names: list[str], rounds: int, out: Path) -> None:
    """Each command cold and warm."""
    print(f"{'command':20s} {'run':5s} {'seconds':>8s} {'processor':>10s} {'MiB':>6s}  limit")
    for name in names:
        command = [sys.executable, str(ROOT / "analyze.py"), name.split()[0], str(config)]
        command += ["--analysis", name.split()[1]] if " " in name else []
        command += ["--output-dir", str(out / name.replace(" ", "-"))]
        forget_vectors(config)
        cold = measured(command)
        warm = [measured(command) for _ in range(rounds)]
        middle = sorted(warm, key=lambda run: run.seconds)[len(warm) // 2]
        for which, run in (("cold", cold), ("warm", middle)):
            limit = LIMITS[name]
            kept = "kept" if run.seconds <= limit else "MISSED"
            kept = kept if run.code == 0 else f"exit {run.code}: {run.said.strip()[-160:]}"
            print(
                f"{name:20s} {which:5s} {run.seconds:8.1f} {run.processor:10.1f} "
                f"{run.mebibytes:6d}  {limit:.0f} s: {kept}",
                flush=True,
            )


def print_peers(config: Path, rounds: int) -> None:
    """Ours against scikit-learn's, in turn."""
    for mine, other in (("our vectors", "sklearn vectors"), ("our map", "sklearn map")):
        taken: dict[str, list[float]] = {mine: [], other: []}
        held: dict[str, int] = {}
        for _ in range(rounds):
            for what in (mine, other):
                run = measured([sys.executable, __file__, "--peer", what, "--keep", str(config)])
                if run.code:
                    print(f"{what}: exit {run.code}: {run.said.strip()[-160:]}")
                    continue
                said = json.loads(run.said.strip().splitlines()[-1])
                taken[what].append(float(said["seconds"]))
                held[what] = run.mebibytes
        if all(taken.values()):
            a, b = (statistics.median(taken[what]) for what in (mine, other))
            print(
                f"{mine} {a:.1f} s ({held[mine]} MiB), {other} {b:.1f} s ({held[other]} MiB): "
                f"ratio {a / b:.2f}",
                flush=True,
            )


def main() -> None:
    """Plant, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=1, help="warm runs, of which the median")
    parser.add_argument("--only", nargs="+", choices=[*LIMITS, "peers"], default=[*LIMITS, "peers"])
    parser.add_argument("--keep", type=Path, help="plant here, or use what was planted here")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peer == "plant":
        plant_store(asked.keep, asked.failures, asked.bytes)
    elif asked.peer == "forget":
        drop(asked.keep)
    elif asked.peer:
        peer(asked.peer, asked.keep)
    if asked.peer:
        return
    with tempfile.TemporaryDirectory() as temporary:
        config = (asked.keep or Path(temporary)) / "shapes.json"
        sizes = ["--failures", str(asked.failures), "--bytes", str(asked.bytes)]
        made = measured(
            [sys.executable, __file__, "--peer", "plant", "--keep", str(config), *sizes]
        )
        print(
            f"{made.said.strip()}; planted in {made.seconds:.0f} s; "
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
            flush=True,
        )
        if made.code:
            sys.exit(1)
        commands = [name for name in LIMITS if name in asked.only]
        print_commands(config, commands, asked.rounds, Path(temporary))
        if "peers" in asked.only:
            print_peers(config, asked.rounds)


if __name__ == "__main__":
    main()
