"""As much of the interface of Hugging Face's hub as reading one dataset repository takes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REPOSITORY = "org/repo"
_API, _FILES = f"/api/datasets/{REPOSITORY}", f"/datasets/{REPOSITORY}/resolve/"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, *given: Any, folder: Path) -> None:
        self.folder = folder
        super().__init__(*given)

    def log_message(self, *_: Any) -> None:
        return

    def _send(self, code: int, data: bytes, **headers: str) -> None:
        self.send_response(code)
        headers = {"ETag": '"1"', "X-Repo-Commit": "a" * 40, **headers}
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _json(self, found: Any) -> None:
        self._send(200, json.dumps(found).encode(), Content_Type="application/json")

    def _missing(self, what: str) -> None:
        self._send(404, b"{}", X_Error_Code=what, Content_Type="application/json")

    def _entry(self, path: Path) -> dict[str, Any]:
        entry = {"path": path.relative_to(self.folder).as_posix(), "oid": "b" * 40}
        if path.is_dir():
            return {**entry, "type": "directory"}
        return {**entry, "type": "file", "size": path.stat().st_size}

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        if path.startswith(f"{_API}/tree/"):
            folder = self.folder / path.removeprefix(f"{_API}/tree/").partition("/")[2]
            if not folder.is_dir():
                return self._missing("EntryNotFound")
            below = folder.rglob("*") if "recursive=true" in parts.query else folder.iterdir()
            return self._json([self._entry(each) for each in sorted(below)])
        if path.startswith(_API):
            return self._json({"id": REPOSITORY, "sha": "a" * 40, "siblings": [], "private": False})
        if not path.startswith(_FILES):
            return self._missing("RepoNotFound")
        file = self.folder / path.removeprefix(_FILES).partition("/")[2]
        if not file.is_file():
            return self._missing("EntryNotFound")
        data, asked = file.read_bytes(), self.headers.get("Range")
        if not asked:
            return self._send(200, data)
        first, last = asked.removeprefix("bytes=").split("-")
        part = data[int(first) : int(last) + 1 if last else len(data)]
        place = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
        return self._send(206, part, Content_Range=place)

    def do_HEAD(self) -> None:
        self.do_GET()


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """Serve a folder as the repository ``org/repo``; the endpoint."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, folder=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
