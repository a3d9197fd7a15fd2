"""Remarks: the comments that people made on one thing of a plan, and the form to make another."""

from __future__ import annotations

from allocopt.documents.blocks import Block, bullets
from allocopt.review.marks import is_own, page_of
from allocopt.review.moments import moment
from allocopt.review.panels import Field, Panel, form, panel
from allocopt.review.view import View
from allocopt.store import Kind, Move

# What a comment is about, as its event keeps it.
ABOUT = "about"
FORM = "comment"


def remarks(view: View, about: str) -> Panel | None:
    """Comments on what `about` names (`rep:Ann`), the latest first, and the form."""
    say = view.voice.say
    told = [
        say(
            "review.rep.remark",
            author=event.author,
            when=moment(event.happened_at, view.voice),
            text=event.text,
        )
        for event in reversed(view.record.events)
        if event.kind == Kind.COMMENT and event.details.get(ABOUT) == about and is_own(about, view)
    ]
    blocks = [bullets(told), _form(view, about)]
    return panel("remarks", say("review.rep.remarks"), blocks, width="half")


def _form(view: View, about: str) -> Block | None:
    """A field for what is to be said; None where the person may not."""
    if view.presenting or not view.person.may(Move.COMMENT):
        return None
    say = view.voice.say
    fields = [
        Field(ABOUT, "", about, kind="hidden"),
        Field("back", "", f"{view.address}/{page_of(about)}", kind="hidden"),
        Field(
            "text",
            say("review.rep.say"),
            view.entered.value(FORM, "text"),
            kind="area",
            error=view.entered.error(FORM, "text"),
            required=True,
        ),
    ]
    return form(FORM, f"{view.address}/comment", fields, say("review.rep.send"))
