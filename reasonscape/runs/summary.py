"""The JSON envelope of a run: complete for a file, bounded for stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from reasonscape.findings.finding import Finding
from reasonscape.lenses.lens import POOLED
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.strict_json import plain

if TYPE_CHECKING:
    from reasonscape.runs.lens_run import LensRun

One = TypeVar("One")

SCHEMA_VERSION: Final = 1

STDOUT_WARNINGS: Final = 3
"""Warnings on stdout unless ``--detail`` is given."""

UNDRAWN: Final = 3
"""Pictures on stdout that were not drawn; ``summary.json`` names all of them."""


def summarise(run: LensRun, *, drawn: bool = False) -> dict[str, Any]:
    """All that a run found, as plain data; ``artifacts`` is filled in by the output folder."""
    summary: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "command": run.command,
            "ok": True,
            "dataset": str(run.dataset.path),
            "filters": dict(run.filters),
            "options": asdict(run.options),
            "counts": dict(run.counts),
            "findings": [asdict(finding) for finding in run.findings],
            "hypotheses": [],
            "warnings": list(run.warnings),
            "artifacts": [],
            "next": next_steps(run, drawn=drawn),
            "provenance": dict(run.provenance),
        }
    )
    return summary


def bounded(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """The same for stdout: the most suspect findings, without evidence unless asked for.

    Nothing is hidden silently: the keys that end in ``_omitted`` count what is left out.
    """
    findings = summary["findings"]
    shown = findings[:limit] if detail else bounded_findings(findings[:limit])
    warnings = list(summary["warnings"])[: None if detail else STDOUT_WARNINGS]
    undrawn = summary.get("not_drawn", [])
    if undrawn and not detail:
        summary = {
            **summary,
            "not_drawn": undrawn[:UNDRAWN],
            "not_drawn_omitted": max(len(undrawn) - UNDRAWN, 0),
        }
    return {
        **summary,
        "findings": shown,
        "findings_omitted": len(findings) - len(shown),
        "warnings": warnings,
        "warnings_omitted": len(summary["warnings"]) - len(warnings),
        "artifacts": _brief_artifacts(summary["artifacts"], detail=detail),
    }


def bounded_findings(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings without evidence, scope and caveats, as stdout shows them."""
    return [_brief(finding) for finding in findings]


def drawing_command(run: LensRun, scope: Mapping[str, Any], folder: str) -> str:
    """The command that draws part of this run again, with the options the user gave."""
    where = {**run.filters, **scope}
    words = option_words(run.options)
    return command_line(run.command, run.dataset.path, where, *words, "--output-dir", folder)


def option_words(options: Any) -> list[str]:
    """The options that differ from their defaults, as words of a command line."""
    words: list[str] = []
    for option in fields(options):
        value = getattr(options, option.name)
        if value != option.default:
            flag = option.metadata["flag"]
            values = value if isinstance(value, tuple) else (value,)
            words += [flag] if value is True else [w for one in values for w in (flag, str(one))]
    return words


def varied(ones: Sequence[One], kinds: Sequence[object], alike: int) -> list[One]:
    """The first few of each kind, in the order given: more of the same says nothing new.

    Examples
    --------
    >>> varied([1, 2, 3, 4], ["a", "a", "b", "a"], 1)
    [1, 3]
    """
    seen: Counter[object] = Counter()
    kept = []
    for one, kind in zip(ones, kinds, strict=True):
        seen[kind] += 1
        if seen[kind] <= alike:
            kept.append(one)
    return kept


def next_steps(run: LensRun, *, drawn: bool, most: int = 3) -> list[dict[str, str]]:
    """What to run next: draw it, then a closer look at the most suspect (eval, task) pairs."""
    first = {"why": "draw it", "run": drawing_command(run, {}, f"out/{run.command}")}
    refresh = command_line("store refresh", run.dataset.path)
    unmeasured = any(refresh in warning for warning in run.warnings)
    ahead = [{"why": "measure the traces first", "run": refresh}] if unmeasured else []
    ahead += [] if drawn else [first]
    if run.command in POOLED:
        return [*ahead, *_pooled_steps(run)]
    subjects = {(f.eval_id, f.base_task) for f in run.findings}
    steps: dict[tuple[str, str], dict[str, str]] = {}
    for finding in present_failures(run.findings) if len(subjects) > 1 else ():
        key = (finding.eval_id, finding.base_task)
        if key not in steps and len(steps) < most:
            line = drawing_command(run, dict(finding.scope), f"out/{finding.id}")
            steps[key] = {"why": f"look closer: {finding.statement}", "run": line}
    if steps:
        return [*ahead, *steps.values()]
    return [
        *ahead,
        {
            "why": "see how many samples each level has",
            "run": command_line("tasks", run.dataset.path, run.filters, "--detail"),
        },
    ]


def _pooled_steps(run: LensRun) -> list[dict[str, str]]:
    """Within the task that fails most, where there are several; and the other lens of this kind."""
    steps = []
    pool = run.results[0].pool if run.results else None
    if pool is not None and len(pool.base_tasks) > 1 and len(pool):
        task = Counter(pool.task[pool.wrong].tolist()).most_common(1)
        name = pool.base_tasks[task[0][0]] if task else pool.base_tasks[0]
        line = drawing_command(run, {"base_task": name}, f"out/{run.command}-task")
        steps.append({"why": "look within one task", "run": line})
    other = next(name for name in POOLED if name != run.command)
    why = {"failures": "see the groups that failures fall into", "traces": "see what marks them"}
    line = command_line(other, run.dataset.path, run.filters, "--output-dir", f"out/{other}")
    return [*steps, {"why": why[other], "run": line}]


def present_failures(findings: Sequence[Finding]) -> list[Finding]:
    """Failure patterns that are present, in the order given."""
    return [f for f in findings if f.verdict == "present" and f.q is not None]


BRIEF = ("id", "pattern", "verdict", "reason", "eval_id", "model", "base_task", "statement", "q")


def _brief(finding: Mapping[str, Any]) -> dict[str, Any]:
    short = {key: finding[key] for key in BRIEF if finding[key] is not None}
    effect = finding["effect"]
    if effect is not None:
        short["effect"] = {key: effect[key] for key in ("name", "value", "low", "high")}
    return short


def _brief_artifacts(artifacts: Sequence[Any], *, detail: bool) -> list[Any]:
    if detail:
        return list(artifacts)
    return [artifact["path"] for artifact in artifacts]
