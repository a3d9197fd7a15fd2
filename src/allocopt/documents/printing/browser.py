"""Browser: an installed Chromium, Chrome or Edge that prints a page to PDF."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from allocopt.errors import AllocoptError

VARIABLE = "ALLOCOPT_BROWSER"
COMMANDS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
WINDOWS_ROOTS = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
FLAGS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-extensions", "--disable-default-apps", "--no-default-browser-check"),
)
# A browser asks its maker for updates whatever it is told: it gets no name to look up and no proxy.
OFFLINE = ("--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server")
PRINT_FLAGS = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
SECONDS = 180.0


def find_browser() -> Path | None:
    """The browser that ALLOCOPT_BROWSER names, else the first one on the PATH or in its usual place.

    Raises:
        AllocoptError: the variable names a program that is not there.
    """
    named = os.environ.get(VARIABLE)
    if named:
        program = shutil.which(named)
        if program is None:
            raise AllocoptError(f"{VARIABLE} names {named!r}, which is no program on this machine")
        return Path(program)
    return next(_installed(), None)


def _installed() -> Iterator[Path]:
    yield from (Path(found) for name in COMMANDS if (found := shutil.which(name)))
    if sys.platform == "darwin":
        roots, names = [Path("/Applications"), Path.home() / "Applications"], MAC
    else:
        given = [os.environ.get(name) for name in WINDOWS_ROOTS]
        roots, names = [Path(root) for root in given if root], WINDOWS
    yield from (root / name for root in roots for name in names if (root / name).is_file())


def print_page(
    html: str, program: Path, *, flags: Sequence[str] = (), seconds: float = SECONDS
) -> bytes:
    """The page as PDF, printed with a profile of its own that is thrown away.

    Raises:
        AllocoptError: the browser fails, takes more than `seconds`, or makes no PDF.
    """
    # What a browser leaves behind while it ends must not fail the document.
    with tempfile.TemporaryDirectory(prefix="allocopt-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        page, target = folder / "page.html", folder / "page.pdf"
        page.write_text(html, encoding="utf-8")
        own = (f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}")
        settings = (*FLAGS, *OFFLINE, *_sandbox(), *PRINT_FLAGS, *own, *flags)
        command = [str(program), *settings, page.as_uri()]
        told = _run(command, program, seconds)
        pdf = target.read_bytes() if target.is_file() else b""
    if not pdf.startswith(b"%PDF"):
        last = told.strip().splitlines()[-1:] or ["it said nothing"]
        raise AllocoptError(f"{program} made no PDF: {last[0]}")
    return pdf


def _sandbox() -> tuple[str, ...]:
    """The browser refuses its own sandbox to root."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _run(command: Sequence[str], program: Path, seconds: float) -> str:
    """What the browser says; one that does not end is ended with its helpers."""
    try:
        process = subprocess.Popen(  # noqa: S603 - a program of the user's own
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise AllocoptError(f"{program}: cannot be started: {error.strerror or error}") from error
    try:
        return process.communicate(timeout=seconds)[1].decode(errors="replace")
    except subprocess.TimeoutExpired:
        _end(process)
        message = f"{program} did not print the document within {seconds:.0f} s"
        raise AllocoptError(message) from None
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a browser and the processes that it has started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
