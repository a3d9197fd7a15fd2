"""The shelf: plans in memory, and what each reader may see of them."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from allocopt.review import shelf as shelves
from allocopt.review.shelf import LOCKS, Shelf


def test_plan_that_was_seen_as_another_has_its_own_name(solved: Path) -> None:
    shelf = Shelf()
    assert shelf.facts(solved, "analyst", "valley/1").name == "valley/1"
    assert shelf.facts(solved, "analyst", "valley/2").name == "valley/2"
    assert shelf.facts(solved, "analyst", "valley/1") is shelf.facts(solved, "analyst", "valley/1")


def test_readers_see_facts_of_their_own(solved: Path) -> None:
    shelf = Shelf()
    assert "objective" in shelf.facts(solved, "analyst").summary
    assert "objective" not in shelf.facts(solved, "viewer").summary


def test_plan_that_is_being_read_keeps_nobody_from_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Path("slow")
    # Folders share few locks: one that has another lock than the slow one.
    quick = next(
        path
        for path in (Path(f"quick{number}") for number in range(100))
        if hash(path) % LOCKS != hash(slow) % LOCKS
    )
    began, goes_on = Event(), Event()

    def read(folder: Path) -> str:
        if folder == slow:
            began.set()
            assert goes_on.wait(30)
        return folder.name

    monkeypatch.setattr(shelves, "load_plan", read)
    monkeypatch.setattr(shelves, "load_plan_scenario", read)
    shelf = Shelf()
    reading = Thread(target=shelf.plan, args=(slow,))
    reading.start()
    assert began.wait(30)
    assert shelf.plan(quick) == (quick.name, quick.name)
    goes_on.set()
    reading.join()
    assert shelf.plan(slow) == ("slow", "slow")


def test_plans_that_were_looked_at_long_ago_go(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(shelves, "load_plan", lambda folder: read.append(folder.name))
    monkeypatch.setattr(shelves, "load_plan_scenario", lambda folder: None)
    shelf = Shelf(most=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.plan(Path(name))
    assert read == ["a", "b", "c", "b"]
