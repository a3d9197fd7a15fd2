"""The screen of versions: saving the answer to a what-if, comparing, leading a version on, going back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_meeting import ask, errors, send, values
from support_room import ADDRESS, browser_in

from allocopt.review.drafts import Change
from allocopt.review.reasons import reason_of
from allocopt.review.room import Room
from allocopt.review.voice import room_voice
from allocopt.store import Move, State, list_versions, make_move, record_of, save_version

VERSIONS = f"{ADDRESS}/versions"


def test_answer_to_a_what_if_is_saved_as_the_next_version(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    done = send(client, "save", name="valley", reason="less money", draft=draft.id)
    assert (done.status_code, done.headers["location"]) == (303, "/plans/valley/2/versions")
    version = record_of(room.store, "valley/2").version
    assert (version.parent, version.author, version.reason) == ("valley/1", "ann", "less money")
    assert "less money" in client.get(done.headers["location"]).text


def test_answer_is_saved_as_a_scenario_of_its_own_under_another_name(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    done = send(client, "save", name="预算减少/一", reason="r", draft=draft.id)
    page = client.get(done.headers["location"])
    assert page.status_code == 200
    assert "预算减少/一/1" in page.text
    version = record_of(room.store, "预算减少/一/1").version
    assert version.parent == "valley/1"
    plan, scenario = room.shelf.plan(room.folder_of(version.id))
    assert plan.summary["scenario"]["name"] == scenario.name == "预算减少/一"
    assert plan.summary["id"] == version.plan != record_of(room.store, "valley/1").version.plan
    assert plan["sales"].equals(room.shelf.plan(poorer)[0]["sales"])


def test_second_to_save_is_told_who_was_first_and_loses_nothing(
    room: Room, client: TestClient, poorer: Path, solved: Path, tmp_path: Path
) -> None:
    draft = ask(room, client, poorer)
    other = shutil.copytree(poorer, tmp_path / "other")
    (other / "extra.csv").write_text("a\n", encoding="utf-8")
    save_version(room.store, other, author="ben", reason="my idea", expected_parent="valley/1")
    told = send(client, "save", name="valley", reason="typed words", draft=draft.id)
    assert told.status_code == 409
    assert "valley/2, saved by ben" in told.text
    assert "my idea" in told.text
    assert values(told, "save")["reason"] == values(told, "beside")["reason"] == "typed words"
    assert f"{VERSIONS}?a=valley%2F2&amp;b=answer" in told.text
    beside = send(client, "save", **values(told, "beside"))
    assert beside.headers["location"] == "/plans/valley/3/versions"
    assert record_of(room.store, "valley/3").version.parent == "valley/1"


def test_changes_are_put_on_the_newer_version_without_their_old_answer(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    save_version(room.store, poorer, author="ben", reason="r", expected_parent="valley/1")
    done = send(client, "rebase", draft=draft.id, onto="valley/2")
    assert done.headers["location"] == "/plans/valley/2/plan"
    copy = room.drafts.current(draft.browser, "valley/2")
    assert copy is not None
    assert (copy.changes, copy.answer) == (draft.changes, None)
    assert room.drafts.get(draft.id) == draft


def test_answer_is_not_saved_once_its_what_if_was_changed(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    more = Change("setting", {"setting": "headcount.max=0"})
    room.drafts.update(draft.id, lambda one: one.with_change(more))
    told = send(client, "save", name="valley", reason="r", draft=draft.id)
    assert told.status_code == 422
    assert "newer than the answer" in told.text
    assert len(room.drafts.all()) == 1


def test_name_or_reason_that_cannot_be_used_is_told_at_its_field(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    for name, reason, sentence in (
        ("", "r", "Something must stand here."),
        ("valley", " ", "Something must stand here."),
        ("x" * 81, "r", "At most 80 letters fit here; these are 81."),
        ("a\u202eb", "r", "The name has letters that cannot be seen."),
    ):
        told = send(client, "save", draft=draft.id, name=name, reason=reason)
        assert told.status_code == 422
        assert errors(told)[0].startswith(sentence)
    assert [version.id for version, _ in list_versions(room.store)] == ["valley/1"]


def test_two_versions_are_compared_in_figures_sentences_and_tables(
    room: Room, client: TestClient, poorer: Path
) -> None:
    save_version(room.store, poorer, author="ben", reason="r")
    page = client.get(f"{VERSIONS}?a=valley/1&b=valley/2").text
    for panel in ("material", "figures", "differences"):
        assert f'<section id="{panel}"' in page
    assert "Contribution" in page
    assert "Spend on" in page
    assert '<section id="material"' not in client.get(VERSIONS).text


def test_answer_is_compared_before_it_is_saved(
    room: Room, client: TestClient, poorer: Path
) -> None:
    ask(room, client, poorer)
    page = client.get(f"{VERSIONS}?a=valley/1&b=answer").text
    assert "Answer to the what-if" in page
    assert '<section id="figures"' in page


def test_answer_is_compared_with_the_plan_that_it_is_about(
    room: Room, client: TestClient, poorer: Path
) -> None:
    assert '<section id="figures"' not in client.get(f"{VERSIONS}?b=answer").text
    ask(room, client, poorer)
    assert '<section id="figures"' in client.get(f"{VERSIONS}?b=answer").text


def test_only_steps_that_state_and_role_allow_have_a_form(room: Room, client: TestClient) -> None:
    page = client.get(VERSIONS).text
    assert '<form id="form-submit"' in page
    assert '<form id="form-approve"' not in page
    assert send(client, "submit", words="please").status_code == 303
    page = client.get(VERSIONS).text
    assert '<form id="form-submit"' not in page
    assert '<form id="form-approve"' in page
    assert send(client, "return", words="").status_code == 422
    assert record_of(room.store, "valley/1").state is State.SUBMITTED
    for step in ("approve", "publish"):
        assert send(client, step, words="").status_code == 303
    assert record_of(room.store, "valley/1").state is State.PUBLISHED


def test_of_two_who_act_at_once_the_second_gets_one_sentence(room: Room) -> None:
    with browser_in(room, "ann") as ann, browser_in(room, "ben") as ben:
        assert send(ann, "submit", words="").status_code == 303
        late = send(ben, "submit", words="my remark")
    assert late.status_code == 422
    assert "The plan is Submitted; this is for a plan that is Draft or Returned." in late.text
    assert "my remark" in late.text
    assert [event.kind for event in record_of(room.store, "valley/1").events] == ["submitted"]


def test_an_old_version_is_made_the_latest_again(
    room: Room, client: TestClient, poorer: Path
) -> None:
    save_version(room.store, poorer, author="ben", reason="r")
    assert '<form id="form-restore"' not in client.get("/plans/valley/2/versions").text
    assert '<form id="form-restore"' in client.get(VERSIONS).text
    assert send(client, "restore", reason="").status_code == 422
    done = send(client, "restore", reason="it was better")
    assert done.headers["location"] == "/plans/valley/3/versions"
    first, third = (record_of(room.store, f"valley/{n}").version for n in (1, 3))
    assert (third.result_hash, third.parent) == (first.result_hash, "valley/2")


RULES = """
approval:
  roles: {ann: analyst, mia: manager, vera: viewer}
  sign_off: [{territory: East, role: manager, people: [mia]}]
"""


@pytest.fixture
def ruled(room: Room, solved: Path, tmp_path: Path) -> Room:
    """The room with a version `valley/2` that has roles and asks for a signature."""
    folder = shutil.copytree(solved, tmp_path / "ruled")
    settings = folder / "inputs" / "scenario.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    save_version(room.store, folder, author="ann", reason="with roles")
    return room


def test_reasons_why_not_are_told_in_the_language_of_the_page(ruled: Room) -> None:
    make_move(ruled.store, "valley/2", Move.SUBMIT, user="ann")
    with browser_in(ruled, "ann", language="zh-CN") as ann:
        page = ann.get("/plans/valley/2/versions").text
        assert "批准：此操作需要经理角色：mia。您的角色是分析师。" in page
        refused = send(ann, "approve", "/plans/valley/2", words="好")
    assert refused.status_code == 403
    assert "此操作需要经理角色" in refused.text
    assert "may not" not in refused.text
    with browser_in(ruled, "mia", language="zh-CN") as mia:
        page = mia.get("/plans/valley/2/versions").text
        assert "尚缺会签：East bank的经理（mia）" in page
        assert "以East bank的经理身份会签" in page
        signed = send(mia, "sign-off", "/plans/valley/2", territory="East", role="manager")
        assert signed.status_code == 303
        assert '<form id="form-approve"' in mia.get("/plans/valley/2/versions").text


def test_a_viewer_only_reads(ruled: Room, poorer: Path) -> None:
    with browser_in(ruled, "vera") as vera:
        for name in ("versions", "meeting", "documents"):
            page = vera.get(f"/plans/valley/2/{name}").text
            for form in ("save", "submit", "restore", "decide", "agree", "comment", "meet"):
                assert f'<form id="form-{form}"' not in page, (name, form)
        for name in ("submit", "restore", "decide", "agree", "comment", "meet"):
            given = {"text": "x", "what": "x", "owner": "x", "title": "x", "reason": "x"}
            assert send(vera, name, "/plans/valley/2", **given).status_code == 403, name
    assert record_of(ruled.store, "valley/2").events == ()


def test_nothing_is_changed_while_the_room_is_presented(room: Room) -> None:
    with browser_in(room, "ann", presenting="yes") as ann:
        assert "<textarea" not in ann.get(f"{ADDRESS}/meeting").text
        assert '<form id="form-submit"' not in ann.get(VERSIONS).text
        assert send(ann, "submit", words="").status_code == 403
    assert record_of(room.store, "valley/1").state is State.DRAFT


def test_versions_of_other_scenarios_lead_to_their_own_screens(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    send(client, "save", name="poorer valley", reason="r", draft=draft.id)
    page = client.get(VERSIONS).text
    assert 'href="/plans/poorer%20valley/1/versions"' in page


def test_what_a_command_saved_a_version_for_is_told_in_the_language_of_the_page(room: Room) -> None:
    version = replace(room.record("valley/1").version, reason="opened for review")
    assert reason_of(version, room_voice("zh-CN", "EUR")) == "打开评审时保存"
    assert (
        reason_of(replace(version, reason="less travel"), room_voice("zh-CN", "EUR"))
        == "less travel"
    )
