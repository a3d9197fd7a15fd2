"""Suggestion: where one rep more would go, as the desk found it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocopt.documents.language.amounts import signed
from allocopt.review.desk import Desk
from allocopt.review.desk.job import Kind
from allocopt.review.drafts import Draft
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.kinds.kind import given, is_hidden
from allocopt.review.drafts.settings import settings_of
from allocopt.review.panels import button

NEXT_REP: Kind = "next-rep"


def suggestion_of(desk: Desk, draft: Draft, ground: Ground, address: str) -> dict[str, Any] | None:
    """Where a rep more would go, with a button for each place; None where nobody asked, or not of this."""
    ticket = desk.latest(draft.id)
    if ticket is None or ticket.job.kind != NEXT_REP or not ticket.is_over or ticket.last is None:
        return None
    if ticket.job.settings != settings_of(draft.changes, ground.scenario):
        return None
    told, say = ticket.last, ground.voice.say
    if told["state"] != "done" or not told.get("where"):
        return {"said": say("review.what_if.next.none"), "places": []}
    brings = "" if is_hidden("cost", ground) else signed(float(told["change"]), ground.voice)
    said = say("review.what_if.next.brings", amount=brings) if brings else ""
    return {"said": said, "places": [_place(one, ground, address) for one in told["where"]]}


def _place(one: Mapping[str, Any], ground: Ground, address: str) -> dict[str, Any]:
    say, show = ground.voice.say, ground.voice.show
    node = str(one.get("territory") or one.get("territories") or "")
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
