"""The store under force: savers that are killed, and savers that save at once. Nothing may be lost.

    python benchmarks/store.py [--kills N] [--processes N] [--saves N] [--postgres URL] [--seed S]

SQLite in a temporary folder, and PostgreSQL at URL or $ALLOCOPT_TEST_POSTGRES in a schema of its own that
is dropped at the end. Each saver writes a plan of its own into its folder and stores it, again and again.

`killed`: one saver, ended by SIGKILL at a random moment and begun again. After each kill every version
that was acknowledged must be stored, every hash of the store must hold, and the folder must hold a whole
plan. `at once`: several savers, each under a name of its own; who is told that somebody else has saved
meanwhile saves again onto that version. All versions must be there, one following the other. Ends with 1
where anything is lost or half-written. Needs a system that forks.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from allocopt.errors import AllocoptError, StoreConflict
from allocopt.plan import load_plan, load_plan_scenario, save_plan
from allocopt.store import list_versions, open_store, save_version, verify

TWO_REPS = Path(__file__).resolve().parents[1] / "scenarios" / "two_reps"
# A server that has imported everything forks the savers: they begin at once, and it has no threads.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["allocopt.plan", "allocopt.scenario", "allocopt.store"])
BEGUN, CONFLICT = "begun", "conflict"
LONGEST_LIFE = 4.0  # of a saver from when it has begun until it is killed, at random [saves]
ROW = "{:<12}{:<10}{:>8}{:>8}{:>14}{:>8}{:>6}{:>6}{:>11}{:>10}"
HEADER = (
    *("store", "savers", "kills", "saves", "acknowledged", "stored", "lost", "half"),
    *("conflicts", "ms/save"),
)


@dataclass(frozen=True)
class Outcome:
    """What was saved and what is there; `half` counts stores and folders that were not whole."""

    savers: str
    kills: int
    saves: int
    acknowledged: int
    stored: int
    lost: int
    half: int
    conflicts: int
    milliseconds: float


@dataclass(frozen=True)
class Saver:
    """Writes plans like the one in `source` to `folder`, and stores them at `where`."""

    source: Path
    where: str
    folder: Path
    author: str

    def save(self, numbers: Iterable[int], told: Callable[[str], None]) -> None:
        """A plan for each number; tells the id of its version, and of each conflict before."""
        plan, scenario = load_plan(self.source), load_plan_scenario(self.source)
        told(BEGUN)
        for number in numbers:
            summary = {**plan.summary, "objective": float(number), "author": self.author}
            save_plan(replace(plan, summary=summary), scenario, self.folder)
            told(self._stored(told))

    def _stored(self, told: Callable[[str], None]) -> str:
        """Id of the version that the plan in the folder has become."""
        store, onto = open_store(self.where), None
        while True:
            try:
                return save_version(
                    store, self.folder, author=self.author, reason="", expected_parent=onto
                ).version.id
            except StoreConflict:
                onto = list_versions(store)[-1][0].id
                told(CONFLICT)


def killed(saver: Saver, kills: int, dice: random.Random) -> Outcome:
    """One saver after the other, each killed at a random moment."""
    first: list[str] = []
    start = time.perf_counter()
    saver.save([0], first.append)
    pace = time.perf_counter() - start
    acknowledged = set(first) - {BEGUN}
    lost = half = 0
    for kill in range(kills):
        child, ear = started(saver, itertools.count(1 + kill * 1000))
        ear.recv()  # it has begun
        time.sleep(dice.uniform(0, LONGEST_LIFE * pace))
        child.kill()
        child.join()
        acknowledged |= set(heard(ear))
        lost = len(acknowledged - stored_ids(saver.where))
        half += not is_whole(saver)
    stored = len(stored_ids(saver.where))
    return Outcome("killed", kills, 0, len(acknowledged), stored, lost, half, 0, 0.0)


def is_whole(saver: Saver) -> bool:
    """Whether all hashes of the store hold and the folder, where there is one, has a whole plan."""
    try:
        if saver.folder.exists():
            load_plan(saver.folder)
        return not verify(open_store(saver.where)).broken
    except AllocoptError:
        return False


def at_once(saver: Saver, processes: int, saves: int) -> Outcome:
    """Several savers together, each under its own name."""
    before, start = stored_ids(saver.where), time.perf_counter()
    children = [
        started(
            replace(saver, author=f"saver {k}", folder=saver.folder.with_name(f"plan{k}")),
            range(saves),
        )
        for k in range(processes)
    ]
    lines = [line for _, ear in children for line in heard(ear)]
    for child, _ in children:
        child.join()
    seconds = time.perf_counter() - start
    ids = set(lines) - {BEGUN, CONFLICT}
    stored = stored_ids(saver.where) - before
    broken = verify(open_store(saver.where)).broken or not is_line(saver.where, len(before))
    return Outcome(
        savers=f"{processes} at once",
        kills=0,
        saves=processes * saves,
        acknowledged=len(ids),
        stored=len(stored),
        lost=processes * saves - len(stored & ids),
        half=bool(broken) + sum(child.exitcode != 0 for child, _ in children),
        conflicts=lines.count(CONFLICT),
        milliseconds=1000 * seconds / (processes * saves),
    )


def is_line(where: str, begun: int) -> bool:
    """Whether each version after the first ones follows the one before it."""
    versions = [version for version, _ in list_versions(open_store(where))]
    later = zip(versions[begun:], versions[begun + 1 :], strict=False)
    return all(after.parent == before.id for before, after in later)


def stored_ids(where: str) -> set[str]:
    """Ids of all versions."""
    return {version.id for version, _ in list_versions(open_store(where))}


def started(saver: Saver, numbers: Iterable[int]) -> tuple[BaseProcess, Connection]:
    """A process that saves, and the pipe to hear it at."""
    ear, mouth = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=save_and_tell, args=(mouth, saver, numbers))
    child.start()
    mouth.close()
    return child, ear


def save_and_tell(mouth: Connection, saver: Saver, numbers: Iterable[int]) -> None:
    """What a process does."""
    saver.save(numbers, mouth.send)


def heard(ear: Connection) -> list[str]:
    """What a process has told, the last one only if it is whole; waits until the process has ended."""
    lines = []
    while True:
        try:
            lines.append(ear.recv())
        except (EOFError, OSError):
            return lines


@contextmanager
def schema_of_its_own(url: str) -> Iterator[str]:
    """A url whose tables are in a new schema, which is dropped at the end."""
    name = f"allocopt_{uuid.uuid4().hex}"
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"create schema {name}"))
    own = address.update_query_dict({"options": f"-csearch_path={name}"})
    try:
        yield own.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"drop schema {name} cascade"))
        engine.dispose()


def main() -> int:
    """Print a line per store and way of saving; 1 when anything was lost or half-written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--saves", type=int, default=100, help="of each process")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgres", default=os.environ.get("ALLOCOPT_TEST_POSTGRES", ""))
    asked = parser.parse_args()
    print(ROW.format(*HEADER))
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saver = Saver(solved(folder), str(folder / "store.sqlite"), folder / "plan", "saver")
        bad += measure("SQLite", saver, asked)
        if asked.postgres:
            with schema_of_its_own(asked.postgres) as url:
                bad += measure("PostgreSQL", replace(saver, where=url), asked)
    return int(bad > 0)


def solved(folder: Path) -> Path:
    """The folder of a plan of a shipped scenario."""
    plan = folder / "solved"
    command = [sys.executable, "-m", "allocopt", "solve", TWO_REPS, "--out", plan]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return plan


def measure(store: str, saver: Saver, asked: argparse.Namespace) -> int:
    """Both ways of saving in one store; how much was lost or half-written."""
    dice = random.Random(asked.seed)  # noqa: S311 - moments of kills, not secrets
    bad = 0
    for outcome in (
        killed(saver, asked.kills, dice),
        at_once(saver, asked.processes, asked.saves),
    ):
        print(ROW.format(store, *map(shown, vars(outcome).values())), flush=True)
        bad += outcome.lost + outcome.half
    return bad


def shown(value: object) -> str:
    """A figure of the table; a dash for a time that was not measured."""
    return (f"{value:.1f}" if value else "–") if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
