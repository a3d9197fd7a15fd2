"""A room that runs as people run it, and browsers that come in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import httpx2 as httpx
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

# Longer than anything takes here, so that a room that hangs is told as one. [s]
LONG = 60
# The browser itself says in its console that an answer was an error; such a page is looked at by its text.
ANSWERED = re.compile(r"the server responded with a status of (?P<status>\d+)")
# What it says when nobody answers.
GONE = re.compile(r"net::ERR_(CONNECTION|INCOMPLETE|EMPTY)|Failed to fetch|network error")


@dataclass
class House:
    """A server of its own, in a folder of its own; it can be killed and opened again.

    Its host is a browser without a screen, which hands out links for others.
    """

    plan: Path
    folder: Path
    address: str = ""
    process: subprocess.Popen[str] | None = None
    host: httpx.Client = field(default_factory=httpx.Client)

    def open(self, *options: str) -> str:
        """Start the server; the address with the link that lets one browser in."""
        environment = {
            **os.environ,
            "ALLOCOPT_STORE": str(self.folder / "store.sqlite"),
            "ALLOCOPT_USER": "ann",
        }
        port = self.address.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "allocopt", "review", str(self.plan), "--no-browser"]
        with (self.folder / "talk.txt").open("a") as talk:
            self.process = subprocess.Popen(
                [*command, "--port", port, *options],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=talk,
                text=True,
            )
        link = self._first_line()
        self.address = "/".join(link.split("/")[:3])
        return link

    def _first_line(self) -> str:
        """What the server prints when it listens."""
        assert self.process is not None
        stream, lines = self.process.stdout, Queue[str]()
        assert stream is not None
        Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=LONG).strip()
        except Empty:
            line = ""
        assert line.startswith("http://127.0.0.1:"), (self.folder / "talk.txt").read_text()
        return line

    def welcome(self, *options: str) -> None:
        """Start the server, and let the host in by its link."""
        self.host.get(self.open(*options), follow_redirects=True).raise_for_status()

    def link(self, name: str) -> str:
        """An address that lets one browser in under a name."""
        address = f"{self.address}/invitations"
        form = self.host.get(address).raise_for_status().text
        (mark,) = re.findall(r'name="csrf" value="([^"]+)"', form)
        page = self.host.post(address, data={"name": name, "csrf": mark}).raise_for_status()
        (link,) = re.findall(r"<code>([^<]+)</code>", page.text)
        return str(link)

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self._ended()

    def close(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self._ended()

    def _ended(self) -> None:
        assert self.process is not None
        self.process.wait(LONG)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def visit(
    chromium: Browser,
    link: str,
    *,
    language: str = "en",
    scripts: bool = True,
    errors: tuple[int, ...] = (),
    alone: bool = False,
) -> Iterator[Page]:
    """The first page that somebody sees who comes in by a link, in a window of 1366 × 768.

    When they leave, nothing has gone wrong in a page, which includes whatever its rules of content refuse;
    nothing was asked of anybody but the room, and nobody else could have been asked. `errors` are answers
    that the test means to get; `alone`: so is none at all, as the room goes away.
    """
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale=language, java_script_enabled=scripts
    )
    context.set_default_timeout(LONG * 1000 / 2)
    faults = _watched(context, "/".join(link.split("/")[:3]))
    page = context.new_page()
    try:
        page.goto(link)
        page.wait_for_url("**/opening")
        yield page
    finally:
        context.close()
    unmeant = [one for one in faults if not _is_meant(one, errors, alone=alone)]
    assert not unmeant, "\n".join(unmeant)


def _watched(context: BrowserContext, own: str) -> list[str]:
    """What goes wrong in the pages of a browser; requests to anybody but `own` are cut off."""
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(f"error: {error.error}"))
    context.on(
        "console",
        lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None,
    )
    context.on("dialog", lambda dialog: (faults.append("a script ran"), dialog.dismiss()))

    def cut(route, request) -> None:  # type: ignore[no-untyped-def]
        faults.append(f"request: {request.url}")
        route.abort("internetdisconnected")

    context.route(lambda address: not address.startswith(f"{own}/"), cut)
    return faults


def _is_meant(fault: str, errors: tuple[int, ...], *, alone: bool) -> bool:
    answered = ANSWERED.search(fault)
    if answered is not None:
        return int(answered["status"]) in errors
    return alone and GONE.search(fault) is not None


# What people do in the room ------------------------------------------------------------------------------


def go(page: Page, screen: str) -> None:
    """Open a screen by its tab."""
    page.locator("nav").get_by_role("link", name=screen, exact=True).click()
    expect(page.locator("nav [aria-current]")).to_have_text(screen)
    # What is chosen before the scripts run is heard by nobody.
    page.wait_for_load_state("load")


def change(page: Page, kind: str, **fields: str) -> None:
    """Enter a change into the panel: choose its kind, fill its fields, add it."""
    page.locator("#what-if-kind select").select_option(kind)
    page.locator(f'#what-if-change input[name="kind"][value="{kind}"]').wait_for(state="attached")
    before = page.locator(".changes > li").count()
    for name, value in fields.items():
        entry = page.locator(f'#what-if-change [name="{name}"]')
        if entry.evaluate("one => one.tagName") == "SELECT":
            entry.select_option(value)
        else:
            entry.fill(value)
    page.locator("#what-if-change > button").click()
    expect(page.locator(".changes > li")).to_have_count(before + 1)


def solve(page: Page, outcome: str = "Solved.") -> None:
    """Have the what-if solved, and wait for what comes of it."""
    page.get_by_role("button", name="Solve again").click()
    answered(page, outcome)


def answered(page: Page, outcome: str = "Solved.") -> None:
    """Wait for the answer to the changes as they are."""
    expect(page.locator(".answer .notice")).to_have_count(0, timeout=LONG * 1000)
    expect(page.locator(".answer .outcome")).to_contain_text(outcome, timeout=LONG * 1000)


def send(page: Page, form: str, /, **fields: str) -> Response:
    """Fill a form of a screen and send it; what comes back is the page that stands there then."""
    own = page.locator(f"#form-{form}")
    for name, value in fields.items():
        entry = own.locator(f'[name="{name}"]')
        if entry.evaluate("one => one.tagName") == "SELECT":
            entry.select_option(value)
        else:
            entry.fill(value)
    with page.expect_navigation() as led:
        own.locator("button").click()
    return led.value


def words(page: Page) -> str:
    """What stands on the screen."""
    return page.locator("#content").inner_text()
