"""The engines of `benchmarks/fuzz.py`, and one round of one of them."""

from __future__ import annotations

import copy
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzz_inputs import CONFIG, KEYS, MAPPING, MARKUP, ROW, SQL, drawn, samples
from benchmarks.fuzz_targets import TARGETS
from benchmarks.fuzz_trial import Tally, Target, guard

Execute = Callable[[bytes], None]
CORPUS: Final = 200
ODD: Final = (*MARKUP, *SQL)


def by_random(target: str, size: int, seed: int, execute: Execute) -> None:
    """Draw from a grammar."""
    for number in range(seed, seed + size):
        execute(drawn(target, number))


def by_hypothesis(target: str, size: int, seed: int, execute: Execute) -> None:
    """Build structures from strategies; what hypothesis tries twice counts twice."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    numbers = st.one_of(st.integers(), st.floats(), st.sampled_from([0, 1, -1, 2**63, 1e308]))
    texts = st.one_of(st.sampled_from(ODD), st.text(max_size=20), st.sampled_from(KEYS))
    leaf = st.one_of(st.none(), st.booleans(), numbers, texts)
    names = st.one_of(st.sampled_from(KEYS), st.sampled_from([*CONFIG, *MAPPING]), texts)
    tree = st.recursive(
        leaf, lambda below: st.lists(below, max_size=4) | st.dictionaries(names, below, max_size=4)
    )

    @st.composite
    def shaped(draw: Any, whole: Any) -> Any:
        """An example with up to three of its parts exchanged."""
        found = [copy.deepcopy(whole)]
        for _ in range(draw(st.integers(0, 3))):
            part, key = found, 0
            while isinstance(part[key], (dict, list)) and part[key] and draw(st.integers(0, 3)):
                part = part[key]
                key = draw(st.sampled_from(list(part) if isinstance(part, dict) else [0]))
            part[key] = draw(tree)
        return found[0]

    def bytes_of(value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    objects = st.dictionaries(names, tree, max_size=4)
    strategies: dict[str, Any] = {
        "filters": st.one_of(objects, tree).map(bytes_of),
        "configs": shaped(CONFIG).map(bytes_of),
        "mappings": st.tuples(shaped(MAPPING), shaped(ROW)).map(
            lambda pair: bytes_of(pair[0]) + b"\n" + bytes_of(pair[1])
        ),
        "reader": st.lists(shaped(ROW).map(bytes_of), min_size=1, max_size=2).map(b"\n".join),
        "report": texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
    }

    @seeded(seed)
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies[target])
    def each(data: bytes) -> None:
        execute(data)

    each()


def by_atheris(target: str, size: int, seed: int, execute: Execute) -> None:
    """Change bytes where that reaches new lines; `execute` ends the process when it is done."""
    atheris: Any = importlib.import_module("atheris")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number, data in enumerate(samples(target, CORPUS)):
            (Path(folder) / str(number)).write_bytes(data)
        words = Path(folder).with_suffix(".words")
        words.write_text("\n".join(map(_dictionary_entry, (*KEYS, *CONFIG, *MAPPING))))
        flags = [f"-seed={seed + 1}", "-max_len=4096", "-verbosity=0", "-rss_limit_mb=0"]
        atheris.Setup([sys.argv[0], *flags, f"-dict={words}", "-timeout=600", folder], execute)
        atheris.Fuzz()


def _dictionary_entry(word: str) -> str:
    """A word in quotes of JSON, as libFuzzer's dictionaries have it."""
    return '"' + "".join(f"\\x{byte:02X}" for byte in json.dumps(word).encode()) + '"'


ENGINES: Final = {"random": by_random, "hypothesis": by_hypothesis, "atheris": by_atheris}


def one_round(target: str, engine: str, size: int, seed: int, keep: Path, told: Path) -> None:
    """Run a round and write its tally."""
    reader: Target = TARGETS[target]()
    tally = Tally(target, engine)
    guard()
    start = time.process_time()

    def write() -> None:
        tally.seconds = round(time.process_time() - start, 1)
        told.write_text(json.dumps(tally.written()))

    def execute(data: bytes) -> None:
        tally.run(reader, data, keep)
        if tally.executions == size and engine == "atheris":
            # Its loop is not Python's: it is left by ending the process.
            write()
            sys.stdout.flush()
            os._exit(0)

    ENGINES[engine](target, size, seed, execute)
    write()
