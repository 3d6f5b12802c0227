from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import FilterError
from reasonscape.store.filters import parse_filters
from reasonscape.store.filters.eval_ids import resolve_eval_id, resolve_eval_ids, unique_prefixes

IDS = ["e1a2b3c4d5e6f", "e1a2c00000000", "e9f0000000000"]

ids = st.lists(st.text(alphabet="e01", min_size=13, max_size=13), min_size=1, max_size=12)


@given(ids)
def test_each_shortest_prefix_resolves_to_its_id(names: list[str]) -> None:
    for name, prefix in unique_prefixes(names).items():
        assert resolve_eval_id(prefix, names) == name
        assert len(prefix) >= 4
        if len(prefix) > 4:
            assert sum(other.startswith(prefix[:-1]) for other in set(names)) > 1


def test_wrong_prefixes_say_what_there_is() -> None:
    with pytest.raises(FilterError, match='beginning of 2 evals; write one of "e1a2b", "e1a2c"'):
        resolve_eval_id("e1a2", IDS)
    with pytest.raises(FilterError, match="shorter than 4"):
        resolve_eval_id("e9", IDS)
    with pytest.raises(FilterError) as caught:
        resolve_eval_id("e9f1", IDS)
    assert caught.value.did_you_mean[0] == "e9f0"
    with pytest.raises(FilterError, match="no eval yet"):
        resolve_eval_id("e1a2", [])


def test_prefixes_are_resolved_in_every_part() -> None:
    tree = parse_filters(
        {"any": [{"eval_id": "e1a2b"}, {"eval_id": {"not": ["e9f0", "e1a2c"]}}], "model": "e9f0"}
    )
    wanted = parse_filters(
        {"any": [{"eval_id": IDS[0]}, {"eval_id": {"not": [IDS[2], IDS[1]]}}], "model": "e9f0"}
    )
    assert resolve_eval_ids(tree, lambda: IDS) == wanted


def test_full_ids_ask_for_no_list() -> None:
    def never() -> list[str]:
        raise AssertionError

    tree = parse_filters({"eval_id": [IDS[0], "e000000000000"]})
    assert resolve_eval_ids(tree, never) == tree
