"""The fft lens on many prompts: tokenising them against the bare library, and the second run.

    python benchmarks/fft_speed.py [PROMPTS] [--profile]   # 100,000 where not given

Makes a store of PROMPTS different prompts of about 300 tokens in 24 cells, one eval, and runs the
whole command, pictures left out, each time in a process of its own:

- first run, with o200k_base over all prompts: the seconds in which the lens finds their texts,
  tokenises them and keeps the ids, against the bare library's loop over the same prompts, which are
  in memory then. Limit: 70% of the bare throughput;
- second run from the cache, with the lens's own number of prompts and with all: seconds (limit 3)
  and peak memory of the process.

``--profile`` also prints in which functions the second run over all prompts spends its time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FIRST_LIMIT, SECOND_LIMIT = 0.7, 3.0
TOKENIZER = "o200k_base"
LEVELS = (6, 4)
WORDS, LENGTH = 6000, 130
"""Words there are, and words of a prompt, which the tokenizer cuts into about two pieces each."""
CHUNK = 4096
COMMON = "the", "of", "and", "to", "a", "in", "is", "it", "that", "was", "for", "on", "with", "as"
SYLLABLES = (
    "an", "be", "co", "den", "er", "fi", "gra", "hol", "in", "ju", "ker", "lo", "man",
    "nor", "or", "pla", "que", "ri", "sto", "ten", "un", "ver", "wi", "yo", "zan",
)  # fmt: skip

COMMAND = """
import json, resource, sys, time
from reasonscape.cli import main
from reasonscape.lenses.fft import selection
from reasonscape.text.readings import Reading
wanted = sys.argv.pop(1)
spent = dict(kept=0.0, encoded=0.0)
def timed(work, name, reading):
    def run(*given):
        start = time.perf_counter()
        try:
            return work(*given)
        finally:
            if given[reading].name == wanted:
                spent[name] += time.perf_counter() - start
    return run
selection.prompt_tokens = timed(selection.prompt_tokens, "kept", 3)
Reading.encode = timed(Reading.encode, "encoded", 0)
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(spent | dict(mib=mib)))
"""
PROFILE = """
import cProfile, pstats, sys
from reasonscape.cli import main
profile = cProfile.Profile()
try:
    profile.runcall(main)
except SystemExit:
    pass
pstats.Stats(profile).sort_stats("tottime").print_stats(25)
pstats.Stats(profile).sort_stats("cumtime").print_stats("reasonscape", 40)
"""


def words() -> list[str]:
    """Words of one to four syllables, the frequent ones short, and some numbers."""
    rng = np.random.default_rng(7)
    made = dict.fromkeys(COMMON)
    while len(made) < WORDS:
        syllables = 1 + int(np.log(len(made)) / 2.9) + int(rng.integers(2))
        made["".join(SYLLABLES[i] for i in rng.integers(len(SYLLABLES), size=syllables))] = None
        if len(made) % 12 == 0:
            made[str(rng.integers(10 ** int(rng.integers(1, 6))))] = None
    return list(made)[:WORDS]


def prompts(count: int) -> Iterator[str]:
    """Different prompts: words drawn with frequencies that fall as 1 / rank, some with marks."""
    rng = np.random.default_rng(1)
    plain = words()
    forms = np.array([word + mark for word in plain for mark in ("", ",", ".", ":\n")])
    shares = np.cumsum(1.0 / np.arange(1, WORDS + 1))
    marks = np.array([0] * 17 + [1, 1, 2, 2, 3])
    for first in range(0, count, CHUNK):
        size = (min(CHUNK, count - first), LENGTH)
        rank = np.searchsorted(shares / shares[-1], rng.random(size))
        drawn = forms[4 * rank + marks[rng.integers(len(marks), size=size)]]
        for number, row in enumerate(drawn.tolist(), first):
            yield f"Question {number}. {' '.join(row[: LENGTH - number % 30 + 15])}"


def store_of(folder: Path, count: int) -> tuple[Path, list[str]]:
    """The config of a store with these prompts, imported as any log is; and the prompts."""
    from reasonscape.store.sample import Sample
    from reasonscape.store.tables import Store
    from reasonscape.store.writing import ImportWriter

    rng = np.random.default_rng(2)
    right = (rng.random(count) < 0.7).tolist()
    texts = list(prompts(count))
    with ImportWriter(Store.create(folder / "many"), make_features=None) as writer:
        for first in range(0, count, CHUNK):
            writer.add(
                [
                    Sample(
                        model="made",
                        base_task="task",
                        params={
                            "length": float(number % LEVELS[0]),
                            "depth": float(number // LEVELS[0] % LEVELS[1]),
                        },
                        correct=right[number],
                        answered=True,
                        stop="stop",
                        prompt=text,
                        source_row=number,
                    )
                    for number, text in enumerate(texts[first : first + CHUNK], first)
                ]
            )
        writer.commit()
    config = folder / "many.json"
    config.write_text(json.dumps({"name": "many", "store": "many", "evals": [{"filters": {}}]}))
    return config, texts


def child(program: str, *given: str) -> tuple[float, str]:
    """Seconds of a whole process, and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, *given], capture_output=True, text=True, cwd=ROOT
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - start, done.stdout


def command(config: Path, *more: str) -> dict[str, float]:
    """One run of the lens."""
    whole, said = child(COMMAND, TOKENIZER, *arguments(config), *more)
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return {**found, "whole": whole}


def arguments(config: Path) -> tuple[str, ...]:
    return ("fft", str(config), "--tokenizer", TOKENIZER)


def bare(texts: list[str]) -> tuple[float, int]:
    """Seconds of the library's own loop from strings to lists of ids, and how many ids."""
    import bpe_openai

    encode = bpe_openai.get_encoding(TOKENIZER).encode_ordinary
    start = time.perf_counter()
    ids = [encode(text) for text in texts]
    return time.perf_counter() - start, sum(map(len, ids))


def kept(holds: bool) -> str:
    return "kept" if holds else "MISSED"


def main() -> None:
    """Make the store, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prompts", type=int, nargs="?", default=100_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    if not find_spec("bpe_openai"):
        print("bpe_openai is not installed: pip install reasonscape[tokenizers]")
        return
    every = ("--prompts", str(asked.prompts))
    with tempfile.TemporaryDirectory() as name:
        config, texts = store_of(Path(name), asked.prompts)
        before, tokens = bare(texts)
        first = command(config, *every)
        # Once before and once after: other work on the machine only ever adds.
        plain = min(before, bare(texts)[0])
        print(f"{asked.prompts:,} prompts of {tokens / asked.prompts:.0f} tokens")
        ratio = plain / first["kept"]
        print(
            f"first run: bare {plain:.2f} s; texts to kept ids {first['kept']:.2f} s, ratio "
            f"{ratio:.2f} (limit {FIRST_LIMIT}: {kept(ratio >= FIRST_LIMIT)}), of which tokenising "
            f"{first['encoded']:.2f} s, ratio {plain / first['encoded']:.2f}; the whole command "
            f"{first['whole']:.2f} s, {first['mib']:.0f} MiB"
        )
        for said, more in (("own number of", ()), ("all", every)):
            runs = [command(config, *more) for _ in range(2)]
            whole = min(run["whole"] for run in runs)
            print(
                f"second run, {said} prompts: {whole:.2f} s "
                f"(limit {SECOND_LIMIT:.0f}: {kept(whole <= SECOND_LIMIT)}), of which ids from the "
                f"cache {min(run['kept'] for run in runs):.2f} s; {runs[-1]['mib']:.0f} MiB"
            )
        if asked.profile:
            print(child(PROFILE, *arguments(config), *every)[1])


if __name__ == "__main__":
    main()
