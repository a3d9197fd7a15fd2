"""Answer: what came of a what-if, in figures and in sentences; why nothing did, and the ways out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.errors import DataError
from allocopt.review.differences import Differences, Sentence, differences
from allocopt.review.drafts import Answer, Draft
from allocopt.review.figures import headline_figures
from allocopt.review.found import found_in_words
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.view import View
from allocopt.review.what_if.conflict import conflicts_of, relaxations_of

# Gaps below this count as none. [share]
PROVEN = 1e-9


def answer_of(draft: Draft, view: View) -> dict[str, Any] | None:
    """What the panel says of a draft's answer; None where it has none."""
    answer = draft.answer
    if answer is None or not draft.changes:
        return None
    told = answer.told or {}
    shown: dict[str, Any] = {
        "state": answer.state,
        "earlier": "" if draft.is_answered else view.voice.say("review.what_if.earlier"),
        "said": _said(answer, view),
        "figures": None,
        "material": [],
        "smaller": [],
        "more": "",
        "same": "",
        "proof": "",
        "conflicts": conflicts_of(told, view),
        "relaxations": relaxations_of(told, view),
    }
    if view.after is None:
        return shown
    return {**shown, **_compared(view, view.after), "proof": _proof(answer, view)}


def _said(answer: Answer, view: View) -> str:
    """What became of the search."""
    told, voice = answer.told or {}, view.voice
    if answer.folder is not None and view.after is None:
        return voice.say("review.what_if.lost")
    if answer.state == "failed":
        code = str(told.get("code", ""))
        said = voice.say.get(f"review.what_if.failed.{code}", "")
        return said or voice.say("review.what_if.failed.refused")
    return voice.say(f"review.what_if.state.{answer.state}")


def failure_lines(answer: Answer | None, view: View) -> list[str]:
    """The sentences that a search ended with which could not be begun, for who may know what they name."""
    told = {} if answer is None or answer.state != "failed" else answer.told or {}
    if told.get("code") != "refused":
        return []
    if not view.sees_everything:
        return [view.voice.say("review.what_if.unsound")]
    if "findings" in told:
        return [found_in_words(one, view.voice) for one in told["findings"]]
    return [view.voice.say("review.refused.told", told=str(told.get("message", "")))]


def _compared(view: View, after: Facts) -> dict[str, Any]:
    """Figures before and after, and a sentence for each difference."""
    hours = Figure(
        view.voice.say("review.what_if.hours"),
        after.kpi("load"),
        lambda hours: view.voice.say("general.hours", n=view.voice.show.number(hours)),
        view.facts.kpi("load"),
    )
    figures = sided_headlines([*headline_figures(view), hours], view.voice)
    try:
        found = _differences(view.facts, after, view.voice)
    except DataError:
        found = Differences((), ())
    return {
        "figures": figures,
        "material": [_line(one) for one in found.material],
        "smaller": [_line(one) for one in found.smaller],
        "more": view.voice.say.count("review.what_if.smaller", len(found.smaller)),
        "same": "" if found else view.voice.say("review.what_if.same"),
    }


def _differences(before: Facts, after: Facts, voice: Voice) -> Differences:
    """Made once for two plans and a language."""
    name = f"differences {voice.say.language} {before.summary.get('id')}"
    found: Differences = after.once(name, lambda: differences(before, after, voice))
    return found


def _line(sentence: Sentence) -> Mapping[str, str]:
    return {"text": sentence.text, "mark": sentence.mark}


def _proof(answer: Answer, view: View) -> str:
    """How far the best plan may be, and below which size a difference says nothing."""
    told, voice = answer.told or {}, view.voice
    gap = told.get("gap")
    if gap is None:
        return ""
    if gap <= PROVEN:
        return voice.say("review.what_if.proven")
    objective, bound = (
        (view.after or view.facts).summary.get(name) for name in ("objective", "bound")
    )
    share = voice.show.percent(gap, 2)
    if objective is None or bound is None or not known(float(bound)):
        return voice.say("review.what_if.within_share", gap=share)
    amount = voice.show.money(max(float(bound) - float(objective), 0.0))
    return voice.say("review.what_if.within", gap=share, amount=amount)
