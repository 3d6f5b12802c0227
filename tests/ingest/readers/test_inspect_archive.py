"""Archives of Inspect that are odd, damaged, cut off or made to do harm."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import zstandard

from reasonscape.errors import UsageError
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect import archive as inspect_archive
from reasonscape.ingest.readers.inspect import directory as inspect_directory
from reasonscape.ingest.readers.inspect.archive import Archive
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal
from tests.ingest.fuzz.archives import Member, pack
from tests.ingest.readers.inspect_logs import (
    archive,
    header,
    member,
    members,
    read,
    refusals_of,
    sample,
    samples_of,
)

MIB = 1 << 20


@pytest.mark.parametrize("method", [0, 8, 93])
def test_every_method_of_compression(tmp_path: Path, method: int) -> None:
    found = [Member(one.name, one.data, method) for one in members(sample())]
    (one,) = samples_of(archive(tmp_path / "a.eval", found))
    assert (one.item_id, one.response, one.correct) == ("1", "2", True)


def test_zstd_in_several_frames(tmp_path: Path) -> None:
    first, second, *rest = members(sample())
    packer = zstandard.ZstdCompressor()
    half = len(second.data) // 2
    body = packer.compress(second.data[:half]) + packer.compress(second.data[half:])
    framed = Member(second.name, second.data, 93, body=body)
    assert len(samples_of(archive(tmp_path / "a.eval", [first, framed, *rest]))) == 1


def test_an_archive_by_the_standard_library(tmp_path: Path) -> None:
    path = tmp_path / "a.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for one in members(sample()):
            with written.open(one.name, "w", force_zip64=True) as file:
                file.write(one.data)
        written.comment = b"PK\x05\x06 said here too"
    assert len(samples_of(path)) == 1


def test_large_archives_name_sizes_and_places_elsewhere(tmp_path: Path) -> None:
    """The records for archives of more than 4 GiB, with numbers that would not need them."""
    one = members(sample())[-1]
    raw = pack([one])
    at = raw.index(b"PK\x01\x02")
    stored = one.stored()
    entry = bytearray(raw[at : at + 46])
    entry[20:28] = b"\xff" * 8
    entry[42:46] = b"\xff" * 4
    extra = struct.pack("<HHQQQ", 1, 24, len(one.data), len(stored), 0)
    entry[30:32] = struct.pack("<H", len(extra))
    directory = bytes(entry) + one.name.encode() + extra
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(directory), at)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at + len(directory), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    path = tmp_path / "a.eval"
    path.write_bytes(raw[:at] + directory + end64 + locator + end)
    with Archive(path, MIB) as opened:
        assert opened.read("header.json") == one.data


def test_a_sample_that_was_run_again_counts_once(tmp_path: Path) -> None:
    again = sample(scores={"match": {"value": "I"}})
    found = members(sample(), again)
    options = ReadOptions()
    (one,) = samples_of(archive(tmp_path / "a.eval", found), options)
    assert one.score == 0.0
    assert "members that were written again: the last one counts (1 row)" in options.notices.lines()


def test_a_cut_archive_gives_its_whole_members(tmp_path: Path) -> None:
    found = members(*[sample(id=item) for item in (1, 2, 3)])
    whole = pack(found)
    cut = whole.index(b"samples/3_epoch_1.json") + 60
    path = tmp_path / "a.eval"
    path.write_bytes(whole[:cut])
    options = ReadOptions()
    records = read(path, options)
    assert [one.item_id for one in records if isinstance(one, Sample)] == ["1", "2"]
    assert [one.reason for one in records if isinstance(one, Refusal)] == ["truncated_row"]
    text = "\n".join(options.notices.lines())
    assert "the end of the log is missing" in text
    assert "its run did not end" in text
    path.write_bytes(whole[:40])
    with pytest.raises(UsageError, match="no member is whole"):
        read(path)


def test_a_damaged_member_costs_itself_only(tmp_path: Path) -> None:
    found = members(sample(id=1), sample(id=2))
    whole = bytearray(pack(found))
    at = whole.index(b"samples/1_epoch_1.json") + 40
    whole[at] ^= 0xFF
    path = tmp_path / "a.eval"
    path.write_bytes(bytes(whole))
    records = read(path)
    assert [one.item_id for one in records if isinstance(one, Sample)] == ["2"]
    assert refusals_of(path) == [("broken_compression", "")]


@pytest.mark.parametrize(
    ("lies", "words"),
    [
        ({"size": 10}, "is damaged"),
        ({"crc": 1}, "is damaged"),
        ({"flags": 1}, "is encrypted"),
        ({"method": 12}, "compressed by method 12"),
        ({"offset": 3}, "is not where the directory says"),
    ],
)
def test_headers_that_lie(tmp_path: Path, lies: dict[str, int], words: str) -> None:
    first, second, *rest = members(sample())
    lying = Member(second.name, second.data, lies=lies)
    (one,) = read(archive(tmp_path / "a.eval", [first, lying, *rest]))
    assert isinstance(one, Refusal)
    assert one.reason == "broken_compression"
    assert words in one.detail


@pytest.mark.parametrize("kind", ["deflate", "zstd"])
def test_a_bomb_is_not_unpacked_beyond_what_it_says(tmp_path: Path, kind: str) -> None:
    big = b" " * (64 * MIB)
    method = 8 if kind == "deflate" else 93
    body = Member("x", big, method).stored()
    small = Member("samples/1_epoch_1.json", big, method, {"size": 100}, body)
    path = archive(tmp_path / "small.eval", [*members(), small])
    (one,) = read(path)
    assert isinstance(one, Refusal)
    assert one.reason == "broken_compression"
    large = Member("samples/1_epoch_1.json", big, method, {"size": 2**31}, body)
    (one,) = read(archive(tmp_path / "large.eval", [*members(), large]))
    assert isinstance(one, Refusal)
    assert one.reason == "row_too_large"
    assert "2,147,483,648 bytes" in one.detail


def test_the_bound_of_a_sample_is_four_rows(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.eval", members(sample(store={"x": "y" * 8000})))
    assert len(samples_of(path, ReadOptions(max_row_bytes=4000))) == 1
    assert refusals_of(path, ReadOptions(max_row_bytes=2000)) == [("row_too_large", "")]


def test_an_archive_unpacks_to_a_bounded_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect_archive, "TOTAL_BYTES", 1000)
    monkeypatch.setattr(inspect_archive, "TOTAL_RATIO", 1)
    found = members(*[sample(id=item, store={"x": "y" * 10_000}) for item in range(5)])
    with pytest.raises(UsageError, match="unpacks to more than"):
        read(archive(tmp_path / "a.eval", found))


def test_members_that_share_their_bytes(tmp_path: Path) -> None:
    one = Member("samples/1_epoch_1.json", b"[" * 100_000, 0)
    shared = [
        Member(f"samples/{n}_epoch_1.json", b"", 0, {"packed": 100_000, "size": 100_000})
        for n in range(2, 40)
    ]
    with pytest.raises(UsageError, match="its members overlap"):
        read(archive(tmp_path / "a.eval", [*members(), one, *shared]))


def test_absurd_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.eval", members(sample()))
    monkeypatch.setattr(inspect_directory, "MAX_MEMBERS", 2)
    with pytest.raises(UsageError, match="it lists 3 members"):
        read(path)


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (10, struct.pack("<H", 60_000), "its directory is damaged"),
        (12, struct.pack("<I", 2**31), "it lists 3 members in 2,147,483,648 bytes"),
        (16, struct.pack("<I", 2**31), "reaches beyond its end"),
        (16, struct.pack("<I", 0), "its directory is damaged"),
    ],
)
def test_a_damaged_directory(tmp_path: Path, at: int, value: bytes, words: str) -> None:
    raw = bytearray(pack(members(sample())))
    end = raw.rindex(b"PK\x05\x06") + at
    raw[end : end + len(value)] = value
    path = tmp_path / "a.eval"
    path.write_bytes(bytes(raw))
    with pytest.raises(UsageError) as caught:
        read(path)
    assert words in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([member("x.json", {})], "without header.json"),
        ([member("header.json", b"{")], "header.json in"),
        ([member("header.json", [])], "not an object"),
        ([member("header.json", header())], "has no samples; its run has the status 'success'"),
        ([member("_journal/start.json", header())], "has no samples"),
        ([member("header.json", b'{"eval":' + b"[" * 5000 + b"]" * 5000 + b"}")], "nested"),
    ],
)
def test_what_is_no_log_is_one_sentence(tmp_path: Path, found: list[Member], words: str) -> None:
    path = archive(tmp_path / "a.eval", found)
    with pytest.raises(UsageError) as caught:
        read(path)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_archives_are_recognised_by_what_is_in_them(tmp_path: Path) -> None:
    swapped = list(reversed(members(sample())))
    other = [member("readme.txt", b"x"), *members(sample())]
    for number, found in enumerate((members(sample()), swapped, other)):
        assert sniff(archive(tmp_path / f"{number}.zip", found)).name == "inspect"
    for content in (pack([member("a.txt", b"x")]), b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 90):
        path = tmp_path / "other.eval"
        path.write_bytes(content)
        with pytest.raises(UsageError, match="is a ZIP archive"):
            sniff(path)


def test_a_broken_header_with_an_intact_start(tmp_path: Path) -> None:
    found = members(sample())
    found[-1] = Member("header.json", found[-1].data, lies={"crc": 1})
    options = ReadOptions()
    assert len(samples_of(archive(tmp_path / "a.eval", found), options)) == 1
    assert "header.json cannot be read" in "\n".join(options.notices.lines())


def test_an_archive_that_is_read_closes_its_file(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.eval", members(sample()))
    with Archive(path, MIB) as opened:
        assert "header.json" in opened
        with pytest.raises(RowError):
            opened.bounds = inspect_archive.Bounds(1, MIB)
            opened.read("header.json")
    assert opened._file.closed
