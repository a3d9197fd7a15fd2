"""Saving: the forms with which the answer to a what-if becomes a version, and an old version the latest."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from allocopt.documents.blocks import Block, bullets, heading, notice, prose
from allocopt.errors import StoreError
from allocopt.review.comparing import ANSWER
from allocopt.review.panels import Field, actions, form
from allocopt.review.refusals import saved
from allocopt.review.view import View
from allocopt.store import Move, Version


def saving(view: View) -> Iterator[Block | None]:
    """The form that saves the answer; where somebody else has saved meanwhile, what can be done then."""
    say, draft = view.voice.say, view.draft
    if draft is None or view.after is None:
        yield notice(say("review.versions.no_answer"))
        return
    if not draft.is_answered:
        yield notice(say("review.versions.wrong.unanswered"))
        return
    yield from _conflict(view)
    yield prose(say("review.versions.save_told", scenario=view.record.version.scenario))
    yield form(
        "save", f"{view.address}/save", _fields(view, draft.id), say("review.versions.save_do")
    )


def _fields(view: View, draft: str) -> list[Field]:
    say, entered = view.voice.say, view.entered
    scenario = view.record.version.scenario
    return [
        Field("draft", value=draft, kind="hidden"),
        Field(
            "name",
            say("review.versions.name"),
            entered.value("save", "name", scenario),
            hint=say("review.versions.name_hint", scenario=scenario),
            error=entered.error("save", "name"),
            required=True,
        ),
        Field(
            "reason",
            say("review.versions.reason"),
            entered.value("save", "reason"),
            "area",
            error=entered.error("save", "reason"),
            required=True,
        ),
    ]


def _conflict(view: View) -> Iterator[Block | None]:
    """Who has saved what meanwhile; compare, save beside it, or carry the changes over."""
    say, entered = view.voice.say, view.entered
    found = list(_since(view))
    if not found:
        return
    newest = found[-1].id
    yield bullets(
        [saved(version, view.voice) for version in found], say("review.versions.meanwhile")
    )
    address = f"{view.address}/versions?{urlencode({'a': newest, 'b': ANSWER})}"
    yield actions([(say("review.versions.compare_both"), address)])
    kept = [
        Field(name, value=entered.values.get(name, ""), kind="hidden")
        for name in ("name", "reason", "draft")
    ]
    beside = [*kept, Field("beside", value="yes", kind="hidden")]
    yield form("beside", f"{view.address}/save", beside, say("review.versions.beside"))
    onto = [kept[-1], Field("onto", value=newest, kind="hidden")]
    told = say("review.versions.rebase", version=newest)
    yield form("rebase", f"{view.address}/rebase", onto, told)


def _since(view: View) -> Iterator[Version]:
    for name in view.entered.since:
        try:
            yield view.archive.record(name).version
        except StoreError:
            continue


def restoring(view: View) -> Iterator[Block | None]:
    """The form that makes an older version the latest again."""
    say, entered, version = view.voice.say, view.entered, view.record.version
    own = [one for one, _ in view.archive.versions() if one.scenario == version.scenario]
    if version == own[-1] or not view.person.may(Move.RESTORE):
        return
    yield heading(say("review.versions.restore"))
    yield prose(say("review.versions.restore_told", version=version.id, latest=own[-1].id))
    reason = Field(
        "reason",
        say("review.versions.reason"),
        entered.value("restore", "reason"),
        error=entered.error("restore", "reason"),
        required=True,
    )
    yield form("restore", f"{view.address}/restore", [reason], say("review.versions.restore_do"))
