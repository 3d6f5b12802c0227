"""What goes into a page that stands alone: scripts by their hash, data that no script can leave."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_ESCAPES: Final = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def data_block(json_text: str) -> str:
    r"""JSON for a ``<script type="application/json">``: nothing in it can end the element.

    In JSON these characters stand in strings only, so the content stays what it was.

    Examples
    --------
    >>> data_block('{"a": "</script>"}')
    '{"a": "\\u003c/script\\u003e"}'
    """
    return "".join(_ESCAPES.get(character, character) for character in json_text)


def script_text(source: str) -> str:
    r"""A script as it can stand between script tags, and as a browser will hash it.

    Line ends become what an HTML parser makes of them, and a string that holds an end tag is
    written so that it is none.

    Examples
    --------
    >>> script_text('a = "</script>";\r\n')
    'a = "<\\/script>";\n'
    """
    unix = source.replace("\r\n", "\n").replace("\r", "\n")
    return unix.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def policy(scripts: Sequence[str]) -> str:
    """A Content-Security-Policy under which these scripts run and nothing else does.

    The page may load nothing; pictures are those that it makes itself. Styles may be inline, as
    plotly.js sets them.

    Parameters
    ----------
    scripts
        Texts of the inline scripts, exactly as they stand in the page.
    """
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8", "replace")).digest()
    return base64.b64encode(digest).decode("ascii")


_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def shown_text(value: Any) -> Any:
    r"""The same summary with a mark for every control character, which no page should hold.

    Examples
    --------
    >>> shown_text({"model": "\x1b[31mred"})
    {'model': '�[31mred'}
    """
    if isinstance(value, str):
        return _CONTROLS.sub("�", value)
    if isinstance(value, Mapping):
        return {shown_text(key): shown_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [shown_text(one) for one in value]
    return value
