"""Chat templates: what stands around a prompt when a model reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import UsageError
from reasonscape.text.rendering import rendered
from reasonscape.text.tokenizers.encoded import fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

_RULES: Final = b"1"
"""Changes when this package renders the same template differently."""
_CONFIG, _BARE = "tokenizer_config.json", "chat_template.jinja"


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """A template in Jinja, as Hugging Face's models have it.

    Attributes
    ----------
    name
        The path it was asked for by.
    source
        The template.
    tokens
        Special tokens by their names in templates, as ``bos_token``.
    """

    name: str
    source: str
    tokens: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """16 hex digits that differ where template or special tokens differ."""
        tokens = json.dumps(dict(self.tokens), sort_keys=True)
        return fingerprint(b"template", _RULES, self.source.encode(), tokens.encode())

    def render(self, prompts: pa.Array) -> pa.Array:
        """Render each prompt as the one message of a user, and the beginning of the answer.

        Every prompt is rendered, as a template may do with a prompt what it likes. The day is
        always 1 January 2025, so that the same prompts give the same tokens.

        Returns
        -------
        pyarrow.Array
            ``large_string``; NULL where the prompt is NULL.

        Raises
        ------
        UsageError
            The template is wrong, refuses a prompt, or takes too much time or memory.

        Examples
        --------
        >>> import pyarrow as pa
        >>> template = ChatTemplate("plain", "<user>{{ messages[0].content }}</user>")
        >>> template.render(pa.array(["1 + 1", None])).to_pylist()
        ['<user>1 + 1</user>', None]
        """
        return rendered(self.source, self.tokens, prompts, self.name)


def chat_template(name: str, folder: Path | None = None) -> ChatTemplate:
    """Read a chat template.

    Parameters
    ----------
    name
        Path of a ``tokenizer_config.json``, of a ``.jinja`` file (special tokens are then taken
        from a ``tokenizer_config.json`` beside it, if any), or of a folder with one of them.
    folder
        Where relative paths begin; the current directory if None.

    Raises
    ------
    UsageError
        No such file, or no template in it.
    """
    path = (folder or Path()) / name
    if path.is_dir():
        path = path / (_CONFIG if (path / _CONFIG).is_file() else _BARE)
    if path.suffix == ".jinja":
        beside = path.with_name(_CONFIG)
        settings = _settings(beside, name) if beside.is_file() else {}
        return ChatTemplate(name, _text(path, name), _tokens(settings))
    settings = _settings(path, name)
    source = _source(settings.get("chat_template"))
    if source is None:
        beside = path.with_name(_BARE)
        if not beside.is_file():
            raise UsageError(
                f"{name} has no chat template",
                remedy="name a tokenizer_config.json with chat_template, or a .jinja file",
            )
        source = _text(beside, name)
    return ChatTemplate(name, source, _tokens(settings))


def _text(path: Path, name: str) -> str:
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is no file")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"the chat template {name} cannot be read ({error.strerror})",
            remedy="name a file; relative paths of a config begin at its folder",
        ) from None
    except UnicodeDecodeError:
        raise UsageError(
            f"the chat template {name} is not UTF-8", remedy="name a text file"
        ) from None


def _settings(path: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads(_text(path, name))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"the chat template {name} is not JSON ({error})", remedy="name a tokenizer_config.json"
        ) from None
    return found if isinstance(found, dict) else {}


def _source(found: Any) -> str | None:
    """The template itself, or the default among named ones."""
    if isinstance(found, list):
        named = {one.get("name"): one.get("template") for one in found if isinstance(one, dict)}
        found = named.get("default", next(iter(named.values()), None))
    return found if isinstance(found, str) else None


def _tokens(settings: Mapping[str, Any]) -> dict[str, str]:
    tokens = {}
    for key, value in settings.items():
        content = value.get("content") if isinstance(value, dict) else value
        if key.endswith("_token") and isinstance(content, str):
            tokens[key] = content
    return tokens
