"""Tokenizers and chat templates: found, refused in one sentence, and set against each other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reasonscape
from reasonscape.runs.lens_run import LensRun
from tests.cli.typed import Type, refused
from tests.lenses.fft.logs import dataset, declare, rows, said

CHAT = "<|user|>\n{{ messages[0]['content'] }}<|end|>\n<|assistant|>\n"


def _declared(folder: Path, **readings: dict[str, str]) -> Path:
    """Two models that answer the same questions, each with its reading."""
    config = dataset(folder, rows(model="a") + rows(model="b", seed=1))
    evals = [{"filters": {"model": name}, **one} for name, one in readings.items()]
    declare(config, evals=evals)
    return config


def _kinds(run: LensRun) -> list[tuple[str, str, str]]:
    result = run.results[0]
    own = [one for each in result.evals for one in each.readings]
    return [(one.kind, one.a_label, one.b_label) for one in (*result.pairs, *own)]


def test_evals_that_read_unlike_are_set_against_each_other(tmp_path: Path) -> None:
    config = _declared(tmp_path, a={"tokenizer": "words"}, b={"tokenizer": "bytes"})
    run = reasonscape.fft(config)
    # Evals come in the order of their ids.
    labels = [f"{e.label} ({e.own.reading.name})" for e in run.results[0].evals]
    assert _kinds(run) == [("eval", *labels), ("tokenizer", "words", "bytes")]
    (pair,) = run.results[0].pairs
    assert pair.unit == "byte"
    assert np.isfinite(pair.found.difference).all()
    assert set(pair.eval_ids) == {f.eval_id for f in run.findings}
    assert not any("NO TOKENIZER" in note for note in run.warnings)
    for drawing in run.drawings:
        assert run.figure(drawing).data


def test_evals_that_read_alike_are_not(tmp_path: Path) -> None:
    run = reasonscape.fft(_declared(tmp_path, a={"tokenizer": "words"}, b={"tokenizer": "words"}))
    assert run.results[0].pairs == ()
    assert {kind for kind, *_ in _kinds(run)} == {"tokenizer"}
    none = reasonscape.fft(_declared(tmp_path), against="bytes")
    assert _kinds(none) == []
    (loud,) = [note for note in none.warnings if "NO TOKENIZER IS KNOWN" in note]
    assert sorted(loud.split(": ")[0].split(", ")) == ["a", "b"]


def test_only_one_of_two_is_known(tmp_path: Path) -> None:
    run = reasonscape.fft(_declared(tmp_path, a={"tokenizer": "words"}))
    (loud,) = [note for note in run.warnings if "NO TOKENIZER IS KNOWN" in note]
    assert loud.startswith("b: ")
    known = {f.model: f.evidence["tokenizer_known"] for f in run.findings}
    assert known == {"a": True, "b": False}


def test_a_tokenizer_of_the_command_line_reads_all(tmp_path: Path) -> None:
    config = _declared(tmp_path, a={"tokenizer": "bytes"})
    run = reasonscape.fft(config, tokenizer="words")
    assert {f.evidence["reading"] for f in run.findings} == {"words"}
    assert all(f.evidence["tokenizer_known"] for f in run.findings)


def test_with_and_without_a_chat_template(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    (tmp_path / "chat.jinja").write_text(CHAT, encoding="utf-8")
    config = _declared(tmp_path, a={"tokenizer": "words", "chat_template": "chat.jinja"})
    run = reasonscape.fft(config, {"model": "a"})
    assert _kinds(run) == [
        ("tokenizer", "words, chat template chat.jinja", "bytes"),
        ("template", "with chat template", "without"),
    ]
    one = run.results[0].evals[0]
    assert one.own.reading.template is not None
    bare = reasonscape.fft(config, {"model": "a"}, no_template=True)
    assert _kinds(bare) == [("tokenizer", "words", "bytes")]
    longer = one.own.tokens - bare.results[0].evals[0].own.tokens
    assert (longer > 0).all()


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for i in range(99999) %}{{ 'x' * 99999 }}{% endfor %}",
        "{% if %}",
        "{{ raise_exception('no \x1b[31m\n\nerror: roles') }}",
    ],
)
def test_a_hostile_template_is_one_sentence(typed: Type, tmp_path: Path, source: str) -> None:
    pytest.importorskip("jinja2")
    (tmp_path / "chat.jinja").write_text(source, encoding="utf-8")
    _declared(tmp_path, a={"tokenizer": "words", "chat_template": "chat.jinja"})
    done = typed("fft", "data.json")
    refused(done)
    assert "chat template chat.jinja cannot be rendered" in done.err
    assert all(c.isprintable() or c == "\n" for c in done.err)
    assert typed("fft", "data.json", "--no-template").code == 0


@pytest.mark.parametrize("option", ["--tokenizer", "--against"])
@pytest.mark.parametrize("name", ["wrods", "no/such/tokenizer.json", "damaged.json", "."])
def test_a_tokenizer_that_is_none_is_one_sentence(
    typed: Type, tmp_path: Path, option: str, name: str
) -> None:
    pytest.importorskip("tokenizers")
    (tmp_path / "damaged.json").write_text('{"model": {"type": "BPE"', encoding="utf-8")
    dataset(tmp_path, rows())
    done = typed("fft", "data.json", option, name)
    refused(done)
    assert Path(name).name in done.err
    if name == "wrods":
        assert "words" in done.err


@pytest.fixture(scope="module")
def artifact(plant: Callable[..., Path]) -> Path:
    pytest.importorskip("tokenizers")
    return plant("artifact", "broken")


def _renumbered(content: dict[str, Any]) -> dict[str, Any]:
    """The same vocabulary under other numbers."""
    vocabulary: dict[str, int] = content["model"]["vocab"]
    other = np.random.default_rng(5).permutation(len(vocabulary)).tolist()
    vocabulary = {word: other[at] for word, at in vocabulary.items()}
    return content | {"model": content["model"] | {"vocab": vocabulary}}


def test_the_numbers_of_tokens_mean_nothing(artifact: Path, tmp_path: Path) -> None:
    shutil.copytree(artifact.parent, tmp_path / "copy")
    file = tmp_path / "copy" / "broken.tokenizer.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(_renumbered(content)), encoding="utf-8")
    first, second = reasonscape.fft(artifact), reasonscape.fft(tmp_path / "copy" / artifact.name)
    ids = [run.results[0].evals[0].own.reading.fingerprint for run in (first, second)]
    assert ids[0] != ids[1]
    assert [f.statement for f in first.findings] == [f.statement for f in second.findings]
    for one, other in zip(said(first), said(second), strict=True):
        assert one["verdict"] == other["verdict"]
        for number in ("p", "q"):
            assert one[number] == (other[number] and pytest.approx(other[number], rel=1e-6))
        if one["effect"] is not None:
            numbers = [[e[k] for k in ("value", "low", "high")]
                       for e in (one["effect"], other["effect"])]  # fmt: skip
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-6, nan_ok=True)
