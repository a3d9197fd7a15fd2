"""The screen `variance`: why sales differ from plan, from the company down to a unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocopt.documents.blocks import Block, bullets, columns, notice, prose
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.deviations import Deviation, deviations
from allocopt.documents.facts.noise import noise_of
from allocopt.documents.facts.progress import is_reviewed
from allocopt.documents.figures.variance import (
    CAUSES,
    cause_name,
    causes_of,
    variance_chart,
)
from allocopt.documents.language.amounts import signed
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.variance import causes_text
from allocopt.review.agenda.first import bring_text
from allocopt.review.panels import Panel, Screen, choice, grid, panel, row, screen
from allocopt.review.variance.asked import Differing, below, differing_of, key_of, listed, periods
from allocopt.review.variance.parts import item_name, material_panel, part_panel
from allocopt.review.view import View

# Causes that are computed from the forecast, not from what was recorded, and what is left after all.
ESTIMATED, LEFT = "market", "rest"


def variance_screen(view: View) -> Screen:
    """Why sales differ, what each cause did, and where."""
    say = view.voice.say
    if not is_reviewed(view.facts.plan) or view.facts.table("variance").empty:
        nothing = [prose(say("review.variance.nothing")), notice(bring_text(view))]
        return screen("variance", view.voice, [panel("why", say("review.variance.why"), nothing)])
    asked = differing_of(view)
    panels = [
        _why(view, asked),
        _causes(view, asked),
        *(part_panel(view, asked, *part) for part in below(view.facts, asked)),
        material_panel(view, asked),
    ]
    return screen("variance", view.voice, panels, _controls(view, asked))


def _controls(view: View, asked: Differing) -> list[Block]:
    """What of, and when."""
    say, show = view.voice.say, view.voice.show
    pairs = listed(view.facts)
    if asked.about not in pairs:
        pairs.append(asked.about)
    scopes = [(key_of(*pair), _option(pair, view)) for pair in pairs]
    labels = [
        ("", say("review.variance.to_date")),
        *((label, show.period(label)) for label in periods(view.facts)),
    ]
    return [
        choice("scope", say("review.variance.scope"), scopes, asked.key),
        choice("period", say("review.variance.period"), labels, asked.period),
    ]


def _option(pair: tuple[str, str], view: View) -> str:
    """A name in the list of choices, with what it is where that is no place."""
    name = item_name(*pair, view)
    if pair[0] in ("company", "territory"):
        return name
    kind = view.voice.say(f"review.variance.kind.{pair[0]}")
    return view.voice.say("general.with", name=name, value=kind)


def _why(view: View, asked: Differing) -> Panel | None:
    """The way from plan to actual sales, and whether the difference can be chance."""
    blocks = [
        bullets(list(_sentences(view, asked))),
        variance_chart(view.facts, view.voice, asked.period, asked.about),
    ]
    return panel("why", view.voice.say("review.variance.why"), blocks)


def _sentences(view: View, asked: Differing) -> Iterator[str]:
    """The difference with its causes, whether it is more than noise, and what a what-if cannot change."""
    say, show = view.voice.say, view.voice.show
    own = _deviation(view.facts, asked)
    if own is None:
        yield say("review.variance.nothing_of", name=item_name(*asked.about, view))
        return
    when = show.period(asked.period) if asked.period else say("review.variance.to_date")
    side = "above" if own.amount > 0 else "below"
    yield say(
        f"review.variance.{side}" if own.told else "review.variance.level",
        name=item_name(*asked.about, view),
        when=when,
        size=show.money(abs(own.amount)),
        share=show.percent(abs(own.share)),
        causes=causes_text(own, view.voice),
    )
    noise = _noise(view.facts, asked)
    if known(noise):
        key = "inside" if abs(own.amount) <= noise else "outside"
        interval = show.percent(view.facts.scenario.config.forecast.interval, 0)
        yield say(f"review.variance.{key}", noise=show.money(noise), interval=interval)
    if view.after is not None:
        yield say("review.variance.past")


def _deviation(facts: Facts, asked: Differing) -> Deviation | None:
    return next(iter(deviations(facts, asked.scope, asked.period, [asked.item])), None)


def _noise(facts: Facts, asked: Differing) -> float:
    """Forecasts have intervals of the company and of places alone."""
    if asked.scope not in ("company", "territory"):
        return float("nan")
    return noise_of(facts, asked.item, asked.period)


def _causes(view: View, asked: Differing) -> Panel | None:
    """What each cause did, what that rests on, and what would tell the causes that are not known."""
    causes, say = causes_of(view.facts, asked.period, asked.about), view.voice.say
    own = _deviation(view.facts, asked)
    plan = float("nan") if own is None else own.plan
    told = causes[causes["amount"].notna()].sort_values("amount", key=abs, ascending=False)
    rows = [row(_cause_cells(one, plan, view)) for one in told.to_dict("records")]
    heads = [
        *columns("cause #sum #of_plan", view.voice),
        (say("review.variance.basis"), "text"),
        *columns("meaning", view.voice),
    ]
    unknown = [str(cause) for cause in causes.loc[causes["amount"].isna(), "cause"]]
    blocks = [
        grid(say("review.variance.causes"), heads, rows),
        bullets([_wanted(cause, view.voice) for cause in unknown], say("review.variance.unknown")),
    ]
    return panel("causes", say("review.variance.each"), blocks)


def _cause_cells(cause: Mapping[object, object], plan: float, view: View) -> list[str]:
    name, amount = str(cause["cause"]), float(str(cause["amount"]))
    return [
        cause_name(name, view.voice),
        signed(amount, view.voice),
        view.voice.show.change(ratio(amount, plan)),
        _basis(name, float(str(cause["known"])), view.voice),
        view.voice.say.get(f"variance.meaning.{name}", ""),
    ]


def _basis(cause: str, share: float, voice: Voice) -> str:
    """What the amount of a cause rests on."""
    if cause in (ESTIMATED, LEFT):
        return voice.say(f"review.variance.basis_{cause}")
    if share < 1:
        return voice.say("review.variance.basis_part", share=voice.show.percent(share, 0))
    return voice.say("review.variance.basis_recorded")


def _wanted(cause: str, voice: Voice) -> str:
    """A cause that is not known, and the data that would tell it."""
    if cause not in CAUSES:
        return cause
    name, needs = cause_name(cause, voice), voice.say(f"review.variance.needs.{cause}")
    return voice.say("review.variance.wanted", cause=name, needs=needs)
