#!/usr/bin/env python3
"""Draw the pictures of README and docs from planted data: ``.venv/bin/python scripts/pictures.py``.

Words after it draw only the pictures whose names begin with one of them: ``pictures.py pattern-``.
Needs a Chrome or Chromium. Pillow makes the files small.
"""

from __future__ import annotations

import io
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from guide_pictures import guide_figures  # noqa: E402

import reasonscape as rs  # noqa: E402
from reasonscape.figures.surface3d import surface_figure  # noqa: E402
from reasonscape.lenses.surface.pictures import grid_of  # noqa: E402
from reasonscape.runs.pictures import PictureWriter  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image
    from plotly.graph_objects import Figure

    from reasonscape.figures.content import SurfaceGrid

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 150_000
MECHANISMS = ("healthy", "cliff", "gradual", "truncation", "chaos", "uniform")
WIDTH = 1200
"""Pixels beyond which a picture is drawn smaller: a page shows no more."""


def planted_figures(folder: Path) -> dict[str, Figure]:
    """The four kinds of picture on a planted cliff beside a healthy model."""
    rs.plant("cliff", folder / "demo.json")
    run = rs.surface(rs.open(folder / "demo.json"))
    wanted = {
        "landscape": "arithmetic-surface-",
        "map": "arithmetic-map-",
        "along": "arithmetic-along-length",
        "difference": "arithmetic-difference",
    }
    return {
        name: run.figure(next(d for d in run.drawings if d.name.startswith(start)))
        for name, start in wanted.items()
    }


def thinking_figures(folder: Path) -> dict[str, Figure]:
    """Each kind of picture of the lenses on traces: loops, and ends that go wrong late."""
    rs.plant("loops", folder / "loops.json")
    rs.plant("threshold", folder / "late.json")
    runs = {
        "compression": rs.compression(rs.open(folder / "loops.json")),
        "hazard": rs.hazard(rs.open(folder / "late.json")),
    }
    kinds = {
        "compression": ("traces", "loops", "novelty", "longer", "shifts"),
        "hazard": ("budget", "relative", "time", "hazard", "ratios"),
    }
    return {
        f"{lens}-{kind}": run.figure(
            next(d for d in run.drawings if d.name.startswith(f"arithmetic-{kind}-"))
        )
        for lens, run in runs.items()
        for kind in kinds[lens]
    }


def prompt_figures(folder: Path) -> dict[str, Figure]:
    """Each kind of picture of the lens on prompts: a collapse, and numbers in odd pieces."""
    rs.plant("collapse", folder / "collapse.json", items=20)
    rs.plant("artifact", folder / "artifact.json")
    both = rs.open(folder / "collapse.json")
    collapse = rs.fft(both, tokenizer="words")
    shown = rs.fft(both, {"model": "collapse"}, tokenizer="words", show_text=2)
    artifact = rs.fft(rs.open(folder / "artifact.json"))
    runs = {
        "waterfall": collapse, "spectrum": collapse, "tokens": shown,
        "outcome": artifact, "fragments": artifact,
    }  # fmt: skip
    return {
        f"fft-{kind}": run.figure(
            next(d for d in run.drawings if d.name.startswith(f"arithmetic-{kind}-"))
        )
        for kind, run in runs.items()
    }


def pool_figures(folder: Path) -> dict[str, Figure]:
    """Each kind of picture of the lenses over all tasks: failures of three kinds by two models."""
    rs.plant("kinds", folder / "kinds.json")
    dataset = rs.open(folder / "kinds.json")
    runs = {"failures": rs.failures(dataset), "traces": rs.traces(dataset)}
    kinds = {
        "failures": ("alignment", "cards", "clusters-by-kind", "map", "stability"),
        "traces": ("phrases", "map", "clusters", "lengths", "interactive"),
    }
    return {
        f"{lens}-{kind}": run.figure(next(d for d in run.drawings if d.name == kind))
        for lens, run in runs.items()
        for kind in kinds[lens]
    }


def comparison_figures(folder: Path) -> dict[str, Figure]:
    """A model before and after fine-tuning, over the tasks of the planted workflow."""
    rs.plant("workflow", folder / "dataset-m12x.json")
    run = rs.compare(folder / "dataset-m12x.json", "base-model", "finetuned-model")
    return {"compare": run.figures["differences"]}


def all_mechanisms(folder: Path) -> Figure:
    """One landscape a planted mechanism, each beside its claim in docs/lenses/surface.md."""
    return surface_figure([planted_grid(folder, mechanism) for mechanism in MECHANISMS])


def planted_grid(folder: Path, mechanism: str) -> SurfaceGrid:
    """The landscape of the one model that has the mechanism."""
    config = folder / f"{mechanism}.json"
    rs.plant(mechanism, config)
    [result] = rs.surface(rs.open(config), {"model": mechanism}).results
    return grid_of(result, result.evals[0], result.views[0])


def page_figures(folder: Path) -> Iterator[tuple[str, list[Figure]]]:
    """The pictures of README and of the pages of the lenses, one figure each."""
    for name, figure in {
        **planted_figures(folder),
        **comparison_figures(folder),
        "patterns": all_mechanisms(folder),
        **prompt_figures(folder),
        **thinking_figures(folder),
        **pool_figures(folder),
    }.items():
        yield name, [figure]


def beside(drawn: list[bytes]) -> Image.Image:
    """Pictures as one, two in a row, each row as high as its highest."""
    from PIL import Image

    pictures = [Image.open(io.BytesIO(png)).convert("RGB") for png in drawn]
    if len(pictures) == 1:
        return pictures[0]
    fitted = [_as_wide(picture, WIDTH // 2) for picture in pictures]
    rows = [fitted[i : i + 2] for i in range(0, len(fitted), 2)]
    heights = [max(picture.height for picture in row) for row in rows]
    whole = Image.new("RGB", (WIDTH, sum(heights)), "white")
    for number, row in enumerate(rows):
        for column, picture in enumerate(row):
            above = (heights[number] - picture.height) // 2
            whole.paste(picture, (column * (WIDTH // 2), sum(heights[:number]) + above))
    return whole


def _as_wide(picture: Image.Image, width: int) -> Image.Image:
    from PIL import Image

    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def small(picture: Image.Image) -> bytes:
    """The same picture with a palette of 256 colours, and no wider than a page."""
    from PIL import Image

    if picture.width > WIDTH:
        picture = _as_wide(picture, WIDTH)
    out = io.BytesIO()
    # Coverage keeps rare colours (the middle of a colour bar), which the median cut merges away.
    method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    picture.quantize(256, method, kmeans=5, dither=dither).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(wanted: list[str]) -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as there, PictureWriter() as writer:
        if not writer.available:
            print(writer.hint, file=sys.stderr)
            return 4
        sources = (page_figures, guide_figures)
        for name, figures in chain.from_iterable(source(Path(there)) for source in sources):
            if not name.startswith(tuple(wanted) or ""):
                continue
            png = small(beside([writer.render(figure) for figure in figures]))
            if len(png) > LARGEST:
                print(f"{name}.png has {len(png):,} bytes, more than {LARGEST:,}", file=sys.stderr)
                return 1
            (FOLDER / f"{name}.png").write_bytes(png)
            print(f"docs/pictures/{name}.png {len(png):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
