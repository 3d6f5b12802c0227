"""An import killed at any moment leaves the last good version."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.store import commits, placing, writing
from reasonscape.store.maintenance import compact, verify
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]

SPAWN = multiprocessing.get_context("spawn")
MOMENTS = ("staged", "placed", "columns added", "texts committed")


def die(*_: object, **__: object) -> None:
    os._exit(9)


def killed_import(path: Path, samples: list[Sample], moment: str) -> None:
    real_commit = commits.commit_files

    def after_texts(folder: Path, *args: Any, **options: Any) -> None:
        if folder.name == "samples":
            die()
        real_commit(folder, *args, **options)

    store = Store.open(path)
    with ImportWriter(store) as writer:
        writer.add(samples)
        if moment == "placed":
            vars(writing)["commit_files"] = die
        elif moment == "columns added":
            placing.Placer.place = die  # type: ignore[assignment, method-assign]
        elif moment == "texts committed":
            vars(writing)["commit_files"] = after_texts
        else:
            writer._staging.finish()
            die()
        writer.commit()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_leaves_the_last_good_version(
    store: Store, fill: Fill, make_sample: MakeSample, moment: str
) -> None:
    fill(store, [make_sample(n) for n in range(5)])
    before = store.content_hash()
    more = [make_sample(n, params={"new": 1.0}) for n in range(5, 20)]
    process = SPAWN.Process(target=killed_import, args=(store.path, more, moment))
    process.start()
    process.join(100)
    assert process.exitcode == 9

    after = Store.open(store.path)
    assert after.row_count() == 5 and after.content_hash() == before
    report = verify(after)
    assert report.is_sound and report.dead_imports == 1
    assert report.leftover_files == {"placed": 2, "texts committed": 1}.get(moment, 0)
    assert report.orphan_texts == (15 if moment == "texts committed" else 0)

    compact(after, retention=0)
    report = verify(after)
    assert (report.orphan_texts, report.leftover_files, report.dead_imports) == (0, 0, 0)
    assert report.is_sound and (report.samples, report.texts) == (5, 5)
    assert fill(after, more).added == 15 and verify(after).is_sound
