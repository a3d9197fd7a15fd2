"""Suggestion: where one rep more would go, as the desk found it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocopt.documents.language.amounts import signed
from allocopt.review.desk import Desk
from allocopt.review.desk.asked import settings_in
from allocopt.review.desk.job import Kind
from allocopt.review.drafts import Draft
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.kinds.kind import given
from allocopt.review.panels import button
from allocopt.review.room import Room

NEXT_REP: Kind = "next-rep"


def suggestion_of(
    desk: Desk, room: Room, draft: Draft, ground: Ground, address: str
) -> dict[str, Any] | None:
    """Where a rep more would go, with a button for each place; None where nobody asked, or not of this."""
    ticket = desk.latest(draft.id, NEXT_REP)
    if ticket is None or not ticket.is_over or ticket.last is None:
        return None
    if ticket.job.settings != settings_in(room, draft):
        return None
    told, say = ticket.last, ground.voice.say
    if told["state"] != "done" or not told.get("where"):
        return {"said": say("review.what_if.next.none"), "places": []}
    own = [one for one in told["where"] if ground.is_whole or _node(one) in ground.inside]
    if not own:
        return {"said": say("review.what_if.next.elsewhere"), "places": []}
    brings = signed(float(told["change"]), ground.voice) if _sees_worth(ground) else ""
    said = say("review.what_if.next.brings", amount=brings) if brings else ""
    return {"said": said, "places": [_place(one, ground, address) for one in own]}


def _sees_worth(ground: Ground) -> bool:
    """Whether the person may know what a change of the whole plan is worth."""
    return "objective" in ground.facts.summary


def _node(one: Mapping[str, Any]) -> str:
    return str(one.get("territory") or one.get("territories") or "")


def _place(one: Mapping[str, Any], ground: Ground, address: str) -> dict[str, Any]:
    say, show = ground.voice.say, ground.voice.show
    node = _node(one)
    text = say(
        "review.what_if.next.place",
        territory=ground.facts.name_of("territories", node) or say("review.change.company"),
        hours=show.number(float(one.get("hours", float("nan")))),
        units=show.number(float(one["units"])),
    )
    kind, values = _change(one, node, ground)
    act = button(say("review.what_if.next.add"), f"{address}/changes", {"kind": kind, **values})
    return {"text": text, "act": act}


def _change(one: Mapping[str, Any], node: str, ground: Ground) -> tuple[str, dict[str, str]]:
    """The change that takes a place up: a position that is there is filled, a made-up one is added."""
    if not one["assumed"]:
        return "fill", {"rep": str(one["rep"])}
    named = {"name": str(one["rep"]), "territory": node, "hours": given(one.get("hours"))}
    return "add_rep", {**named, "hired": "yes"}
