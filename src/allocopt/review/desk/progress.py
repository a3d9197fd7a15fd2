"""Progress: what is heard of a search, in the sentences of a reader."""

from __future__ import annotations

from typing import Any

from allocopt.documents.language.amounts import signed
from allocopt.documents.language.voice import Voice
from allocopt.review.desk.desk import Desk
from allocopt.review.desk.ticket import Event, Ticket
from allocopt.review.drafts import Draft
from allocopt.review.view import View

# What a search is called to that has ended; the page then asks for what became of it.
ANSWERED = "answered"


def running_of(desk: Desk, draft: Draft, view: View) -> dict[str, Any] | None:
    """What a page shows of the search for a draft; None where none is under way."""
    ticket = desk.latest(draft.id)
    if ticket is None or ticket.is_over:
        return None
    return progress_of(desk, ticket, view)


def progress_of(desk: Desk, ticket: Ticket, view: View) -> dict[str, Any]:
    """Content of `review/running.html.j2`: where the search is, the best so far and the first answer.

    Amounts are told to those alone who may see the objective of the plan, and how many units move to those
    who see all of them.
    """
    told, voice = desk.told(ticket), view.voice
    address = f"/what-ifs/{ticket.job.subject}"
    return {
        "state": told["state"],
        "told": _state(told, ticket, voice),
        "best": _best(told, voice) if view.sees_objective else "",
        "first": _first(ticket, view),
        "stopping": ticket.stopping,
        "stream": f"{address}/progress",
        "stop": f"{address}/stop",
        "running": f"{address}/running",
        "words": voice.say.branch("review.desk.words"),
    }


def _state(told: Event, ticket: Ticket, voice: Voice) -> str:
    """Where it is."""
    say = voice.say
    if ticket.stopping:
        return say("review.desk.stopping")
    if told["state"] == "queued":
        return _in_line(told, voice)
    if told["state"] == "opening":
        return say("review.desk.opening")
    if ticket.first is not None:
        return say("review.desk.writing" if ticket.first["final"] else "review.desk.improving")
    return say("review.desk.searching", seconds=voice.show.number(ticket.seconds))


def _in_line(told: Event, voice: Voice) -> str:
    """The place in the line, and about how long that is."""
    say, show = voice.say, voice.show
    place = say("review.desk.queued", place=show.number(told["place"]), of=show.number(told["of"]))
    if told["wait"] is None:
        return place
    wait = say.count("review.desk.wait", max(round(told["wait"]), 1))
    return say("review.desk.both", first=place, second=wait)


def _best(told: Event, voice: Voice) -> str:
    """The best plan so far, and how far it may be from the best there is."""
    objective, gap = told.get("objective"), told.get("gap")
    if objective is None:
        return ""
    amount = voice.show.money(objective)
    if gap is None:
        return voice.say("review.desk.best", amount=amount)
    return voice.say("review.desk.best_within", amount=amount, gap=voice.show.percent(gap, 2))


def _first(ticket: Ticket, view: View) -> str:
    """What the first answer says."""
    first, voice = ticket.first, view.voice
    if first is None:
        return ""
    seconds = voice.show.number(first["seconds"], 1)
    if not view.sees_whole:
        return voice.say("review.desk.first_plain", seconds=seconds)
    moves = voice.say.count("review.desk.moves", first["moves"])
    if not view.sees_objective:
        return voice.say("review.desk.first_moves", seconds=seconds, moves=moves)
    change = signed(first["change"], voice)
    return voice.say("review.desk.first", seconds=seconds, change=change, moves=moves)
