"""Names of a template and a sampler, made from what a log says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any


def template_of(system_prompt: object) -> str:
    """Name a template by the system prompt: a short hash, empty without one.

    Examples
    --------
    >>> template_of("Think."), template_of(None)
    ('system-46e30c8b', '')
    """
    if not isinstance(system_prompt, str) or not system_prompt:
        return ""
    return "system-" + hashlib.sha256(system_prompt.encode(errors="replace")).hexdigest()[:8]


def sampler_of(settings: Mapping[str, Any], keys: Iterable[str]) -> str:
    """Name a sampler by its settings: those of ``keys`` that are plain numbers or short texts.

    Examples
    --------
    >>> sampler_of({"temperature": 0.6, "top_p": None, "n": True}, ("temperature", "top_p", "n"))
    'temperature=0.6,n=true'
    """
    parts = []
    for key in keys:
        value = settings.get(key)
        if isinstance(value, bool):
            parts.append(f"{key}={str(value).lower()}")
        elif isinstance(value, int | float) or (isinstance(value, str) and 0 < len(value) <= 40):
            parts.append(f"{key}={value}")
    return ",".join(parts)
