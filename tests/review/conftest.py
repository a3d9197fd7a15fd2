"""A room with one solved version of a scenario that is small enough to look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_room import browser_in
from support_scenario import write_scenario
from support_screens import room_in

from allocopt.documents.facts import Facts
from allocopt.plan import load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario
from allocopt.replanning import Asked, replan
from allocopt.review.drafts import Drafts
from allocopt.review.room import Room
from allocopt.review.shelf import Loaded, Shelf, read_plan
from allocopt.scenario import load_scenario
from allocopt.store import (
    Action,
    Move,
    act,
    lasting_folder,
    make_move,
    open_store,
    save_version,
)

Read = Callable[[Path], Loaded]
YAML = """
scenario: {name: valley, title: Valley 2026, currency: EUR, language: en}
calendar: {plan_start: 2026-01-01, plan_periods: 3}
balance: [{measure: demand, tolerance: 0.3, price: 0.05}]
headcount: {max: 1, hire_cost: 900}
budget: {total_max: 9000}
quota: {target: 400000, over_assignment: 0.05}
handover: {loss: 0.1}
solver: {gap: 0.001, time_limit: 10}
"""
TABLES = {
    "units": """
        unit,name,territory,segment,hours,visits,demand,potential,rep
        U1,Harbour,East,Key,30,3,40000,60000,Ann
        U2,Mill,East,Key,24,2,30000,50000,Ann
        U3,Quarry,East,Small,12,1,12000,20000,Ann
        U4,Station,West,Key,28,3,36000,60000,Bob
        U5,Bridge,West,Small,10,1,9000,15000,Bob
        U6,Chapel,West,Small,10,1,8000,9000,
    """,
    "reps": """
        rep,name,hours,cost,territory,status,manager,quota_before
        Ann,Ann Archer,60,4000,East,active,Mia,240000
        Bob,Bob Baker,60,4000,West,active,Mia,150000
        New,Open position,50,3500,East,open,Mia,
    """,
    "territories": """
        territory,name,parent,latitude,longitude,shops
        East,East bank,Valley,47.1,8.9,40
        West,West bank,Valley,47.0,8.1,25
        Valley,The valley,,,,
    """,
    "segments": """
        segment,name,margin,response_0,response_50,response_100,response_150,response_max
        Key,Key accounts,0.5,0.4,0.8,1,1.1,1.15
        Small,Small customers,0.4,0.6,0.9,1,1.05,1.08
    """,
    "levers": """
        lever,name,channel,total_max
        ads,Search ads,online,6000
        fair,Trade fair,events,5000
    """,
    "responses": """
        lever,territory,form,lift_max,lift_unit,half,shape
        ads,,adbudg,0.2,share,900,1.5
        fair,West,log,6000,currency,1500,
    """,
}


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the plan that every room here opens with; nobody writes into it."""
    folder = tmp_path_factory.mktemp("valley")
    scenario = load_scenario(write_scenario(folder / "valley", YAML, **TABLES))
    return save_plan(plan_scenario(scenario), scenario, folder / "plan")


@pytest.fixture(scope="session")
def facts(solved: Path) -> Facts:
    """The facts of the solved plan, as an analyst sees them."""
    return Facts(load_plan(solved), load_plan_scenario(solved))


@pytest.fixture(scope="session")
def stored(solved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds the plan, which each room copies."""
    folder = tmp_path_factory.mktemp("stored")
    store = open_store(folder / "store.sqlite")
    save_version(store, solved, author="ann", reason="first")
    # Written once, and copied with the store.
    lasting_folder(store, "valley/1", folder)
    return folder


@pytest.fixture(scope="session")
def read() -> Read:
    """Reads plans; versions of stores, which never change, once for all rooms."""
    known: dict[bytes, Loaded] = {}

    def once(folder: Path) -> Loaded:
        if "versions" not in folder.parts:
            return read_plan(folder)
        key = (folder / "plan.json").read_bytes()
        if key not in known:
            known[key] = read_plan(folder)
        return known[key]

    return once


def room_like(stored: Path, folder: Path, start: str, read: Read) -> Room:
    """A room with a copy of a store, which opens with a version of it."""
    shutil.copytree(stored, folder)
    store, drafts = open_store(folder / "store.sqlite"), Drafts(folder / "what-ifs")
    return Room(store, folder, drafts, start, shelf=Shelf(read=read))


@pytest.fixture
def room(stored: Path, tmp_path: Path, read: Read) -> Room:
    """A room of one version, `valley/1`, with a store of its own."""
    return room_like(stored, tmp_path / "room", "valley/1", read)


@pytest.fixture(scope="session")
def reader(
    stored: Path, tmp_path_factory: pytest.TempPathFactory, read: Read
) -> Iterator[TestClient]:
    """A browser in a room that all tests share which only look."""
    folder = tmp_path_factory.mktemp("shared") / "room"
    with browser_in(room_like(stored, folder, "valley/1", read)) as browser:
        yield browser


@pytest.fixture
def client(room: Room) -> Iterator[TestClient]:
    """A browser that came in as Ann, and whose forms carry the mark of the room."""
    with browser_in(room) as browser:
        yield browser


@pytest.fixture(scope="session")
def replanned(stored: Path, solved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store in which the plan has a second version: January is over.

    The East sold 90 % of what was planned, the West 120 %.
    """
    folder = tmp_path_factory.mktemp("replanned")
    shutil.copytree(stored, folder / "room")
    store = open_store(folder / "room" / "store.sqlite")
    action = Action("", "Visit the Mill", "Ann", "2026-01-20", goal="East grows")
    act(store, "valley/1", user="ann", action=action)
    make_move(store, "valley/1", Move.DECIDE, user="mia", text="The fair stays.")
    done = replan(solved, [_january(solved, folder)], Asked(weigh=False))
    again = save_plan(done.plan, done.scenario, folder / "again")
    save_version(store, again, author="ann", reason="January is over")
    lasting_folder(store, "valley/2", folder / "room")
    return folder / "room"


def _january(solved: Path, folder: Path) -> Path:
    """Actual sales of the first month, from what was planned."""
    plan = load_plan(solved)
    rows = plan["sales"][plan["sales"]["period"] == "2026-01"]
    east = rows["unit"].isin(["U1", "U2", "U3"])
    sold = rows["sales"] * east.map({True: 0.9, False: 1.2})
    path = folder / "january.csv"
    rows.assign(date="2026-01-31", sales=sold.round(2))[["date", "unit", "sales"]].to_csv(
        path, index=False
    )
    return path


@pytest.fixture
def reviewed(replanned: Path, tmp_path: Path, read: Read) -> Room:
    """A room that opens with `valley/2`, a plan of which the first month is over."""
    return room_like(replanned, tmp_path / "reviewed", "valley/2", read)


@pytest.fixture(scope="session")
def poorer(solved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the valley with a third of the money: the answer to a what-if."""
    scenario = load_scenario(solved / "inputs", ["budget.total_max=3000"])
    plan = plan_scenario(scenario)
    asked = replace(plan, summary={**plan.summary, "parent": load_plan(solved).summary["id"]})
    return save_plan(asked, scenario, tmp_path_factory.mktemp("poorer") / "plan")


@pytest.fixture(scope="session")
def looked_at(replanned: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A room on the plan that was made again after January; tests only look at it."""
    return room_in(tmp_path_factory.mktemp("reviewed"), replanned, "valley/2")
