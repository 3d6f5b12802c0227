from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.datasets.declaration import AxisConfig, ReadingConfig, read_config
from reasonscape.errors import ConfigError
from reasonscape.store.filters import EVERYTHING

FULL: dict[str, Any] = {
    "schema_version": 1,
    "name": "m12x",
    "store": "m12x",
    "evals": [
        {
            "filters": {"model": "m", "template": "t", "sampler": "s"},
            "label": "Llama 3.3 70B",
            "groups": ["family:llama", "size:large"],
            "tokenizer": "o200k_base",
        }
    ],
    "groups": {
        "size:large": {"tokenizer": "large.json", "chat_template": "large.jinja"},
        "family:llama": {"chat_template": "llama.jinja"},
    },
    "base_tasks": {
        "arithmetic": {
            "label": "Arithmetic",
            "chance": 0,
            "tiers": ["math"],
            "axes": {"length": {"label": "Terms", "unit": "terms", "harder": "up"}},
            "confounders": ["prob_dewhitespace"],
            "surfaces": [{"id": "length-depth", "x": "length", "y": "depth", "where": {}}],
        }
    },
    "tiers": {"logic": {"base_task": ["boolean", "zebra"]}, "hard": {"length": {"min": 18}}},
}


def test_the_example_of_the_docs_is_valid() -> None:
    config = read_config(FULL, "m12x.json")
    task = config.base_tasks["arithmetic"]
    assert task.axis("param.length") == task.axis("length") == AxisConfig("Terms", "terms", "up")
    assert task.axis("depth") == AxisConfig()
    assert task.surfaces[0].where == EVERYTHING
    assert config.evals[0].groups == ("family:llama", "size:large")
    assert list(config.tiers) == ["logic", "hard"]


def test_an_eval_reads_as_it_says_else_as_its_first_group_that_says_it() -> None:
    config = read_config(FULL, "m12x.json")
    assert config.reading(config.evals[0]) == ReadingConfig("o200k_base", "llama.jinja")
    assert config.reading(None) == ReadingConfig()


def test_all_but_store_may_be_missing() -> None:
    assert read_config({"store": "s"}, "x.json").base_tasks == {}
    with pytest.raises(ConfigError, match=r"no store is named at \$"):
        read_config({}, "x.json")


def task(**parts: Any) -> dict[str, Any]:
    return {"store": "s", "base_tasks": {"ar": parts}}


@pytest.mark.parametrize(
    ("document", "path", "found"),
    [
        ([], "$", "needs an object, has a list"),
        ({"store": 3}, "$.store", "needs a text, has the number 3"),
        ({"store": "s", "stores": 1}, "$", "unknown key 'stores'; did you mean"),
        ({"store": "s", "schema_version": 2}, "$.schema_version", "knows up to 1"),
        ({"store": "s", "schema_version": "1"}, "$.schema_version", "whole number"),
        ({"store": "s", "evals": {}}, "$.evals", "needs a list"),
        ({"store": "s", "evals": [{}]}, "$.evals[0]", "needs filters"),
        (
            {"store": "s", "evals": [{"filters": {"length": 3}}]},
            "$.evals[0].filters",
            "not by length",
        ),
        (
            {"store": "s", "evals": [{"filters": {"tier": "a"}}]},
            "$.evals[0].filters",
            "not by tier",
        ),
        (
            {"store": "s", "evals": [{"filters": {}, "groups": "a"}]},
            "$.evals[0].groups",
            "needs a list, has the text 'a'",
        ),
        (
            {"store": "s", "evals": [{"filters": {}, "groups": [1]}]},
            "$.evals[0].groups[0]",
            "needs a text",
        ),
        (task(chance=2), "$.base_tasks.ar.chance", "not between 0 and 0.999"),
        (task(chance=True), "$.base_tasks.ar.chance", "has true"),
        (task(axs={}), "$.base_tasks.ar", "unknown key 'axs'"),
        (task(axes={"n": {"harder": "upp"}}), "$.base_tasks.ar.axes.n.harder", "'up' or 'down'"),
        (task(axes={"n": {"hardr": "up"}}), "$.base_tasks.ar.axes.n", "unknown key 'hardr'"),
        (task(axes={"n": {"bins": 0}}), "$.base_tasks.ar.axes.n.bins", "not between 1"),
        (task(axes={"n": {"bins": [2, 1]}}), "$.base_tasks.ar.axes.n.bins", "increasing"),
        (task(axes={"a b": {"bins": "x"}}), "$.base_tasks.ar.axes['a b'].bins", "whole number"),
        (task(surfaces=[{"y": "n"}]), "$.base_tasks.ar.surfaces[0]", "needs x"),
        (
            task(surfaces=[{"x": "n", "where": {"n": {"mim": 1}}}]),
            "$.base_tasks.ar.surfaces[0].where",
            "unknown form 'mim'",
        ),
        ({"store": "s", "tiers": {"t": {"n": []}}}, "$.tiers.t", "is empty"),
    ],
)
def test_errors_name_file_path_and_fault(document: Any, path: str, found: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(document, "data/x.json")
    text = str(caught.value)
    assert text.startswith("data/x.json: ")
    assert f" at {path}" in text
    assert found in text.replace(f" at {path}", "")


def test_the_nearest_key_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(task(axes={"n": {"hardr": "up"}}), "x.json")
    assert caught.value.did_you_mean == ("harder",)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=3), below),
    max_leaves=4,
)


@given(data=st.data())
def test_any_wrong_value_anywhere_is_a_config_error_or_fine(data: st.DataObject) -> None:
    import copy

    document = copy.deepcopy(FULL)
    node: Any = document
    while True:
        key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else [0]))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = data.draw(values)
        break
    try:
        read_config(document, "x.json")
    except ConfigError as error:
        assert " at $" in error.message
