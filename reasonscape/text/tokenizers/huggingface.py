"""Vocabularies in the ``tokenizer.json`` of Hugging Face."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.engine import Engine, library

_BYTE_PIECE: Final = re.compile("<0x([0-9A-Fa-f]{2})>")


def open_json(path: Path, name: str) -> Engine:
    """Open a ``tokenizer.json`` by the package tokenizers.

    Special tokens are not added to texts, but found where a text (a chat template) has them; what
    the file says of cutting texts to a length, filling them up, and dropping merges at random is
    switched off.

    Raises
    ------
    UsageError
        The package is not installed, or the file is no tokenizer.
    """
    tokenizers = library("tokenizers", name)
    try:
        text = path.read_text(encoding="utf-8")
        rules = json.loads(text)
        if rules["model"].get("dropout"):
            rules["model"]["dropout"] = None
            text = json.dumps(rules)
        opened = tokenizers.Tokenizer.from_str(text)
    except Exception as error:
        raise UsageError(
            f"{path} is not a tokenizer that the package tokenizers can read ({_brief(error)})",
            remedy="name the tokenizer.json of a model",
        ) from None
    opened.no_truncation()
    opened.no_padding()
    spelling = Spelling(rules)

    def ids(texts: list[str]) -> list[list[int]]:
        return [one.ids for one in opened.encode_batch_fast(texts, add_special_tokens=False)]

    def pieces(wanted: list[int]) -> list[bytes]:
        return [spelling.bytes_of(i, opened.id_to_token(i) or "") for i in wanted]

    return Engine(ids, pieces)


def _brief(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= 120 else words[:120] + "..."


class Spelling:
    r"""How the entries of a vocabulary stand for bytes of texts.

    Parameters
    ----------
    rules
        The content of a ``tokenizer.json``.

    Examples
    --------
    >>> byte_level = Spelling({"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE"}})
    >>> byte_level.bytes_of(5, "Ġtwo")
    b' two'
    >>> llama = Spelling({"decoder": {"type": "Metaspace"}, "model": {"byte_fallback": True}})
    >>> llama.bytes_of(5, "▁two"), llama.bytes_of(6, "<0xE2>")
    (b' two', b'\xe2')
    """

    def __init__(self, rules: dict[str, Any]) -> None:
        model = rules["model"]
        steps = list(_steps([rules.get(part) for part in _PARTS]))
        kinds = {step.get("type") for step in steps}
        self._added: dict[int, bytes] = {
            one["id"]: one["content"].encode() for one in rules.get("added_tokens", ())
        }
        self._byte_level = "ByteLevel" in kinds
        self._fallback = bool(model.get("byte_fallback")) or "ByteFallback" in kinds
        self._prefix: str = model.get("continuing_subword_prefix") or ""
        self._suffix: str = model.get("end_of_word_suffix") or ""
        self._spaces: set[str] = {
            step.get("replacement", "▁") for step in steps if step.get("type") == "Metaspace"
        }
        for step in steps:
            if step.get("type") == "Replace":
                both = {step.get("content"), (step.get("pattern") or {}).get("String")}
                self._spaces |= {other for other in both - {" "} if other and " " in both}

    def bytes_of(self, number: int, token: str) -> bytes:
        """Return the bytes that an entry stands for."""
        if number in self._added:
            return self._added[number]
        if self._byte_level:
            return b"".join(_BYTE_OF.get(char, char.encode()) for char in token)
        if self._fallback and (byte := _BYTE_PIECE.fullmatch(token)):
            return bytes.fromhex(byte[1])
        if self._prefix:
            token = token.removeprefix(self._prefix)
        if self._suffix and token.endswith(self._suffix):
            token = token.removesuffix(self._suffix) + " "
        for space in self._spaces:
            token = token.replace(space, " ")
        return token.encode()


_PARTS: Final = ("normalizer", "pre_tokenizer", "decoder")


def _steps(parts: list[Any]) -> Iterator[dict[str, Any]]:
    for part in parts:
        if isinstance(part, dict):
            yield part
            for inside in ("normalizers", "pretokenizers", "decoders"):
                yield from _steps(part.get(inside) or [])


def _byte_alphabet() -> dict[str, bytes]:
    """The printable character that byte-level vocabularies write for each byte."""
    itself = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in itself]
    letters = {chr(byte): bytes([byte]) for byte in sorted(itself)}
    return letters | {chr(256 + rank): bytes([byte]) for rank, byte in enumerate(others)}


_BYTE_OF: Final = _byte_alphabet()
