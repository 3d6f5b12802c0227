"""``analyze.py plant``: a store with a known failure mechanism."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reasonscape.cli.failures import put
from reasonscape.cli.parameters import Format, FormatOption

SeedOption = Annotated[int, typer.Option("--seed", help="The same seed plants the same rows.")]
ItemsOption = Annotated[int | None, typer.Option("--items", min=1, help="Items a cell.")]
RepeatsOption = Annotated[int | None, typer.Option("--repeats", min=1, help="Completions an item.")]
ChanceOption = Annotated[
    float | None, typer.Option("--chance", min=0.0, max=0.9, help="Success rate of guessing.")
]
AxesOption = Annotated[
    int | None, typer.Option("--axes", min=1, max=3, help="Number of difficulty axes.")
]
TextBankOption = Annotated[
    Path | None,
    typer.Option("--text-bank", help="Text file whose passages become the traces."),
]
TextsOption = Annotated[
    bool, typer.Option("--texts/--no-texts", help="Without texts: many rows, fast.")
]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Plant anew over an earlier planted dataset.")
]


def plant(
    mechanism: Annotated[
        str,
        typer.Option(
            "--mechanism",
            help="healthy, cliff, gradual, truncation, chaos, uniform, underthink, overthink, "
            "loops, early, delayed, threshold, collapse, collapse-harmless, collapse-kept, "
            "bandgain, bandgain-even, artifact, artifact-chance, kinds, kinds-by-model, "
            "kinds-none, or workflow.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Dataset config to write.")],
    seed: SeedOption = 0,
    items: ItemsOption = None,
    repeats: RepeatsOption = None,
    chance: ChanceOption = None,
    axes: AxesOption = None,
    text_bank: TextBankOption = None,
    texts: TextsOption = True,
    replace: ReplaceOption = False,
    format_: FormatOption = Format.table,
) -> None:
    """Plant a store with a known failure mechanism, for tests, demos and power questions."""
    from reasonscape.cli.progress import progress_bar
    from reasonscape.planted.plans import named_plan
    from reasonscape.planted.planting import plant as write_planted

    plan = named_plan(
        mechanism,
        seed=seed,
        items=items,
        repeats=repeats,
        chance=chance,
        axes=axes,
        texts=None if texts else False,
    )
    with progress_bar() as progress:
        report = write_planted(
            plan,
            out,
            replace=replace,
            text_bank=text_bank,
            progress=None if progress is None else lambda done, all_: progress("", done, all_),
        )
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps({"ok": True, **asdict(report)}))
        return
    did = "planted" if report.changed else "already there:"
    put(
        f"{did} {report.rows:,} rows ({mechanism}, seed {seed}) in {report.dataset}; "
        f"the truth is in {report.truth}"
    )
    put(f"next: python analyze.py evals {report.dataset}")
