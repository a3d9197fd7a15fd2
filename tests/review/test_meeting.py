"""A meeting: its agenda, decisions from what-ifs, actions and what became of them, remarks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_meeting import ask, errors, send, values
from support_room import ADDRESS, browser_in

from allocopt.review.room import Room
from allocopt.store import (
    Action,
    Move,
    act,
    make_move,
    open_store,
    record_of,
    save_version,
)

MEETING = f"{ADDRESS}/meeting"
OPENED = {"title": "April review", "day": "2026-04-14", "attendees": "Ann\n\nBen\n"}


def test_meeting_has_title_day_and_people_and_they_can_be_changed(
    room: Room, client: TestClient
) -> None:
    assert send(client, "meet", **OPENED).headers["location"] == f"{MEETING}#head"
    page = client.get(MEETING)
    assert "April review, 14 April 2026" in page.text
    assert "Present: Ann, Ben" in page.text
    told = values(page, "meet")
    send(client, "meet", **{**told, "attendees": "Ann\nBen\nMia"})
    changed = client.get(MEETING).text
    assert "Present: Ann, Ben, Mia" in changed
    assert 'name="meeting"' not in changed  # it is the same meeting, so there is nothing to choose


def test_decision_keeps_what_its_what_if_says_and_does_at_that_moment(
    room: Room, client: TestClient, poorer: Path
) -> None:
    draft = ask(room, client, poorer)
    given = {"text": "Cut the money.", "why": "It brings little.", "by": "Mia", "draft": draft.id}
    assert send(client, "decide", **given).headers["location"] == f"{MEETING}#decisions"
    decision = record_of(room.store, "valley/1").decisions[0]
    kept = decision.details
    assert (decision.text, decision.author) == ("Cut the money.", "ann")
    assert (kept["by"], kept["why"], kept["draft"]) == ("Mia", "It brings little.", draft.id)
    assert json.loads(kept["changes"])["en"] == ["budget.total_max=3000"]
    before, after = json.loads(kept["effect"])["spend"]
    assert before > after == pytest.approx(3000, rel=0.01)
    room.drafts.discard(draft.id)
    page = client.get(MEETING).text
    for text in ("Cut the money.", "It brings little.", "Mia", "budget.total_max=3000", "Spend"):
        assert text in page


def test_what_ifs_of_all_browsers_are_listed_with_what_they_do(
    room: Room, client: TestClient, poorer: Path
) -> None:
    with browser_in(room, "ben") as ben:
        ask(room, ben, poorer)
    page = client.get(MEETING).text
    asked = page.split('<section id="asked"')[1].split("</section>")[0]
    assert "budget.total_max=3000" in asked
    assert "ben" in asked
    assert "Contribution:" in asked


def test_actions_of_last_time_are_the_agenda_with_what_became_of_them(
    room: Room, client: TestClient
) -> None:
    act(room.store, "valley/1", user="ann", action=Action("", "Call the mill", "Ben", "2026-04-01"))
    act(room.store, "valley/1", user="ann", action=Action("", "Visit the harbour", "Ann"))
    send(client, "meet", **OPENED)
    told = send(client, "follow", key="valley/1#1", status="done", note="They buy again.")
    assert told.headers["location"] == f"{MEETING}#agenda"
    send(client, "agree", what="Hire in the East", owner="Mia", due="2026-05-31")
    page = client.get(MEETING).text
    agenda = page.split('<section id="agenda"')[1].split("</section>")[0]
    for text in ("Call the mill", "done", "They buy again.", "Visit the harbour", "1 April 2026"):
        assert text in agenda
    assert "Hire in the East" not in agenda.split("<form")[0]
    agreed = page.split('<section id="agreed"')[1].split("</section>")[0]
    assert "Hire in the East" in agreed
    assert "31 May 2026" in agreed
    assert [action.what for action in record_of(room.store, "valley/1").actions] == [
        "Visit the harbour",
        "Hire in the East",
    ]


def test_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    room: Room, client: TestClient
) -> None:
    mistakes: list[tuple[str, dict[str, str], str]] = [
        ("decide", {"text": " ", "why": "so"}, "Something must stand here."),
        ("comment", {"text": "x", "about": "rep:Nobody"}, "The plan has no such thing."),
        ("comment", {"text": "x" * 4001, "about": ""}, "At most 4,000 letters fit here"),
        ("agree", {"what": "x", "owner": ""}, "Something must stand here."),
        ("agree", {"what": "x", "owner": "y", "due": "soon"}, "Enter a day"),
        ("meet", {"title": "", "attendees": "Ann"}, "Something must stand here."),
    ]
    for form, given, sentence in mistakes:
        told = send(client, form, **given)
        assert told.status_code == 422
        assert errors(told)[0].startswith(sentence)
        typed = {name: text for name, text in given.items() if name != "about"}
        assert typed.items() <= values(told, form).items()
    assert record_of(room.store, "valley/1").events == ()


def test_remark_says_what_it_is_about(room: Room, client: TestClient) -> None:
    abouts = {
        "": "The plan",
        "rep:Ann": "Rep Ann Archer",
        "unit:U3": "Unit Quarry",
        "territory:Valley": "Territory The valley",
    }
    for about in abouts:
        page = client.get(MEETING, params={"about": about}).text
        assert f'<option value="{about}" selected>' in page
        send(client, "comment", text="<b>Look</b> here", about=about)
    events = record_of(room.store, "valley/1").events
    assert [event.details["about"] for event in events] == list(abouts)
    remarks = client.get(MEETING).text.split('<section id="comments"')[1].split("<form")[0]
    for name in abouts.values():
        assert name in remarks
    assert "&lt;b&gt;Look&lt;/b&gt; here" in remarks


def test_manager_remarks_on_nothing_outside_the_own_part(
    room: Room, solved: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(solved, tmp_path / "parts")
    settings = folder / "inputs" / "scenario.yaml"
    rules = "\napproval:\n  roles: {mia: manager}\n  territories: {mia: [East]}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + rules, encoding="utf-8")
    save_version(room.store, folder, author="mia", reason="parts", anyway=True)
    with browser_in(room, "mia") as mia:
        page = mia.get("/plans/valley/2/meeting").text
        assert '<option value="territory:East"' in page
        assert '<option value="territory:West"' not in page
        assert '<option value="rep:Bob"' not in page
        told = send(mia, "comment", "/plans/valley/2", text="x", about="rep:Bob")
        assert (told.status_code, errors(told)) == (422, ["This is not in your part of the plan."])
        assert send(mia, "comment", "/plans/valley/2", text="x", about="rep:Ann").status_code == 303


def test_next_meeting_begins_with_what_the_last_one_left_open(
    room: Room, client: TestClient
) -> None:
    send(client, "meet", **OPENED)
    send(client, "decide", text="Wait until May.")
    send(client, "agree", what="Ask the dealers", owner="Ben")
    send(client, "meet", title="May review", day="2026-05-12", attendees="Ann")
    page = client.get(MEETING).text
    assert "Wait until May." not in page
    assert "Ask the dealers" in page.split('<section id="agenda"')[1].split("</section>")[0]
    key = record_of(room.store, "valley/1").events[0].details["key"]
    earlier = client.get(MEETING, params={"meeting": key}).text
    assert "Wait until May." in earlier
    assert '<form id="form-decide"' not in earlier


def test_decisions_are_in_the_store_when_the_server_is_killed(
    room: Room, client: TestClient
) -> None:
    send(client, "decide", text="It is decided.")
    again = open_store(room.folder / "store.sqlite")
    assert [event.text for event in record_of(again, "valley/1").decisions] == ["It is decided."]


def test_history_of_a_scenario_made_from_this_one_belongs_to_the_meeting(
    room: Room, client: TestClient, poorer: Path
) -> None:
    send(client, "meet", **OPENED)
    draft = ask(room, client, poorer)
    send(client, "save", name="poorer", reason="r", draft=draft.id)
    make_move(room.store, "poorer/1", Move.DECIDE, user="ann", text="Take the poorer one.")
    for address in (ADDRESS, "/plans/poorer/1"):
        assert "Take the poorer one." in client.get(f"{address}/meeting").text
