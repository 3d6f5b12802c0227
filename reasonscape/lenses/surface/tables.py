"""The lens's tables: one row a cell, and one row an (eval, axis)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reasonscape.lenses.lens import Table, columns_of
from reasonscape.lenses.surface.result import EvalSurface, MeasuredView, SurfaceResult


def tables(results: Sequence[SurfaceResult]) -> dict[str, Table]:
    """``cells`` (every cell of every surface), ``axes`` (curves) and ``differences``."""
    found = {
        "cells": columns_of(
            row for r in results for one in r.evals for grid in one.grids
            for row in _cell_rows(r, one, grid)
        ),
        "axes": columns_of(row for r in results for one in r.evals for row in _axis_rows(r, one)),
        "differences": columns_of(row for r in results for row in _difference_rows(r)),
    }  # fmt: skip
    return {name: table for name, table in found.items() if table}


def _cell_rows(result: SurfaceResult, one: EvalSurface, grid: MeasuredView) -> list[dict[str, Any]]:
    view, cells = grid.view, grid.cells
    axes = [result.axes[i] for i in (view.x, view.y) if i is not None and i >= 0]
    rows = []
    for c in range(len(cells.n)):
        at = [axis.levels[int(cells.coords[c, i])] for i, axis in enumerate(axes)]
        rows.append(
            {
                **_who(result, one),
                "surface": view.id,
                "x_axis": axes[0].name if axes else None,
                "x": at[0] if at else None,
                "y_axis": axes[1].name if len(axes) > 1 else None,
                "y": at[1] if len(at) > 1 else None,
                "x_level": int(cells.coords[c, 0]) if axes else None,
                "y_level": int(cells.coords[c, 1]) if len(axes) > 1 else None,
                "items": int(cells.items[c]),
                "samples": int(cells.n[c]),
                "correct": int(cells.k[c]),
                "incorrect": int(cells.incorrect[c]),
                "truncated": int(cells.truncated[c]),
                "unanswered": int(cells.unanswered[c]),
                "ungraded": int(cells.ungraded[c]),
                "failed": int(cells.failed[c]),
                "accuracy": float(cells.accuracy[c]),
                "low": float(grid.low[c]),
                "high": float(grid.high[c]),
                "fitted": float(grid.fitted[c]),
                "chance": float(cells.chance[c]),
                "truncated_low": float(grid.truncated_low[c]),
                "truncated_high": float(grid.truncated_high[c]),
                "state": grid.state[c],
            }
        )
    return rows


def _axis_rows(result: SurfaceResult, one: EvalSurface) -> list[dict[str, Any]]:
    rows = []
    for found in one.along:
        curve = found.curve
        if curve is None:
            continue
        rows.append(
            {
                **_who(result, one),
                "axis": found.axis.name,
                "levels": len(found.axis.levels),
                "harder": found.axis.harder,
                "shape": curve.shape,
                "fall": curve.fall,
                "fall_low": curve.fall_low,
                "fall_high": curve.fall_high,
                "p": curve.p,
                "place": curve.place,
                "place_low": curve.place_low,
                "place_high": curve.place_high,
                "width": curve.width,
                "floor": curve.floor,
                "ceiling": curve.ceiling,
                "sensitivity": one.sensitivity.get(found.axis.name),
            }
        )
    return rows


def _difference_rows(result: SurfaceResult) -> list[dict[str, Any]]:
    rows = []
    for found in result.differences:
        view = found.view
        axes = [result.axes[i] for i in (view.x, view.y) if i is not None and i >= 0]
        for c in range(len(found.cells.pairs)):
            at = [axis.levels[int(found.coords[c, i])] for i, axis in enumerate(axes)]
            rows.append(
                {
                    "eval_a": found.a.subject.eval_id,
                    "eval_b": found.b.subject.eval_id,
                    "base_task": result.base_task,
                    "x": at[0] if at else None,
                    "y": at[1] if len(at) > 1 else None,
                    "pairs": int(found.cells.pairs[c]),
                    "difference": float(found.cells.difference[c]),
                    "low": float(found.cells.low[c]),
                    "high": float(found.cells.high[c]),
                    "p": float(found.cells.p[c]),
                    "q": float(found.cells.q[c]),
                }
            )
    return rows


def _who(result: SurfaceResult, one: EvalSurface) -> dict[str, Any]:
    return {
        "eval_id": one.subject.eval_id,
        "model": one.subject.model,
        "base_task": result.base_task,
    }
