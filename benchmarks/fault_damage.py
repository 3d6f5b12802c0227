"""Files of a store removed, cut and changed: what each command says, and what mends it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.fault_world import World, content, said_by, tidy, write_log
from reasonscape.errors import ReasonScapeError
from reasonscape.ingest.importing import import_logs
from reasonscape.store import landing
from reasonscape.store.tables import Store

COMMANDS: Final = ("evals", "store info", "store verify", "surface", "import")


@dataclass
class Damaged:
    """What was done to which file, and what followed.

    Attributes
    ----------
    exits
        Exit code by command.
    found
        Kinds of damage that `store verify` names, or the sentence that refuses the store.
    numbers
        What `evals` printed: `same`, `other`, or `refused`.
    mended
        What made the content whole again: `import`, `compact`, `nothing was lost`, or `-`.
    """

    kind: str
    how: str
    exits: dict[str, int] = field(default_factory=dict)
    found: str = ""
    numbers: str = "refused"
    mended: str = "-"
    traceback: bool = False


def _remove(path: Path, dice: Random) -> None:
    path.unlink()


def _cut(path: Path, dice: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data))])


def _empty(path: Path, dice: Random) -> None:
    path.write_bytes(b"")


def _flip(path: Path, dice: Random) -> None:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(bytes(data))


HOW: Final[dict[str, Callable[[Path, Random], None]]] = {
    "removed": _remove, "cut": _cut, "emptied": _empty, "bit flipped": _flip,
}  # fmt: skip


def _target(store: Path, kind: str) -> Path:
    samples, texts = store / "samples", store / "texts"
    logs = sorted((samples / "_delta_log").glob("0*.json"))
    version = max(0, len(logs) - 2)
    return {
        "data file of samples": lambda: sorted(samples.glob("base_task=a/*.parquet"))[0],
        "data file of texts": lambda: sorted(texts.glob("base_task=a/*.parquet"))[0],
        "newest entry, samples": lambda: logs[-1],
        "newest entry, texts": lambda: sorted((texts / "_delta_log").glob("0*.json"))[-1],
        "oldest entry": lambda: logs[0],
        "entry after a checkpoint": lambda: logs[-1],
        "entry in between": lambda: logs[version],
        "checkpoint": lambda: sorted((samples / "_delta_log").glob("*.parquet"))[0],
        "pointer": lambda: samples / "_delta_log" / "_last_checkpoint",
        "lease of a dead import": lambda: store / "staging" / "20200101T000000Z-0" / "lease.json",
        "cached token ids": lambda: sorted((store / "cache").rglob("*.parquet"))[0],
    }[kind]()


KINDS: Final = (
    "data file of samples", "data file of texts", "newest entry, samples", "newest entry, texts",
    "entry in between", "oldest entry", "checkpoint", "pointer", "entry after a checkpoint",
    "lease of a dead import", "cached token ids",
)  # fmt: skip


def prepare(world: World) -> None:
    """Give the base what it lacks: a dead import's folder and cached token ids."""
    store = world.store_of(world.base)
    dead = store / "staging" / "20200101T000000Z-0"
    dead.mkdir(parents=True)
    (dead / "lease.json").write_text('{"pid": 1, "started": 0}')
    words = ["fft", str(world.base), "--filters", '{"base_task": "a"}']
    said_by([*words, "--output-dir", str(world.folder / "fft")])


def lengthen(world: World) -> None:
    """Import small logs until the log of the base has a checkpoint, sooner than else."""
    vars(landing)["CHECKPOINT_EVERY"] = 10
    store = Store.open(world.store_of(world.base))
    for number in range(10 - store.version % 10 + 1):
        log = write_log(world.folder / f"small{number}.jsonl", ("s",), 3)
        text = log.read_text().replace('"item_id": "', f'"item_id": "small{number}-')
        log.write_text(text)
        import_logs([log], world.base)


def damages(world: World, seed: int) -> Iterator[Damaged]:
    """Do everything to every kind of file, one record each."""
    prepare(world)
    for kind in KINDS:
        if kind == "oldest entry":
            lengthen(world)
        whole = content(Store.open(world.store_of(world.base)))
        for how, change in HOW.items():
            # A name of its own: what commands remember of stores must not answer for it.
            dataset = world.copy(f"hurt-{kind}-{how}".replace(" ", "-").replace(",", ""))
            store = world.store_of(dataset)
            if kind == "cached token ids" and not list((store / "cache").rglob("*.parquet")):
                continue
            change(_target(store, kind), Random(f"{seed} {kind} {how}"))
            yield _look(world, dataset, Damaged(kind, how), whole)
            world.drop(dataset)
            print(f"\r{kind}, {how}      ", end="", file=sys.stderr, flush=True)


def _look(world: World, dataset: Path, found: Damaged, whole: dict[str, str]) -> Damaged:
    expected = said_by(["evals", str(world.base), "--format", "csv"])[1]
    filters = '{"base_task": "a"}'
    logs = sorted(str(path) for path in world.folder.glob("*.jsonl"))
    logs = [log for log in logs if Path(log).name not in ("new.jsonl", "changed.jsonl")]
    for name in COMMANDS:
        words = {
            "evals": ["evals", str(dataset), "--format", "csv"],
            "surface": ["surface", str(dataset), "--filters", filters],
            "import": ["import", *logs, "--dataset", str(dataset)],
        }.get(name, [*name.split(), str(dataset), "--format", "json"])
        found.exits[name], out, said = said_by(words)
        found.traceback |= "Traceback" in said or "internal error" in said
        if name == "evals" and not found.exits[name]:
            found.numbers = "same" if out == expected else "other"
        if name == "store verify":
            answer = json.loads(out)
            kinds = [problem["kind"] for problem in answer.get("problems", ())]
            found.found = ", ".join(kinds) or ("refused" if found.exits[name] > 1 else "nothing")
    found.mended = _mended(dataset, whole)
    return found


def _mended(dataset: Path, whole: dict[str, str]) -> str:
    """What of import and compaction made a store whole, as `store verify` sees it too."""
    for name in ("import", "compact"):
        try:
            if name == "compact":
                tidy(dataset)
            same = content(Store.open(World.store_of(dataset))) == whole
        except (ReasonScapeError, AssertionError):
            continue
        if same and not said_by(["store", "verify", str(dataset)])[0]:
            return name
    return "-"


def flipped_bits(world: World, count: int, seed: int) -> str:
    """Flip one bit of a data file of samples, many times: who notices?"""
    from reasonscape.runs.store_care import store_verify
    from reasonscape.store.maintenance import info

    dice = Random(f"{seed} bits")
    whole = content(Store.open(world.store_of(world.base)))
    named = hashed = refused = silent = 0
    for _ in range(count):
        dataset = world.copy("bits")
        store = world.store_of(dataset)
        _flip(dice.choice(sorted((store / "samples").glob("*/*.parquet"))), dice)
        kinds = {problem["kind"] for problem in store_verify(dataset)["problems"]}
        named += bool(kinds)
        hashed += bool(kinds - {"wrong_digest"})
        try:
            info(Store.open(store))
            silent += content(Store.open(store)) != whole
        except (ReasonScapeError, AssertionError):
            refused += 1
        world.drop(dataset)
    return (
        f"one bit flipped in a data file, {count} times: verify named {named}, {hashed} of "
        f"them also without the file's digest;\na query of all columns was refused {refused}, "
        f"answered otherwise {silent}, the same {count - refused - silent}"
    )


def damage_lines(done: list[Damaged]) -> Iterator[str]:
    """Table of the damages, one line each."""
    heads = ("evals", "info", "verify", "surface", "import")
    columns = "".join(f"{head:>8}" for head in heads)
    yield f"{'file':26}{'done to it':12}{columns}  {'numbers':9}{'whole again by':16}verify names"
    for one in done:
        columns = "".join(f"{one.exits[name]:8}" for name in COMMANDS)
        yield f"{one.kind:26}{one.how:12}{columns}  {one.numbers:9}{one.mended:16}{one.found}"
    yield f"tracebacks: {sum(one.traceback for one in done)}"
