from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reasonscape.errors import OutputError, UsageError
from reasonscape.planted.bulk import bulk_plan
from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask, mechanism_plan
from reasonscape.planted.mechanisms import reference
from reasonscape.planted.planting import plant, truth_path
from reasonscape.planted.truth import group_truth
from reasonscape.store.maintenance import verify
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

PLAN = mechanism_plan("cliff", items=2)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def counted(store: Store, select: str) -> list[tuple[object, ...]]:
    return store.rows(f"SELECT {select} FROM {store.scan()} GROUP BY ALL ORDER BY ALL")


def test_store_config_and_truth_stand_side_by_side(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = plant(PLAN, tmp_path / "demo.json", progress=lambda *done: seen.append(done))
    assert (report.rows, report.evals, report.base_tasks, report.changed) == (384, 2, 1, True)
    assert seen[-1] == (384, 384)
    assert report.truth == tmp_path / "demo.truth.json" == truth_path(report.dataset)
    store = Store.open(report.store)
    assert verify(store).problems == ()
    assert store.row_count() == 384
    assert counted(store, "model, count(*)") == [("cliff", 192), ("healthy", 192)]
    truth = json.loads(report.truth.read_text())
    assert truth["import_id"] == report.import_id
    assert json.loads(report.dataset.read_text())["store"] == "demo"


def test_truth_is_recovered_by_counting_in_the_store(tmp_path: Path) -> None:
    plan = mechanism_plan("truncation", axes=1, items=150, baseline=False, chance=0.25)
    store = Store.open(plant(plan, tmp_path / "t.json").store)
    truth = group_truth(plan, plan.tasks[0], plan.evals[0])
    select = (
        "\"param.length\", avg(correct::INT)::DOUBLE, avg((stop = 'length')::INT)::DOUBLE, "
        "max(completion_tokens), min(max_tokens), count(*)"
    )
    rows = counted(store, select)
    assert len(rows) == 8
    for row, accuracy, truncated in zip(rows, truth.accuracy, truth.truncated, strict=True):
        _, found, cut, longest, cap, n = row
        assert n == 300
        assert isinstance(found, float)
        assert isinstance(cut, float)
        assert abs(found - accuracy) < 4 * (max(accuracy * (1 - accuracy), 1 / 150) / 150) ** 0.5
        assert abs(cut - truncated) < 4 * (max(truncated * (1 - truncated), 1 / 150) / 150) ** 0.5
        assert isinstance(longest, int)
        assert isinstance(cap, int)
        assert longest <= cap


def test_planting_the_same_again_changes_nothing(tmp_path: Path) -> None:
    first = plant(PLAN, tmp_path / "demo.json")
    before = contents(tmp_path)
    again = plant(PLAN, tmp_path / "demo.json")
    assert not again.changed
    assert again.import_id == first.import_id
    assert contents(tmp_path) == before
    # Replacing by the same is no change either.
    assert not plant(PLAN, tmp_path / "demo.json", replace=True).changed


def test_another_plan_is_refused_and_replaces_when_asked(tmp_path: Path) -> None:
    plant(PLAN, tmp_path / "demo.json")
    before = contents(tmp_path)
    other = mechanism_plan("gradual", items=3)
    with pytest.raises(UsageError, match="--replace"):
        plant(other, tmp_path / "demo.json")
    assert contents(tmp_path) == before
    report = plant(other, tmp_path / "demo.json", replace=True)
    assert report.changed
    models = counted(Store.open(report.store), "model, count(*)")
    assert models == [("gradual", 288), ("healthy", 288)]


def test_rows_that_were_not_planted_stay(tmp_path: Path) -> None:
    report = plant(PLAN, tmp_path / "demo.json")
    with ImportWriter(Store.open(report.store)) as writer:
        writer.add([Sample("mine", "arithmetic", correct=True, item_id="a")])
        writer.commit()
    plant(mechanism_plan("gradual", items=2), tmp_path / "demo.json", replace=True)
    models = counted(Store.open(report.store), "model, count(*)")
    assert models == [("gradual", 192), ("healthy", 192), ("mine", 1)]


def test_what_is_not_planted_is_never_overwritten(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text('{"store": "own"}')
    with pytest.raises(UsageError, match="not planted"):
        plant(PLAN, own, replace=True)
    assert own.read_text() == '{"store": "own"}'
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not planted"):
        plant(PLAN, tmp_path / "folder.json", replace=True)
    (tmp_path / "odd.truth.json").write_text("[1]")
    with pytest.raises(UsageError, match="no truth file"):
        plant(PLAN, tmp_path / "odd.json", replace=True)


def test_a_changed_config_is_not_lost(tmp_path: Path) -> None:
    report = plant(PLAN, tmp_path / "demo.json")
    config = json.loads(report.dataset.read_text()) | {"name": "my name"}
    report.dataset.write_text(json.dumps(config))
    assert not plant(PLAN, report.dataset).changed
    with pytest.raises(UsageError, match="was changed since"):
        plant(replace(PLAN, seed=9), report.dataset, replace=True)
    assert json.loads(report.dataset.read_text())["name"] == "my name"


def test_an_interrupted_planting_is_completed(tmp_path: Path) -> None:
    report = plant(PLAN, tmp_path / "demo.json")
    # As it stands after a kill between the commit and the last writing of the truth.
    record = json.loads(report.truth.read_text()) | {"import_id": None}
    report.truth.write_text(json.dumps(record))
    report.dataset.unlink()
    with pytest.raises(UsageError, match="interrupted"):
        plant(replace(PLAN, seed=9), report.dataset, replace=True)
    again = plant(PLAN, report.dataset)
    assert again.changed
    assert Store.open(again.store).row_count() == PLAN.rows
    assert not plant(PLAN, report.dataset).changed


@pytest.mark.parametrize("name", ["demo", "demo.txt", ".json"])
def test_the_dataset_is_a_json_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"data/demo\.json"):
        plant(PLAN, tmp_path / name)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        plant(PLAN, tmp_path / "file" / "demo.json")


@pytest.mark.parametrize(
    "plan", [replace(PLAN, texts=False), bulk_plan(1, tasks=2, evals=2)], ids=["small", "bulk"]
)
def test_rows_without_texts_go_in_as_batches(tmp_path: Path, plan: Plan) -> None:
    report = plant(plan, tmp_path / "demo.json")
    store = Store.open(report.store)
    assert store.row_count() == plan.rows
    assert len(store.base_tasks()) == len(plan.tasks)
    assert store.rows(f"SELECT count(*) FROM {store.scan_texts()}") == [(0,)]
    # The store computes every key and content hash again.
    assert verify(store).problems == ()


def test_a_text_bank_is_part_of_what_was_planted(tmp_path: Path) -> None:
    bank = tmp_path / "bank.txt"
    bank.write_text("Of the sea and its depths there is much to tell.\n")
    report = plant(PLAN, tmp_path / "demo.json", text_bank=bank)
    store = Store.open(report.store)
    found = store.rows(
        f"SELECT count(*) FROM {store.scan_texts()} WHERE reasoning LIKE 'Of the sea%'"
    )
    assert found == [(384,)]
    with pytest.raises(UsageError, match="--replace"):
        plant(PLAN, tmp_path / "demo.json")


@pytest.mark.parametrize("texts", [True, False])
def test_names_of_every_kind_come_back_as_they_are(tmp_path: Path, texts: bool) -> None:
    name = "../a'b\"; DROP TABLE samples; --\n\N{GRINNING FACE}"
    axes = (PlannedAxis('x"y', (1.0, 2.0)), PlannedAxis("l'm", ("p'q", "\N{GRINNING FACE}")))
    plan = Plan(
        name,
        (PlannedTask(name, axes, items=2),),
        (PlannedEval(name, reference("uniform"), template=name, sampler=name),),
        texts=texts,
    )
    store = Store.open(plant(plan, tmp_path / "odd.json").store)
    found = counted(store, 'model, template, sampler, base_task, task, "label.l\'m", count(*)')
    assert found == [(name,) * 5 + (level, 8) for level in ("p'q", "\N{GRINNING FACE}")]
