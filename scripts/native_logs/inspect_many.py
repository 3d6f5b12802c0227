#!/usr/bin/env python3
"""Run Inspect itself with its mock model on many questions, for measurements.

``python scripts/native_logs/inspect_many.py OUT [--samples N]`` writes ``OUT/many.eval``, of about
25 kB a sample once unpacked. It needs the packages of ``inspect.txt`` and no network.
"""

from __future__ import annotations

import sys

# The file beside this one is called as a module of the standard library.
sys.path.pop(0)

import argparse
import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

from inspect_ai import Task, eval, task
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import match
from inspect_ai.solver import generate

STARTS = ("ba", "ke", "mi", "no", "su", "ta", "ve")
WORDS = [start + end for start in STARTS for end in ("l", "n", "r", "st")]
CAP = 1024


@task
def many(samples: int = 5000) -> Task:
    rng = random.Random(11)
    dataset = [
        Sample(
            id=item,
            input=f"Question {item}: " + " ".join(rng.choices(WORDS, k=120)),
            target="bal",
            metadata={"level": item % 7, "topic": rng.choice(("algebra", "logic"))},
        )
        for item in range(1, samples + 1)
    ]
    config = GenerateConfig(max_tokens=CAP, temperature=0.6)
    return Task(dataset=dataset, solver=generate(), scorer=match(), config=config)


def answer(messages: list[ChatMessage], *_: Any) -> ModelOutput:
    """Write about 2,000 characters; one answer in nine is cut off.

    It has a usage: without one Inspect counts the tokens, and would fetch a vocabulary for that.
    """
    rng = random.Random(messages[0].text)
    tokens = rng.choice((CAP, *range(600, 1000, 50)))
    text = " ".join(rng.choices(WORDS, k=450)) + (" bal" if rng.random() < 0.5 else "")
    usage = ModelUsage(input_tokens=200, output_tokens=tokens, total_tokens=200 + tokens)
    choice = ChatCompletionChoice(
        message=ChatMessageAssistant(content=text, source="generate"),
        stop_reason="max_tokens" if tokens == CAP else "stop",
    )
    return ModelOutput(model="table", choices=[choice], usage=usage)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--samples", type=int, default=5000)
    given = parser.parse_args()
    out = given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        eval(
            many(given.samples),
            model=get_model("mockllm/table", custom_outputs=answer, memoize=False),
            log_dir=folder,
            display="none",
            log_format="eval",
            max_samples=50,
        )
        shutil.copy(next(Path(folder).glob("*.eval")), out / "many.eval")


if __name__ == "__main__":
    main()
