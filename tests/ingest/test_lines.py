"""Lines out of plain and compressed files, whole, broken and hostile."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.ingest.lines import BOMB_BYTES, Blocks, LineFault, Lines

ROWS = [b'{"n": %d, "text": "%s"}' % (n, bytes([97 + n % 26]) * (n % 90)) for n in range(20_000)]
DATA = b"\n".join(ROWS) + b"\n"


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def lines(path: Path, data: bytes, **options: int) -> list[tuple[int, bytes | LineFault]]:
    path.write_bytes(data)
    return list(Lines(path, **options))  # type: ignore[arg-type]


WHOLE = list(enumerate(ROWS, 1))


@pytest.mark.parametrize(
    "data",
    [
        DATA,
        gzip.compress(DATA),
        zstd(DATA),
        gzip.compress(DATA[:1000]) + gzip.compress(DATA[1000:]),
        zstd(DATA[:1000]) + zstd(DATA[1000:]),
        b"\xef\xbb\xbf" + DATA,
        DATA[:-1],
    ],
    ids=["plain", "gzip", "zstd", "gzip members", "zstd frames", "bom", "no last newline"],
)
def test_every_row_of_a_whole_file(tmp_path: Path, data: bytes) -> None:
    assert lines(tmp_path / "log", data) == WHOLE


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_a_cut_stream_gives_the_rows_before_the_cut_and_one_fault(
    tmp_path: Path, pack: object
) -> None:
    packed = pack(DATA)  # type: ignore[operator]
    found = lines(tmp_path / "log", packed[: len(packed) // 2])
    assert found[:-1] == WHOLE[: len(found) - 1]
    assert len(found) > 1000
    row, fault = found[-1]
    assert isinstance(fault, LineFault)
    assert (row, fault.reason) == (len(found), "broken_compression")


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_junk_after_a_whole_stream_costs_no_row(tmp_path: Path, pack: object) -> None:
    found = lines(tmp_path / "log", pack(DATA) + b"junk")  # type: ignore[operator]
    assert found[:-1] == WHOLE
    assert isinstance(found[-1][1], LineFault)


def test_a_row_over_the_bound_is_passed_and_the_next_is_read(tmp_path: Path) -> None:
    big = b"x" * 3_000_000
    found = lines(
        tmp_path / "log", b"a\n" + big + b"\nb\n" + b"y" * 200 + b"\nc", max_row_bytes=100
    )
    assert [row for row, _ in found] == [1, 2, 3, 4, 5]
    assert [line for _, line in found if isinstance(line, bytes)] == [b"a", b"b", b"c"]
    assert found[1][1] == LineFault(
        "row_too_large", "the row has 3,000,000 bytes, the bound is 100"
    )


def test_an_oversized_last_row_is_a_fault(tmp_path: Path) -> None:
    found = lines(tmp_path / "log", b"a\n" + b"x" * 500, max_row_bytes=100)
    assert isinstance(found[1][1], LineFault)


def test_blank_lines_count_but_give_nothing(tmp_path: Path) -> None:
    assert lines(tmp_path / "log", b"\n \na\r\n\nb\n") == [(3, b"a\r"), (5, b"b")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"[\n{}]", "JSON array where lines are expected"),
        (b' \n [{"a": 1}]', "JSON array"),
        (b'{\n "a": 1\n}', "one JSON document over several lines"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_lines_is_one_clear_error(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        lines(tmp_path / "log", data)
    assert caught.value.remedy


def test_the_cut_last_row_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"a": 1}\n{"b"')
    source = Lines(path)
    assert list(source) == [(1, b'{"a": 1}'), (2, b'{"b"')]
    assert source.unterminated == 2


@given(
    rows=st.lists(st.binary(max_size=40).filter(lambda row: b"\n" not in row), min_size=1),
    pack=st.sampled_from([bytes, gzip.compress, zstd]),
)
def test_lines_are_those_of_split(rows: list[bytes], pack: object) -> None:
    data = b"{}\n" + b"\n".join(rows)
    expected = [(n, row) for n, row in enumerate(data.split(b"\n"), 1) if row.strip()]
    with tempfile.TemporaryDirectory() as folder:
        assert lines(Path(folder, "log"), pack(data)) == expected  # type: ignore[operator]


@pytest.mark.parametrize("filling", [b" ", b"[", b"\x00"])
def test_what_inflates_beyond_all_measure_is_given_up(tmp_path: Path, filling: bytes) -> None:
    member = gzip.compress(filling * (16 << 20), mtime=0)
    path = tmp_path / "log"
    path.write_bytes(zstandard.ZstdCompressor().compress(b'{"a": 1}\n' + filling * (80 << 20)))
    *rows, (_, fault) = Lines(path)
    assert rows == [(1, b'{"a": 1}')]
    assert isinstance(fault, LineFault)
    assert fault.reason == "compression_bomb"
    path.write_bytes(member * 128)
    assert sum(map(len, Blocks(path))) < 2 * BOMB_BYTES


def test_what_cannot_be_opened_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        list(Lines(tmp_path))
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        Blocks(tmp_path / "gone")
