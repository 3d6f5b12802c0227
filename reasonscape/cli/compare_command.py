"""``analyze.py compare``: is A better than B, and where?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reasonscape.cli.failures import flat, printable, put, say
from reasonscape.cli.gates import enforce_gates, with_gates
from reasonscape.cli.lens_output import check_picture
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    AxisOption,
    BinsOption,
    DatasetArgument,
    DetailOption,
    FailOnOption,
    FiguresOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
    OutputDirOption,
    OutputOption,
    SeedOption,
)
from reasonscape.errors import PictureError

if TYPE_CHECKING:
    from reasonscape.runs.comparison import ComparisonRun

_SIDE = "An eval id or its beginning, a model, or filters as a JSON object."


def compare(
    dataset: DatasetArgument,
    a: Annotated[str | None, typer.Argument(metavar="[A]", help=_SIDE)] = None,
    b: Annotated[str | None, typer.Argument(metavar="[B]", help=_SIDE)] = None,
    filters: FiltersOption = "{}",
    margin: Annotated[
        float, typer.Option("--margin", help="Differences up to this share are of no matter.")
    ] = 0.02,
    power: Annotated[
        bool, typer.Option("--power", help="Say how many items would settle each comparison.")
    ] = False,
    target: Annotated[
        float | None,
        typer.Option("--target", help="Difference that --power plans for (default: --margin)."),
    ] = None,
    by_id: Annotated[
        bool, typer.Option("--by-id", help="Pair by task and id even where prompts differ.")
    ] = False,
    axis: AxisOption = None,
    bins: BinsOption = None,
    output_dir: OutputDirOption = None,
    output: OutputOption = None,
    figures: FiguresOption = 12,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
    fail_on: FailOnOption = None,
    seed: SeedOption = 0,
) -> None:
    """Is A better than B, and where? By item where both answered the same items.

    Without A and B the filters must select exactly two evals.
    """
    check_picture(output)
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.comparison import CompareOptions
    from reasonscape.runs.comparison import compare as run_comparison
    from reasonscape.runs.comparison_summary import bounded, summarise
    from reasonscape.runs.gate_conditions import parse_gates
    from reasonscape.runs.gates import check_gates

    conditions = parse_gates(fail_on, "compare")
    options = CompareOptions(
        margin=margin, target=target, power=power, by_id=by_id, axes=tuple(axis or ()), bins=bins
    )
    run = run_comparison(Dataset.open(dataset), filters, a, b, options, seed=seed)
    if output_dir is not None:
        from reasonscape.runs.comparison_saving import save

        summary = save(run, output_dir, figures=figures)
    else:
        summary = summarise(run)
    hint = _write_picture(run, output) if output is not None else None
    gates = check_gates(summary, conditions)
    shown = bounded(summary, limit, detail=detail or format_ is Format.csv)
    _show(with_gates(shown, gates), format_)
    if output_dir is not None:
        say(f"wrote {len(summary['artifacts'])} files and summary.json to {output_dir}")
    enforce_gates(gates)
    if hint is not None:
        raise PictureError(hint)


def _write_picture(run: ComparisonRun, output: Path) -> str | None:
    from reasonscape.runs.comparison_saving import save_picture

    hint = save_picture(run, output)
    if hint is None:
        say(f"wrote {output}")
    return hint


def _show(summary: Mapping[str, Any], form: Format) -> None:
    if form is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(summary))
    elif form is Format.csv:
        from reasonscape.cli.rendering import as_csv

        put(as_csv(_COLUMNS, [_row(one) for one in summary["comparisons"]]))
    elif form is Format.markdown:
        from reasonscape.report.comparison import render_comparison

        put(printable(render_comparison(_whole(summary), []).rstrip("\n")))
    else:
        put("\n".join(_lines(summary)))


_COLUMNS = (
    "id", "base_task", "weighting", "verdict", "reason", "design", "difference", "low", "high",
    "pairs", "only_a", "only_b", "p", "q", "statement",
)  # fmt: skip


def _row(one: Mapping[str, Any]) -> list[Any]:
    effect = {"difference": one["effect"]["value"], **one["effect"], **one["n"]}
    return [{**effect, **one}.get(column) for column in _COLUMNS]


def _whole(summary: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"base_task": None, "weighting": None, "reason": None, "p": None, "q": None}
    rows = [{**empty, "caveats": [], **one} for one in summary["comparisons"]]
    return {**summary, "comparisons": rows}


_SIGNS = {"a_better": "A", "b_better": "B", "no_difference": "=", "not_decided": "?"}


def _lines(summary: Mapping[str, Any]) -> list[str]:
    """Who is who, then a sentence a comparison, then items, notes and next steps."""
    lines = []
    for name, side in summary["sides"].items():
        counts = summary["counts"][name]
        eval_id = f" [{side['eval_id'][:7]}]" if side["eval_id"] else ""
        dropped = ", ".join(f"{n:,} {why} left out" for why, n in counts["dropped"].items())
        lines.append(
            flat(f"{name.upper()} = {side['label']}{eval_id}: {counts['used']:,} samples")
            + (f" ({dropped})" if dropped else "")
        )
    lines.append("")
    for one in summary["comparisons"]:
        lines.append(f"  {_SIGNS[one['verdict']]} {flat(one['statement'])}")
        lines += [f"      {text}" for text in _plan(one)]
    if summary["comparisons_omitted"]:
        lines.append(f"{summary['comparisons_omitted']} more (--limit, or --output-dir)")
    lines += ["", *(flat(text) for text in _cells(summary))]
    for item in summary["discordant_items"]:
        right = f"A {item['right_a']} of {item['samples_a']}"
        right += f", B {item['right_b']} of {item['samples_b']}"
        lines.append(flat(f"differs: {item['task']} {item['item_id']}: {right} right"))
    lines += [f"note: {flat(warning)}" for warning in summary["warnings"]]
    if summary["warnings_omitted"]:
        lines.append(f"{summary['warnings_omitted']} more notes (--detail, or --output-dir)")
    lines += [f"next: {step['run']}" for step in summary["next"]]
    return lines


def _cells(summary: Mapping[str, Any]) -> list[str]:
    """Cells where the difference holds, and over how many the correction is."""
    family = summary["families"].get("cells")
    if family is None:
        return []
    lines = []
    for cell in summary["different_cells"]:
        places = [f"{cell[f'{side}_axis']} {cell[side]}" for side in "xy" if cell[f"{side}_axis"]]
        points = f"{100 * cell['difference']:+.1f} [{100 * cell['low']:+.1f}, "
        points += f"{100 * cell['high']:+.1f}]"
        lines.append(
            f"cell: {cell['base_task']}, {', '.join(places)}: A - B = {points} on "
            f"{cell['pairs']:,} items (q = {cell['q']:.2g} over {family['tests']} cells)"
        )
    if summary["different_cells_omitted"]:
        lines.append(f"{summary['different_cells_omitted']} more cells differ (--detail)")
    return lines or [f"cells: none of {family['tests']} differs after correction"]


def _plan(one: Mapping[str, Any]) -> list[str]:
    plan = one.get("plan") or one.get("evidence", {}).get("plan")
    if not plan or one["verdict"] != "not_decided":
        return []
    each = " a side" if plan["each_side"] else ""
    shown = f"{plan['items_to_detect']:,} items{each} would show {100 * plan['target']:g} points"
    return [f"{shown} with 80% power; {plan['items_to_exclude']:,} that there is none, if so"]
