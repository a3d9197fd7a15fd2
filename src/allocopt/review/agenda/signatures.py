"""Signatures: who has signed the plan off, and who still has to."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import bullets, columns
from allocopt.review.moments import moment
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.places import place_name
from allocopt.review.view import View
from allocopt.store import Kind
from allocopt.store.version import Event


def signatures_panel(view: View) -> Panel | None:
    """The state of the plan, and each signature that is asked for."""
    say = view.voice.say
    rows = [*_given(view), *_missing(view)]
    heads = [
        (say("review.opening.signature"), "text"),
        *columns("scope status", view.voice),
        (say("review.opening.by_whom"), "text"),
    ]
    said = say(
        "review.opening.state",
        version=view.record.version.id,
        state=say(f"review.state.{view.record.state}"),
    )
    blocks = [bullets([said]), grid(say("review.opening.signatures"), heads, rows)]
    return panel("signatures", say("review.opening.signatures"), blocks)


def _given(view: View) -> Iterator[dict[str, object]]:
    say = view.voice.say
    for event in _since_submitted(view.record.events):
        told = event.details
        when = moment(event.happened_at, view.voice)
        cells = [
            _role(told["role"], view),
            _place(told["territory"], view),
            say("review.opening.signed"),
            say("review.opening.who_when", who=event.author, when=when),
        ]
        yield row(cells, mark=_mark(told["territory"], view))


def _since_submitted(events: tuple[Event, ...]) -> list[Event]:
    """Signatures that still hold: those since the plan was last submitted or returned."""
    places = [
        place + 1
        for place, event in enumerate(events)
        if event.kind in (Kind.SUBMITTED, Kind.RETURNED)
    ]
    later = events[places[-1] if places else 0 :]
    return [event for event in later if event.kind == Kind.SIGNED_OFF]


def _missing(view: View) -> Iterator[dict[str, object]]:
    for one in view.record.missing:
        cells = [
            _role(one.role, view),
            _place(one.territory, view),
            view.voice.say("review.opening.unsigned"),
            view.voice.show.join(list(one.people)),
        ]
        yield row(cells, mark=_mark(one.territory, view))


def _role(role: str, view: View) -> str:
    return view.voice.say.get(f"review.role.{role}", role)


def _place(territory: str, view: View) -> str:
    if not territory:
        return view.voice.say("general.company")
    return place_name(territory, view.facts, view.voice)


def _mark(territory: str, view: View) -> str:
    return f"territory:{territory}" if territory in view.facts.scenario.territory_tree else ""
