"""What a URL names, and what of it is shown."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from reasonscape.errors import UsageError
from reasonscape.store.remote.failures import failure
from reasonscape.store.remote.files import RemoteFiles
from reasonscape.store.remote.urls import UrlPath, beside, local_path, named_path, shown, url_of

SECRET = "https://me:hunter2@host/a/log.jsonl?X-Amz-Signature=0a1b2c&X-Amz-Credential=AKIA#f"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("s3://bucket/a//b.json", "s3://bucket/a//b.json"),
        ("S3://Bucket/a", "s3://Bucket/a"),
        (Path("s3://bucket/a"), "s3://bucket/a"),
        ("memory:///a/b", "memory://a/b"),
        ("gs://b/x", "gs://b/x"),
        ("hf://datasets/o/r/x.jsonl", "hf://datasets/o/r/x.jsonl"),
        ("data/x.json", None),
        ("/data/x.json", None),
        ("C:/data/x.json", None),
        ("file:///data/x.json", None),
        ("odd:/name", None),
        ("zip::s3://bucket/a", None),
    ],
)
def test_a_url_is_told_from_a_path(written: str | Path, url: str | None) -> None:
    assert url_of(written) == url


def test_a_folder_of_that_name_wins_over_a_url_whose_slash_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:").mkdir()
    assert url_of(Path("s3:/bucket")) is None
    assert url_of("s3://bucket") == "s3://bucket"


def test_other_kinds_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"of the kind ftp:// are not read.*s3://"):
        url_of("ftp://host/x")


def test_paths_of_this_machine_may_be_written_as_urls() -> None:
    assert local_path("file:///data/a b.json") == Path("/data/a b.json")
    assert local_path(Path("file:///data/x")) == Path("/data/x")
    assert local_path("file://localhost/data/x") == Path("/data/x")
    assert named_path("data/x") == Path("data/x")


def test_a_url_as_a_path_shows_no_secret_and_keeps_it() -> None:
    path = named_path(SECRET)
    assert isinstance(path, UrlPath)
    for text in (str(path), repr(path), f"{path}", path.as_posix(), str(path.parent)):
        assert text.startswith(("https://host/a", "UrlPath('https://host/a"))
        assert "hunter2" not in text and "0a1b2c" not in text and "AKIA" not in text
    assert url_of(path) == SECRET
    assert path.name == "log.jsonl"
    again = pickle.loads(pickle.dumps(path))
    assert (str(again), url_of(again)) == (str(path), SECRET)
    assert url_of(path / "b") == "https://host/a/log.jsonl/b"


def test_shown_drops_what_may_be_secret_of_every_kind() -> None:
    assert shown(SECRET) == "https://host/a/log.jsonl"
    assert shown("s3://key:secret@bucket/a?b#c") == "s3://bucket/a?b#c"  # names of keys
    assert shown("hf://datasets/o/r@main/x") == "hf://datasets/o/r@main/x"


def test_a_config_names_its_store_beside_it() -> None:
    assert beside("s3://b/data/x.json", "x") == "s3://b/data/x"
    assert beside("s3://b/x.json", "stores/x") == "s3://b/stores/x"
    assert beside("s3://b/a/x.json", "../y") == "s3://b/y"
    assert beside("https://h/a/x.json?sig=1", "y") == "https://h/a/y?sig=1"
    for outside in ("../../y", "/etc", "..", ".."):
        with pytest.raises(UsageError, match="leads out of where it is"):
            beside("s3://b/x.json", outside)


def test_credentials_in_the_url_of_a_bucket_are_refused_without_being_repeated() -> None:
    with pytest.raises(UsageError, match="credentials in it") as refused:
        RemoteFiles("s3://AKIA:hunter2@bucket/x")
    assert "hunter2" not in str(refused.value) and "AKIA" not in str(refused.value)


@pytest.mark.parametrize("status", [None, 401, 403, 404, 500])
@pytest.mark.parametrize("kind", [PermissionError, TimeoutError, OSError, ValueError])
def test_failures_never_repeat_the_text_of_a_client(
    kind: type[Exception], status: int | None
) -> None:
    error = kind(SECRET)
    if status:
        error.status = status  # type: ignore[attr-defined]
    said = str(failure(error, "read", "https://host/a"))
    assert said.startswith("https://host/a ") and "hunter2" not in said and "0a1b2c" not in said


def test_a_package_that_is_missing_is_named_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import fsspec

    def absent(*_: object, **__: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec, "filesystem", absent)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://nowhere")  # no client is kept for this
    with pytest.raises(UsageError) as refused:
        RemoteFiles("s3://bucket/x")
    assert str(refused.value) == (
        "s3://bucket/x needs the package s3fs, which is not installed; "
        "run: python -m pip install 'reasonscape[remote]'"
    )
