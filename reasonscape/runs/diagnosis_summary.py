"""The JSON envelope of a diagnosis: complete for a file, bounded for stdout."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import Hypothesis
from reasonscape.lenses.lens import LENSES, lens
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.diagnosing import NO_CAUSE
from reasonscape.runs.four_lenses import lens_options
from reasonscape.runs.strict_json import plain
from reasonscape.runs.summary import SCHEMA_VERSION, STDOUT_WARNINGS, bounded_findings, varied

if TYPE_CHECKING:
    from reasonscape.runs.diagnosing import DiagnosisRun

OVERVIEW: Final = 64
"""(eval, task) pairs that the overview on stdout names."""

SYSTEMIC: Final = 0.5
"""Part of an eval's tasks, of at least three, that one leading cause must have to be systemic."""

ALIKE: Final = 2
"""Pairs of one eval and one cause that stdout tells of; the overview has all of them."""

STEPS: Final = 3
CLUSTERS: Final = 4
CLUSTER_PHRASES: Final = 3
"""Clusters of failures that stdout tells of, and phrases of each."""

STATED: Final = 480
STATED_OF_MANY: Final = 220
"""Characters of a statement on stdout, of one (eval, task) and of several; files have all of it."""


def summarise(run: DiagnosisRun, *, drawn: bool = False) -> dict[str, Any]:
    """All that a diagnosis found, as plain data; ``artifacts`` is filled in by the folder."""
    summary: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "command": run.command,
            "ok": True,
            "dataset": str(run.dataset.path),
            "filters": dict(run.filters),
            "options": {"baseline": run.baseline},
            "counts": dict(run.counts),
            "lenses": {name: _lens(run, name) for name in LENSES},
            "overview": overview(run.leading),
            "systemic": systemic(run.leading),
            "hypotheses": [asdict(one) for one in run.hypotheses],
            "findings": [asdict(one) for one in (*run.findings, *_shaped(run))],
            "shapes": None if run.shapes is None else run.shapes.summary(),
            "contrasts": [asdict(one) for one in run.contrasts],
            "warnings": list(run.warnings),
            "artifacts": [],
            "next": next_steps(run, drawn=drawn),
            "provenance": dict(run.provenance),
        }
    )
    return summary


def _shaped(run: DiagnosisRun) -> tuple[Finding, ...]:
    return run.shapes.findings if run.shapes is not None else ()


def _lens(run: DiagnosisRun, name: str) -> dict[str, Any]:
    return {
        "question": lens(name).QUESTION,
        "options": asdict(lens_options(name, run.seed)),
        "measured": name not in run.unmeasured,
        "reason": run.unmeasured.get(name),
        "warnings": list(run.notes.get(name, ())),
    }


def overview(leading: Sequence[Hypothesis]) -> dict[str, dict[str, str]]:
    """Eval -> task -> leading cause and its confidence, in as few words as will do."""
    table: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in sorted(leading, key=lambda h: (h.model, h.eval_id, h.base_task)):
        name = f"{one.model} [{one.eval_id[:7]}]"
        table[name][one.base_task] = f"{one.cause} {one.confidence:.2f}"
    return dict(table)


def systemic(leading: Sequence[Hypothesis]) -> list[dict[str, Any]]:
    """Evals on most of whose tasks one cause leads, and tasks on which most evals fail alike."""
    found = []
    for what, key, other in (("eval", "eval_id", "base_task"), ("task", "base_task", "eval_id")):
        groups: defaultdict[str, list[Hypothesis]] = defaultdict(list)
        for one in leading:
            groups[getattr(one, key)].append(one)
        for group in groups.values():
            causes = Counter(one.cause for one in group if one.cause not in NO_CAUSE)
            for cause, count in causes.most_common(1):
                if len(group) >= 3 and count > SYSTEMIC * len(group):
                    whose = f"{group[0].model} [{group[0].eval_id[:7]}]"
                    name = whose if what == "eval" else group[0].base_task
                    found.append(
                        {
                            "of": what,
                            key: getattr(group[0], key),
                            "name": name,
                            "cause": cause,
                            "count": count,
                            "among": len({getattr(one, other) for one in group}),
                        }
                    )
    return sorted(found, key=lambda one: (-one["count"] / one["among"], one["of"], one["name"]))


def next_steps(run: DiagnosisRun, *, drawn: bool) -> list[dict[str, str]]:
    """The page, then a closer look at the surest causes by the lens that shows them."""
    steps = []
    if not drawn:
        against = ("--baseline", run.baseline) if run.baseline else ()
        words = (*against, "--output-dir", "out/diagnosis")
        page = command_line("diagnose", run.dataset.path, run.filters, *words)
        steps.append({"why": "write the page with its pictures", "run": page})
    refresh = command_line("store refresh", run.dataset.path)
    if any(refresh in warning for warning in run.warnings):
        steps.insert(0, {"why": "measure the traces first", "run": refresh})
    if run.shapes is not None and run.shapes.clusters:
        line = command_line(
            "failures", run.dataset.path, run.filters, "--output-dir", "out/failures"
        )
        steps.append({"why": "see the groups that failures fall into", "run": line})
    named = [one for one in run.leading if one.cause not in NO_CAUSE]
    for one in varied(named, [(one.eval_id, one.cause) for one in named], 1)[:STEPS]:
        shown = next((name for name in one.lenses if name in LENSES), "surface")
        scope = run.narrowed(one.scope)
        line = command_line(shown, run.dataset.path, scope, "--output-dir", f"out/{one.id}")
        steps.append({"why": f"look closer at {one.model} on {one.base_task}", "run": line})
    return steps


def bounded(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """The same for stdout: what leads where, then the surest causes in a sentence each.

    Alternatives, findings and contrasts are given for a single (eval, task); of more there are
    counts, and the files or ``--detail`` have them.
    """
    if detail:
        return {**summary, **_cut(summary, "hypotheses", limit), **_cut(summary, "findings", limit)}
    leading = [one for one in summary["hypotheses"] if one["rank"] == 1]
    single = len(leading) == 1
    shown = summary["hypotheses"] if single else leading
    if not single:
        named = [one for one in shown if one["cause"] not in NO_CAUSE]
        shown = varied(named, [(one["eval_id"], one["cause"]) for one in named], ALIKE)
    present = [f for f in summary["findings"] if f["verdict"] == "present"]
    warnings = list(summary["warnings"])[:STDOUT_WARNINGS]
    keep = ("schema_version", "command", "ok", "dataset", "filters", "options", "counts")
    return {
        **{key: summary[key] for key in keep},
        "not_measured": {
            name: one["reason"] for name, one in summary["lenses"].items() if not one["measured"]
        },
        "causes": dict(Counter(one["cause"] for one in leading).most_common()),
        **({} if single else _bounded_overview(summary["overview"])),
        "systemic": summary["systemic"][:limit],
        "shapes": _brief_shapes(summary["shapes"]),
        "hypotheses": [_brief(one, single=single) for one in shown[:limit]],
        "hypotheses_omitted": len(summary["hypotheses"]) - len(shown[:limit]),
        "findings": bounded_findings(present[:limit]) if single else [],
        "findings_omitted": len(summary["findings"]) - (len(present[:limit]) if single else 0),
        "warnings": warnings,
        "warnings_omitted": len(summary["warnings"]) - len(warnings),
        "artifacts": [artifact["path"] for artifact in summary["artifacts"]][:limit],
        "next": summary["next"],
    }


def unfolded(summary: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """What a person sees with ``--detail``: nothing shortened, but as many as ``limit`` says."""
    return {
        **bounded(summary, limit, detail=False),
        "overview": summary["overview"],
        "overview_omitted": 0,
        "systemic": summary["systemic"],
        **_cut(summary, "hypotheses", limit),
        "findings": summary["findings"],
        "warnings": summary["warnings"],
        "warnings_omitted": 0,
    }


def _brief_shapes(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The largest clusters in a few words each, and the surest phrases."""
    if found is None:
        return None
    return {
        **found,
        "clusters": [
            {**one, "phrases": one["phrases"][:CLUSTER_PHRASES], "typical": one["typical"][:1]}
            for one in found["clusters"][:CLUSTERS]
        ],
        "phrases": found["phrases"][:CLUSTERS],
        "warnings": [],
    }


def _cut(summary: Mapping[str, Any], key: str, limit: int) -> dict[str, Any]:
    return {key: summary[key][:limit], f"{key}_omitted": max(len(summary[key]) - limit, 0)}


def _bounded_overview(table: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    shown: dict[str, dict[str, str]] = {}
    left = OVERVIEW
    for name, row in table.items():
        some = dict(list(row.items())[:left])
        if some:
            shown[name] = some
            left -= len(some)
    total = sum(len(row) for row in table.values())
    return {"overview": shown, "overview_omitted": total - (OVERVIEW - left)}


def _brief(one: Mapping[str, Any], *, single: bool) -> dict[str, Any]:
    short = {
        key: one[key]
        for key in ("id", "rank", "cause", "confidence", "eval_id", "model", "base_task")
        if single or key != "rank"
    }
    said, most = one["statement"], STATED if single else STATED_OF_MANY
    short["statement"] = said if len(said) <= most else _to_a_word(said[: most - 1]) + "…"
    if single:
        short |= {"support": one["support"], "against": one["against"]}
        short["actions"] = one["actions"] if one["rank"] == 1 else one["actions"][:1]
    for key in ("red_flags", "not_measured"):
        if one[key]:
            short[key] = one[key]
    return short


def _to_a_word(text: str) -> str:
    """Without the word that was cut in two, so that no half of a number stands there as a whole."""
    return text.rpartition(" ")[0].rstrip(" ,;:(") or text
