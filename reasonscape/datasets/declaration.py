"""The dataset config as frozen dataclasses, and its validation.

Written out by hand because every error must name the whole JSON path (validators name a key
inside a free-form object only as ``[...]``) and because `evals` reads a config at each start.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from reasonscape.datasets.places import Place
from reasonscape.errors import FilterError
from reasonscape.store.filters import EVERYTHING, Condition, parse_filters
from reasonscape.store.filters.conditions import InGroup, InTier, keys, leaves

CONFIG_VERSION: Final = 1
_IDENTITY: Final = ("eval_id", "model", "template", "sampler")
_KEYS: Final = ("schema_version", "name", "store", "evals", "groups", "base_tasks", "tiers")
_READING_KEYS: Final = ("tokenizer", "chat_template")
_EVAL_KEYS: Final = ("filters", "label", "groups", *_READING_KEYS)
_TASK_KEYS: Final = ("label", "chance", "correct_at", "tiers", "axes", "confounders", "surfaces")
_AXIS_KEYS: Final = ("label", "unit", "harder", "scale", "bins")
_SURFACE_KEYS: Final = ("id", "x", "y", "where")


@dataclass(frozen=True, slots=True)
class AxisConfig:
    """What the config says of an axis; everything may be silent.

    ``scale`` spaces the levels by value or its logarithm (default: equally); ``bins`` is a number
    of bins or their edges, and overrides the rule of `cells`.
    """

    label: str = ""
    unit: str = ""
    harder: Literal["up", "down"] | None = None
    scale: Literal["linear", "log"] | None = None
    bins: int | tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class SurfaceConfig:
    """A surface to draw: one or two axes, over the rows that ``where`` selects."""

    id: str
    x: str
    y: str | None = None
    where: Condition = EVERYTHING
    where_written: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BaseTask:
    """A task family: display label, chance level, axes; ``chance`` ``None`` is unknown."""

    name: str
    label: str = ""
    chance: float | None = None
    correct_at: float | None = None
    tiers: tuple[str, ...] = ()
    axes: Mapping[str, AxisConfig] = field(default_factory=dict)
    confounders: tuple[str, ...] = ()
    surfaces: tuple[SurfaceConfig, ...] = ()

    def axis(self, column: str) -> AxisConfig:
        """Return what is said of an axis, given its column or bare name."""
        bare = column.removeprefix("param.").removeprefix("label.")
        return self.axes.get(column) or self.axes.get(bare) or AxisConfig()


@dataclass(frozen=True, slots=True)
class ReadingConfig:
    """How prompts reach a model: the tokenizer and the chat template, by name or path."""

    tokenizer: str = ""
    chat_template: str = ""


@dataclass(frozen=True, slots=True)
class EvalConfig:
    """An evaluated system: how to know it, what to call it, its groups, how it reads prompts."""

    filters: Condition
    label: str = ""
    groups: tuple[str, ...] = ()
    reading: ReadingConfig = ReadingConfig()


@dataclass(frozen=True, slots=True)
class Config:
    """A whole dataset config."""

    store: str
    name: str = ""
    evals: tuple[EvalConfig, ...] = ()
    groups: Mapping[str, ReadingConfig] = field(default_factory=dict)
    base_tasks: Mapping[str, BaseTask] = field(default_factory=dict)
    tiers: Mapping[str, Condition] = field(default_factory=dict)

    def reading(self, entry: EvalConfig | None) -> ReadingConfig:
        """Tokenizer and chat template of an eval: its own, else those of its first group that has.

        Examples
        --------
        >>> groups = {"family:qwen": ReadingConfig("qwen.json")}
        >>> config = Config("s", groups=groups)
        >>> config.reading(EvalConfig(EVERYTHING, groups=("family:qwen",))).tokenizer
        'qwen.json'
        """
        if entry is None:
            return ReadingConfig()
        listed = [entry.reading, *(self.groups.get(n, ReadingConfig()) for n in entry.groups)]
        return ReadingConfig(
            next((one.tokenizer for one in listed if one.tokenizer), ""),
            next((one.chat_template for one in listed if one.chat_template), ""),
        )


def read_config(document: Any, file: str) -> Config:
    """Validate a config document.

    Raises
    ------
    ConfigError
        With the JSON path of what is wrong, and the nearest valid key.

    Examples
    --------
    >>> read_config({"store": "m12x"}, "m12x.json").store
    'm12x'
    """
    root = Place(document, "$", file)
    found = root.mapping()
    version = root.whole("schema_version")
    if version is not None and version > CONFIG_VERSION:
        raise root.at("schema_version").error(
            f"has schema_version {version}, and this package knows up to {CONFIG_VERSION}",
            "update reasonscape",
        )
    root.only(_KEYS)
    if not found.get("store"):
        raise root.error("no store is named", 'add "store": the folder of the tables')
    return Config(
        store=root.text("store"),
        name=root.text("name"),
        evals=tuple(_eval(place) for place in root.list("evals")),
        groups={name: _group(place) for name, place in root.items("groups").items()},
        base_tasks={n: _base_task(n, place) for n, place in root.items("base_tasks").items()},
        tiers={name: _filter(place) for name, place in root.items("tiers").items()},
    )


def _eval(place: Place) -> EvalConfig:
    place.only(_EVAL_KEYS)
    if "filters" not in place.value:
        raise place.error("an eval needs filters", 'as in "filters": {"model": "..."}')
    filters = _filter(place.at("filters"))
    extra = sorted(keys(filters) - set(_IDENTITY))
    if extra or any(isinstance(leaf, InTier | InGroup) for leaf in leaves(filters)):
        raise place.at("filters").error(
            f"an eval is told by {', '.join(_IDENTITY)}, not by {(extra or ['tier or groups'])[0]}"
        )
    return EvalConfig(filters, place.text("label"), place.texts("groups"), _reading(place))


def _group(place: Place) -> ReadingConfig:
    place.only(_READING_KEYS)
    return _reading(place)


def _reading(place: Place) -> ReadingConfig:
    return ReadingConfig(place.text("tokenizer"), place.text("chat_template"))


def _base_task(name: str, place: Place) -> BaseTask:
    place.only(_TASK_KEYS)
    return BaseTask(
        name=name,
        label=place.text("label"),
        chance=place.number("chance", 0, 0.999),
        correct_at=place.number("correct_at"),
        tiers=place.texts("tiers"),
        axes={axis: _axis(below) for axis, below in place.items("axes").items()},
        confounders=place.texts("confounders"),
        surfaces=tuple(_surface(below) for below in place.list("surfaces")),
    )


def _axis(place: Place) -> AxisConfig:
    place.only(_AXIS_KEYS)
    return AxisConfig(
        label=place.text("label"),
        unit=place.text("unit"),
        harder=cast('Literal["up", "down"] | None', place.choice("harder", ("up", "down"))),
        scale=cast('Literal["linear", "log"] | None', place.choice("scale", ("linear", "log"))),
        bins=_bins(place),
    )


def _bins(place: Place) -> int | tuple[float, ...] | None:
    if not isinstance(place.value.get("bins"), list):
        return place.whole("bins", 1, 1000)
    edges = tuple(edge.as_number() for edge in place.list("bins"))
    if len(edges) < 2 or any(a >= b for a, b in itertools.pairwise(edges)):
        raise place.at("bins").error("needs two or more increasing edges")
    return edges


def _surface(place: Place) -> SurfaceConfig:
    place.only(_SURFACE_KEYS)
    x, y = place.text("x"), place.text("y") or None
    if not x:
        raise place.error("a surface needs x, the name of an axis")
    where = place.at("where") if "where" in place.value else None
    return SurfaceConfig(
        id=place.text("id") or "-".join(name for name in (x, y) if name),
        x=x,
        y=y,
        where=EVERYTHING if where is None else _filter(where),
        where_written={} if where is None else where.value,
    )


def _filter(place: Place) -> Condition:
    try:
        return parse_filters(place.mapping())
    except FilterError as error:
        raise place.error(error.message, error.remedy, error.did_you_mean) from None
