"""Asking: who asks what of which version, read from a request."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

from allocopt.documents.language.messages import languages
from allocopt.documents.language.voice import Voice
from allocopt.errors import DataError
from allocopt.review.archive import Archive
from allocopt.review.desk.desk import Desk
from allocopt.review.drafts import Draft, Drafts
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.view import View
from allocopt.review.visitor import Visitor
from allocopt.review.voice import room_voice
from allocopt.store import Record

LANGUAGE, PRESENTING, PART = "language", "presenting", "part"
# What the address names a what-if by.
WHAT_IF = "what_if"


@dataclass(frozen=True)
class Asking:
    """A request about a version: who asks, in which language, and what this browser is asking of it."""

    room: Room
    visitor: Visitor
    record: Record
    person: Person
    voice: Voice
    draft: Draft | None
    options: dict[str, str]
    presenting: bool
    here: str = ""
    part: str = ""
    desk: Desk | None = None

    def view(self) -> View:
        """What a screen is made from."""
        folder = self.room.folder_of(self.record.version.id)
        answer = None if self.draft is None else self.draft.shown_answer
        after = None
        if answer is not None and answer.folder is not None:
            # An answer whose files are lost is asked for again; it locks nobody out.
            with suppress(DataError):
                after = self.room.facts(answer.folder, self.person, part=self.part)
        return View(
            person=self.person,
            record=self.record,
            facts=self.room.facts(folder, self.person, self.record.version.id, self.part),
            voice=self.voice,
            archive=Archive(self.room, self.visitor.name, self.part),
            after=after,
            draft=self.draft,
            options=self.options,
            presenting=self.presenting,
        )


def asking_of(request: Request) -> Asking:
    """What is asked by a request whose path names a scenario and a version.

    Raises:
        StoreError: there is no such version.
    """
    return asking_about(
        request, f"{request.path_params['scenario']}/{request.path_params['number']}"
    )


def asking_about(request: Request, version: str) -> Asking:
    """What is asked by a request about a version that something else than its path names.

    Raises:
        StoreError: there is no such version.
    """
    room: Room = request.app.state.room
    visitor: Visitor = request.state.visitor
    record = room.record(version)
    folder = room.folder_of(record.version.id)
    config = room.shelf.plan(folder)[1].config
    return Asking(
        room=room,
        visitor=visitor,
        record=record,
        person=room.person(visitor.name, record),
        voice=room_voice(language_of(request, config.scenario.language), config.scenario.currency),
        draft=_draft(request, record.version.id),
        options=dict(request.query_params),
        presenting=request.app.state.access.is_read_only
        or request.cookies.get(PRESENTING) == "yes",
        part=unquote(request.cookies.get(PART, "")),
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        desk=request.app.state.desk,
    )


def _draft(request: Request, version: str) -> Draft | None:
    """The what-if that the address names, which may be somebody else's; else the browser's own."""
    drafts: Drafts = request.app.state.room.drafts
    with suppress(KeyError):
        named = drafts.get(request.query_params.get(WHAT_IF, ""))
        if named.version == version:
            return named
    return drafts.current(request.state.visitor.browser, version)


def language_of(request: Request, usual: str) -> str:
    """What the browser chose, else what the room was opened with, else the scenario's language."""
    room: Room = request.app.state.room
    asked = (request.cookies.get(LANGUAGE, ""), room.language, usual)
    return next(one for one in asked if one in languages())
