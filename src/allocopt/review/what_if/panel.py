"""Panel: the content of the what-if panel, `pages/what_if.html.j2`."""

from __future__ import annotations

from typing import Any

from allocopt.errors import DataError
from allocopt.review.asking import Asking
from allocopt.review.desk.progress import running_of
from allocopt.review.drafts import Change, Draft
from allocopt.review.drafts.kinds import kind_of, may_make
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.settings import in_force
from allocopt.review.view import View
from allocopt.review.what_if.answer import answer_of, failure_lines
from allocopt.review.what_if.entry import entry
from allocopt.review.what_if.suggestion import suggestion_of
from allocopt.review.what_if.typed import NOTHING, Typed


def panel_content(asking: Asking, view: View, typed: Typed = NOTHING) -> dict[str, Any]:
    """All that the panel shows of what this browser asks, or of what somebody else asks in a link."""
    draft, is_own = asking.draft, is_own_draft(asking)
    ground = ground_of(asking, view)
    version = view.record.version
    content: dict[str, Any] = {
        "words": asking.voice.say.branch("review.what_if.words"),
        "address": view.address,
        "at": f"/what-ifs/at{view.address.removeprefix('/plans')}",
        "back": asking.here,
        "version": version.id,
        "is_own": is_own,
        "draft": None if draft is None else _draft(draft, view, ground),
        "others": _others(asking, draft),
        "entry": entry(ground, view.options.get("kind", ""), typed) if is_own else None,
        "damaged": _damaged(asking),
        "running": None,
        "suggestion": None,
    }
    desk = asking.desk
    if desk is not None and draft is not None and is_own:
        content["running"] = running_of(desk, draft, view)
        content["suggestion"] = suggestion_of(desk, asking.room, draft, ground, view.address)
    return content


def is_own_draft(asking: Asking) -> bool:
    """Whether what is on the table is this browser's own, or nothing yet."""
    return asking.draft is None or asking.draft.browser == asking.visitor.browser


def ground_of(asking: Asking, view: View) -> Ground:
    """What changes are made to, for whoever asks."""
    person = asking.person
    changes = () if asking.draft is None else asking.draft.changes
    return Ground(view.facts, asking.voice, person.reader, person.territories, changes)


def _draft(draft: Draft, view: View, ground: Ground) -> dict[str, Any]:
    return {
        "address": f"/what-ifs/{draft.id}",
        "id": draft.id,
        "title": draft.title if may_make(draft.changes, ground) else "",
        "owner": draft.owner,
        "changes": changes_in_words(draft.changes, ground),
        "can_undo": bool(draft.past),
        "can_redo": bool(draft.undone),
        "is_answered": draft.is_answered,
        "answer": answer_of(draft, view),
        "failures": failure_lines(draft.answer, view) if draft.is_answered else [],
        "share": f"{view.address}/plan?what_if={draft.id}",
        "may_save": draft.is_answered
        and draft.answer is not None
        and draft.answer.folder is not None,
    }


def changes_in_words(changes: tuple[Change, ...], ground: Ground) -> list[dict[str, Any]]:
    """Each change as a sentence; those that a later one about the same thing has replaced say so."""
    try:
        holding = {id(change) for change in in_force(changes)}
    except DataError:
        holding = {id(change) for change in changes}
    return [
        {
            "text": sentence(change, ground),
            "replaced": id(change) not in holding,
            "place": str(place),
        }
        for place, change in enumerate(changes)
    ]


def sentence(change: Change, ground: Ground) -> str:
    """A change in words; that it is one where it is not the person's, or of an unknown kind."""
    try:
        kind = kind_of(change)
        if not kind.is_own(change, ground):
            return ground.voice.say("review.change.said.elsewhere")
        return kind.sentence(change, ground)
    except DataError:
        return ground.voice.say("review.change.unknown", kind=change.kind)


def _others(asking: Asking, current: Draft | None) -> list[dict[str, Any]]:
    """The drafts of this browser to this version, the latest first, where there are several."""
    mine = asking.room.drafts.of(asking.visitor.browser, asking.record.version.id)
    listed = [
        {
            "id": draft.id,
            "title": title_of(draft, asking),
            "chosen": current is not None and draft.id == current.id,
        }
        for draft in reversed(mine)
    ]
    return listed if len(listed) > 1 else []


def title_of(draft: Draft, asking: Asking) -> str:
    """What a draft is called: its title, else how many changes it has."""
    count = len(draft.changes)
    return draft.title or asking.voice.say.count("review.what_if.untitled", count)


def _damaged(asking: Asking) -> str:
    names = asking.room.drafts.damaged
    return asking.voice.say.count("review.what_if.damaged", len(names)) if names else ""
