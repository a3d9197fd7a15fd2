"""The screen `versions`: two compared, where a version stands, what is done with it, and all others."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, Column, bullets, prose
from allocopt.documents.language.text import shorten
from allocopt.review.address import version_address
from allocopt.review.comparing import choices, compared, comparison
from allocopt.review.listing import listing
from allocopt.review.moments import moment
from allocopt.review.panels import Panel, Screen, grid, panel, row, screen
from allocopt.review.reasons import reason_of
from allocopt.review.refusals import signature, signers
from allocopt.review.saving import restoring, saving
from allocopt.review.stepping import not_yet, steps
from allocopt.review.view import View
from allocopt.store import State, Version

# Width of a reason in a table [em], and rows of a page of it.
WIDTH, MOST_ROWS = 60.0, 12
# States in which signatures are still to be given.
WAITING = (State.DRAFT, State.SUBMITTED, State.RETURNED)


def versions_screen(view: View) -> Screen:
    """Two versions compared where that is asked for; then where this one stands, and all others."""
    family = view.archive.history(view.record.version.id).versions
    asked = compared(view, family)
    panels = [
        *comparison(view, asked),
        _standing(view),
        _doing(view),
        _history(view, family),
        _others(view, family),
    ]
    return screen("versions", view.voice, panels, choices(view, family, asked))


def _standing(view: View) -> Panel | None:
    """Where the version stands: state, maker, reason, what it follows, who has still to sign."""
    say = view.voice.say
    blocks = [
        prose(list(_told(view))),
        bullets(list(_missing(view)), say("review.versions.missing")),
    ]
    if not view.presenting:
        blocks += [*steps(view), bullets(not_yet(view), say("review.versions.not_yet"))]
    return panel("standing", say("review.versions.standing"), blocks, width="half")


def _told(view: View) -> Iterator[str]:
    say, record = view.voice.say, view.record
    version = record.version
    yield say(
        "review.versions.stands",
        version=version.id,
        state=say(f"review.state.{record.state}"),
        meaning=say(f"review.versions.meaning.{record.state}"),
    )
    when = moment(version.saved_at, view.voice)
    yield say("review.versions.saved", who=version.author, when=when)
    if version.reason:
        yield say(
            "review.versions.because", reason=shorten(reason_of(version, view.voice), 4 * WIDTH)
        )
    if version.parent:
        yield say("review.versions.follows", parent=version.parent)
    rules = record.rules_of
    yield (
        say("review.versions.rules", version=rules.id) if rules else say("review.versions.no_rules")
    )


def _missing(view: View) -> Iterator[str]:
    if view.record.state not in WAITING:
        return
    for one in view.record.missing:
        yield view.voice.say(
            "general.with",
            name=signature(one, view.facts, view.voice),
            value=signers(one, view.record.rules, view.voice),
        )


def _doing(view: View) -> Panel | None:
    """Saving the answer to the what-if, and making an old version the latest again."""
    if view.presenting or not view.person.may_ask:
        return None
    say = view.voice.say
    blocks = [*saving(view), *restoring(view)]
    return panel("save", say("review.versions.save"), blocks, width="half")


def _history(view: View, family: tuple[Version, ...]) -> Panel | None:
    """The versions of the scenario, the newest first."""
    own = [
        version for version in reversed(family) if version.scenario == view.record.version.scenario
    ]
    return panel(
        "history", view.voice.say("review.versions.history"), [_grid(view, own, "history")]
    )


def _others(view: View, family: tuple[Version, ...]) -> Panel | None:
    """Scenarios made from this one, or that it was made from; then all others of the store."""
    scenario = view.record.version.scenario
    near = {version.scenario for version in family} - {scenario}
    latest: dict[str, Version] = {}
    for version, _ in view.archive.versions():
        if version.scenario != scenario:
            latest[version.scenario] = version
    ordered = sorted(latest.values(), key=lambda one: (one.scenario not in near, one.scenario))
    return panel(
        "others", view.voice.say("review.versions.others"), [_grid(view, ordered, "others")]
    )


def _grid(view: View, versions: list[Version], name: str) -> Block | None:
    """A table of versions, a page of it, with the state of each."""
    if not versions:
        return None
    states = {version.id: state for version, state in view.archive.versions()}
    known = {version.id: version for version in versions}
    rows = [(one.id, one.author, reason_of(one, view.voice), one.saved_at) for one in versions]
    frame = pd.DataFrame(rows, columns=["version", "who", "reason", "when"])
    page = listing(
        frame,
        view,
        name,
        sorts=("", "", "when", "who", "", "", ""),
        searched=("version", "who", "reason"),
        most=MOST_ROWS,
    )
    shown = [_row(known[key], states[key], view) for key in page.frame["version"]]
    caption = view.voice.say(f"review.versions.{name}_told")
    return grid(caption, _columns(view), shown, page.around)


def _columns(view: View) -> list[Column]:
    names = ("version", "state", "when", "who", "reason", "parent", "missing")
    return [(view.voice.say(f"review.versions.column.{name}"), "text") for name in names]


def _row(version: Version, state: State, view: View) -> dict[str, object]:
    say, here = view.voice.say, version.id == view.record.version.id
    missing = ""
    if state is State.SUBMITTED:
        waiting = view.archive.record(version.id).missing
        missing = view.voice.show.join([signature(one, view.facts, view.voice) for one in waiting])
    cells = [
        version.id,
        say(f"review.state.{state}"),
        moment(version.saved_at, view.voice),
        version.author,
        shorten(reason_of(version, view.voice), WIDTH),
        version.parent,
        missing,
    ]
    link = f"{version_address(version.id)}/versions"
    return row(cells, link=link, badge=say("review.versions.here") if here else "")
