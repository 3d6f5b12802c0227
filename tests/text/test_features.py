"""Features of traces: what they are, and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import ReasonScapeError
from reasonscape.text.features import FEATURES_VERSION, feature_schema, measure_traces

LOOP = "Wait, let me check part {} of it once more. "
TEXTS = [
    "Two and two make four.\nSo the answer is four.",
    "",
    None,
    "x",
    "a" * 5000,
    "猫が好きです。" * 40,
    "👍🏽 fine 👩‍👩‍👧 é",
    "".join(LOOP.format(i) for i in range(200)),
    "First this. " + "So once more: " * 300,
    "no_space_at_all" * 3,
    "\n\n \t",
]


def one(text: str) -> dict[str, object]:
    row: dict[str, object] = measure_traces(pa.array([text])).to_pylist()[0]
    return row


def test_columns_and_types_are_the_declared_ones() -> None:
    table = measure_traces(pa.array(TEXTS))
    assert table.schema.equals(feature_schema())
    assert table.num_rows == len(TEXTS)
    assert set(table["f.version"].drop_null().to_pylist()) == {FEATURES_VERSION}


def test_missing_trace_is_missing_everywhere() -> None:
    row = measure_traces(pa.array(TEXTS)).to_pylist()[2]
    assert set(row.values()) == {None}


def test_empty_trace_has_sizes_and_no_rates() -> None:
    row = one("")
    assert (row["f.bytes"], row["f.chars"], row["f.words"], row["f.steps"]) == (0, 0, 0, 0)
    assert row["f.bits_per_char"] is None
    assert row["f.novelty_head"] == row["f.novelty_shape"] == []
    assert row["f.novelty_mean"] is row["f.novelty_tail"] is row["f.word_entropy"] is None
    assert row["f.loop_covered"] == 0.0


def test_one_character() -> None:
    row = one("x")
    assert (row["f.bytes"], row["f.chars"], row["f.words"], row["f.steps"]) == (1, 1, 1, 1)
    assert row["f.distinct4"] is None
    assert row["f.word_entropy"] == 0.0


def test_sizes_are_those_of_the_text_and_of_zstd() -> None:
    import zstandard

    whole = zstandard.ZstdCompressor(level=3)
    for text in TEXTS:
        if text is not None:
            row = one(text)
            raw = text.encode()
            assert (row["f.bytes"], row["f.chars"]) == (len(raw), len(text))
            assert row["f.zstd_bytes"] == len(whole.compress(raw))


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(threads: int) -> None:
    many = pa.array([*TEXTS, "A long one. " * 200_000, *TEXTS * 500])
    alone = measure_traces(many, threads=1)
    assert measure_traces(many, threads=threads).equals(alone)


@given(st.lists(st.none() | st.text(max_size=400), max_size=12), st.data())
def test_chunks_slices_and_wide_offsets_change_nothing(
    texts: list[str | None], data: st.DataObject
) -> None:
    whole = measure_traces(pa.array(texts, pa.string()))
    cut = data.draw(st.integers(0, len(texts)))
    padded = pa.array(["before", None, *texts, "after"], pa.string()).slice(2, len(texts))
    assert measure_traces(padded).equals(whole)
    chunks = pa.chunked_array([texts[:cut], texts[cut:]], pa.large_string())
    assert measure_traces(chunks).combine_chunks().equals(whole.combine_chunks())


def test_bytes_behind_a_missing_trace_are_nobodys() -> None:
    hidden = pa.StringArray.from_buffers(
        3,
        pa.py_buffer(np.array([0, 3, 9, 12], dtype=np.int32)),
        pa.py_buffer(b"onehidden two"[:12]),
        pa.py_buffer(bytes([0b101])),
    )
    assert hidden.to_pylist() == ["one", None, " tw"]
    plain = measure_traces(pa.array(["one", None, " tw"]))
    assert measure_traces(hidden).equals(plain)


def test_no_rows_and_no_type() -> None:
    assert measure_traces(pa.array([], pa.string())).num_rows == 0
    assert measure_traces(pa.chunked_array([], pa.string())).num_rows == 0
    assert measure_traces(pa.nulls(2))["f.bytes"].null_count == 2


def test_other_types_are_refused() -> None:
    with pytest.raises(ReasonScapeError, match="must be strings, not int64"):
        measure_traces(pa.array([1, 2]))


def test_loop_is_given_in_characters() -> None:
    row = one("猫が好きです、と彼は言った。" + "もう一度、考えてみる。" * 60)
    assert (row["f.loop_onset"], row["f.loop_period"], row["f.loop_kind"]) == (13, 11, "exact")
    assert row["f.loop_covered"] == pytest.approx(1 - 13 / row["f.chars"])  # type: ignore[operator]
