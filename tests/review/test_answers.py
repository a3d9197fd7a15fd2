"""Answers on the disk: those that what-ifs hold stay, of the others the newest."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from allocopt.review.answers import place_for, tidy
from allocopt.review.drafts import Answer, Draft
from allocopt.review.room import Room
from allocopt.review.visitor import Visitor


def answered(room: Room, *, age: float) -> Draft:
    """A draft with an answer that was written so long ago. [s]"""
    draft = room.drafts.new(Visitor("ann", "browser", ""), "valley/1")
    folder = place_for(room, draft)
    folder.mkdir(parents=True)
    os.utime(folder, (1e9 - age, 1e9 - age))
    return room.drafts.update(
        draft.id, lambda one: replace(one, answer=Answer(0, "solved", folder))
    )


def folder_of(draft: Draft) -> Path:
    assert draft.answer is not None
    assert draft.answer.folder is not None
    return draft.answer.folder


def test_answers_that_nobody_holds_go_but_for_the_newest(room: Room) -> None:
    held, old, new = (answered(room, age=age) for age in (300, 200, 100))
    for draft in (old, new):
        room.drafts.discard(draft.id)
    tidy(room, most=1)
    assert folder_of(held).is_dir()
    assert not folder_of(old).exists()
    assert folder_of(new).is_dir()


def test_room_without_answers_is_tidy(room: Room) -> None:
    tidy(room)
    assert not (room.folder / "answers").exists()
