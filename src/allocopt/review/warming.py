"""Warming: what the first pages need is read and made while the browser is still opening."""

from __future__ import annotations

from contextlib import suppress

from allocopt.errors import AllocoptError
from allocopt.review.archive import Archive
from allocopt.review.drawing import read_templates
from allocopt.review.room import Room
from allocopt.review.screens import SCREENS
from allocopt.review.view import View
from allocopt.review.voice import room_voice


def warm(room: Room, name: str) -> None:
    """Make the screens of the version that a room opens with, as somebody sees them who looks first.

    What is kept of them is what takes longest: the plan, its figures, texts and templates. A version that
    cannot be shown is left to whoever asks for it, who is told why.
    """
    with suppress(AllocoptError):
        view = _view(room, name)
        read_templates()
        for screen in SCREENS.values():
            screen(view)


def _view(room: Room, name: str) -> View:
    record = room.record(room.start)
    person = room.person(name, record)
    facts = room.facts(room.folder_of(room.start), person, record.version.id)
    usual = facts.scenario.config.scenario
    voice = room_voice(room.language or usual.language, usual.currency)
    return View(person, record, facts, voice, Archive(room, name))
