"""States: every move that a role or a state does not allow is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support_store import plan_folder

from allocopt.errors import NotAllowed
from allocopt.store import (
    Action,
    Move,
    State,
    Store,
    act,
    approve,
    make_move,
    open_store,
    publish,
    record_of,
    restore_version,
    save_version,
    sign_off,
)

ROLES = ("analyst", "manager", "finance", "marketing", "viewer")
YAML = """
approval:
  roles: {analyst: analyst, manager: manager, finance: finance, marketing: marketing, Zoe: manager}
  sign_off: [{role: finance}, {role: marketing}, {role: analyst}, {role: manager}]
"""
# What each role may do: d draft, s submitted, r returned, a approved, p published, x superseded.
MAY = {
    "submit": {"analyst": "dr", "manager": "dr"},
    "sign-off": {"analyst": "s", "manager": "s", "finance": "s", "marketing": "s"},
    "approve": {"manager": "s"},
    "return": {"manager": "sa", "finance": "sa", "marketing": "sa"},
    "publish": {"manager": "a"},
    "comment": dict.fromkeys(("analyst", "manager", "finance", "marketing"), "dsrapx"),
    "decide": dict.fromkeys(("analyst", "manager", "finance", "marketing"), "dsrapx"),
    "act": dict.fromkeys(("analyst", "manager", "finance", "marketing"), "dsrapx"),
    "meet": dict.fromkeys(("analyst", "manager", "finance", "marketing"), "dsrapx"),
    "restore": dict.fromkeys(("analyst", "manager"), "dsrapx"),
    "save": dict.fromkeys(("analyst", "manager"), "dsrapx"),
}
LETTERS = dict(zip(State, "dsrapx", strict=True))


def sign_all(store: Store, name: str) -> None:
    for role in ("finance", "marketing", "analyst", "manager"):
        sign_off(store, name, user=role)


def bring_to(store: Store, name: str, state: State) -> None:
    """Take a draft of Zoe's to a state, each step by who may."""
    if state is not State.DRAFT:
        make_move(store, name, Move.SUBMIT, user="analyst")
    if state is State.RETURNED:
        make_move(store, name, Move.RETURN, user="finance", text="too dear")
    if state in (State.APPROVED, State.PUBLISHED, State.SUPERSEDED):
        sign_all(store, name)
        approve(store, name, user="manager")
    if state in (State.PUBLISHED, State.SUPERSEDED):
        publish(store, name, user="manager")


def make(store: Store, name: str, move: str, user: str, folder: Path) -> None:
    """One move of any kind."""
    if move == "save":
        save_version(store, plan_folder(folder, 99, yaml=YAML), author=user, reason="", anyway=True)
    elif move == "restore":
        restore_version(store, name, author=user, reason="why")
    elif move == "act":
        act(store, name, user=user, action=Action("", "call"))
    elif move == "sign-off":
        sign_off(store, name, user=user)
    elif move == "approve":
        if record_of(store, name).state is State.SUBMITTED:
            sign_all(store, name)
        approve(store, name, user=user)
    elif move == "publish":
        publish(store, name, user=user)
    else:
        make_move(store, name, Move(move), user=user, text="why")


def draft_of(store: Store, folder: Path, objective: float) -> str:
    plan = plan_folder(folder, objective, yaml=YAML)
    return save_version(store, plan, author="Zoe", reason="", anyway=True).version.id


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[State], Path]:
    """A store whose first version is in a state and is not the latest one."""
    folder = tmp_path_factory.mktemp("prepared")

    def prepare(state: State) -> Path:
        path = folder / f"{state}.sqlite"
        if not path.exists():
            store = open_store(path)
            bring_to(store, draft_of(store, folder / "plan", 1), state)
            later = draft_of(store, folder / "plan", 2)
            if state is State.SUPERSEDED:
                bring_to(store, later, State.PUBLISHED)
        return path

    return prepare


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", [str(move) for move in Move])
def test_each_move_is_for_its_states_and_roles_alone(
    prepared: Callable[[State], Path], tmp_path: Path, state: State, move: str
) -> None:
    for role in ROLES:
        store = open_store(shutil.copy(prepared(state), tmp_path / f"{role}.sqlite"))
        assert record_of(store, "demo/1").state is state
        if LETTERS[state] in MAY[move].get(role, ""):
            make(store, "demo/1", move, role, tmp_path / "plan")
            continue
        with pytest.raises(NotAllowed) as caught:
            make(store, "demo/1", move, role, tmp_path / "plan")
        if not MAY[move].get(role):
            assert f"{role} is {role} and may not {move}" in str(caught.value)
            assert next(iter(MAY[move])) in str(caught.value)
        assert record_of(store, "demo/1").state is state


def test_states_follow_each_other(store: Store, tmp_path: Path) -> None:
    name = draft_of(store, tmp_path / "plan", 1)
    bring_to(store, name, State.RETURNED)
    assert make_move(store, name, Move.SUBMIT, user="analyst") is State.SUBMITTED
    sign_all(store, name)
    assert approve(store, name, user="manager", text="good") is State.APPROVED
    publish(store, name, user="manager")
    kinds = [event.kind for event in record_of(store, name).events]
    assert kinds == [
        *("submitted", "returned", "submitted", *["signed off"] * 4, "approved", "published")
    ]
    assert record_of(store, name).events[1].text == "too dear"


def test_publishing_supersedes_the_one_of_the_same_scenario(store: Store, tmp_path: Path) -> None:
    names = []
    for objective, scenario in ((1, "demo"), (2, "other"), (3, "demo")):
        folder = plan_folder(tmp_path / "plan", objective, scenario=scenario)
        names.append(save_version(store, folder, author="Ann", reason="").version.id)
        make_move(store, names[-1], Move.SUBMIT, user="Ann")
        approve(store, names[-1], user="Ann")
        publish(store, names[-1], user="Ann")
    states = [record_of(store, name).state for name in names]
    assert states == [State.SUPERSEDED, State.PUBLISHED, State.PUBLISHED]
    told = record_of(store, names[0]).events[-1]
    assert (told.kind, told.details) == ("superseded", {"by": "demo/2"})
