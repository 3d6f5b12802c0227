"""What a dry run of an import found, in lines for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from reasonscape.cli.failures import flat, printable
from reasonscape.cli.import_text import counted

if TYPE_CHECKING:
    from reasonscape.ingest.importing import FoundAxis, SurveyReport

SHOWN: Final = 12
"""Evals, tasks and axes that are listed; ``--limit`` sets another number."""
_LEVELS_SHOWN: Final = 6


def survey_lines(report: SurveyReport, limit: int = SHOWN) -> list[str]:
    """The whole report, each kind of thing bounded to ``limit`` lines."""
    formats = ", ".join(f"{n} {name}" for name, n in report.formats.items())
    lines = [
        f"would read {counted(report.rows, 'row')} from {formats} log(s): {report.good:,} good"
        + (f", {report.unchanged:,} of them known already" if report.unchanged else "")
        + (f", {report.refused:,} refused" if report.refused else "")
        + f" ({report.seconds:.1f} s; nothing was written)",
        *_groups("evals", [(_eval_name(key), g) for key, g in report.survey.evals.items()], limit),
        *_groups("tasks", [(key[1], g) for key, g in report.survey.tasks.items()], limit),
        *_fields(report),
        *_axes("axes", [a for a in report.axes if a.taken and a.varies], limit),
        *_constants([a for a in report.axes if a.taken and not a.varies]),
        *_axes(
            "metadata that is not taken (--axes PATH takes it)",
            [a for a in report.axes if not a.taken],
            limit,
        ),
    ]
    lines += [f'suggested: --axes "{flat(text)}"' for text in report.suggested[:limit]]
    return [printable(line) for line in lines]


def survey_json(report: SurveyReport, run: str, limit: int = SHOWN) -> dict[str, Any]:
    """The report as plain data, lists bounded to ``limit``; ``run`` is the import itself."""
    survey = report.survey
    return {
        "ok": not (report.refused or report.refused_files or report.conflicts),
        "dry_run": True,
        "files": [str(path) for path in report.files[:limit]],
        "files_total": len(report.files),
        "formats": dict(report.formats),
        "rows": report.rows,
        "good": report.good,
        "unchanged": report.unchanged,
        "conflicts": report.conflicts,
        "conflict": report.conflict,
        "refused": report.refused,
        "refused_files": report.refused_files,
        "refused_by_reason": dict(report.refused_by_reason),
        "evals": [
            {"model": key[0], "template": key[1], "sampler": key[2], **_counts(group)}
            for key, group in list(survey.evals.items())[:limit]
        ],
        "evals_total": len(survey.evals),
        "tasks": [
            {"base_task": key[0], "task": key[1], **_counts(group)}
            for key, group in list(survey.tasks.items())[:limit]
        ],
        "tasks_total": len(survey.tasks),
        "fields": dict(survey.fields),
        "inferred": dict(report.inferred),
        "unknown": list(report.unknown),
        "ends": [
            {"stop": stop, "stop_source": source, "rows": n}
            for (stop, source), n in sorted(survey.stops.items(), key=lambda pair: -pair[1])
        ],
        "axes": [_axis_json(axis) for axis in report.axes if axis.taken][:limit],
        "metadata": [_axis_json(axis) for axis in report.axes if not axis.taken][:limit],
        "suggested": list(report.suggested[:limit]),
        "notices": list(report.notices),
        "passed": [[str(path), reason] for path, reason in report.passed[:limit]],
        "next": [{"why": "import them", "run": run}] if report.good else [],
    }


def _counts(group: Any) -> dict[str, int]:
    return {"rows": group.rows, "graded": group.graded, "correct": group.right}


def _eval_name(key: tuple[str, str, str]) -> str:
    return " | ".join(part for part in key if part)


def _groups(title: str, groups: Sequence[tuple[str, Any]], limit: int) -> Iterable[str]:
    if not groups:
        return
    yield f"{title} ({len(groups):,}):"
    for name, group in groups[:limit]:
        grade = f"{group.right / group.graded:.1%} right" if group.graded else "not graded"
        part = f" of {group.graded:,} graded" if 0 < group.graded < group.rows else ""
        yield f"  {flat(name[:100])}: {counted(group.rows, 'row')}, {grade}{part}"
    if len(groups) > limit:
        yield f"  and {len(groups) - limit:,} more (--limit)"


def _fields(report: SurveyReport) -> Iterable[str]:
    from reasonscape.ingest.importing import CONSEQUENCES

    survey = report.survey
    if not survey.rows:
        return
    known = [name for name, count in survey.fields.items() if count]
    native = [name for name in known if name not in report.inferred]
    yield f"in the log: {', '.join(_share(n, survey.fields[n], survey.rows) for n in native)}"
    for name, how in report.inferred.items():
        yield f"inferred: {name}: {how}"
    ends = sorted(survey.stops.items(), key=lambda pair: -pair[1])
    yield "ends: " + ", ".join(
        f"{n:,} {stop}" + ("" if stop == source else f" ({source})") for (stop, source), n in ends
    )
    grave = [name for name in report.unknown if name in CONSEQUENCES]
    for name in grave:
        yield f"unknown: {name}: {CONSEQUENCES[name]}"
    if rest := [name for name in report.unknown if name not in CONSEQUENCES]:
        yield f"unknown too: {', '.join(rest)}"


def _share(name: str, count: int, rows: int) -> str:
    return name if count == rows else f"{name} ({count / rows:.0%})"


def _axes(title: str, axes: Sequence[FoundAxis], limit: int) -> Iterable[str]:
    if not axes:
        return
    yield f"{title} ({len(axes):,}):"
    for axis in axes[:limit]:
        at = f"  at {flat(axis.path)}" if axis.path and (axis.path != axis.name) else ""
        yield f"  {flat(axis.name[:60])}: {_levels(axis)}{at[:80]}"
    if len(axes) > limit:
        yield f"  and {len(axes) - limit:,} more (--limit)"


def _constants(axes: Sequence[FoundAxis]) -> Iterable[str]:
    if axes:
        names = [flat(axis.name[:40]) for axis in axes]
        more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
        yield f"the same in every row that has it: {', '.join(names[:SHOWN])}{more}"


def _levels(axis: FoundAxis) -> str:
    levels = axis.levels
    count = len(levels.values)
    number = f"over {count}" if levels.more else str(count)
    words = f"{number} value{'' if number == '1' else 's'}"
    if levels.is_numeric:
        return f"{words}, {levels.low:g} to {levels.high:g}"
    shown = [flat(str(value)[:24]) for value in list(levels.values)[:_LEVELS_SHOWN]]
    return f"{words}: {', '.join(shown)}" + (", …" if count > _LEVELS_SHOWN else "")


def _axis_json(axis: FoundAxis) -> dict[str, Any]:
    levels = axis.levels
    return {
        "name": axis.name,
        "path": axis.path,
        "kind": "number" if levels.is_numeric else "text",
        "rows": levels.rows,
        "levels": len(levels.values),
        "more_levels": levels.more,
        "low": levels.low,
        "high": levels.high,
        "first": list(levels.values)[:_LEVELS_SHOWN],
    }
