"""The file of a draft: JSON with the number of its format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocopt.review.drafts.change import Change
from allocopt.review.drafts.draft import Answer, Draft, Step

FORMAT = 1
_TEXTS = ("id", "version", "owner", "browser", "title")
_NUMBERS = ("revision", "latest", "turn")


class Unreadable(ValueError):  # noqa: N818 - what a file is
    """A file that holds no draft that this version of the program can read."""


def draft_bytes(draft: Draft) -> bytes:
    """The content of a draft's file."""
    told = {
        "format": FORMAT,
        **{name: getattr(draft, name) for name in (*_TEXTS, *_NUMBERS)},
        "changes": _changes(draft.changes),
        "past": [_step(step) for step in draft.past],
        "undone": [_step(step) for step in draft.undone],
        "answer": None if draft.answer is None else _answer(draft.answer),
        "asked": draft.asked,
    }
    return json.dumps(told, ensure_ascii=True, indent=1).encode()


def draft_of(content: bytes, name: str) -> Draft:
    """The draft with the id `name` that a file holds.

    Raises:
        Unreadable: it holds another, or none.
    """
    try:
        told = json.loads(content)
        draft = _read(told) if told["format"] == FORMAT else None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if draft is None or draft.id != name:
        raise Unreadable("another format, or another draft")
    return draft


def _read(told: Mapping[str, Any]) -> Draft:
    return Draft(
        id=_text(told["id"]),
        version=_text(told["version"]),
        owner=_text(told["owner"]),
        browser=_text(told["browser"]),
        title=_text(told["title"]),
        revision=int(told["revision"]),
        latest=int(told["latest"]),
        turn=int(told["turn"]),
        changes=_changes_of(told["changes"]),
        past=tuple(_step_of(step) for step in told["past"]),
        undone=tuple(_step_of(step) for step in told["undone"]),
        answer=None if told["answer"] is None else _answer_of(told["answer"]),
        asked=None if told["asked"] is None else int(told["asked"]),
    )


def _changes(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
    return [{"kind": change.kind, "values": dict(change.values)} for change in changes]


def _changes_of(told: list[Mapping[str, Any]]) -> tuple[Change, ...]:
    return tuple(
        Change(
            _text(one["kind"]),
            {_text(name): _text(value) for name, value in one["values"].items()},
        )
        for one in told
    )


def _step(step: Step) -> dict[str, Any]:
    return {"revision": step.revision, "changes": _changes(step.changes)}


def _step_of(told: Mapping[str, Any]) -> Step:
    return Step(int(told["revision"]), _changes_of(told["changes"]))


def _answer(answer: Answer) -> dict[str, Any]:
    folder = None if answer.folder is None else str(answer.folder)
    return {"asked": answer.asked, "state": answer.state, "folder": folder, "told": answer.told}


def _answer_of(told: Mapping[str, Any]) -> Answer:
    folder = None if told["folder"] is None else Path(_text(told["folder"]))
    return Answer(int(told["asked"]), _text(told["state"]), folder, told["told"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable(f"{value!r} is no text")
    return value
