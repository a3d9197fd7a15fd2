"""Following: what became of an action: in a word, and in the form that tells it on two screens."""

from __future__ import annotations

from allocopt.documents.blocks import Block
from allocopt.documents.language.text import shorten
from allocopt.documents.language.voice import Voice
from allocopt.review.panels import Field, form
from allocopt.review.view import View

# The form and the address at which it is told what became of an action.
FOLLOW = "follow"
STATUSES = ("done", "open", "dropped")
# Width of an action in a list [em].
WIDTH = 60.0


def status_text(status: str, voice: Voice) -> str:
    """How an action stands; what people wrote themselves stays as it is."""
    word = status.strip().casefold() or "open"
    return voice.say.get(f"review.opening.status.{word}", status)


def follow_form(view: View, screen: str) -> Block:
    """What became of one of the open actions, with words; it leads back to the screen that it stands on."""
    say = view.voice.say
    actions = view.record.actions
    named = [f"{one.what} ({one.owner})" if one.owner else one.what for one in actions]
    keys = [(one.key, shorten(name, WIDTH)) for one, name in zip(actions, named, strict=True)]
    told = [(status, say(f"review.opening.tell.{status}")) for status in STATUSES]
    fields = [
        Field("screen", value=screen, kind="hidden"),
        _field(view, "key", say("column.action"), keys),
        _field(view, "status", say("column.status"), told),
        _field(view, "note", say("review.opening.note")),
    ]
    return form(FOLLOW, f"{view.address}/{FOLLOW}", fields, say("review.opening.keep"))


def _field(
    view: View, name: str, label: str, options: list[tuple[str, str]] | None = None
) -> Field:
    """A field with what was chosen or typed there, else the first option."""
    entered = view.entered
    usual = options[0][0] if options else ""
    return Field(
        name,
        label,
        entered.value(FOLLOW, name, usual),
        "select" if options else "text",
        tuple(options or ()),
        error=entered.error(FOLLOW, name),
    )
