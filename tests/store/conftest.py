"""Samples and stores to test with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportResult, ImportWriter

MakeSample = Callable[..., Sample]
Fill = Callable[..., ImportResult]


def sample(number: int = 0, **changes: Any) -> Sample:
    """A sample with every field filled, so that a lost column is noticed."""
    fields: dict[str, Any] = {
        "model": f"model-{number % 2}",
        "template": "cot",
        "sampler": "greedy",
        "base_task": "arithmetic",
        "task": "arithmetic/easy",
        "item_id": f"item-{number}",
        "repeat": 0,
        "params": {"length": float(number % 4), "depth": 2.5},
        "labels": {"format": "infix" if number % 3 else "prefix"},
        "correct": number % 3 == 0,
        "score": 0.25,
        "chance": 0.1,
        "chance_source": "row",
        "answered": True,
        "stop": "stop",
        "stop_source": "native",
        "max_tokens": 8192,
        "prompt_tokens": 90,
        "completion_tokens": 512 + number,
        "reasoning_tokens": 400,
        "tokens_source": "native",
        "source": "log.jsonl",
        "source_row": number + 1,
        "prompt": f"What is {number} + 1?",
        "reasoning": "first this, then that",
        "reasoning_kind": "full",
        "response": "It is so.",
        "answer": str(number + 1),
        "target": str(number + 1),
    }
    return Sample(**{**fields, **changes})


@pytest.fixture
def make_sample() -> MakeSample:
    """Make samples by number and changed fields."""
    return sample


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store.create(tmp_path / "store")


@pytest.fixture
def fill() -> Fill:
    """Import samples at once: store, samples, options of the writer -> result."""

    def filled(store: Store, samples: Sequence[Sample], **options: Any) -> ImportResult:
        with ImportWriter(store, **options) as writer:
            writer.add(samples)
            return writer.commit()

    return filled
