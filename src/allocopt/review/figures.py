"""Figures: the few numbers that a plan is judged by, of the plan and of the answer to a what-if."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import nan

from allocopt.documents.changes import change_note
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.progress import year_to_date
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.review.tallies.headlines import Figure
from allocopt.review.view import View


def headline_figures(view: View) -> Iterator[Figure]:
    """Sales, contribution, attainment, money, people, handovers, and how good the plan is."""
    voice, facts = view.voice, view.latest
    say, show = voice.say, voice.show

    def both(value: Callable[[Facts], float]) -> tuple[float, float]:
        return value(facts), nan if view.after is None else value(view.facts)

    def figure(
        label: str, value: Callable[[Facts], float], write: Callable[[float], str], note: str = ""
    ) -> Figure:
        now, was = both(value)
        return Figure(say(label), now, write, was, note)

    yield figure("card.sales", Facts.sales, show.money, change_note(facts, voice))
    yield figure("card.contribution", Facts.contribution, show.money, _margin(facts, voice))
    now, was = both(_attained)
    note = _attained_of(facts, voice)
    yield Figure(say("review.plan.attained"), now, show.percent, was, note, is_share=True)
    yield figure("card.spend", Facts.spend, show.money)
    yield figure("card.reps", _heads, show.number, _hires(facts, voice))
    yield figure("card.handovers", _moved, show.number, _moved_share(facts, voice))
    now, was = both(_gap)
    label, note = say("review.plan.gap"), _proof(facts, voice)
    yield Figure(label, now, lambda share: show.percent(share, 2), was, note, is_share=True)


def _attained(facts: Facts) -> float:
    """Planned sales as a share of the quota; after a review sales to date as a share of the plan."""
    year = year_to_date(facts)
    if year is None:
        return ratio(facts.sales(), facts.company_quota)
    return float(year["ytd_attainment"])


def _attained_of(facts: Facts, voice: Voice) -> str:
    if year_to_date(facts) is not None:
        return voice.say("review.plan.to_date")
    chance = facts.kpi("attain_probability")
    if known(chance):
        return voice.say("review.plan.chance", chance=voice.show.percent(chance, 0))
    return voice.say("review.plan.of_quota")


def _margin(facts: Facts, voice: Voice) -> str:
    share = ratio(facts.contribution(), facts.sales())
    return voice.say("card.of_sales", share=voice.show.percent(share)) if known(share) else ""


def _heads(facts: Facts) -> float:
    return float(len(facts.active_reps))


def _hires(facts: Facts, voice: Voice) -> str:
    return voice.say.count("card.hires", len(facts.hires)) if len(facts.hires) else ""


def _moved(facts: Facts) -> float:
    return float(facts.handovers["unit"].nunique())


def _moved_share(facts: Facts, voice: Voice) -> str:
    share = facts.handover_share()
    return voice.say("card.of_demand", share=voice.show.percent(share)) if known(share) else ""


def _gap(facts: Facts) -> float:
    return float(facts.summary.get("gap", nan))


def _proof(facts: Facts, voice: Voice) -> str:
    """How far the search went, in words."""
    return voice.say.get(f"status.{facts.summary.get('status', '')}", "")
