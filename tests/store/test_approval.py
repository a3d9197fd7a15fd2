"""Approval: who signs, whose plan it is, and which rules hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_store import plan_folder

from allocopt.errors import NotAllowed, StoreError
from allocopt.store import (
    Move,
    State,
    Store,
    approve,
    make_move,
    publish,
    record_of,
    restore_version,
    save_version,
    sign_off,
)

TEAM = """
approval:
  roles: {Ann: analyst, Mia: manager, Max: [manager, finance], Fay: finance, 李雷: marketing}
"""
PLACES = f"""{TEAM}
  sign_off:
    - {{territory: East, role: manager, people: [Mia]}}
    - {{territory: West, role: manager, people: [Max]}}
    - {{role: finance}}
"""


def submitted(
    store: Store, folder: Path, yaml: str = "", objective: float = 1, author: str = "Ann"
) -> str:
    plan = plan_folder(folder / "plan", objective, yaml=yaml)
    name = save_version(store, plan, author=author, reason="", anyway=True).version.id
    make_move(store, name, Move.SUBMIT, user=author)
    return name


def missing(store: Store, name: str) -> list[str]:
    return [str(one) for one in record_of(store, name).missing]


def test_one_person_can_work_where_nothing_is_configured(store: Store, tmp_path: Path) -> None:
    name = submitted(store, tmp_path)
    assert approve(store, name, user="Ann") is State.APPROVED
    publish(store, name, user="Ann")
    assert record_of(store, name).state is State.PUBLISHED


def test_own_plan_is_refused_without_roles_where_that_is_asked(
    store: Store, tmp_path: Path
) -> None:
    name = submitted(store, tmp_path, "approval: {own_plan: false}")
    with pytest.raises(NotAllowed, match="Ann's own plan: approve is for somebody else: anybody"):
        approve(store, name, user="Ann")
    assert approve(store, name, user="Bob") is State.APPROVED


@pytest.mark.parametrize("move", ["approve", "sign-off"])
def test_nobody_approves_or_signs_his_own_plan(store: Store, tmp_path: Path, move: str) -> None:
    yaml = f"{TEAM}  sign_off: [{{role: manager}}]\n"
    name = submitted(store, tmp_path, yaml, author="Mia")
    with pytest.raises(NotAllowed, match="is Mia's own plan") as caught:
        (approve if move == "approve" else sign_off)(store, name, user="Mia")
    assert "Max" in str(caught.value)
    assert "Mia," not in str(caught.value)
    sign_off(store, name, user="Max")
    assert approve(store, name, user="Max") is State.APPROVED


def test_a_restored_plan_stays_that_of_who_made_it(store: Store, tmp_path: Path) -> None:
    yaml = "approval:\n  roles: {Mia: manager, Max: manager, Moe: manager, Ann: analyst}\n"
    for number, author in enumerate(("Mia", "Ann")):
        plan = plan_folder(tmp_path / f"{number}", number, yaml=yaml)
        save_version(store, plan, author=author, reason="", anyway=True)
    name = restore_version(store, "demo/1", author="Max", reason="the second one fails").id
    make_move(store, name, Move.SUBMIT, user="Ann")
    for author in ("Mia", "Max"):
        with pytest.raises(NotAllowed, match=f"is {author}'s own plan"):
            approve(store, name, user=author)
    assert approve(store, name, user="Moe") is State.APPROVED


def test_own_plan_is_allowed_where_it_is_configured(store: Store, tmp_path: Path) -> None:
    name = submitted(store, tmp_path, f"{TEAM}  own_plan: true\n", author="Mia")
    assert approve(store, name, user="Mia") is State.APPROVED


def test_who_is_not_named_is_a_viewer(store: Store, tmp_path: Path) -> None:
    name = submitted(store, tmp_path, TEAM)
    with pytest.raises(NotAllowed, match="Bob is viewer and may not approve demo/1") as caught:
        approve(store, name, user="Bob")
    assert "manager: Mia, Max" in str(caught.value)
    plan = plan_folder(tmp_path / "plan", 2, yaml=TEAM)
    with pytest.raises(NotAllowed, match="Bob is viewer and may not save demo"):
        save_version(store, plan, author="Bob", reason="")


def test_the_whole_waits_for_every_place_and_function(store: Store, tmp_path: Path) -> None:
    name = submitted(store, tmp_path, PLACES)
    assert missing(store, name) == ["manager for East", "manager for West", "finance"]
    with pytest.raises(NotAllowed, match=r"manager for East \(Mia\); .* finance \(Max, Fay\)"):
        approve(store, name, user="Mia")
    assert [str(one) for one in sign_off(store, name, user="Mia")] == ["manager for East"]
    assert [str(one) for one in sign_off(store, name, user="Max", territory="West")] == [
        "manager for West"
    ]
    assert missing(store, name) == ["finance"]
    with pytest.raises(NotAllowed, match=r"李雷 may not sign demo/1; still to sign: finance"):
        sign_off(store, name, user="李雷")
    sign_off(store, name, user="Fay", role="finance")
    assert approve(store, name, user="Mia") is State.APPROVED


def test_a_signature_is_given_once(store: Store, tmp_path: Path) -> None:
    name = submitted(store, tmp_path, PLACES)
    sign_off(store, name, user="Fay")
    with pytest.raises(NotAllowed, match="waits for no such sign-off; still to sign: manager for"):
        sign_off(store, name, user="Fay", role="finance")


def test_signatures_of_a_returned_plan_are_gone(store: Store, tmp_path: Path) -> None:
    name = submitted(store, tmp_path, PLACES)
    sign_off(store, name, user="Fay")
    make_move(store, name, Move.RETURN, user="Mia", text="East is short")
    make_move(store, name, Move.SUBMIT, user="Ann")
    assert missing(store, name) == ["manager for East", "manager for West", "finance"]


@pytest.mark.parametrize("move", [Move.RETURN, Move.COMMENT, Move.DECIDE])
def test_some_moves_need_words(store: Store, tmp_path: Path, move: Move) -> None:
    name = submitted(store, tmp_path)
    with pytest.raises(NotAllowed, match=f"{move} demo/1 needs words"):
        make_move(store, name, move, user="Ann", text=" ")


def test_new_rules_are_approved_under_those_that_are_published(
    store: Store, tmp_path: Path
) -> None:
    # Bob makes himself a manager; the published plan knows him as nobody.
    first = submitted(store, tmp_path, TEAM)
    approve(store, first, user="Mia")
    publish(store, first, user="Mia")
    bold = "approval: {roles: {Ann: analyst, Bob: manager}, own_plan: true}"
    second = submitted(store, tmp_path, bold, 2)
    with pytest.raises(NotAllowed, match="Bob is viewer"):
        approve(store, second, user="Bob")
    approve(store, second, user="Mia")
    publish(store, second, user="Mia")
    third = submitted(store, tmp_path, TEAM, 3)
    assert approve(store, third, user="Bob") is State.APPROVED


def test_rules_begin_to_hold_where_the_published_plan_has_none(
    store: Store, tmp_path: Path
) -> None:
    first = submitted(store, tmp_path)
    approve(store, first, user="Ann")
    publish(store, first, user="Ann")
    second = submitted(store, tmp_path, TEAM, 2)
    with pytest.raises(NotAllowed, match="Ann is analyst"):
        approve(store, second, user="Ann")


def test_rules_that_cannot_be_understood_let_nobody_through(store: Store, tmp_path: Path) -> None:
    plan = plan_folder(tmp_path / "plan", yaml="approval: {roles: {Ann: boss}}")
    with pytest.raises(StoreError, match="`approval` of demo is not valid"):
        save_version(store, plan, author="Ann", reason="")
