"""Figures to files: PNG, SVG and PDF through one browser a command, HTML without any.

The browser is a Chrome or Chromium on the machine, driven by kaleido. It reads plotly.js from
the installed package and may reach no network. What is written depends on the figure alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reasonscape.errors import OutputError, PictureError

if TYPE_CHECKING:
    import plotly.graph_objects as go

ImageFormat = Literal["png", "svg", "pdf"]
IMAGE_FORMATS: tuple[ImageFormat, ...] = ("png", "svg", "pdf")
PLOTLY_JS = "plotly.min.js"

HINT = (
    "no Chrome or Chromium found, so figures are HTML only; for PNG, SVG and PDF install one "
    "('apt-get install chromium', or 'kaleido_get_chrome') or set BROWSER_PATH"
)

_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-headless-shell",
    "chrome-headless-shell",
    "microsoft-edge",
)
#: A port that nothing listens to: whatever the browser wants of the network is refused at once.
_NO_NETWORK = "http://127.0.0.1:9"
#: Software rendering of 3-D scenes costs by the pixel; this many keep a picture under 2 seconds.
_SCENE_PIXELS = 0.9e6
_SCENE_TRACES = {"scatter3d", "mesh3d", "surface", "cone", "streamtube", "volume", "isosurface"}

# Runs in kaleido's page. Plotly draws all scenes of a still picture with one WebGL context and
# leaves its depth mask off after translucent things, so that the next scene would not clear the
# depths of the last and show holes. It also waits half a second before it reads a scene that it
# then draws anew; pictures with shorter waits are the same to the byte. The seeded generator makes
# element ids of SVGs repeatable.
_PAGE_SCRIPT = """
<script>
for (const kind of [window.WebGLRenderingContext, window.WebGL2RenderingContext]) {
  if (!kind) continue;
  const clear = kind.prototype.clear;
  kind.prototype.clear = function (mask) { this.depthMask(true); return clear.call(this, mask); };
}
const later = window.setTimeout;
window.setTimeout = (work, wait, ...given) => later(work, Math.min(wait || 0, 50), ...given);
let seed = 1;
Math.random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const draw = kaleido_scopes.plotly;
kaleido_scopes.plotly = (...given) => { seed = 1; return draw(...given); };
</script>
"""


def find_browser() -> Path | None:
    """Path of a Chrome or Chromium: ``BROWSER_PATH``, then the search path, then kaleido's own.

    A ``BROWSER_PATH`` that names no program means that there is none: what a user set is not
    overruled.
    """
    chosen = os.environ.get("BROWSER_PATH")
    if chosen:
        found = shutil.which(chosen)
        return Path(found) if found else None
    for command in _COMMANDS:
        found = shutil.which(command)
        if found:
            return Path(found)
    try:
        from choreographer.browsers.chromium import Chromium
    except ImportError:
        return None
    found = Chromium.find_browser(skip_local=False)
    return Path(found) if found else None


class PictureWriter:
    """Writes figures; starts its one browser at the first PNG, SVG or PDF, and ends it at the end.

    Parameters
    ----------
    browser
        The program to use; by default the one that `find_browser` finds.
    timeout
        Seconds that the browser gets to start, and each picture to be drawn.

    Examples
    --------
    >>> with PictureWriter(browser=Path("/no/such/browser")) as writer:
    ...     writer.available
    False
    """

    def __init__(self, browser: Path | None = None, timeout: float = 90.0) -> None:
        self._asked = browser
        self._timeout = timeout
        self._browser: Path | None = None
        self._sought = False
        self._failure = ""
        self._failed_in_a_row = 0
        self._kaleido: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> PictureWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def available(self) -> bool:
        """Whether there is a browser that has not failed; looking for one starts none."""
        if not self._sought:
            self._sought = True
            asked = self._asked
            self._browser = find_browser() if asked is None else asked
            if self._browser is not None and not os.access(self._browser, os.X_OK):
                self._browser = None
        return self._browser is not None and not self._failure

    @property
    def hint(self) -> str:
        """One line that says why there are no pictures and what to do; empty when there are."""
        return "" if self.available else (self._failure or HINT)

    def render(self, figure: go.Figure, image_format: ImageFormat = "png") -> bytes:
        """Draw a figure and return the file's bytes.

        Raises
        ------
        PictureError
            If there is no browser, or it failed or took too long.
        """
        if not self.available:
            raise PictureError("a picture was asked for", remedy=self.hint)
        options = {"format": image_format, "scale": _scale(figure)}
        kaleido = self._start()
        try:
            drawn: bytes = self._wait(kaleido.calc_fig(figure, options))
        except Exception as error:
            self._failed_in_a_row += 1
            if isinstance(error, FutureTimeoutError) or self._failed_in_a_row > 1:
                # A browser that hangs or died would cost its time limit again each time.
                self._give_up(f"the browser {self._browser} stopped working", error)
            raise PictureError(
                f"the browser could not draw a figure ({_one_line(error)})",
                remedy="write it as .html",
            ) from error
        self._failed_in_a_row = 0
        return _undated(drawn) if image_format == "pdf" else drawn

    def write(self, figure: go.Figure, path: Path, *, title: str = "") -> Path:
        """Write one figure that stands alone, in the format that the path's ending names.

        Returns
        -------
        Path
            What was written: `path`, or the same with ``.html`` where a picture was asked for and
            no browser is there (`hint` then says why).

        Raises
        ------
        OutputError
            If the ending names no format or the file cannot be written.
        PictureError
            If the browser failed.
        """
        ending = path.suffix.lower().lstrip(".")
        if ending == "html":
            return self.write_html(figure, path, title=title)
        if ending not in IMAGE_FORMATS:
            raise OutputError(
                f"'{path.name}' asks for a figure in a format that is not known",
                remedy="end the name in .png, .svg, .pdf or .html",
            )
        if not self.available:
            return self.write_html(figure, path.with_suffix(".html"), title=title)
        write_beside(path, self.render(figure, ending))
        return path

    def write_html(
        self, figure: go.Figure, path: Path, *, title: str = "", plotly_js: str | None = None
    ) -> Path:
        """Write a figure as an HTML page that works offline.

        Parameters
        ----------
        figure, path
            What to write, and where.
        title
            Title of the page; the file's name if empty.
        plotly_js
            Relative link to a shared ``plotly.min.js`` (`plotly_js`); None puts its 5 MB
            into the page.
        """
        page = html_page(figure, name=path.stem, title=title or path.stem, plotly_js=plotly_js)
        write_beside(path, page.encode("utf-8", "replace"))
        return path

    def close(self) -> None:
        """End the browser; a writer that was closed may be used again."""
        loop, kaleido, thread = self._loop, self._kaleido, self._thread
        self._loop = self._kaleido = self._thread = None
        if loop is None or thread is None:
            return
        closing = asyncio.run_coroutine_threadsafe(_end_browser(kaleido), loop)
        try:
            closing.result(15)
        except FutureTimeoutError:
            # The pictures are written; a browser that will not end in order is no failure.
            closing.cancel()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        if not thread.is_alive():
            loop.close()

    def _start(self) -> Any:
        """The running browser; started on first use, in a thread with its own event loop."""
        if self._kaleido is not None:
            return self._kaleido
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._kaleido = self._wait(_open_browser(str(self._browser), self._timeout))
        except Exception as error:
            self._give_up(f"the browser {self._browser} did not start", error)
            raise PictureError("a picture was asked for", remedy=self._failure) from error
        return self._kaleido

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop is not None
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(self._timeout)
        except FutureTimeoutError:
            future.cancel()
            raise

    def _give_up(self, what: str, error: Exception) -> None:
        self._failure = (
            f"{what} ({_one_line(error)}), so figures are HTML only; "
            "set BROWSER_PATH to a Chrome or Chromium that works"
        )
        self.close()


async def _open_browser(browser: str, timeout: float) -> Any:
    """Start kaleido on an offline page."""
    from kaleido import Kaleido, PageGenerator

    # What they would say is said by the error that they raise.
    for library in ("kaleido", "choreographer"):
        logging.getLogger(library).setLevel(logging.CRITICAL)

    class Page(PageGenerator):  # type: ignore[misc]
        def generate_index(self) -> str:
            page: str = super().generate_index()
            return page.replace("</head>", _PAGE_SCRIPT + "</head>", 1)

    class Browser(Kaleido):  # type: ignore[misc]
        async def _return_kaleido_tab(self, tab: Any) -> None:
            # Kaleido reloads its page after each picture, a fifth of a second in 2-D and a whole
            # one in 3-D, where shaders are compiled again. A command draws a dozen pictures.
            await self.tabs_ready.put(tab)

    kaleido = Browser(
        timeout=timeout,
        page_generator=Page(mathjax=False),
        path=browser,
        proxy_server=_NO_NETWORK,
    )
    await kaleido.open()
    return kaleido


async def _end_browser(kaleido: Any) -> None:
    """Close kaleido, and end what it left running in this loop."""
    if kaleido is not None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(kaleido.close(), 10)
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def html_page(figure: go.Figure, *, name: str, title: str, plotly_js: str | None = None) -> str:
    """A whole HTML page with one figure; see `reasonscape.figures.pages.html_page`."""
    from reasonscape.figures import pages

    return pages.html_page(figure, name=name, title=title, plotly_js=plotly_js)


def plotly_js() -> bytes:
    """The ``plotly.min.js`` that the pages of a folder share, from the installed package."""
    from plotly.offline import get_plotlyjs

    source: str = get_plotlyjs()
    return source.encode()


def write_beside(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it, so that no reader sees half of it.

    Raises
    ------
    OutputError
        If the file cannot be written; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except (OSError, ValueError) as error:
        _forget(partial)
        raise OutputError(
            f"'{path}' cannot be written ({getattr(error, 'strerror', None) or error})",
            remedy="choose a folder that exists, may be written and has room",
        ) from error
    except BaseException:
        _forget(partial)
        raise


def _forget(path: Path) -> None:
    # What made the write fail may make this fail, too; the first reason is the one reported.
    with contextlib.suppress(OSError, ValueError):
        path.unlink(missing_ok=True)


def _scale(figure: go.Figure) -> float:
    """Dots a pixel: 2 for print, less where a 3-D scene would take seconds."""
    layout = figure.layout
    if not any(trace.type in _SCENE_TRACES for trace in figure.data):
        return 2.0
    pixels = float(layout.width or 700) * float(layout.height or 500)
    return max(1.0, min(2.0, round(float((_SCENE_PIXELS / pixels) ** 0.5), 2)))


def _undated(pdf: bytes) -> bytes:
    """The same PDF with the dates of its making set to a fixed one of the same length."""
    fixed = rb"\1(D:20000101000000"
    return re.sub(rb"(/(?:Creation|Mod)Date )\(D:\d{14}", fixed, pdf)


def _one_line(error: BaseException) -> str:
    """The first line of an error, short enough for a sentence."""
    words = error.args[0] if error.args and isinstance(error.args[0], str) else error
    text = " ".join(str(words).split()).rstrip(".") or type(error).__name__
    return text if len(text) <= 160 else text[:159] + "…"
