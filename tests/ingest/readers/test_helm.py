"""HELM run folders: the golden runs by value, HELM's own aggregates, and real runs."""

from __future__ import annotations

import gzip
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.formats import CompanionError, sniff
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.reader import HELM, read_helm
from reasonscape.store.sample import Sample

GOLDEN = Path(__file__).parent.parent / "golden" / "helm"
CHOICES = "golden_choices-topic=sums,terms=2,method={},model=golden_table"
JOINT = CHOICES.format("multiple_choice_joint")
ANSWERS = "golden_answers-stop=hash,model=golden_table"


def document(folder: Path, name: str) -> Any:
    """A document of a run with nothing but a JSON parser."""
    for path in folder.glob(f"{name}.json*"):
        raw = path.read_bytes()
        return orjson.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    raise FileNotFoundError(name)


def state(folder: Path) -> Path:
    return next(folder.glob("scenario_state.json*"))


def read(folder: Path, options: ReadOptions | None = None) -> list[Sample]:
    records = list(read_helm(state(folder), options or ReadOptions()))
    assert all(isinstance(one, Sample) for one in records), records
    return [one for one in records if isinstance(one, Sample)]


def golden(name: str, options: ReadOptions | None = None) -> list[Sample]:
    return read(GOLDEN / name, options)


def test_the_runs_are_found_and_nothing_is_passed_over() -> None:
    found = find_logs([GOLDEN])
    assert {log.format.name for log in found.logs} == {"helm"}
    assert len(found.logs) == 4
    assert found.passed == ()


def test_a_generation_by_value() -> None:
    first, second, *_ = golden(ANSWERS)
    shared: dict[str, Any] = {
        "model": "golden/table",
        "template": "stop=hash",
        "sampler": "model_deployment=golden/table,temperature=0.5",
        "base_task": "golden_answers",
        "task": "golden_answers/generation/1-shot",
        "repeat": 0,
        "correct": True,
        "score": 1.0,
        "grade_source": "native",
        "stop": "stop",
        "stop_source": "native",
        "max_tokens": 16,
        "tokens_source": "native",
        "source": state(GOLDEN / ANSWERS).as_posix(),
    }
    before = "Question: Say yes.\nAnswer: yes\n\nQuestion: "
    assert first == Sample(
        **shared,
        item_id="id1",
        params={"level": 2.0},
        labels={"kind": "fact", "split": "test"},
        prompt=before + "Name a primary colour.\nAnswer:",
        response=" Red.",  # the second completion: HELM grades the one of the largest logprob
        target='["red","blue","yellow"]',
        prompt_tokens=72,
        completion_tokens=5,
        source_row=1,
    )
    assert second == Sample(
        **shared,
        item_id="id2",
        params={"level": 3.0},
        labels={"kind": "sum", "split": "test"},
        prompt=before + "What is 6 * 7?\nAnswer:",
        reasoning="Six times seven: 42.",
        reasoning_kind="full",
        response=" 42",
        target="42",
        prompt_tokens=64,
        completion_tokens=None,  # HELM has counted " 42", not the thinking
        source_row=2,
    )


def test_how_generations_end() -> None:
    found = {one.item_id: one for one in golden(ANSWERS)}
    assert {key: (one.stop, one.stop_source) for key, one in found.items()} == {
        "id1": ("stop", "native"),  # endoftext
        "id2": ("stop", "native"),
        "id3": ("length", "native"),
        "id4": ("filter", "native"),  # content_filter
        "id5": ("error", "native"),  # success is false
    }
    assert found["id5"].response is None
    assert (found["id5"].score, found["id5"].correct) == (0.0, False)  # as HELM has it


def test_lettered_choices_and_perturbations_by_value() -> None:
    options = ReadOptions()
    samples = golden(JOINT, options)
    assert len(samples) == 18  # 3 questions x (1 + 2 perturbations) x 2 draws of examples
    assert samples[4] == Sample(
        model="golden/table",
        template="",
        sampler="model_deployment=golden/table,temperature=0.0",
        base_task="golden_choices",
        task="golden_choices:topic=sums,terms=2/multiple_choice_joint/1-shot/lowercase",
        item_id="id3",
        repeat=0,
        params={"terms": 2.0, "level": 2.0},
        labels={"topic": "sums", "perturbation": "lowercase", "split": "test"},
        prompt=samples[4].prompt,
        response=" C",
        answer="42",
        target="42",
        correct=True,
        score=1.0,
        grade_source="native",
        chance=0.25,
        chance_source="row",
        answered=True,
        stop="unknown",  # "length" is the cap of one token, which asks for a letter
        stop_source="unknown",
        prompt_tokens=len(samples[4].prompt or ""),
        completion_tokens=1,
        tokens_source="native",
        source=state(GOLDEN / JOINT).as_posix(),
        source_row=5,
    )
    assert (samples[4].prompt or "").endswith(
        "Question: what is 17 + 25?\nA. 40\nB. 41\nC. 42\nD. 43\nAnswer:"
    )
    typos = samples[8]
    assert (
        typos.task
        == "golden_choices:topic=sums,terms=2/multiple_choice_joint/1-shot/typos,prob=0.1"
    )
    assert typos.params["perturbation.prob"] == 0.1
    assert (typos.response, typos.answered, typos.answer) == (" Perhaps", False, None)
    assert (typos.stop, typos.stop_source) == ("length", "native")
    base = samples[3]
    assert base.task == "golden_choices:topic=sums,terms=2/multiple_choice_joint/1-shot"
    assert "perturbation" not in base.labels
    (notice,) = options.notices.lines()
    assert notice == (
        "graded by 'exact_match'; --metric takes another: exact_match@2, quasi_exact_match, "
        "quasi_exact_match@2, prefix_exact_match, prefix_exact_match@2 (18 rows)"
    )


def test_draws_of_examples_are_repeats_with_prompts_of_their_own() -> None:
    samples = golden(JOINT)
    one = [s for s in samples if s.task.endswith("1-shot") and s.item_id == "id3"]
    assert [s.repeat for s in one] == [0, 1]
    assert len({s.prompt for s in one}) == 2
    keys = {(s.task, s.item_id, s.repeat) for s in samples}
    assert len(keys) == len(samples)


@pytest.mark.parametrize("kind", ["original", "calibrated"])
def test_a_request_for_each_reference_is_one_sample(kind: str) -> None:
    method = f"multiple_choice_separate_{kind}"
    folder = GOLDEN / CHOICES.format(method)
    samples = read(folder)
    requests = document(folder, "scenario_state")["request_states"]
    assert len(requests) == (12 if kind == "original" else 24)
    assert len(samples) == 3
    assert [(s.item_id, s.answer, s.target, s.score, s.correct) for s in samples] == [
        ("id2", "5", "5", 1.0, True),
        ("id3", "43", "42", 0.0, False),
        ("id4", "12", '["12","14"]', 0.5, False),  # four alike: half of the best are right
    ]
    assert [(s.prompt, s.response, s.chance) for s in samples] == [
        ("Question: What is 2 + 3?\nAnswer: ", "5", 0.25),
        ("Question: What is 17 + 25?\nAnswer: ", "43", 0.25),
        ("Question: Which of these is even?\nAnswer: ", "12", 0.5),
    ]
    # Nothing was generated: neither tokens nor an end.
    assert {(s.completion_tokens, s.max_tokens, s.stop) for s in samples} == {
        (None, None, "unknown")
    }
    assert {s.task.partition("/")[2] for s in samples} == {f"{method}/0-shot"}


@pytest.mark.parametrize("kind", ["original", "calibrated"])
def test_without_predicted_index_the_tokens_tell(tmp_path: Path, kind: str) -> None:
    folder = GOLDEN / CHOICES.format(f"multiple_choice_separate_{kind}")
    path = tmp_path / folder.name / "scenario_state.json"
    path.parent.mkdir()
    path.write_bytes(orjson.dumps(document(folder, "scenario_state")))  # and in one line
    options = ReadOptions()
    records = list(read_helm(path, options))
    samples = [one for one in records if isinstance(one, Sample)]
    assert [one.answer for one in samples] == ["5", "43", "12"]
    assert {(one.score, one.correct) for one in samples} == {(None, None)}
    assert options.notices.lines() == (
        f"no run_spec.json: the task is named by the folder {folder.name[:80]!r} (1 row)",
        "not graded: no per_instance_stats.json beside the scenario state (1 row)",
    )


Group = tuple[str | None, bytes]


def change_of(perturbation: Any) -> bytes:
    return orjson.dumps(perturbation, option=orjson.OPT_SORT_KEYS) if perturbation else b""


def aggregates(folder: Path) -> dict[str, dict[Group, float]]:
    """HELM's own means: stat -> split and perturbation -> mean; those that instances have."""
    singles = {
        stat["name"]["name"]
        for entry in document(folder, "per_instance_stats")
        for stat in entry["stats"]
        if stat["count"]
    }
    found: dict[str, dict[Group, float]] = defaultdict(dict)
    for stat in document(folder, "stats"):
        name = dict(stat["name"])
        change = name.get("perturbation")
        computed = change["computed_on"] if change else "perturbed"
        if name["name"] in singles and computed == "perturbed" and stat["count"]:
            found[name["name"]][name.get("split"), change_of(change)] = stat["mean"]
    return found


def check_aggregates(folder: Path) -> int:
    requests = document(folder, "scenario_state")["request_states"]
    change = {
        (one["instance"]["id"], name): change_of(one["instance"].get("perturbation"))
        for one in requests
        for name in [(one["instance"].get("perturbation") or {}).get("name")]
    }
    checked = 0
    for metric, expected in aggregates(folder).items():
        scores: dict[Group, dict[int | None, list[float]]] = defaultdict(lambda: defaultdict(list))
        for one in read(folder, ReadOptions(metric=metric)):
            if one.score is None:  # not measured, such as the time of a request that failed
                continue
            key = change[one.item_id or "", one.labels.get("perturbation")]
            scores[one.labels["split"], key][one.repeat].append(one.score)
        means = {
            group: statistics.fmean(statistics.fmean(values) for values in trials.values())
            for group, trials in scores.items()
        }
        assert means == pytest.approx(expected, abs=1e-9, rel=1e-9), metric
        checked += len(expected)
    return checked


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name[:60])
def test_our_scores_give_the_aggregates_of_helm(folder: Path) -> None:
    assert check_aggregates(folder) >= 20


def test_the_real_runs(shared_data: Path) -> None:
    """Against counts and means that the files themselves have."""
    folder = shared_data / "native" / "helm"
    found = find_logs([folder])
    assert [log.format.name for log in found.logs] == ["helm"] * 3
    assert found.passed == ()
    samples = {log.path.parent.name.split("-")[0]: read(log.path.parent) for log in found.logs}
    assert {name: len(rows) for name, rows in samples.items()} == {
        "commonsense": 10,
        "mmlu": 10,
        "narrative_qa": 5,
    }
    assert {name: (rows[0].base_task, rows[0].task) for name, rows in samples.items()} == {
        "commonsense": ("hellaswag", "commonsense:dataset=hellaswag/multiple_choice_joint/5-shot"),
        "mmlu": ("mmlu", "mmlu:subject=philosophy/multiple_choice_joint/5-shot"),
        "narrative_qa": ("narrativeqa", "narrative_qa/generation/5-shot"),
    }
    assert samples["mmlu"][0].labels == {"subject": "philosophy", "split": "test"}
    assert samples["mmlu"][0].model == "openai/gpt2"
    assert (samples["mmlu"][0].answer, samples["mmlu"][0].target) == (
        "meaning in an afterlife",
        "internalmeaning",
    )
    for log in found.logs:
        assert check_aggregates(log.path.parent) >= 20


def test_a_metric_that_is_a_fraction_is_right_from_1() -> None:
    samples = golden(ANSWERS, ReadOptions(metric="f1_score"))
    assert [(one.score, one.correct) for one in samples][:3] == [
        (1.0, True),
        (1.0, True),
        (0.0, False),
    ]
    graded = golden(ANSWERS, ReadOptions(metric="f1_score", correct_at={"golden_answers": 0.0}))
    assert all(one.correct for one in graded)


def test_a_metric_of_no_known_range_leaves_rows_ungraded() -> None:
    samples = golden(ANSWERS, ReadOptions(metric="num_prompt_tokens"))
    assert {one.correct for one in samples} == {None}
    assert samples[0].score == 72.0


def test_a_metric_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no instance has the metric 'f1_scores'") as caught:
        golden(ANSWERS, ReadOptions(metric="f1_scores"))
    assert caught.value.did_you_mean == ("f1_score",)


def test_axes_start_from_extra_data() -> None:
    options = ReadOptions(axes=parse_axes(["hard=extra_data.level * 10"]))
    first = golden(ANSWERS, options)[0]
    assert (first.params, first.labels) == ({"hard": 20.0}, {"split": "test"})


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.json*")), ids=lambda path: path.name)
def test_every_document_of_a_run_is_known(path: Path) -> None:
    if path.name.startswith("scenario_state"):
        assert sniff(path) is HELM
    else:
        with pytest.raises(CompanionError, match="goes with logs of the format helm"):
            sniff(path)
