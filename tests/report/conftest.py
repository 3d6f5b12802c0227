"""A diagnosis of planted data, drawn and written as a page, and a browser to look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from reasonscape.report.page import PageFigure, page
from tests.report.browser import Browser, one_browser

SECOND = "e0000000000second"


@dataclass(frozen=True)
class Material:
    """What `page` takes."""

    summary: dict[str, Any]
    figures: list[PageFigure]

    @property
    def flat(self) -> Material:
        """The same without scenes, which cost a browser without a graphics card seconds each."""
        return replace(self, figures=[f for f in self.figures if '"scene":' not in f.json])

    def write(self, path: Path) -> Path:
        """The page as a file, as the folder of a diagnosis writes it."""
        from reasonscape.runs.pictures import plotly_js

        html = page(self.summary, self.figures, plotly_js=plotly_js().decode())
        path.write_bytes(html.encode("utf-8", "replace"))
        return path


@pytest.fixture(scope="session")
def material(plant: Callable[..., Path]) -> Material:
    """One eval whose traces loop, diagnosed, with two pictures of each lens that has them."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.diagnosing import diagnose
    from reasonscape.runs.diagnosis_saving import chosen_drawings, page_figures
    from reasonscape.runs.diagnosis_summary import summarise

    run = diagnose(Dataset.open(plant("loops")), {"model": "loops"})
    chosen, left = chosen_drawings(run, 7)
    assert not left
    return Material(summarise(run, drawn=True), page_figures(chosen))


@pytest.fixture(scope="session")
def two(material: Material) -> Material:
    """The same and the same again under another eval's name."""
    own = material.summary["hypotheses"][0]["eval_id"]

    def again(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        other = [{**row, "eval_id": SECOND, "model": "another"} for row in rows]
        return [*rows, *other]

    twice = {key: again(material.summary[key]) for key in ("hypotheses", "findings")}
    flat = material.flat.figures
    other = [replace(each, name=f"{each.name}-2", eval_id=SECOND) for each in flat]
    assert own != SECOND
    return Material({**material.summary, **twice}, [*flat, *other])


@pytest.fixture(scope="session")
def one_page(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of one (eval, task)."""
    return material.write(tmp_path_factory.mktemp("page") / "one.html")


@pytest.fixture(scope="session")
def flat_page(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without its scenes."""
    return material.flat.write(tmp_path_factory.mktemp("page") / "flat.html")


@pytest.fixture(scope="session")
def two_page(two: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two."""
    return two.write(tmp_path_factory.mktemp("page") / "two.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file."""
    yield from one_browser()
