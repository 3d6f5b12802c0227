"""``analyze.py store``: look after a dataset's store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from reasonscape.cli.failures import put, say
from reasonscape.cli.parameters import DatasetArgument, Format, FormatOption

app = typer.Typer(
    help="Look after a dataset's store: info, verify, compact, refresh, imports, delete.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def info(dataset: DatasetArgument, format_: FormatOption = Format.table) -> None:
    """Rows, evals, tasks, sizes, versions and columns."""
    from reasonscape.runs.store_care import store_info

    _show(store_info(dataset), format_)


@app.command()
def verify(dataset: DatasetArgument, format_: FormatOption = Format.table) -> None:
    """Check hashes, keys, texts and files; exit 1 when something is wrong."""
    from reasonscape.runs.store_care import store_verify

    result = store_verify(dataset)
    _show(result, format_)
    if not result["ok"]:
        say("error: the store is not sound; the lines above say where")
        raise typer.Exit(1)


@app.command()
def compact(dataset: DatasetArgument, format_: FormatOption = Format.table) -> None:
    """Merge small files and remove files that no version needs."""
    from reasonscape.runs.store_care import store_compact

    _show(store_compact(dataset), format_)


@app.command()
def refresh(
    dataset: DatasetArgument,
    force: Annotated[bool, typer.Option("--force", help="Also what is up to date.")] = False,
    format_: FormatOption = Format.table,
) -> None:
    """Measure traces that were not measured, or by an older version (columns f.*)."""
    from reasonscape.runs.store_care import store_refresh

    _show(store_refresh(dataset, force=force), format_)


@app.command()
def imports(dataset: DatasetArgument, format_: FormatOption = Format.table) -> None:
    """List the imports that the store holds."""
    from reasonscape.cli.rendering import render
    from reasonscape.runs.store_care import store_imports

    put(render(store_imports(dataset), format_, None))


@app.command()
def delete(
    dataset: DatasetArgument,
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="An id of `store imports`.")],
    format_: FormatOption = Format.table,
) -> None:
    """Delete all rows of one import: samples first, then texts."""
    from reasonscape.runs.store_care import store_delete

    _show(store_delete(dataset, import_id), format_)


def _show(result: dict[str, Any], form: Format) -> None:
    if form is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(result))
        return
    from reasonscape.cli.rendering import render
    from reasonscape.runs.listing import Listing

    rows = [line for key, value in result.items() for line in _lines(key, value)]
    put(render(Listing(("what", "value"), rows), form, None))


def _lines(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Lines of one entry: of a cache one for each tokenizer or embedder, else a single one."""
    if key not in ("token_caches", "vector_caches"):
        yield key, _flat(value)
        return
    for one in value:
        if key == "token_caches":
            name = ", ".join(filter(None, one["described"].values())) or one["fingerprint"]
            what, held = f"tokens, {name}", f"{one['prompts']} prompts"
        else:
            what, held = f"vectors, {one['fingerprint']}", f"{one['vectors']} texts"
        broken = one["unusable_files"]
        yield (
            what,
            f"{held}, {one['bytes']} bytes" + (f", unusable files {broken}" if broken else ""),
        )


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return value
