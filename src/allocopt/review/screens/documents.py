"""The screen `documents`: what can be written of the plan, and what was written."""

from __future__ import annotations

from allocopt.documents.blocks import Block, notice
from allocopt.documents.facts.subject import Subject, parse_subject
from allocopt.documents.language.messages import languages
from allocopt.documents.language.text import shorten
from allocopt.review.archive import ORDERS
from allocopt.review.moments import moment
from allocopt.review.offers import (
    FORMS,
    kinds_for,
    readers_for,
    subject_name,
    subject_of_mark,
    subjects_for,
)
from allocopt.review.orders import Order, Orders, failure_in_words
from allocopt.review.panels import Field, Panel, Screen, form, grid, panel, row, screen
from allocopt.review.view import View

# Width of a name in a list [em].
WIDTH = 48.0
COLUMNS = ("document", "about", "form", "for", "when", "state")


def documents_screen(view: View) -> Screen:
    """The form to order a document with, and the documents that were ordered."""
    return screen("documents", view.voice, [_order(view), _made(view)])


def _order(view: View) -> Panel | None:
    if view.presenting:
        return None
    say = view.voice.say
    fields = [
        _select(view, "kind", _kinds(view), _usual_kind(view)),
        _select(view, "about", _subjects(view), str(_asked(view))),
        _select(
            view,
            "language",
            [(one, say(f"review.language.{one}")) for one in languages()],
            say.language,
        ),
        _select(
            view, "form", [(one, say(f"review.documents.form.{one}")) for one in FORMS], "html"
        ),
        _select(view, "reader", _readers(view), ""),
    ]
    if view.after is not None:
        fields.append(_select(view, "plan", _plans(view), ""))
    written = form("order", f"{view.address}/documents", fields, say("review.documents.do"))
    return panel("order", say("review.documents.order"), [written], width="half")


def _select(view: View, name: str, options: list[tuple[str, str]], usual: str) -> Field:
    return Field(
        name,
        view.voice.say(f"review.documents.field.{name}"),
        view.entered.value("order", name, usual),
        "select",
        tuple(options),
        error=view.entered.error("order", name),
    )


def _kinds(view: View) -> list[tuple[str, str]]:
    return [(one, view.voice.say(f"review.documents.kind.{one}")) for one in kinds_for(view)]


def _asked(view: View) -> Subject:
    """What the address asks for; of somebody with a part of the tree that part."""
    asked = subject_of_mark(view.options.get("about", ""))
    return asked if asked.key or not view.person.territories else view.facts.subject


def _usual_kind(view: View) -> str:
    return {"rep": "rep", "territory": "territory", "account": "account"}.get(
        _asked(view).kind, "annual"
    )


def _subjects(view: View) -> list[tuple[str, str]]:
    found = subjects_for(view)
    if (asked := _asked(view)) not in found and asked.key:
        found.append(asked)
    return [(str(one), shorten(subject_name(one, view), WIDTH)) for one in found]


def _readers(view: View) -> list[tuple[str, str]]:
    say = view.voice.say
    named = [(one, say(f"review.documents.reader.{one}")) for one in readers_for(view)]
    return [("", say("review.documents.reader.usual")), *named]


def _plans(view: View) -> list[tuple[str, str]]:
    return [("", view.record.version.id), ("answer", view.voice.say("review.versions.answer"))]


def _made(view: View) -> Panel | None:
    """The documents of this version that the person has ordered, the newest first."""
    say = view.voice.say
    orders = Orders(view.archive.room.folder / ORDERS).of(view.person.name, view.record.version.id)
    columns = [(say(f"review.documents.column.{name}"), "text") for name in COLUMNS]
    block: Block | None = grid(
        say("review.documents.made"), columns, [_row(one, view) for one in orders]
    )
    nothing = notice(say("review.documents.none"))
    return panel("made", say("review.documents.made"), [block or nothing], width="half")


def _row(order: Order, view: View) -> dict[str, object]:
    say = view.voice.say
    reason = failure_in_words(order.reason, order.form, view.voice)
    state = say(f"review.documents.state.{order.state}", reason=reason)
    cells = [
        say(f"review.documents.kind.{order.kind}"),
        shorten(subject_name(parse_subject(order.about or "company"), view), WIDTH),
        say(f"review.documents.form.{order.form}"),
        say(f"review.documents.reader.{order.reader}"),
        moment(order.ordered_at, view.voice),
        state,
    ]
    link = f"{view.address}/documents/{order.id}/file" if order.state == "ready" else ""
    return row(cells, link=link)
