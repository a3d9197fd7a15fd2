"""The review room: seconds until a what-if is answered at its desk, and how 20 people at once are served.

    python benchmarks/review_room.py PLAN [--count N] [--users U] [--each E] [--jobs J] [--only desk|users]

PLAN is the folder of a solved plan. First N what-ifs of mixed kinds are asked one after the other: `first`
is the first answer with its own bound, `final` when its gap was near enough then, `whole` the audited plan
with all tables, saved. Then U people come into a room on the plan with a browser each, and all of them ask
what-ifs at once, --each of them so many, while another one looks at screens; the times of those pages are
told beside those of the same pages when nobody asks anything. The server is a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import numpy as np
import pandas as pd
from what_ifs import (
    budget,
    demand_of_a_part,
    hours_of_a_rep,
    lock_of_a_unit,
    new_rule,
    tolerance_of_a_measure,
)

from allocopt.plan import load_plan_scenario
from allocopt.review.desk import Bounds, Desk, Job
from allocopt.review.drafts import Change
from allocopt.review.drafts.settings import settings_of
from allocopt.scenario import Scenario

SERVER = str(Path(__file__).with_name("room_server.py"))
SCREENS = ("plan", "territories", "reps", "money", "limits", "versions")
# How long somebody waits for a line of a stream, which says now and then that it is alive. [s]
PATIENCE = 120.0
Random = np.random.Generator
Answered = tuple[str, float, float]  # state; seconds until the whole and the first answer


def lost_rep(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """A rep leaves with the first day of the plan; others get a little overtime for it."""
    reps = scenario.table("reps")
    rep = str(reps["rep"].iloc[int(random.integers(len(reps)))])
    return settings_of([Change("lose_rep", {"rep": rep})], scenario)


def lock_to_today(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """A unit is locked to one of the reps who may cover it, or to today's owner."""
    if len(scenario.table("pairs")):
        return lock_of_a_unit(scenario, random)
    units = scenario.table("units").dropna(subset=["rep"])
    unit = str(units["unit"].iloc[int(random.integers(len(units)))])
    return (f'tables.units."{unit}".lock=promised',)


KINDS = {
    "hours of a rep": hours_of_a_rep,
    "lock": lock_to_today,
    "tolerance": tolerance_of_a_measure,
    "demand of 1 % of units": demand_of_a_part,
    "budget": budget,
    "lost rep": lost_rep,
    "new rule": new_rule,
}


def questions(scenario: Scenario, count: int, seed: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Kinds in turn, each drawn by itself; kinds that a scenario has nothing for are left out."""
    random, asked = np.random.default_rng(seed), 0
    while asked < count:
        for kind, draw in KINDS.items():
            settings = draw(scenario, random)
            if settings and asked < count:
                asked += 1
                yield kind, settings


async def at_the_desk(plan: Path, folder: Path, asked: argparse.Namespace) -> None:
    """Ask one what-if after the other, and tell by kind how long each took."""
    desk = Desk(folder / "desk.log", Bounds(jobs=1))
    began = time.monotonic()
    desk.open(plan)
    while not any(worker["plans"] for worker in desk.workers()):
        await asyncio.sleep(0.05)
    print(f"plan opened after {time.monotonic() - began:.1f} s, start of the worker within")
    rows = []
    for kind, settings in questions(load_plan_scenario(plan), asked.count, asked.seed):
        rows.append({"kind": kind, **await _timed(desk, plan, settings, folder)})
    told = pd.DataFrame(rows)
    groups = [*told.groupby("kind", sort=False), ("all", told)]
    print(pd.DataFrame(_row(kind, own) for kind, own in groups).round(3).to_string(index=False))
    print(f"memory of the worker {desk.workers()[0]['memory'] / 2**20:.0f} MiB")
    desk.close()


async def _timed(
    desk: Desk, plan: Path, settings: tuple[str, ...], folder: Path
) -> dict[str, object]:
    """Seconds by the clock of whoever asks."""
    began = time.monotonic()
    job = Job("what-if", plan, "somebody", "draft", settings, folder / f"{time.monotonic_ns()}")
    ticket, row = desk.submit(job), {}
    async for event in desk.events(ticket.id):
        if event["state"] == "first":
            row = {"first": time.monotonic() - began, "final": event["final"], "gap": event["gap"]}
    whole = {"state": ticket.told["state"], "whole": time.monotonic() - began}
    return {**row, **whole, "last": ticket.told.get("gap")}


def _row(kind: str, own: pd.DataFrame) -> dict[str, object]:
    own = own.reindex(columns=["state", "first", "final", "gap", "whole", "last"])
    return {
        "kind": kind,
        "asked": len(own),
        "no plan": int((own["state"] != "done").sum()),
        "first, median s": own["first"].median(),
        "first, 95 % s": own["first"].quantile(0.95),
        "within 2 s": int((own["first"] <= 2).sum()),
        "final at once": int((own["final"] == True).sum()),  # noqa: E712 - unknown is not true
        "whole, median s": own["whole"].median(),
        "whole, 95 % s": own["whole"].quantile(0.95),
        "worst gap %": 100 * own["last"].astype(float).max(),
    }


def _resident(pid: int) -> float:
    """[MiB]"""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Server:
    """A room in a process of its own, driven by lines: who may come in, and which drafts there are."""

    def __init__(self, plan: Path, folder: Path, jobs: int | None) -> None:
        command = [sys.executable, SERVER, str(plan), str(folder), str(jobs or 0)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.address = self.ask({})["address"]

    def ask(self, message: dict[str, object]) -> dict[str, str]:
        """One line there, and the answer."""
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    @property
    def memory(self) -> float:
        """Of the server alone. [MiB]"""
        return _resident(self._process.pid)

    @property
    def workers(self) -> list[int]:
        """Memory of each worker. [MiB]"""
        pid = self._process.pid
        # Whichever of its threads began a worker.
        found = Path(f"/proc/{pid}/task").glob("*/children")
        children = " ".join(file.read_text(encoding="ascii") for file in found).split()
        return [round(_resident(int(child))) for child in children]

    @property
    def processor(self) -> float:
        """What the processor has done for the server, by the clock that Linux keeps of a process. [s]"""
        return time.clock_gettime(~self._process.pid << 3 | 2)

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


async def at_once(plan: Path, folder: Path, asked: argparse.Namespace) -> None:
    """Twenty people ask at once, and one looks at screens meanwhile."""
    server = Server(plan, folder, asked.jobs)
    try:
        given = list(questions(load_plan_scenario(plan), asked.users * asked.each, asked.seed))
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as looker:
            await _come_in(server, looker, "looker")
            before = await _looks(looker, 3 * len(SCREENS))
            print(f"server {server.memory:.0f} MiB before anybody asks")
            looking = asyncio.ensure_future(_looks(looker, None))
            began = time.monotonic()
            people = [
                _person(server, n, [s for _, s in given[n :: asked.users]])
                for n in range(asked.users)
            ]
            told = [answer for each in await asyncio.gather(*people) for answer in each]
            took = time.monotonic() - began
            looking.cancel()
            _tell(told, took, before, SEEN)
            print(f"server {server.memory:.0f} MiB after it")
    finally:
        server.end()


SEEN: list[float] = []


def _tell(told: list[Answered], took: float, before: list[float], during: list[float]) -> None:
    states, waits, firsts = zip(*told, strict=True)
    print(f"{len(told)} what-ifs of all in {took:.0f} s: {dict(Counter(states))}")
    print(f"lost: {sum(state == '' for state in states)}")
    known = [first for first in firsts if first > 0]
    print(f"first answer: median {np.median(known):.1f} s, longest {max(known):.1f} s")
    print(f"whole answer: median {np.median(waits):.1f} s, longest {max(waits):.1f} s")
    for name, pages in (("nobody asks", before), ("all ask", during)):
        middle, most = 1000 * np.median(pages), 1000 * np.quantile(pages, 0.95)
        print(f"pages while {name}: {len(pages)}, median {middle:.0f} ms, 95 % {most:.0f} ms")


async def _come_in(server: Server, browser: httpx.AsyncClient, name: str) -> str:
    """The cookie of a browser that was let in."""
    await browser.get(server.ask({"link": name})["link"])
    return next(iter(browser.cookies.jar)).value or ""


async def _looks(browser: httpx.AsyncClient, count: int | None) -> list[float]:
    """Seconds of pages, one after the other with a moment between."""
    seen = SEEN if count is None else []
    first = await browser.get("/", follow_redirects=True)
    base = str(first.url).rsplit("/", 1)[0]
    while count is None or len(seen) < count:
        began = time.monotonic()
        page = await browser.get(f"{base}/{SCREENS[len(seen) % len(SCREENS)]}")
        page.raise_for_status()
        seen.append(time.monotonic() - began)
        await asyncio.sleep(0.2)
    return seen


async def _person(server: Server, number: int, questions: list[tuple[str, ...]]) -> list[Answered]:
    """What became of each question, and seconds until its whole and its first answer."""
    answers = []
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as browser:
        cookie = await _come_in(server, browser, f"person {number}")
        for settings in questions:
            draft = server.ask({"cookie": cookie, "settings": list(settings)})
            headers = {"x-csrf-token": draft["csrf"], "hx-request": "true"}
            began, first = time.monotonic(), 0.0
            sent = await browser.post(f"/what-ifs/{draft['draft']}/solve", headers=headers)
            sent.raise_for_status()
            async with browser.stream("GET", f"/what-ifs/{draft['draft']}/progress") as events:
                async for line in events.aiter_lines():
                    if 'class="first"' in line and not first:
                        first = time.monotonic() - began
            state = server.ask({"answer": draft["draft"]})["state"]
            answers.append((state, time.monotonic() - began, first))
    return answers


def main() -> None:
    """Ask and tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("plan", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--only", choices=("desk", "users"))
    asked = parser.parse_args()
    for name, part in (("desk", at_the_desk), ("users", at_once)):
        if asked.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                asyncio.run(part(asked.plan.resolve(), Path(folder), asked))


if __name__ == "__main__":
    main()
