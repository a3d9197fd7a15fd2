"""Replans that are killed at a random moment: no version is lost and no half-written plan is left.

    python benchmarks/killed_replans.py [--kills N] [--postgres URL] [--seed S]

SQLite in a temporary folder, and PostgreSQL at URL or $ALLOCOPT_TEST_POSTGRES in a schema of its own that
is dropped at the end. Each replan of a small plan enters other actuals, and is ended by SIGKILL at a random
moment of the time that a whole one takes. Then its folder must hold a whole plan or not be there, every
version that a run before had acknowledged must be stored, and every hash of the store must hold. Ends with
1 where anything is lost or half-written.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store import schema_of_its_own

from allocopt.errors import DataError
from allocopt.plan import load_plan, load_plan_scenario
from allocopt.store import list_versions, open_store, verify

SCENARIO = Path(__file__).resolve().parents[1] / "scenarios" / "two_reps"
ROW = "{:<12}{:>7}{:>9}{:>9}{:>7}{:>14}{:>8}{:>6}{:>6}"
HEADER = ("store", "kills", "before", "saved", "ended", "acknowledged", "stored", "lost", "half")


@dataclass
class Tally:
    """What became of the replans; `half` counts folders and stores that were not whole."""

    before: int = 0
    saved: int = 0
    ended: int = 0
    acknowledged: int = 1
    stored: int = 0
    lost: int = 0
    half: int = 0


def command(folder: Path, number: int) -> list[str]:
    """A replan of the plan in `folder` with actuals of its own."""
    actuals = folder / f"actuals-{number}.csv"
    actuals.write_text(f"date,unit,sales\n{first_day(folder)},{unit(folder)},{1000 + number}\n")
    replan = ["replan", folder / "plan", "--actuals", actuals, "--out", folder / f"next-{number}"]
    return [sys.executable, "-m", "allocopt", *map(str, [*replan, "--no-weighing"])]


def first_day(folder: Path) -> str:
    """First day of the plan."""
    return f"{load_plan_scenario(folder / 'plan').calendar.plan_start:%Y-%m-%d}"


def unit(folder: Path) -> str:
    """A unit of the plan."""
    return str(load_plan_scenario(folder / "plan").table("units")["unit"].iloc[0])


def run(arguments: list[str], url: str, seconds: float | None = None) -> bool:
    """Run a command, killed after some seconds; whether it ended by itself."""
    environment = {**os.environ, "ALLOCOPT_STORE": url, "ALLOCOPT_USER": "benchmark"}
    process = subprocess.Popen(
        arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    if process.returncode not in (0, 4):
        raise RuntimeError(f"a replan ended with {process.returncode}")
    return True


def kill_replans(url: str, kills: int, rng: random.Random) -> Tally:
    """Replans of one plan, killed one after the other."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        solve = [sys.executable, "-m", "allocopt", "solve", str(SCENARIO), "--out"]
        run([*solve, str(folder / "plan")], url)
        began = time.perf_counter()
        run(command(folder, 0), url)
        whole = time.perf_counter() - began
        known = {version.id for version, _ in list_versions(open_store(url))}
        for number in range(1, kills + 1):
            ended = run(command(folder, number), url, rng.uniform(0.3, 1.05) * whole)
            tally.ended += ended
            known = check(tally, url, folder / f"next-{number}", known, ended=ended)
        tally.stored = len(known)
    return tally


def check(tally: Tally, url: str, out: Path, known: set[str], *, ended: bool) -> set[str]:
    """Count what a replan has left; the versions that are stored now."""
    if out.exists():
        tally.saved += 1
        try:
            load_plan(out)
            load_plan_scenario(out)
        except DataError:
            tally.half += 1
    else:
        tally.before += 1
    store = open_store(url)
    tally.half += bool(verify(store).broken)
    now = {version.id for version, _ in list_versions(store)}
    tally.lost += len(known - now) + (ended and now == known)
    tally.acknowledged = max(tally.acknowledged, len(known))
    return now


@contextmanager
def stores(postgres: str) -> Iterator[list[tuple[str, str]]]:
    """Name and url of each store that is there to be tried."""
    with tempfile.TemporaryDirectory() as name:
        files = [("SQLite", str(Path(name) / "store.sqlite"))]
        if not postgres:
            yield files
            return
        with schema_of_its_own(postgres) as url:
            yield [*files, ("PostgreSQL", url)]


def main() -> int:
    """Kill replans on every store and print what is left."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--postgres", default=os.environ.get("ALLOCOPT_TEST_POSTGRES", ""))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(ROW.format(*HEADER))
    bad = 0
    with stores(options.postgres) as places:
        for name, url in places:
            tally = kill_replans(url, options.kills, random.Random(options.seed))  # noqa: S311
            print(ROW.format(name, options.kills, *vars(tally).values()), flush=True)
            bad += tally.lost + tally.half
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
