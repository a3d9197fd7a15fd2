"""The desk: who is served when, what is heard of it, and what becomes of it when a worker is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support_desk import PLAN, Stage, job

from allocopt.review.desk import Bounds, Busy, Desk, Ticket
from allocopt.review.desk.line import Line


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(jobs=1)
    yield made
    made.desk.close()


def subjects(line: Line) -> list[str]:
    return [ticket.job.subject for ticket in line]


def test_each_browser_is_served_in_turn() -> None:
    line = Line()
    for browser, subject in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1")):
        line.put(Ticket(job(browser, subject)))
    assert subjects(line) == ["a1", "b1", "c1", "a2", "a3"]


def test_who_was_served_goes_to_the_end() -> None:
    line = Line()
    tickets = {name: Ticket(job(name[0], name)) for name in ("a1", "a2", "b1")}
    for ticket in tickets.values():
        line.put(ticket)
    line.take(tickets["a1"])
    assert subjects(line) == ["b1", "a2"]


def test_ticket_that_lost_its_worker_is_before_all_others() -> None:
    line = Line()
    line.put(Ticket(job("b", "b1")))
    line.put_back(Ticket(job("a", "a1")))
    assert subjects(line) == ["a1", "b1"]


def test_worker_opens_the_plan_before_it_gets_the_question(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    assert stage.desk.told(ticket) == {"state": "opening"}
    actor = stage.ready()
    assert actor.doing == ["open", "what-if"]
    actor.free({"state": "done", "moves": 3})
    assert ticket.told == {"state": "done", "moves": 3}


def test_plan_that_was_opened_beforehand_needs_no_second_opening(stage: Stage) -> None:
    stage.desk.open(PLAN)
    actor = stage.ready()
    stage.desk.submit(job("a", "a1"))
    assert actor.doing == ["open", "what-if"]


def test_place_in_the_line_and_wait_are_told(stage: Stage) -> None:
    stage.desk.submit(job("a", "a1"))
    actor = stage.ready()
    second, third = stage.desk.submit(job("b", "b1")), stage.desk.submit(job("c", "c1"))
    told = stage.desk.told(third)
    assert (told["state"], told["place"], told["of"], told["wait"]) == ("queued", 2, 2, None)
    actor.free({"state": "done"})
    assert second.told["state"] == "searching"
    assert stage.desk.told(third)["place"] == 1
    assert stage.desk.told(third)["wait"] is not None


def test_newer_what_if_of_a_draft_takes_the_place_of_the_older_one(stage: Stage) -> None:
    running = stage.desk.submit(job("a", "draft"))
    actor = stage.ready()
    waiting = stage.desk.submit(job("a", "draft"))
    assert running.told == {"state": "stopped", "code": "replaced"}
    assert actor.doing[-1] == "drop" or "drop" in actor.doing
    newest = stage.desk.submit(job("a", "draft"))
    assert waiting.told == {"state": "stopped", "code": "replaced"}
    actor.free({"state": "stopped", "code": "no_plan"})
    assert newest.told == {"state": "searching"}
    assert running.told["code"] == "replaced"


def test_who_waits_makes_others_only_improve_no_longer(stage: Stage) -> None:
    stage.desk.submit(job("a", "a1"))
    actor = stage.ready()
    assert "hurry" not in actor.doing
    stage.desk.submit(job("b", "b1"))
    assert actor.doing[-1] == "hurry"


def test_stop_reaches_the_worker_and_keeps_what_it_has(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    actor = stage.ready()
    stage.desk.stop(ticket.id)
    assert actor.doing[-1] == "stop"
    actor.free({"state": "stopped", "folder": "somewhere"})
    assert ticket.told["folder"] == "somewhere"


def test_what_waits_is_stopped_at_once(stage: Stage) -> None:
    stage.desk.submit(job("a", "a1"))
    stage.ready()
    waiting = stage.desk.submit(job("b", "b1"))
    stage.desk.stop(waiting.id)
    assert waiting.told == {"state": "stopped", "code": "not_begun"}
    assert [one.job.subject for one in stage.desk.queue()] == ["a1"]


def test_job_whose_worker_is_lost_is_given_to_another_one_once(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    stage.ready().end()
    assert len(stage.actors) == 2
    assert not ticket.is_over
    stage.ready().end()
    assert ticket.told == {"state": "failed", "code": "crashed", "message": ""}


def test_other_jobs_do_not_fail_with_the_one_that_ends_workers(stage: Stage) -> None:
    bad = stage.desk.submit(job("a", "bad"))
    stage.ready()
    good = stage.desk.submit(job("b", "good"))
    stage.actors[-1].end()
    stage.ready().end()
    assert bad.told["code"] == "crashed"
    stage.ready().free({"state": "done"})
    assert good.told == {"state": "done"}


def test_plan_that_ends_workers_while_it_is_opened_fails_what_waits_for_it(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    for _ in range(2):
        stage.actors[-1].free()
        stage.actors[-1].end()
    assert ticket.told["code"] == "crashed"


def test_plan_that_cannot_be_opened_says_why(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    stage.actors[-1].free()
    stage.actors[-1].plans.clear()
    stage.actors[-1].free({"state": "failed", "code": "refused", "message": "no plan"})
    assert ticket.told["message"] == "no plan"


def test_second_worker_starts_only_when_somebody_waits() -> None:
    stage = Stage(jobs=2)
    stage.desk.submit(job("a", "a1"))
    stage.ready()
    assert len(stage.actors) == 1
    stage.desk.submit(job("b", "b1"))
    assert len(stage.actors) == 2
    assert stage.ready().doing == ["open", "what-if"]
    stage.desk.submit(job("c", "c1"))
    assert len(stage.actors) == 2
    stage.desk.close()


def test_document_needs_no_open_plan(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1", "render"))
    stage.actors[-1].free()
    assert stage.actors[-1].doing == ["render"]
    stage.actors[-1].free({"state": "done", "file": "plan.pdf"})
    assert ticket.told["file"] == "plan.pdf"


def test_worker_that_keeps_too_much_is_replaced(stage: Stage) -> None:
    stage.desk.submit(job("a", "a1"))
    stage.ready().free({"state": "done"}, memory=2**40)
    assert stage.desk.workers() == []


def test_one_browser_cannot_fill_the_line() -> None:
    stage = Stage(jobs=1, waiting=2)
    for number in range(3):
        stage.desk.submit(job("a", f"a{number}"))
        if number == 0:
            stage.ready()
    with pytest.raises(Busy):
        stage.desk.submit(job("a", "one more"))
    assert stage.desk.submit(job("b", "b1")) in stage.desk.queue()
    stage.desk.close()


def test_answer_is_put_away_before_anybody_hears_of_it(stage: Stage) -> None:
    put_away: list[str] = []
    ticket = stage.desk.submit(job("a", "a1"), lambda one: put_away.append(one.told["state"]))
    actor = stage.ready()

    async def listen() -> dict[str, Any]:
        following = asyncio.ensure_future(_last(stage.desk, ticket))
        await asyncio.sleep(0)
        actor.free({"state": "done"})
        return await following

    assert asyncio.run(listen()) == {"state": "done"}
    assert put_away == ["searching"]


async def _last(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    last: dict[str, Any] = {}
    async for event in desk.events(ticket.id):
        last = event
    return last


def test_who_listens_late_hears_the_present_state_and_the_end(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    actor = stage.ready()
    actor.say({"state": "first", "objective": 5.0})
    heard: list[str] = []

    async def listen() -> None:
        async for event in stage.desk.events(ticket.id):
            heard.append(event["state"])
            if len(heard) == 1:
                actor.free({"state": "done"})

    asyncio.run(listen())
    assert heard == ["first", "done"]
    assert ticket.first == {"state": "first", "objective": 5.0}


def test_what_is_said_after_a_job_was_given_up_is_not_told(stage: Stage) -> None:
    old = stage.desk.submit(job("a", "draft"))
    actor = stage.ready()
    stage.desk.submit(job("a", "draft"))
    actor.say({"state": "first", "objective": 5.0})
    assert old.told["code"] == "replaced"


def test_plan_that_is_looked_at_is_opened_where_there_are_workers_already(stage: Stage) -> None:
    stage.desk.expect(PLAN)
    assert stage.actors == []
    stage.desk.open(PLAN)
    actor = stage.ready()
    stage.desk.expect(PLAN)
    stage.desk.expect(PLAN.with_name("hills"))
    assert [message["plan"] for message in actor.told] == [str(PLAN), "plans/hills"]


def test_workers_that_end_before_they_are_ready_are_not_started_for_ever(stage: Stage) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    for _ in range(2):
        stage.actors[-1].end()
    assert len(stage.actors) == 2
    assert ticket.told["code"] == "crashed"
    # Who asks next has it tried again.
    again = stage.desk.submit(job("a", "a1"))
    stage.ready().free({"state": "done"})
    assert again.told == {"state": "done"}


def test_machine_that_starts_no_process_fails_what_waits(tmp_path: Path) -> None:
    def begin(*given: Any) -> Any:
        raise OSError("out of processes")

    desk = Desk(tmp_path / "desk.log", Bounds(jobs=1), begin=begin)
    assert desk.submit(job("a", "a1")).told["code"] == "crashed"
    desk.close()


def test_plan_that_takes_more_memory_than_a_worker_may_keep_fails_what_waits_for_it(
    stage: Stage,
) -> None:
    ticket = stage.desk.submit(job("a", "a1"))
    stage.actors[-1].free()
    stage.actors[-1].free({"state": "done"}, memory=2**40)
    assert ticket.told["code"] == "memory"
    assert stage.desk.workers() == []


def test_what_is_still_searched_for_is_shown_before_what_was_asked_later_and_is_over(
    stage: Stage,
) -> None:
    running = stage.desk.submit(job("a", "draft"))
    actor = stage.ready()
    other = stage.desk.submit(job("a", "draft", "next-rep"))
    assert stage.desk.latest("draft") is other
    stage.desk.stop(other.id)
    assert stage.desk.latest("draft") is running
    assert stage.desk.latest("draft", "next-rep") is other
    actor.free({"state": "done"})
    assert stage.desk.latest("draft", "what-if") is running


def test_what_is_asked_about_a_draft_that_is_put_away_is_given_up(stage: Stage) -> None:
    ticket, other = stage.desk.submit(job("a", "draft")), stage.desk.submit(job("a", "other"))
    actor = stage.ready()
    stage.desk.give_up("draft")
    assert ticket.told == {"state": "stopped", "code": "replaced"}
    assert actor.doing[-1] == "drop"
    assert not other.is_over
