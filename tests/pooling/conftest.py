"""A small dataset and its pool, read by every test of the room."""

from __future__ import annotations

from pathlib import Path

import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.pooling.pool import Pool, trace_pool
from reasonscape.runs.selection import compiled
from tests.pooling.samples import imported, rows


def pool_of(dataset: Dataset, filters: str = "{}", kind: str | None = None) -> Pool:
    """The pool of a selection."""
    found = trace_pool(dataset, compiled(dataset, filters).where, kind)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("pooling"), rows())


@pytest.fixture(scope="session")
def dataset(folder: Path) -> Dataset:
    return Dataset.open(folder)


@pytest.fixture(scope="session")
def pool(dataset: Dataset) -> Pool:
    return pool_of(dataset)
