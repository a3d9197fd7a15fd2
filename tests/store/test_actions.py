"""Actions and decisions: kept with a version, carried on to those that follow it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_store import plan_folder

from allocopt.errors import StoreError
from allocopt.store import (
    Action,
    Move,
    Store,
    act,
    make_move,
    record_of,
    restore_version,
    save_version,
    tell_action,
)

TABLE = """action,goal,owner,start,due,status
Visit 华东 dealers,grow,Li Lei,2026-01-01,2026-03-31,
Train the team,,Mia,,2026-02-28,done
'=launch,,Bob,,,planned
"""


def save(store: Store, folder: Path, objective: float = 1, **tables: str) -> str:
    plan = plan_folder(folder / "plan", objective, **tables)
    return save_version(store, plan, author="Ann", reason="").version.id


def open_ones(store: Store, name: str) -> dict[str, str]:
    return {action.key: action.what for action in record_of(store, name).actions}


def test_an_action_says_who_does_what_until_when(store: Store, tmp_path: Path) -> None:
    name = save(store, tmp_path)
    kept = act(store, name, user="Ann", action=Action("", "call Bob", "Mia", "2026-03-01"))
    assert kept == Action("demo/1#1", "call Bob", "Mia", "2026-03-01", "open")
    assert record_of(store, name).actions == (kept,)


def test_open_actions_and_decisions_are_carried_on(store: Store, tmp_path: Path) -> None:
    first = save(store, tmp_path, 1)
    act(store, first, user="Ann", action=Action("", "call"))
    act(store, first, user="Ann", action=Action("", "write"))
    make_move(store, first, Move.DECIDE, user="Ann", text="hire in May")
    second = save(store, tmp_path, 2)
    tell_action(store, second, "demo/1#1", user="Mia", changes={"status": "Done"})
    act(store, second, user="Ann", action=Action("", "pay"))
    assert open_ones(store, second) == {"demo/1#2": "write", "demo/2#2": "pay"}
    assert [event.text for event in record_of(store, second).decisions] == ["hire in May"]
    # What was closed later is closed for the earlier version too; what came later is not its own.
    assert open_ones(store, first) == {"demo/1#2": "write"}
    assert record_of(store, first).events[0].details["status"] == "open"


def test_a_version_beside_does_not_get_the_actions_of_the_other(
    store: Store, tmp_path: Path
) -> None:
    save(store, tmp_path, 1)
    act(store, save(store, tmp_path, 2), user="Ann", action=Action("", "call"))
    plan = plan_folder(tmp_path / "plan", 3, parent="demo-1")
    beside = save_version(store, plan, author="Ann", reason="", anyway=True).version
    assert open_ones(store, beside.id) == {}


def test_the_table_of_the_scenario_comes_in_once(store: Store, tmp_path: Path) -> None:
    first = save(store, tmp_path, 1, actions=TABLE)
    assert open_ones(store, first) == {"demo/1#1": "Visit 华东 dealers", "demo/1#3": "=launch"}
    (visit, _) = record_of(store, first).actions
    assert (visit.goal, visit.owner, visit.due) == ("grow", "Li Lei", "2026-03-31")
    tell_action(store, first, "demo/1#3", user="Bob", changes={"status": "完成"})
    second = save(store, tmp_path, 2, actions=TABLE + "Ask finance,,Fay,,,\n")
    assert open_ones(store, second) == {
        "demo/1#1": "Visit 华东 dealers",
        "demo/2#1": "Ask finance",
    }


def test_a_restored_version_carries_the_actions_of_what_it_follows(
    store: Store, tmp_path: Path
) -> None:
    first = save(store, tmp_path, 1)
    act(store, save(store, tmp_path, 2), user="Ann", action=Action("", "call"))
    restored = restore_version(store, first, author="Ann", reason="back")
    assert open_ones(store, restored.id) == {"demo/2#1": "call"}
    assert [one.id for one in record_of(store, restored.id).lineage] == ["demo/2", "demo/1"]


def test_an_action_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    name = save(store, tmp_path, actions=TABLE)
    with pytest.raises(StoreError, match="has no action 'demo/1#9'; it has demo/1#1, demo/1#2"):
        tell_action(store, name, "demo/1#9", user="Ann", changes={"status": "done"})
