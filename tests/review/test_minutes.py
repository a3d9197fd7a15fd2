"""Minutes: one page of what was asked, decided and agreed, in the formats of the documents."""

from __future__ import annotations

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_meeting import OwnDesk, ask, send
from support_room import ADDRESS, browser_in

from allocopt.review.room import Room
from allocopt.store import Action, act, save_version

MINUTES = f"{ADDRESS}/minutes"


@pytest.fixture
def met(room: Room, client: TestClient, poorer: Path) -> TestClient:
    """A meeting with a bit of everything."""
    client.app.state.desk = OwnDesk()  # type: ignore[attr-defined]
    act(room.store, "valley/1", user="ann", action=Action("", "Call the mill", "Ben"))
    given = {"title": "四月评审会", "day": "2026-04-14", "attendees": "Ann\n李雷 <b>"}
    send(client, "meet", **given)
    draft = ask(room, client, poorer)
    send(client, "decide", text="Cut | the money", why="So.", by="Mia", draft=draft.id)
    send(client, "follow", key="valley/1#1", status="dropped", note="No time.")
    send(client, "agree", what="Ask the dealers", owner="Ben", due="2026-05-01")
    send(client, "comment", text="Look at Ann", about="rep:Ann")
    send(client, "submit", words="go")
    return client


def test_minutes_tell_all_of_a_meeting_in_its_order(met: TestClient) -> None:
    page = met.get(f"{MINUTES}/md").text
    told = [
        *("# 四月评审会", "Minutes, 14 April 2026", "valley/1", "李雷 \\<b\\>"),
        *("## Actions of last time", "Call the mill", "dropped", "No time."),
        *("## What was asked", "budget.total\\_max=3000", "Spend on levers:"),
        *("## Decisions", "Cut \\| the money", "So.", "Mia", "Spend on levers:"),
        *("## New actions", "Ask the dealers", "1 May 2026"),
        *("## Remarks", "Rep Ann Archer", "Look at Ann"),
        *("## How far the plan has come", "submitted"),
        *("## State at the end", "valley/1: Submitted."),
    ]
    place = 0
    for text in told:
        assert text in page[place:], text
        place = page.index(text, place)


def test_figures_of_a_decision_stay_those_of_then(
    room: Room, met: TestClient, solved: Path, poorer: Path, tmp_path: Path
) -> None:
    before = met.get(f"{MINUTES}/md").text.split("## Decisions")[1].split("##")[0]
    (draft,) = room.drafts.all()
    room.drafts.update(draft.id, lambda one: one.cleared())
    save_version(room.store, poorer, author="ben", reason="another world")
    after = met.get(f"{MINUTES}/md").text.split("## Decisions")[1].split("##")[0]
    assert before == after
    assert "Spend on levers: " in before


def test_minutes_are_a_page_and_a_word_file(met: TestClient) -> None:
    page = met.get(f"{MINUTES}/html")
    assert page.headers["content-type"].startswith("text/html")
    assert "attachment" in page.headers["content-disposition"]
    assert "李雷 &lt;b&gt;" in page.text
    word = met.get(f"{MINUTES}/docx")
    text = zipfile.ZipFile(BytesIO(word.content)).read("word/document.xml").decode()
    assert "Cut | the money" in text
    assert met.get(f"{MINUTES}/exe").status_code == 404


def test_minutes_are_written_in_the_language_of_the_reader(room: Room, met: TestClient) -> None:
    met.cookies.set("language", "zh-CN")
    page = met.get(f"{MINUTES}/md")
    assert "会议纪要（2026年4月14日）" in page.text
    assert "## 决议" in page.text
    assert "Decisions" not in page.text
    name = "valley-1.minutes.2026-04-14.zh-CN.md"
    assert name in page.headers["content-disposition"]


def test_reader_who_may_not_see_costs_gets_no_contribution_and_no_changes(
    room: Room, solved: Path, poorer: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(solved, tmp_path / "ruled")
    settings = folder / "inputs" / "scenario.yaml"
    rules = "\napproval:\n  roles: {ann: analyst, vera: viewer}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + rules, encoding="utf-8")
    save_version(room.store, folder, author="ann", reason="with roles")
    with browser_in(room, "ann") as ann, browser_in(room, "vera") as vera:
        draft = ask(room, ann, poorer, "valley/2")
        send(ann, "decide", "/plans/valley/2", text="Cut it.", draft=draft.id)
        pages = [who.get("/plans/valley/2/meeting").text for who in (ann, vera)]
    for text in ("Contribution:", "budget.total_max=3000"):
        assert text in pages[0].split('<main id="content"')[1]
        assert text not in pages[1]
    assert "Cut it." in pages[1]
    assert "Spend on levers:" in pages[1]
