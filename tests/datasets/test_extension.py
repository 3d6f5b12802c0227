from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.datasets.extension import Seen, extend_config
from reasonscape.errors import ConfigError

SEEN = Seen([("e2", "b", "cot", ""), ("e1", "a", "", "")], ["zebra", "decimal_chain_sum"])


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_a_new_config_is_small_and_valid(tmp_path: Path) -> None:
    path = tmp_path / "data" / "demo.json"
    assert extend_config(path, SEEN)
    assert (
        path.read_text()
        == """{
  "schema_version": 1,
  "name": "demo",
  "store": "demo",
  "evals": [
    {"filters": {"model": "a", "template": "", "sampler": ""}, "label": "a"},
    {"filters": {"model": "b", "template": "cot", "sampler": ""}, "label": "b"}
  ],
  "base_tasks": {
    "decimal_chain_sum": {"label": "Decimal chain sum"},
    "zebra": {"label": "Zebra"}
  }
}
"""
    )
    opened = Dataset.open(path)
    assert opened.store_path == tmp_path / "data" / "demo"
    assert not extend_config(path, SEEN)
    assert [file.name for file in path.parent.iterdir()] == ["demo.json"]


def test_a_users_words_and_order_stay(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    mine = {
        "tiers": {"hard": {"length": {"min": 18}}},
        "base_tasks": {"zebra": {"label": "My Zebra", "axes": {"n": {"harder": "up"}}}},
        "store": "../elsewhere",
        "evals": [{"filters": {"model": {"like": "a*"}}, "label": "Mine", "groups": ["g"]}],
    }
    path.write_text(json.dumps(mine))
    assert extend_config(path, SEEN, store="ignored")
    now = read(path)
    assert list(now) == list(mine)
    assert now["store"] == "../elsewhere"
    assert now["evals"][0] == mine["evals"][0]  # type: ignore[index]
    assert [one["label"] for one in now["evals"]] == ["Mine", "b"]
    assert now["base_tasks"]["zebra"] == mine["base_tasks"]["zebra"]  # type: ignore[index]
    assert list(now["base_tasks"]) == ["zebra", "decimal_chain_sum"]


def test_a_config_that_is_wrong_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for content in ("{", '{"store": "s", "stor": 1}', '{"store": "s", "schema_version": 9}'):
        path.write_text(content)
        with pytest.raises(ConfigError):
            extend_config(path, SEEN)
        assert path.read_text() == content


def test_a_store_folder_gets_no_config(tmp_path: Path) -> None:
    assert not extend_config(tmp_path, SEEN)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigError, match=r"must be a \.json file"):
        extend_config(tmp_path / "new", SEEN)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        extend_config(tmp_path / "file" / "x.json", SEEN)


def test_links_and_modes_stay(tmp_path: Path) -> None:
    target = tmp_path / "real.json"
    target.write_text('{"store": "s"}')
    target.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(target)
    assert extend_config(link, SEEN)
    assert link.is_symlink()
    assert "evals" in read(target)
    assert target.stat().st_mode & 0o777 == 0o640


def test_names_that_no_filter_can_say_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    odd = ['a"b', "c\nd", "../up", "🙂; DROP", "\ud800"]
    extend_config(path, Seen([(f"e{i}", name, "", "") for i, name in enumerate(odd)], odd))
    config = Dataset.open(path).config
    assert set(config.base_tasks) == set(odd[:4])
    assert len(config.evals) == 4


def test_imports_at_once_all_land(tmp_path: Path) -> None:
    path = tmp_path / "x.json"

    def one(number: int) -> None:
        extend_config(path, Seen([(f"e{number}", f"m{number}", "", "")], [f"t{number}"]))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = read(path)
    assert len(now["evals"]) == 12
    assert set(now["base_tasks"]) == {f"t{number}" for number in range(12)}
    assert [file.name for file in tmp_path.iterdir()] == ["x.json"]


def test_a_config_stays_a_page_to_read(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    extend_config(path, Seen([], [f"t{number}" for number in range(1000)]))
    assert len(read(path)["base_tasks"]) == 200


def test_a_label_names_one_eval(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    extend_config(path, Seen([("e1", "m", "", ""), ("e2", "m", "cot", ""), ("e3", "n", "", "t")]))
    extend_config(path, Seen([("e4", "n", "", "u")]))
    labels = [one["label"] for one in read(path)["evals"]]
    assert labels == ["m", "m (cot)", "n", "n (u)"]
