"""A dataset config that was made to do harm: refused in one sentence, in little time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reasonscape.datasets.config import parse_document
from reasonscape.datasets.declaration import Config, read_config
from reasonscape.datasets.resolution import resolve
from reasonscape.errors import ConfigError
from reasonscape.ingest.mapping import parse_mapping
from reasonscape.store.filters import compile_filters, parse_filters

COLUMNS = {"model": "VARCHAR", "base_task": "VARCHAR"}


def config(**parts: Any) -> Config:
    text = json.dumps({"store": "s", **parts})
    return read_config(parse_document(text.encode(), "c.json"), "c.json")


def nested(depth: int, inner: dict[str, Any]) -> dict[str, Any]:
    for _ in range(depth):
        inner = {"any": [inner, {"model": "a"}]}
    return inner


DOUBLED = {f"t{i}": {"any": [{"tier": f"t{i + 1}"}] * 2} for i in range(19)}
TIERS: dict[str, dict[str, Any]] = {
    "a chain": {f"t{i}": {"tier": f"t{i + 1}"} for i in range(3000)} | {"t3000": {"model": "x"}},
    "a wide circle": {f"t{i}": {"tier": f"t{(i + 1) % 3000}"} for i in range(3000)},
    "each twice the next": {**DOUBLED, "t19": {"model": "x"}},
    "nothing, doubled": {**DOUBLED, "t19": {}},
    "deep ones": {f"t{i}": nested(15, {"tier": f"t{i + 1}"}) for i in range(15)}
    | {"t15": {"model": "x"}},
}


@pytest.mark.parametrize("tiers", TIERS.values(), ids=TIERS)
def test_tiers_that_grow_are_refused_before_they_do(tiers: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(parse_filters({"tier": "t0"}), config(tiers=tiers))
    assert len(str(caught.value)) < 300


def test_a_group_of_all_evals_named_again_and_again_is_refused() -> None:
    evals = [
        {"filters": {"model": [f"{i}-{j}" for j in range(50)]}, "groups": ["g"]} for i in range(50)
    ]
    with pytest.raises(ConfigError, match="more than 100,000"):
        resolve(parse_filters({"groups": ["g"] * 5000}), config(evals=evals))


def test_what_is_just_within_the_bounds_compiles() -> None:
    tiers = {f"t{i}": nested(14, {"tier": f"t{i + 1}"}) for i in range(2)} | {"t2": {"model": "x"}}
    tree = resolve(parse_filters(nested(16, {"tier": "t0"})), config(tiers=tiers))
    assert compile_filters(tree, COLUMNS).params[0] == "x"


def test_a_tier_named_in_two_places_is_the_same_twice() -> None:
    tiers = {"a": {"model": "x"}, "b": {"any": [{"tier": "a"}, {"tier": "a", "base_task": "t"}]}}
    tree = resolve(parse_filters({"tier": ["a", "b"]}), config(tiers=tiers))
    assert compile_filters(tree, COLUMNS).params == ("x", "x", "x", "t")


def test_a_mapping_whose_number_no_score_can_reach_is_refused() -> None:
    tree = {"columns": {"model": {"const": "m"}, "base_task": {"const": "t"}, "correct": "c"}}
    text = json.dumps({**tree, "correct_at": 10**400})
    with pytest.raises(ConfigError, match="correct_at is a number of size"):
        parse_mapping(text.encode(), "m.json")
