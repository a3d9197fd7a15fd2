"""Roles, and the part of the tree that is all that somebody sees and changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support_room import ADDRESS, browser_in

from allocopt.errors import NotAllowed
from allocopt.review.drafts import Drafts
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.screens import SCREENS
from allocopt.scenario import Scenario
from allocopt.store import Move, open_store, save_version

APPROVAL = """
approval:
  roles: {ann: analyst, Mia: manager, Max: manager, Vic: viewer}
  territories: {Mia: East, Max: [East, West]}
"""
# Names that only West has, in the plan, its inputs or the tree.
OF_WEST = ("West bank", "Station", "Bridge", "Chapel")


@pytest.fixture
def guarded(solved: Path, tmp_path: Path) -> Room:
    """A room whose plan says who is what, and that the East is all of Mia's."""
    plan = tmp_path / "plan"
    shutil.copytree(solved, plan)
    settings = plan / "inputs" / "scenario.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + APPROVAL, encoding="utf-8")
    store = open_store(tmp_path / "store.sqlite")
    save_version(store, plan, author="ann", reason="first")
    folder = tmp_path / "review"
    return Room(store, folder, Drafts(folder / "what-ifs"), "valley/1")


def person_in(room: Room, name: str) -> Person:
    return room.person(name, room.record("valley/1"))


def scenario_of(room: Room) -> Scenario:
    return room.shelf.plan(room.folder_of("valley/1"))[1]


@pytest.mark.parametrize("screen", list(SCREENS))
def test_screen_of_a_part_says_nothing_of_the_others(guarded: Room, screen: str) -> None:
    page = browser_in(guarded, "Mia").get(f"{ADDRESS}/{screen}")
    assert page.status_code == 200
    assert [name for name in OF_WEST if name in page.text] == []


def test_who_has_no_part_of_his_own_sees_the_whole(guarded: Room) -> None:
    page = browser_in(guarded, "ann").get(f"{ADDRESS}/territories")
    assert "East bank" in page.text
    assert "West bank" in page.text


def test_person_with_two_parts_sees_the_one_that_was_chosen(guarded: Room) -> None:
    browser = browser_in(guarded, "Max")
    assert (
        "West bank"
        not in browser.get(f"{ADDRESS}/territories?where=East").text.partition("<main")[2]
    )
    browser.post("/looks", data={"part": "West", "back": "/"})
    west = browser.get(f"{ADDRESS}/territories").text.partition("<main")[2]
    assert "West bank" in west
    assert "East bank" not in west


def test_part_that_is_not_ones_own_cannot_be_chosen(guarded: Room) -> None:
    browser = browser_in(guarded, "Mia")
    browser.post("/looks", data={"part": "West", "back": "/"})
    assert "West bank" not in browser.get(f"{ADDRESS}/territories").text


def test_facts_of_a_part_hold_its_rows_and_its_figures_alone(guarded: Room) -> None:
    folder = guarded.folder_of("valley/1")
    whole = guarded.facts(folder, person_in(guarded, "ann"))
    east = guarded.facts(folder, person_in(guarded, "Mia"))
    assert set(east.scenario.table("units")["unit"]) == {"U1", "U2", "U3"}
    assert set(east.table("assignments")["unit"]) == {"U1", "U2", "U3"}
    assert "West" not in east.scenario.territory_tree
    assert east.whole is None
    # The East's own figure stands where the company's did, and is the sum of its units.
    sales = whole.table("sales")
    own = sales.loc[sales["unit"].isin(["U1", "U2", "U3"]), "sales"].sum()
    assert east.kpi("sales") == pytest.approx(own, rel=1e-6)
    assert "objective" not in east.summary


def test_part_that_a_plan_does_not_have_is_told(guarded: Room) -> None:
    tree = scenario_of(guarded).territory_tree
    assert Person("Mia", ("manager",), ("North", "East")).part(tree, "North") == "East"
    with pytest.raises(NotAllowed, match="North"):
        Person("Mia", ("manager",), ("North",)).part(tree)


@pytest.mark.parametrize(
    ("name", "about", "may"),
    [
        ("Mia", {"unit": "U1"}, True),
        ("Mia", {"unit": "U4"}, False),
        ("Mia", {"rep": "Ann"}, True),
        ("Mia", {"rep": "Bob"}, False),
        ("Mia", {"rep": "nobody"}, False),
        ("Mia", {"territory": "East"}, True),
        ("Mia", {"territory": "Valley"}, False),
        ("Mia", {}, False),
        ("Max", {"unit": "U4"}, True),
        ("ann", {}, True),
    ],
    ids=str,
)
def test_only_what_lies_in_the_own_part_is_ones_to_change(
    guarded: Room, name: str, about: dict[str, str], may: bool
) -> None:
    assert person_in(guarded, name).within(scenario_of(guarded), **about) is may


def test_viewer_asks_and_decides_nothing(guarded: Room) -> None:
    viewer = person_in(guarded, "Vic")
    assert not viewer.may_ask
    assert not any(viewer.may(move) for move in Move)
    page = browser_in(guarded, "Vic").get(f"{ADDRESS}/plan").text
    assert "<aside" not in page


def test_who_is_not_named_is_a_viewer(guarded: Room) -> None:
    assert person_in(guarded, "somebody").roles == ("viewer",)
