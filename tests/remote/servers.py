"""Servers on loopback that tests of URLs talk to: S3 by moto, and a plain web server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

_OF_CLIENTS = ("AWS_", "FSSPEC_", "GOOGLE_", "HF_", "REASONSCAPE_CACHE")


def isolate(patch: pytest.MonkeyPatch, cache: Path) -> None:
    """Take out of the environment what clients read, proxies included."""
    for name in list(os.environ):
        if name.startswith(_OF_CLIENTS) or name.lower().endswith("_proxy"):
            patch.delenv(name)
    patch.setenv("REASONSCAPE_CACHE", str(cache))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_CONFIG_FILE", os.devnull)
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    patch.setenv("AWS_MAX_ATTEMPTS", "1")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def s3_server() -> Iterator[str]:
    """Run moto's server; its endpoint. Ended by its process id."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None, "moto's server ended"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder; a page in place of what is not there if the server says so."""

    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        wanted = Path(self.translate_path(self.path))
        if self.server.pages and not wanted.is_file():  # type: ignore[attr-defined]
            page = b"<html>Welcome</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        else:
            super().do_GET()


@contextmanager
def web_server(folder: Path, *, pages: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder; the address, and the paths that were asked for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    asked: list[str] = []
    server.pages, server.asked = pages, asked  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
