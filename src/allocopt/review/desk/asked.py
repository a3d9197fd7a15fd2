"""Asked: drafts that are handed to the desk, whose answers come back into the drafts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from allocopt.errors import AllocoptError
from allocopt.review.answers import place_for, tidy
from allocopt.review.desk.desk import Busy, Desk
from allocopt.review.desk.job import Job
from allocopt.review.desk.ticket import Ticket
from allocopt.review.drafts import Answer, Draft
from allocopt.review.drafts.settings import settings_of
from allocopt.review.room import Room

# What becomes of a search that found a plan, in the words of a draft.
SOLVED = {"done": "solved"}


def ask(room: Room, desk: Desk, name: str) -> Ticket:
    """Have a draft solved as it is now; it says so itself, so that an end of the server loses nothing.

    Raises:
        KeyError: there is no such draft.
        AllocoptError: its changes cannot be put into settings, or too much is waiting.
    """
    draft = room.drafts.get(name)
    folder, settings = room.folder_of(draft.version), settings_in(room, draft)
    job = Job("what-if", folder, draft.browser, draft.id, settings, place_for(room, draft))
    # Before it is handed in: from then on nothing is lost.
    draft = room.drafts.update(name, lambda one: replace(one, asked=draft.revision))
    try:
        return desk.submit(job, partial(_answered, room, draft))
    except Busy:
        _answer(room, draft, None)
        raise


def settings_in(room: Room, draft: Draft) -> tuple[str, ...]:
    """The changes of a draft as settings over its version's whole scenario, whoever may see how much.

    Raises:
        StoreError: its version is not there.
        DataError: its changes cannot be put into settings.
    """
    scenario = room.shelf.plan(room.folder_of(draft.version))[1]
    return settings_of(draft.changes, scenario)


def ask_again(room: Room, desk: Desk) -> None:
    """Have solved what was asked for before the server ended, and not answered."""
    for draft in room.drafts.all():
        if draft.asked is None:
            continue
        try:
            ask(room, desk, draft.id)
        except AllocoptError as error:
            told = {"state": "failed", "code": "refused", "message": str(error)}
            _answer(room, draft, Answer(draft.revision, "failed", None, told))


def _answered(room: Room, draft: Draft, ticket: Ticket) -> None:
    """Put an answer into its draft; nothing of a search that came to nothing or gave way to another."""
    told = ticket.last or {}
    if told.get("code") == "replaced":
        return
    folder, state = told.get("folder"), str(told["state"])
    if folder is None and state == "stopped":
        _answer(room, draft, None)
        return
    asked = draft.revision if draft.asked is None else draft.asked
    where = None if folder is None else Path(folder)
    _answer(room, draft, Answer(asked, SOLVED.get(state, state), where, told))


def _answer(room: Room, asked: Draft, answer: Answer | None) -> None:
    """Without a new answer the draft keeps the one that it has."""

    def change(draft: Draft) -> Draft:
        still = None if draft.asked == asked.asked else draft.asked
        return replace(draft, asked=still, answer=answer or draft.answer)

    with suppress(KeyError):  # it was discarded meanwhile
        room.drafts.update(asked.id, change)
    tidy(room)
