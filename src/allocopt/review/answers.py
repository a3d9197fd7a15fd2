"""Answers: the plans that what-ifs were answered with, on the disk for as long as somebody may look."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

from allocopt.review.drafts import Draft
from allocopt.review.room import Room

FOLDER = "answers"
# Answers that no what-if holds any more and that stay, the newest: a page or a document may be made of one,
# and one that is being written is not held yet.
MOST = 20


def place_for(room: Room, draft: Draft) -> Path:
    """A folder that there is not yet, for the answer to a draft as it is now."""
    name = f"{draft.id}-{draft.revision}-{uuid4().hex[:8]}"
    return (room.folder / FOLDER / name).resolve()


def tidy(room: Room, most: int = MOST) -> None:
    """Let the answers go that no what-if holds, but for the newest."""
    answers = (draft.answer for draft in room.drafts.all())
    held = {one.folder for one in answers if one is not None}
    folder = (room.folder / FOLDER).resolve()
    loose = [path for path in folder.glob("*") if path not in held]
    for path in sorted(loose, key=_age)[: max(len(loose) - most, 0)]:
        shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> float:
    """When a folder was last written in; of one that is gone already, long ago. [s]"""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
