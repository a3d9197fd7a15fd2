"""The review room: what its pages take, and what a click takes that solves nothing.

    python benchmarks/review_screens.py PLAN [--each] [--language LANGUAGE]

PLAN is the folder of a solved plan. The first page is measured with all files that it needs, as they go
over the line. Then every screen is opened twice, every choice of its controls is taken, one link of each
kind is followed, every kind of change is chosen in the panel, and changes are added, undone, done again and
taken out; then a what-if is answered, and the screens show both plans. [ms] are of the processor, in the
server alone, so that what else runs on the machine does not count; Linux only. --each prints every request.
"""

from __future__ import annotations

import argparse
import html
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx2 as httpx
import pandas as pd
from review_room import Server

from allocopt.plan import load_plan_scenario
from allocopt.review.drafts.kinds import KINDS
from allocopt.review.screens import SCREENS
from allocopt.scenario import Scenario

CHOICE = re.compile(r'<label class="choice">.*?<select name="([^"]*)">(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)"')
LINK = re.compile(r'<a [^>]*href="(/plans/[^"]*)"')
FILE = re.compile(r'"(/static/[^"]*)"')
CSRF = re.compile(r'name="csrf" value="([^"]*)"')
DRAFT = re.compile(r"/what-ifs/([0-9a-f]{16})/")
# How often the server is asked whether a what-if is answered. [s]
AGAIN = 0.2


@dataclass
class Browser:
    """Somebody in a room, and what each of the requests took."""

    server: Server
    client: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)

    def ask(
        self, what: str, address: str, given: dict[str, str] | None = None, method: str = "GET"
    ) -> str:
        """The text of an answer; `what` is the line of the table that the request belongs to."""
        cpu, clock = self.server.processor, time.monotonic()
        answer = self.client.request(method, address, data=given, headers=self.headers)
        row = {
            "what": what,
            "address": address,
            "ms": 1000 * (self.server.processor - cpu),
            "clock": 1000 * (time.monotonic() - clock),
            "kB": answer.num_bytes_downloaded / 1000,
        }
        if answer.is_error:
            print(f"{answer.status_code} {address} {given or ''}")
        self.rows.append(row)
        return answer.text

    def send(self, what: str, address: str, given: dict[str, str] | None = None) -> str:
        """The same by a form."""
        return self.ask(what, address, given or {}, "POST")


def first_page(browser: Browser) -> str:
    """The address of the screens, once the first page and its files are there."""
    client, server = browser.client, browser.server
    client.get(server.ask({"link": "ann"})["link"])
    screen = client.get("/").headers["location"]
    text = browser.ask("first page", screen)
    for file in sorted(set(FILE.findall(text))):
        browser.ask("its files", html.unescape(file))
    size, clock = (sum(float(row[name]) for row in browser.rows) for name in ("kB", "clock"))
    print(
        f"first page and {len(browser.rows) - 1} files: {size:.0f} kB, {clock:.0f} ms by the clock"
    )
    browser.headers = {"x-csrf-token": CSRF.findall(text)[0], "hx-request": "true"}
    return screen.rsplit("/", 1)[0]


def screens(browser: Browser, base: str, how: str) -> None:
    """Every screen twice, then what its controls and links lead to."""
    for name in SCREENS:
        text = browser.ask(f"a screen, first time{how}", f"{base}/{name}")
        browser.ask(f"a screen again{how}", f"{base}/{name}")
        for address in dict.fromkeys((*_choices(text, f"{base}/{name}"), *_links(text, base))):
            browser.ask(f"a control or link, first time{how}", address)
            browser.ask(f"a control or link again{how}", address)


def _choices(text: str, address: str) -> Iterator[str]:
    """The addresses of all that the controls of a screen can be set to."""
    for name, options in CHOICE.findall(
        text.partition('<main id="content"')[2].partition("</main>")[0]
    ):
        for value in OPTION.findall(options):
            yield f"{address}?{urlencode({html.unescape(name): html.unescape(value)})}"


def _links(text: str, base: str) -> Iterator[str]:
    """One link of each kind: to the same screen with the same words in its address."""
    kinds = {}
    for link in map(html.unescape, LINK.findall(text)):
        if link.startswith(f"{base}/") and "?" in link:
            kinds.setdefault(re.sub(r"=[^&]*", "", link), link)
    yield from kinds.values()


def changes(browser: Browser, base: str, scenario: Scenario) -> str:
    """The id of a what-if whose changes were added, undone, done again and taken out."""
    at = f"/what-ifs/at{base.removeprefix('/plans')}"
    for kind in KINDS:
        browser.ask("a kind of change chosen", f"{at}?kind={kind}")
    browser.ask("names looked up", f"{at}/names?kind=lock&field=unit&unit=1")
    units, reps = scenario.table("units")["unit"], scenario.table("reps")["rep"]
    for unit in units.head(3):
        text = browser.send("a lock added", f"{base}/lock", {"unit": unit, "rep": reps.iloc[0]})
    draft = f"/what-ifs/{DRAFT.findall(text)[0]}"
    for kind, values in {
        "lose_rep": {"rep": reps.iloc[1], "from": ""},
        "unit_demand": {"unit": units.iloc[3], "change": "5"},
        "every_unit": {"value": "no"},
    }.items():
        browser.send("a change added", f"{base}/changes", {"kind": kind, **values})
    for act in ("undo", "redo", "undo", "undo", "undo"):
        browser.send("undone, done again", f"{draft}/{act}")
    browser.send("a change taken out", f"{draft}/remove", {"place": "0"})
    return draft


def answered(browser: Browser, draft: str) -> None:
    """Wait until a what-if is answered."""
    browser.send("handed in", f"{draft}/solve")
    name = draft.rsplit("/", 1)[1]
    while not browser.server.ask({"answer": name})["state"]:
        time.sleep(AGAIN)


def main() -> None:
    """Ask and tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("plan", type=Path)
    parser.add_argument("--language")
    parser.add_argument("--each", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(asked.plan.resolve(), Path(folder), 1)
        try:
            _measure(server, load_plan_scenario(asked.plan), asked)
        finally:
            server.end()


def _measure(server: Server, scenario: Scenario, asked: argparse.Namespace) -> None:
    with httpx.Client(base_url=server.address, timeout=120) as client:
        if asked.language:
            client.cookies.set("language", asked.language)
        browser = Browser(server, client)
        base = first_page(browser)
        print(f"server {server.memory:.0f} MiB after the first page")
        screens(browser, base, "")
        print(f"server {server.memory:.0f} MiB after all screens")
        draft = changes(browser, base, scenario)
        answered(browser, draft)
        screens(browser, base, ", two plans")
        _tell(pd.DataFrame(browser.rows), each=asked.each)
        print(f"server {server.memory:.0f} MiB in the end, workers {server.workers} MiB")


def _tell(rows: pd.DataFrame, *, each: bool) -> None:
    if each:
        print(rows.round(1).to_string(index=False))
    groups = rows.groupby("what", sort=False)
    slowest = rows.loc[groups["ms"].idxmax(), ["what", "address"]].set_index("what")["address"]
    told = pd.DataFrame(
        {
            "asked": groups.size(),
            "median ms": groups["ms"].median(),
            "most ms": groups["ms"].max(),
            "most kB": groups["kB"].max(),
            "slowest": slowest.str.rsplit("/", n=1).str[-1].str.slice(0, 50),
        }
    )
    print(told.round(1).to_string())


if __name__ == "__main__":
    main()
