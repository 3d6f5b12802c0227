from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import plotly.graph_objects as go
import pytest

from reasonscape.errors import OutputError, PictureError
from reasonscape.runs import pictures
from reasonscape.runs.pictures import (
    PLOTLY_JS,
    PictureWriter,
    find_browser,
    html_page,
    plotly_js,
    write_beside,
)

FIGURE = go.Figure(go.Scatter(x=[0, 1], y=[1, 2]), {"title": {"text": "</script><b>x"}})


@pytest.fixture(scope="module")
def writer() -> Iterator[PictureWriter]:
    with PictureWriter() as writer:
        if not writer.available:
            pytest.skip(writer.hint)
        yield writer


@pytest.mark.parametrize(
    ("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")]
)
def test_pictures_are_written_and_repeat(
    writer: PictureWriter, tmp_path: Path, ending: str, start: bytes
) -> None:
    path = tmp_path / f"x.{ending}"
    assert writer.write(FIGURE, path) == path
    first = path.read_bytes()
    assert first.startswith(start)
    writer.write(FIGURE, path)
    assert path.read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_scene_is_drawn(writer: PictureWriter) -> None:
    scene = go.Figure(go.Scatter3d(x=[0], y=[0], z=[0]), {"width": 200, "height": 200})
    assert writer.render(scene).startswith(b"\x89PNG")


def test_one_browser_serves_all_pictures(writer: PictureWriter) -> None:
    writer.render(FIGURE)
    browser = writer._kaleido
    writer.render(FIGURE)
    assert writer._kaleido is browser


def test_no_browser_means_html_and_one_line(tmp_path: Path) -> None:
    with PictureWriter(browser=tmp_path / "none") as writer:
        assert not writer.available
        assert "chromium" in writer.hint and "\n" not in writer.hint
        written = writer.write(FIGURE, tmp_path / "x.png")
        assert written == tmp_path / "x.html"
        with pytest.raises(PictureError, match="no Chrome or Chromium"):
            writer.render(FIGURE)


def test_a_browser_that_does_not_start_is_a_picture_error(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    with PictureWriter(browser=broken, timeout=20) as writer:
        assert writer.available
        with pytest.raises(PictureError):
            writer.render(FIGURE)
        assert not writer.available
        assert "did not start" in writer.hint


def test_a_reason_in_several_parts_is_told_by_its_first() -> None:
    error = RuntimeError("it closed.", "set a logger\nof yours")
    assert pictures._one_line(error) == "it closed"
    assert pictures._one_line(TimeoutError()) == "TimeoutError"


def test_browser_path_is_not_overruled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    assert find_browser() is None


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with PictureWriter() as writer, pytest.raises(OutputError, match="format"):
        writer.write(FIGURE, tmp_path / "x.gif")


def test_a_folder_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    with PictureWriter() as writer, pytest.raises(OutputError, match="cannot be written"):
        writer.write(FIGURE, tmp_path / "none" / "x.html")


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.html"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        write_beside(path, b"new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.html"]


def test_pages_repeat_and_ask_nothing_of_the_network() -> None:
    page = html_page(FIGURE, name="../a b", title="<t>", plotly_js=PLOTLY_JS)
    assert page == html_page(FIGURE, name="../a b", title="<t>", plotly_js=PLOTLY_JS)
    assert 'id="figure-a-b"' in page
    assert "<title>&lt;t&gt;</title>" in page
    assert re.findall(r'<script[^>]*src="([^"]*)"', page) == [PLOTLY_JS]
    assert "http://" not in page and "https://" not in page
    assert "</script><b>" not in page


def test_a_page_alone_brings_plotly_along() -> None:
    page = html_page(FIGURE, name="x", title="x")
    assert len(page) > len(plotly_js())
    assert not re.findall(r'<script[^>]*src="', page)


def test_scenes_are_drawn_at_fewer_dots() -> None:
    large = go.Figure(go.Scatter3d(x=[0], y=[0], z=[0]), {"width": 1500, "height": 1000})
    large.update_scenes(camera={"eye": {"x": 1, "y": 1, "z": 1}})
    assert pictures._scale(large) == 1.0
    assert pictures._scale(FIGURE) == 2.0
