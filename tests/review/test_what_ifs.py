"""The what-if panel: changes are entered, listed, undone and kept apart by browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS, browser_in

from allocopt.review.drafts import Answer, Draft
from allocopt.review.room import Room

HTMX = {"hx-request": "true"}
VERSION = "valley/1"

REFUSED = [
    ("hours", {"rep": "Bbo", "hours": "1"}, "did you mean Bob?"),
    ("hours", {"rep": "", "hours": "1"}, "Please fill this in"),
    ("hours", {"rep": "Ann", "hours": "-1"}, "A value from 0 to 10,000"),
    ("hours", {"rep": "Ann", "hours": "1", "from": "2031-01-01"}, "A day of the plan"),
    ("hours", {"rep": "Ann", "hours": "1", "from": "soon"}, "A date is expected"),
    ("handover_units", {"value": "2.5"}, "A whole number"),
    ("handover_loss", {"value": "140"}, "A value from 0.0% to 100.0%"),
    ("handover_loss", {"value": "10%"}, "This holds already"),
    ("lever", {"lever": "radio"}, "Please choose one of the list"),
    ("lever", {"lever": "ads", "least": "9", "most": "5"}, "before or below"),
    ("add_rep", {"name": "Bob", "territory": "East", "hours": "9", "hired": "yes"}, "already"),
    ("setting", {"setting": "solver.gap"}, "key=value"),
    ("setting", {"setting": "solver.gpa=1"}, "did you mean “gap”?"),
    ("setting", {"setting": "tables.units.path=/etc/passwd"}, "says where data is read"),
    ("relaxed", {"settings": '["solver.gap=1"]', "steps": "[]"}, "cannot be changed here"),
    ("nonsense", {}, "cannot be changed here"),
]


def draft_of(room: Room) -> Draft:
    """The only what-if of a room."""
    (draft,) = room.drafts.all()
    return draft


def add(client: TestClient, kind: str, **values: str):
    return client.post(
        f"{ADDRESS}/changes",
        data={"kind": kind, "back": f"{ADDRESS}/plan", **values},
        headers=HTMX,
    )


def act(client: TestClient, about: Draft, name: str, **values: str):
    return client.post(f"/what-ifs/{about.id}/{name}", data=values, headers=HTMX)


def test_every_screen_has_the_panel_and_all_that_can_be_asked(client: TestClient) -> None:
    page = client.get(f"{ADDRESS}/plan").text
    assert 'id="what-if"' in page
    for kind in ("hours", "add_rep", "lock", "demand", "lever", "budget_total", "setting"):
        assert f'<option value="{kind}">' in page
    # The scenario has no events, and nobody takes a relaxation by hand.
    assert 'value="event_off"' not in page
    assert 'value="relaxed"' not in page


def test_change_is_listed_as_a_sentence_in_the_language_of_the_reader(
    room: Room, client: TestClient
) -> None:
    answer = add(client, "hours", rep="Ann", hours="20")
    assert answer.status_code == 200
    assert "Hours of Ann Archer: 60 → 20 h per month" in answer.text
    assert draft_of(room).changes[0].values == {"rep": "Ann", "hours": "20.0"}
    client.cookies["language"] = "zh-CN"
    assert "Ann Archer 的销售时间：60 → 20 小时/月" in client.get(f"{ADDRESS}/plan").text


def test_change_without_a_script_leads_back_to_the_page_it_was_made_on(client: TestClient) -> None:
    sent = {"kind": "hours", "rep": "Ann", "hours": "20", "back": f"{ADDRESS}/reps?sort=load"}
    answer = client.post(f"{ADDRESS}/changes", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ADDRESS}/reps?sort=load"
    sent["back"] = "//elsewhere.example/"
    answer = client.post(f"{ADDRESS}/changes", data=sent, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["script", "plain"])
def test_mistake_stands_at_its_field_with_all_that_was_typed(
    room: Room, client: TestClient, headers: dict[str, str]
) -> None:
    sent = {"kind": "hours", "rep": "Bob", "hours": "a <b>lot</b>", "back": f"{ADDRESS}/plan"}
    answer = client.post(f"{ADDRESS}/changes", data=sent, headers=headers)
    assert answer.status_code == 422
    assert "A number is expected" in answer.text
    assert 'value="a &lt;b&gt;lot&lt;/b&gt;"' in answer.text
    assert re.search(r'<option value="Bob" selected>', answer.text)
    assert ("<html" in answer.text) == (headers == {})
    assert room.drafts.all() == ()


def test_what_cannot_be_is_refused_with_a_reason(room: Room, client: TestClient) -> None:
    for kind, values, said in REFUSED:
        answer = add(client, kind, **values)
        assert answer.status_code == 422, (kind, values)
        assert said in answer.text, (kind, values)
    assert room.drafts.all() == ()


def test_lock_is_one_click_and_takes_the_place_of_an_earlier_one(
    room: Room, client: TestClient
) -> None:
    for rep in ("Bob", "Ann"):
        sent = {"unit": "U1", "rep": rep}
        client.post(f"{ADDRESS}/lock", data=sent, headers=HTMX).raise_for_status()
    page = client.get(f"{ADDRESS}/plan").text
    assert [one["rep"] for one in draft_of(room).changes] == ["Bob", "Ann"]
    assert "replaced by a later change" in page
    assert "Harbour stays with Ann Archer" in page
    client.post(f"{ADDRESS}/unlock", data={"unit": "U1"}, headers=HTMX).raise_for_status()
    assert draft_of(room).changes[-1].kind == "unlock"


def test_undo_redo_remove_and_clear_change_the_list(room: Room, client: TestClient) -> None:
    add(client, "hours", rep="Ann", hours="20")
    add(client, "budget_total", value="8,000")
    draft = draft_of(room)
    steps = [
        ("undo", {}, ["hours"]),
        ("redo", {}, ["hours", "budget_total"]),
        ("remove", {"place": "0"}, ["budget_total"]),
        ("remove", {"place": "x"}, ["budget_total"]),
        ("clear", {}, []),
        ("undo", {}, ["budget_total"]),
    ]
    for name, values, expected in steps:
        act(client, draft, name, **values).raise_for_status()
        assert [change.kind for change in draft_of(room).changes] == expected


def test_nobody_changes_the_what_if_of_another_browser(room: Room, client: TestClient) -> None:
    add(client, "hours", rep="Ann", hours="20")
    draft = draft_of(room)
    other = browser_in(room, "bob")
    for name in ("undo", "clear", "title", "choose", "discard", "relax", "remove", "solve"):
        assert act(other, draft, name, title="mine").status_code == 404
    assert draft_of(room) == draft
    assert "20 h per month" not in other.get(f"{ADDRESS}/plan").text


def test_what_if_of_somebody_else_is_looked_at_by_its_link_and_copied(
    room: Room, client: TestClient
) -> None:
    add(client, "hours", rep="Ann", hours="20")
    theirs = draft_of(room)
    other = browser_in(room, "bob")
    page = other.get(f"{ADDRESS}/plan?what_if={theirs.id}").text
    assert "20 h per month" in page
    assert f"/what-ifs/{theirs.id}/remove" not in page
    act(other, theirs, "copy").raise_for_status()
    mine = room.drafts.all()[-1]
    assert (mine.owner, mine.changes, mine.id != theirs.id) == ("bob", theirs.changes, True)
    act(other, mine, "clear").raise_for_status()
    assert room.drafts.get(theirs.id) == theirs


def test_what_ifs_stand_beside_each_other_and_can_be_put_away(
    room: Room, client: TestClient
) -> None:
    add(client, "hours", rep="Ann", hours="20")
    first = draft_of(room)
    act(client, first, "title", title="  Less of <Ann>  ")
    client.post(f"{ADDRESS}/what-ifs", headers=HTMX).raise_for_status()
    page = client.get(f"{ADDRESS}/plan").text
    assert "Less of &lt;Ann&gt;" in page
    second = room.drafts.all()[-1]
    act(client, second, "choose", draft=first.id).raise_for_status()
    assert "20 h per month" in client.get(f"{ADDRESS}/plan").text
    assert act(client, second, "choose", draft="x").status_code == 404
    act(client, first, "discard").raise_for_status()
    assert room.drafts.all() == (second,)


def test_names_with_markup_stay_text(room: Room, client: TestClient) -> None:
    name = "<script>alert(1)</script>\u202e'\"" + "x" * 9_000
    values = {"name": name, "territory": "East", "hours": "9", "hired": "yes"}
    answer = add(client, "add_rep", **values)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert draft_of(room).changes[0]["name"] == name
    # The rep can have a unit from now on.
    assert add(client, "lock", unit="U1", rep=name).status_code == 200


def test_manager_of_a_part_changes_that_part_only(room: Room, client: TestClient) -> None:
    from allocopt.documents.facts import Facts
    from allocopt.review.drafts.kinds import KINDS
    from allocopt.review.drafts.kinds.ground import Ground
    from allocopt.review.voice import room_voice

    facts = Facts(*room.shelf.plan(room.folder_of(VERSION)))
    ground = Ground(facts, room_voice("en", "EUR"), "manager", ("East",))
    offered = {kind.name for kind in KINDS.values() if kind.is_offered(ground)}
    assert {"hours", "lock", "demand", "spend"} <= offered
    assert offered.isdisjoint({"budget_total", "handover_units", "lever", "goal", "setting"})
    _, wrong = KINDS["hours"].read({"rep": "Bob", "hours": "1"}, ground)
    assert "rep" in wrong
    _, wrong = KINDS["demand"].read({"scope": "company", "change": "10"}, ground)
    assert "scope" in wrong
    change, _ = KINDS["demand"].read({"scope": "territory=East", "change": "10"}, ground)
    assert change is not None


def infeasible(draft: Draft) -> Draft:
    step = {"rule": "unit_locked", "items": ["U1"], "from": "Bob", "to": "remove"}
    told = {
        "message": "No plan can keep all hard rules.",
        "conflicts": [
            {"rule": "unit_locked", "sentence": "x", "items": ["U1"], "detail": "", "kind": "hard"}
        ],
        "relaxations": [
            {"price": 1234.0, "settings": ["override.units.U1.lock=null"], "steps": [step]}
        ],
    }
    return replace(draft, answer=Answer(draft.revision, "infeasible", None, told))


def test_way_out_is_taken_by_one_click_and_can_be_undone(room: Room, client: TestClient) -> None:
    client.post(f"{ADDRESS}/lock", data={"unit": "U1", "rep": "Bob"}, headers=HTMX)
    draft = room.drafts.update(draft_of(room).id, infeasible)
    page = client.get(f"{ADDRESS}/plan").text
    assert "A locked unit stays with its rep. (Harbour)" in page
    assert "at a price of €1,234" in page or "€1.23k" in page
    act(client, draft, "relax", place="7").raise_for_status()
    assert draft_of(room).changes == draft.changes
    answer = act(client, draft, "relax", place="0")
    assert "Relaxed: A locked unit stays with its rep (Harbour): Bob → none" in answer.text
    settings = json.loads(draft_of(room).changes[-1]["settings"])
    assert settings == ["override.units.U1.lock=null"]
    act(client, draft, "undo").raise_for_status()
    assert draft_of(room).is_answered


def test_damaged_file_is_told_in_the_panel(room: Room, client: TestClient) -> None:
    room.drafts.damaged.append("x.json")
    assert "could not be read and was put aside" in client.get(f"{ADDRESS}/plan").text


def test_viewers_and_projectors_ask_nothing(room: Room, client: TestClient) -> None:
    client.cookies["presenting"] = "yes"
    assert 'id="what-if"' not in client.get(f"{ADDRESS}/plan").text
    assert add(client, "hours", rep="Ann", hours="20").status_code == 403
    assert room.drafts.all() == ()
