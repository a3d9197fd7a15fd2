"""A what-if is solved, watched and stopped from a browser, and lost by no end of the server."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from support_desk import Stage
from support_room import browser_in

from allocopt.config.sections import Reader
from allocopt.plan import load_plan
from allocopt.review.archive import Archive
from allocopt.review.desk import Desk, Job
from allocopt.review.desk.asked import ask_again
from allocopt.review.desk.progress import progress_of
from allocopt.review.drafts import Change, Draft
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.view import View
from allocopt.review.voice import room_voice

BUDGET = Change("setting", {"setting": "budget.total_max=3000"})
# More is to be spent online than may be spent in all.
TOO_LITTLE = (
    Change("setting", {"setting": "budget.total_max=100"}),
    Change("setting", {"setting": "budget.by=[{scope: channel=online, min: 500}]"}),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with one real worker, which all tests of this module share."""
    made = Desk(tmp_path_factory.mktemp("desk") / "desk.log")
    yield made
    made.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A desk whose workers do what the test says."""
    made = Stage(jobs=1)
    yield made
    made.desk.close()


@pytest.fixture
def client(room: Room, desk: Desk, solved: Path) -> TestClient:
    """A browser in a room whose plan the desk has open."""
    room._folders["valley/1"] = solved
    return at_desk(room, desk)


@pytest.fixture
def visitor(room: Room, stage: Stage) -> TestClient:
    """A browser in a room whose desk is a stage."""
    return at_desk(room, stage.desk)


def at_desk(room: Room, desk: Desk, name: str = "ann") -> TestClient:
    browser = browser_in(room, name)
    browser.app.state.desk = desk
    return browser


def draft_of(client: TestClient, *changes: Change) -> Draft:
    """The what-if of the browser, with changes."""
    room, access = client.app.state.room, client.app.state.access
    visitor = access.sessions.visitor(next(iter(client.cookies.jar)).value)
    draft = room.drafts.open(visitor, "valley/1")
    for change in changes:
        draft = room.drafts.update(draft.id, lambda one, made=change: one.with_change(made))
    return draft


def watched(client: TestClient, draft: Draft) -> list[str]:
    """Every line of the stream until it ends."""
    with client.stream("GET", f"/what-ifs/{draft.id}/progress") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        return list(events.iter_lines())


def test_what_if_is_solved_and_its_plan_comes_back_into_the_draft(client: TestClient) -> None:
    draft = draft_of(client, BUDGET)
    sent = client.post(f"/what-ifs/{draft.id}/solve", headers={"hx-request": "true"})
    assert f'hx-sse:connect="/what-ifs/{draft.id}/progress"' in sent.text
    lines = watched(client, draft)
    assert "event: answered" in lines
    assert any("First answer after" in line for line in lines)
    answered = client.app.state.room.drafts.get(draft.id)
    assert answered.is_answered
    assert answered.asked is None
    plan = load_plan(answered.answer.folder)
    assert float(plan["budget"]["spend"].sum()) <= 3000 * (1 + 1e-6)
    assert answered.answer.told["objective"] == pytest.approx(plan.summary["objective"])


def test_stream_of_a_search_that_is_over_ends_at_once(client: TestClient) -> None:
    draft = draft_of(client, BUDGET)
    assert watched(client, draft)[:2] == ["event: answered", "data: "]


def test_what_no_plan_can_keep_is_told_with_settings_that_relax_it(client: TestClient) -> None:
    draft = draft_of(client, *TOO_LITTLE)
    client.post(f"/what-ifs/{draft.id}/solve")
    watched(client, draft)
    answer = client.app.state.room.drafts.get(draft.id).answer
    assert answer.state == "infeasible"
    assert answer.folder is None
    assert "budget_total" in {conflict["rule"] for conflict in answer.told["conflicts"]}
    (relaxation,) = answer.told["relaxations"]
    assert relaxation["price"] > 0
    assert relaxation["settings"]


def test_mistake_in_a_setting_is_told_in_its_sentence(client: TestClient) -> None:
    draft = draft_of(client, Change("setting", {"setting": "budget.totl_max=3"}))
    client.post(f"/what-ifs/{draft.id}/solve")
    watched(client, draft)
    answer = client.app.state.room.drafts.get(draft.id).answer
    assert (answer.state, answer.told["code"]) == ("failed", "refused")
    assert "total_max" in answer.told["message"]


def test_nothing_is_solved_without_changes(visitor: TestClient) -> None:
    draft = draft_of(visitor)
    assert visitor.post(f"/what-ifs/{draft.id}/solve").status_code == 400


def test_what_if_of_another_browser_is_not_there(visitor: TestClient, room: Room) -> None:
    draft, other = draft_of(visitor, BUDGET), browser_in(room, "eve")
    for address in ("solve", "stop"):
        assert other.post(f"/what-ifs/{draft.id}/{address}").status_code == 404
    assert other.get(f"/what-ifs/{draft.id}/progress").status_code == 404


def test_browser_without_a_script_is_led_back_when_it_is_over(
    visitor: TestClient, stage: Stage
) -> None:
    draft = draft_of(visitor, BUDGET)
    address = f"/what-ifs/{draft.id}"
    sent = visitor.post(f"{address}/solve", follow_redirects=False)
    assert sent.headers["location"] == f"{address}/running"
    shown = visitor.get(f"{address}/running", follow_redirects=False)
    assert shown.headers["refresh"] == "2"
    assert f'action="{address}/stop"' in shown.text
    stage.ready().free({"state": "infeasible", "conflicts": [], "relaxations": []})
    settle(visitor, draft)
    done = visitor.get(f"{address}/running", follow_redirects=False)
    assert done.headers["location"].startswith("/plans/valley/1/")


def test_stop_is_passed_on_and_the_search_goes_on_until_it_answers(
    visitor: TestClient, stage: Stage
) -> None:
    draft = draft_of(visitor, BUDGET)
    headers = {"hx-request": "true"}
    visitor.post(f"/what-ifs/{draft.id}/solve", headers=headers)
    actor = stage.ready()
    stopped = visitor.post(f"/what-ifs/{draft.id}/stop", headers=headers)
    assert "Stopping with the best so far" in stopped.text
    actor.free({"state": "stopped", "folder": "answers/1"})
    assert settle(visitor, draft).answer.state == "stopped"


def test_search_that_was_stopped_before_any_plan_leaves_the_draft_as_it_was(
    visitor: TestClient, stage: Stage
) -> None:
    draft = draft_of(visitor, BUDGET)
    visitor.post(f"/what-ifs/{draft.id}/solve")
    visitor.post(f"/what-ifs/{draft.id}/stop")
    settled = settle(visitor, draft)
    assert settled.answer is None
    assert settled.asked is None


def test_answer_belongs_to_the_changes_that_were_asked(visitor: TestClient, stage: Stage) -> None:
    draft = draft_of(visitor, BUDGET)
    visitor.post(f"/what-ifs/{draft.id}/solve")
    actor = stage.ready()
    later = draft_of(visitor, Change("setting", {"setting": "budget.total_max=2000"}))
    actor.free({"state": "infeasible", "conflicts": [], "relaxations": []})
    settled = settle(visitor, draft)
    assert settled.answer.asked == draft.revision
    assert settled.revision == later.revision
    assert not settled.is_answered


def test_what_was_asked_before_the_server_ended_is_asked_again(
    visitor: TestClient, stage: Stage
) -> None:
    room: Room = visitor.app.state.room
    draft = draft_of(visitor, BUDGET)
    room.drafts.update(draft.id, lambda one: replace(one, asked=one.revision))
    ask_again(room, stage.desk)
    assert stage.ready().told[-1]["settings"] == ["budget.total_max=3000"]


def test_draft_whose_changes_cannot_be_read_any_more_says_so_at_the_start(
    visitor: TestClient, stage: Stage
) -> None:
    room: Room = visitor.app.state.room
    draft = draft_of(visitor, Change("of an older program", {}))
    room.drafts.update(draft.id, lambda one: replace(one, asked=one.revision))
    ask_again(room, stage.desk)
    assert room.drafts.get(draft.id).answer.state == "failed"
    assert stage.desk.queue() == []


def test_queue_says_what_is_under_way_and_not_whose_it_is(
    visitor: TestClient, stage: Stage, room: Room
) -> None:
    draft = draft_of(visitor, BUDGET)
    visitor.post(f"/what-ifs/{draft.id}/solve")
    told = visitor.get("/queue")
    assert [one["mine"] for one in told.json()["queue"]] == [True]
    assert draft.browser not in told.text
    other = at_desk(room, stage.desk, "eve").get("/queue")
    assert [one["mine"] for one in other.json()["queue"]] == [False]


def test_amounts_are_told_to_those_alone_who_may_see_the_objective(
    visitor: TestClient, stage: Stage, room: Room
) -> None:
    draft = draft_of(visitor, BUDGET)
    visitor.post(f"/what-ifs/{draft.id}/solve")
    first = {"state": "first", "seconds": 1.0, "objective": 9e6, "gap": 0.01, "final": True}
    stage.ready().say({**first, "change": 5e5, "moves": 2, "hires": 0})
    told = visitor.get(f"/what-ifs/{draft.id}/running").text
    assert "500k" in told
    view = asking_about_with(room, draft, "viewer")
    shown = progress_of(stage.desk, stage.desk.latest(draft.id), view)
    assert "2 units move" in shown["first"]
    assert "500k" not in shown["first"] + shown["best"]


def asking_about_with(room: Room, draft: Draft, reader: Reader) -> View:
    """What a screen is made from, for a reader who may see less."""
    record = room.record(draft.version)
    person = Person("Vic", (reader,))
    facts = room.facts(room.folder_of(draft.version), person)
    return View(person, record, facts, room_voice("en", "EUR"), Archive(room, "Vic"))


def settle(client: TestClient, draft: Draft) -> Draft:
    """The draft once its answer has been put into it."""
    drafts, until = client.app.state.room.drafts, time.monotonic() + 10
    while drafts.get(draft.id).asked is not None and time.monotonic() < until:
        time.sleep(0.01)
    return drafts.get(draft.id)


def last_of(desk: Desk, job: Job) -> dict[str, Any]:
    ticket = desk.submit(job)
    until = time.monotonic() + 60
    while not ticket.is_over and time.monotonic() < until:
        time.sleep(0.02)
    return ticket.told


def test_one_more_rep_goes_to_the_open_position(desk: Desk, solved: Path) -> None:
    told = last_of(desk, Job("next-rep", solved, "ann", "next"))
    assert told["state"] == "done"
    assert [place["rep"] for place in told["where"]] == ["New"]
    assert told["least"] <= told["change"] <= told["most"]


def test_document_is_written_by_a_worker(desk: Desk, solved: Path, tmp_path: Path) -> None:
    asked = {"document": "annual", "format": "html", "language": "en", "reader": "analyst"}
    told = last_of(desk, Job("render", solved, out=tmp_path / "plan.html", asked=asked))
    assert told["file"] == str(tmp_path / "plan.html")
    assert "<html" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_worker_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    program = """
        import sys, time
        from pathlib import Path
        from allocopt.review.desk.process import Process
        options = {"threads": 1, "memory": 2**31}
        worker = Process(lambda one, message: print(one.pid, flush=True), Path("desk.log"), options)
        time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert server.stdout is not None
    worker = int(server.stdout.readline())
    server.kill()
    server.wait()
    server.stdout.close()
    until = time.monotonic() + 20
    while _runs(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    """Whether a process is there and no remainder of one that has ended."""
    status = Path(f"/proc/{process}/status")
    try:
        return "State:\tZ" not in status.read_text(encoding="utf-8")
    except OSError:
        return False
