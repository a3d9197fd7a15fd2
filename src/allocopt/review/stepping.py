"""Stepping: the forms that lead a version on, and why others are not there."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.config.approval import SignOff
from allocopt.documents.blocks import Block
from allocopt.review.panels import Field, form
from allocopt.review.refusals import refusal, signature
from allocopt.review.view import View
from allocopt.store import Move
from allocopt.store.approval import may_sign
from allocopt.store.states import RULES

# Moves that lead on, in their order.
STEPS = (Move.SUBMIT, Move.SIGN_OFF, Move.APPROVE, Move.RETURN, Move.PUBLISH)


def steps(view: View) -> Iterator[Block]:
    """A form for each step that role and state allow; one for each signature."""
    refused = view.archive.refusals(view.record.version.id)
    for move in STEPS:
        if move in refused:
            continue
        if move is Move.SIGN_OFF:
            yield from _signing(view)
        else:
            yield _form(view, move, view.voice.say(f"review.versions.do.{move}"))


def not_yet(view: View) -> list[str]:
    """Steps that the state would allow and something else does not, each with the reason."""
    refused = view.archive.refusals(view.record.version.id)
    told = []
    for move in STEPS:
        error = refused.get(move)
        if error is None or view.record.state not in RULES[move].states:
            continue
        why = refusal(error, view.record, view.facts, view.voice)
        told.append(view.voice.say("review.versions.not_yet_one", step=_name(view, move), why=why))
    return told


def _name(view: View, move: Move) -> str:
    return view.voice.say(f"review.versions.do.{move}")


def _signing(view: View) -> Iterator[Block]:
    own = [one for one in view.record.missing if may_sign(view.record.rules, one, view.person.name)]
    for number, one in enumerate(own):
        part = signature(one, view.facts, view.voice)
        yield _form(
            view, Move.SIGN_OFF, view.voice.say("review.versions.sign", part=part), one, number
        )


def _form(
    view: View, move: Move, submit: str, one: SignOff | None = None, number: int = 0
) -> Block:
    say, entered = view.voice.say, view.entered
    needs = RULES[move].needs_reason
    label = say("review.versions.words_needed" if needs else "review.versions.words")
    given = () if one is None else (("territory", one.territory), ("role", one.role))
    is_same = all(entered.values.get(name, value) == value for name, value in given)
    words = Field(
        "words",
        label,
        entered.value(move, "words") if is_same else "",
        error=entered.error(move, "words") if is_same else "",
        required=needs,
    )
    hidden = [Field(name, value=value, kind="hidden") for name, value in given]
    name = f"{move}-{number}" if number else str(move)
    return form(name, f"{view.address}/{move}", [*hidden, words], submit)
