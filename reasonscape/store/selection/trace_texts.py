"""What models wrote, of many samples, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, get_args

from reasonscape.store.engine import connect, quote_glob

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

Part = Literal["trace", "response", "prompt+trace"]
"""Which text of a sample is read."""

PARTS: Final[tuple[str, ...]] = get_args(Part)

AT_ONCE: Final = 16 * 2**20
_JOINT: Final = "\n\n"
_COLUMNS: Final = {
    "trace": ["reasoning", "response"],
    "response": ["response"],
    "prompt+trace": ["reasoning", "response", "prompt"],
}

# What a sample's trace is was decided when its features were measured. Where they were not, it is
# what stands there: no token counts are asked whether the log holds all of it.
_KIND: Final = (
    "coalesce(k.\"f.trace\", CASE WHEN t.reasoning_kind IN ('hidden', 'summary') "
    "THEN t.reasoning_kind ELSE 'visible' END)"
)


def trace_texts(
    store: Store,
    base_task: str,
    uids: Sequence[str],
    *,
    part: Part = "trace",
    at_once: int = AT_ONCE,
) -> Iterator[tuple[list[str], list[str]]]:
    """Read one text of each sample.

    Keys are scanned once; then only those row groups of ``texts`` are opened that hold a sample
    asked for, one at a time.

    Parameters
    ----------
    store
        The store; the texts are those of its version, also where a row was replaced.
    base_task
        Whose samples they are.
    uids
        Keys of the samples, in any order; repeats count once.
    part
        ``trace`` is the reasoning where the log has it, else the response, or both, as the column
        ``f.trace`` says; there is none where the log has a summary of the reasoning, or hides it.
        ``response`` is the visible output whatever came before, and ``prompt+trace`` the trace
        after its prompt.
    at_once
        Bytes of text of a batch, about; one row group, or one text, may be more.

    Yields
    ------
    uids : list of str
        In the order of the store's files, and not in that of ``uids``; each once. At the end come
        those without any text, also those that the store does not hold.
    texts : list of str
        Their texts, empty where there is none.

    Raises
    ------
    ValueError
        There is no such part.
    StoreError
        The store cannot be read.
    """
    if part not in PARTS:
        raise ValueError(f"no part {part!r} of a sample is embedded")
    left = dict.fromkeys(uids)
    kept_uids: list[str] = []
    kept: list[str] = []
    size = 0
    for names, texts in _row_groups(store, base_task, list(left), part):
        for uid, text in zip(names, texts, strict=True):
            left.pop(uid, None)
            kept_uids.append(uid)
            kept.append(text)
            size += len(text)
            if size >= at_once:
                yield kept_uids, kept
                kept_uids, kept, size = [], [], 0
    if kept:
        yield kept_uids, kept
    if left:
        yield list(left), [""] * len(left)


def _row_groups(
    store: Store, base_task: str, uids: list[str], part: str
) -> Iterator[tuple[list[str], list[str]]]:
    """Samples and texts of one row group after another."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = store.texts.of_tasks(frozenset({base_task}))
    if not files or not uids:
        return
    paths = [str(path) for path in store.texts.paths(files)]
    found = _places(store, base_task, uids, paths)
    for number in np.unique(found["file"]).tolist():
        here = slice(*np.searchsorted(found["file"], [number, number + 1]))
        names, kinds, rows = (found[name][here] for name in ("uid", "kind", "row"))
        with store.failing_in_words("read texts of"):
            opened = pq.ParquetFile(paths[number])
        with opened as file:
            start = 0
            for group in range(file.metadata.num_row_groups):
                stop = start + file.metadata.row_group(group).num_rows
                at = slice(*np.searchsorted(rows, [start, stop]))
                if at.start < at.stop:
                    with store.failing_in_words("read texts of"):
                        table = file.read_row_group(group, columns=_COLUMNS[part])
                    chosen = table.take(pa.array(rows[at] - start))
                    yield names[at].tolist(), _texts(chosen, kinds[at].tolist(), part)
                start = stop


def _places(
    store: Store, base_task: str, uids: list[str], paths: list[str]
) -> dict[str, NDArray[np.object_]]:
    """Samples with the kind of their trace, and where their texts are, in that order."""
    listed = ", ".join(map(quote_glob, paths))
    keys = store.scan(("sample_uid", "import_id", "f.trace"), (base_task,))
    # All of the task: telling a query which ones takes a connection of its own, as long as this.
    found = store.arrays(
        f"SELECT sample_uid AS uid, {_KIND} AS kind, file_index::BIGINT AS file, "
        "file_row_number::BIGINT AS row FROM (SELECT sample_uid, import_id, reasoning_kind, "
        f"file_index, file_row_number FROM read_parquet([{listed}], hive_partitioning = false)) t "
        f"JOIN {keys} k USING (sample_uid, import_id) ORDER BY file, row"
    )
    wanted = frozenset(uids)
    chosen = [place for place, uid in enumerate(found["uid"].tolist()) if uid in wanted]
    return {name: values[chosen] for name, values in found.items()}


def _texts(table: pa.Table, kinds: list[str], part: str) -> list[str]:
    """Texts of rows by the kind of their trace."""
    columns = [column.to_pylist() for column in table.columns]
    if part == "response":
        return [text or "" for text in columns[0]]
    traces = list(map(_trace, kinds, columns[0], columns[1]))
    if part == "trace":
        return traces
    return [_JOINT.join(filter(None, both)) for both in zip(columns[2], traces, strict=True)]


def _trace(kind: str, reasoning: str | None, response: str | None) -> str:
    if kind == "both":
        return f"{reasoning or ''}{_JOINT}{response or ''}"
    if kind == "reasoning":
        return reasoning or ""
    if kind == "response":
        return response or ""
    return (reasoning or response or "") if kind == "visible" else ""


def text_keys(store: Store, uids: Mapping[str, Sequence[str]]) -> NDArray[np.uint64]:
    """Numbers that stand for the texts of samples, so that what is kept of one can be found.

    They are made of ``content_hash``, which covers prompt, reasoning and response, and of the kind
    of the trace: no text is read. Samples that differ in anything else the hash covers, a count of
    tokens for example, have other numbers although their texts are alike.

    Parameters
    ----------
    store
        Where the samples are.
    uids
        Base task -> keys of samples.

    Returns
    -------
    ndarray of uint64, shape (n,)
        Task by task in the order of ``uids``; 0 for what the store does not hold.
    """
    import duckdb  # noqa: F401  # gives connections what takes Arrow tables
    import numpy as np
    import pyarrow as pa

    names = pa.array([uid for each in uids.values() for uid in each], pa.string())
    wanted = pa.table({"sample_uid": names, "place": np.arange(len(names))})
    keys = np.zeros(len(names), np.uint64)
    with store.failing_in_words("read keys of"), connect() as connection:
        connection.register("wanted", wanted)
        found = connection.execute(
            f"SELECT place, key FROM {keyed(store, uids)} JOIN wanted USING (sample_uid)"
        ).fetchnumpy()
    keys[found["place"]] = found["key"]
    return keys


def keyed(store: Store, base_tasks: Collection[str] | None = None) -> str:
    """FROM item of samples with the number that :func:`text_keys` gives them."""
    source = store.scan(("sample_uid", "content_hash", "f.trace"), base_tasks)
    # Half of MD5 is the same in every version of the engine, unlike its own hash; 0 is for none.
    key = "greatest(md5_number_lower(content_hash || coalesce(\"f.trace\", '')), 1::UBIGINT)"
    return f"(SELECT sample_uid, {key} AS key FROM {source} WHERE content_hash IS NOT NULL)"
