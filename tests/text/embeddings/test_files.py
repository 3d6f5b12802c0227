"""Vectors of the user's: taken by id or by order, refused in one sentence each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reasonscape.errors import OutputError, UsageError
from reasonscape.text.embeddings.files import ids_path, read_vectors, write_vectors

UIDS = ("u1", "u2", "u3")
MATRIX = np.arange(6, dtype=np.float32).reshape(3, 2)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "v.npy"
    assert write_vectors(path, UIDS, MATRIX) == (path, path.with_name("v.ids.txt"))
    assert sorted(p.name for p in path.parent.iterdir()) == ["v.ids.txt", "v.npy"]
    found = read_vectors(path, ["u3", "u1"])
    assert found.dtype == np.float32 and found.tolist() == [[4, 5], [0, 1]]
    ids_path(path).unlink()
    assert (read_vectors(path, ["a", "b", "c"]) == MATRIX).all()
    write_vectors(path, (), np.zeros((0, 4), np.float32))
    assert read_vectors(path, []).shape == (0, 4)


def test_windows_lines_other_numbers_and_other_layouts(tmp_path: Path) -> None:
    path = tmp_path / "v.npy"
    np.save(path, np.asfortranarray(MATRIX.astype(">i4")))
    ids_path(path).write_bytes(b"\xef\xbb\xbfu1\r\nu2\r\nu3\r\n\r\n")
    assert read_vectors(path, UIDS).tolist() == MATRIX.tolist()
    np.save(path, MATRIX.astype(np.float16))
    assert read_vectors(path, ["u2"]).tolist() == [[2, 3]]


def saved(array: object) -> Callable[[Path], object]:
    return lambda path: np.save(path, array, allow_pickle=True)  # type: ignore[arg-type]


def with_ids(array: object, ids: str) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        np.save(path, array)  # type: ignore[arg-type]
        ids_path(path).write_text(ids)

    return make


def zipped(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, a=MATRIX)


def broken(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    array = MATRIX.astype(np.float64)
    array[1, 1] = value
    return array


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "there is no file"),
        (lambda path: path.mkdir(), "cannot be read"),
        (lambda path: path.write_bytes(b""), "no array of numbers"),
        (lambda path: path.write_bytes(b"text, not numbers"), "no array of numbers"),
        (lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\x04\x00{a: "), "no array of numbers"),
        (saved(np.array([[{"a": 1}]], dtype=object)), "no array of numbers"),
        (zipped, "several arrays"),
        (saved(np.array([["a", "b"]] * 3)), "not numbers"),
        (saved(np.ones((3, 2), bool)), "not numbers"),
        (saved(np.ones((3, 2), complex)), "not numbers"),
        (saved(np.ones(3)), "the shape (3,)"),
        (saved(np.ones((3, 2, 1))), "the shape (3, 2, 1)"),
        (saved(np.ones((3, 0))), "the shape (3, 0)"),
        (saved(np.ones((2, 2))), "2 rows for 3 samples, and v.ids.txt is not there"),
        (saved(broken(np.nan)), "row 1"),
        (saved(broken(-np.inf)), "row 1"),
        (saved(broken(1e300)), "row 1"),
        (with_ids(MATRIX, "u1\nu2\n"), "2 ids for the 3 rows"),
        (with_ids(MATRIX, "u1\nu2\nu1\n"), "'u1' more than once"),
        (with_ids(MATRIX, "u1\nu2\nu9\n"), "lacks 1 of 3 samples, u3"),
        (with_ids(broken(np.nan), "u3\nu2\nu1\n"), "row 1"),
    ],
)
def test_each_refusal(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    path = tmp_path / "v.npy"
    make(path)
    with pytest.raises(UsageError) as caught:
        read_vectors(path, UIDS)
    assert said in caught.value.message and caught.value.remedy
    assert "\n" not in str(caught.value)


def test_other_names_and_places(tmp_path: Path) -> None:
    for name in ("v.csv", "v"):
        with pytest.raises(UsageError, match="are no"):
            read_vectors(tmp_path / name, UIDS)
        with pytest.raises(OutputError, match="ends in"):
            write_vectors(tmp_path / name, UIDS, MATRIX)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_vectors(tmp_path / "file" / "v.npy", UIDS, MATRIX)
    with pytest.raises(ValueError, match="2 ids"):
        write_vectors(tmp_path / "v.npy", UIDS[:2], MATRIX)
    np.save(tmp_path / "v.npy", MATRIX)
    ids_path(tmp_path / "v.npy").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UsageError, match="cannot be read"):
        read_vectors(tmp_path / "v.npy", UIDS)
    # Rows that nobody asked for are not looked at.
    spoilt = np.vstack([MATRIX, np.full((1, 2), np.nan, np.float32)])
    np.save(tmp_path / "v.npy", spoilt)
    ids_path(tmp_path / "v.npy").write_text("u1\nu2\nu3\nother\n")
    assert read_vectors(tmp_path / "v.npy", UIDS).tolist() == MATRIX.tolist()
