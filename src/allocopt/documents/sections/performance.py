"""Performance: what came against the plan, where the year will land, who is behind and who is ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    cards,
    heading,
    notice,
    section,
)
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.facts.progress import (
    AHEAD,
    BEHIND,
    by_period,
    closed_this_year,
    is_over,
    places,
    review_of,
    spans,
    standing,
    state_of,
    year_to_date,
)
from allocopt.documents.figures import performance_chart
from allocopt.documents.figures.bands import band_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

TABLES = {"territory": "territories", "segment": "segments", "rep": "reps"}
MOST_NAMED = 3
# A chart of more reps takes a page and says no more than their table.
MOST_DRAWN = 20
# A quota this near to the plan is the plan.
SAME = 1e-6


def performance_section(facts: Facts, voice: Voice) -> Section:
    """The first page of a review: the whole, then territories, segments and reps."""
    whole = whole_blocks(facts, voice)
    return section("performance", voice, [*whole, *_parts(facts, voice)] if whole else [])


def whole_blocks(facts: Facts, voice: Voice) -> list[Block | None]:
    """Headlines, sentences, and the last spans of time of the whole; none before anything came."""
    year = year_to_date(facts)
    if year is None:
        return []
    return [
        cards(_headlines(year, facts, voice)),
        bullets(list(_sentences(year, facts, voice))),
        _spans(facts, voice),
    ]


def through(facts: Facts, voice: Voice) -> str:
    """The day up to which the review goes."""
    return voice.show.date(review_of(facts).get("through"))


def _headlines(year: dict[str, Any], facts: Facts, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """Label, value and comparison: sales to date, attainment and time, growth, landing, what is to go."""
    say, show = voice.say, voice.show
    to_date = say("performance.card.of_plan", share=show.percent(year["ytd_attainment"]))
    yield (
        say("performance.card.actual"),
        show.money(year["ytd_actual"]),
        to_date if known(year["ytd_attainment"]) else "",
    )
    if known(year["ytd_growth_year"]):
        yield (
            say("performance.card.growth"),
            show.change(year["ytd_growth_year"]),
            say("performance.card.before", before=show.money(year["ytd_prior_year"])),
        )
    if is_over(facts):
        return
    yield (
        say("performance.card.attainment"),
        show.percent(year["attainment"]),
        say("performance.card.elapsed", share=show.percent(year["time_elapsed"])),
    )
    if known(year["landing"]):
        change = show.change(ratio(year["landing"], year["year_plan"]) - 1)
        yield (
            say("performance.card.landing"),
            show.money(year["landing"]),
            say("performance.card.on_plan", change=change),
        )
    if known(year["required_run_rate"]):
        rate = show.money(year["required_run_rate"])
        yield (
            say("performance.card.to_go"),
            show.money(year["to_go"]),
            say("performance.card.run_rate", rate=rate),
        )


def _sentences(year: dict[str, Any], facts: Facts, voice: Voice) -> Iterator[str]:
    """To date, landing, what is needed, who is behind and ahead, what is missing."""
    say, show = voice.say, voice.show
    if known(year["ytd_attainment"]):
        yield say(
            "performance.to_date",
            through=through(facts, voice),
            sales=show.money(year["ytd_actual"]),
            share=show.percent(year["ytd_attainment"]),
            plan=show.money(year["ytd_plan"]),
        )
    yield from _landing(year, facts, voice)
    yield from _ends(facts, voice)
    if year["ytd_unreported"] > 0:
        yield say("performance.unreported", amount=show.money(year["ytd_unreported"]))


def _landing(year: dict[str, Any], facts: Facts, voice: Voice) -> Iterator[str]:
    """Where the year lands, and what each period to come must bring."""
    say, show = voice.say, voice.show
    if known(year["landing"]) and not is_over(facts):
        amounts = {
            name: show.money(year[name])
            for name in ("landing", "landing_lower", "landing_upper", "year_plan")
        }
        change = show.change(ratio(year["landing"], year["year_plan"]) - 1)
        key = "landing" if known(year["landing_lower"]) else "landing_alone"
        yield say(f"performance.{key}", **amounts, change=change)
    rows = by_period(facts)
    so_far = float(rows.loc[rows["period"].isin(closed_this_year(facts)), "actual"].mean())
    if known(year["required_run_rate"]) and known(so_far):
        rate = show.money(year["required_run_rate"])
        more = show.change(ratio(year["required_run_rate"], so_far) - 1)
        yield say("performance.needed", rate=rate, so_far=show.money(so_far), change=more)
    if known(year["target"]) and known(year["landing"]):
        share = show.percent(ratio(year["landing"], year["target"]))
        key = "target_reached" if is_over(facts) else "target"
        yield say(f"performance.{key}", target=show.money(year["target"]), share=share)


def _ends(facts: Facts, voice: Voice) -> Iterator[str]:
    """The few territories and reps furthest behind and ahead."""
    _, territories = places(facts)
    for scope, rows in (("territory", territories), ("rep", standing(facts, "rep"))):
        states = rows["ytd_attainment"].map(state_of)
        for state, chosen in (
            ("behind", rows.head(MOST_NAMED)),
            ("ahead", rows.dropna(subset=["ytd_attainment"]).tail(MOST_NAMED).iloc[::-1]),
        ):
            named = [
                voice.say(
                    "general.with",
                    name=facts.name_of(TABLES[scope], item),
                    value=voice.show.percent(row["ytd_attainment"]),
                )
                for item, row in records(chosen[states.reindex(chosen.index) == state])
            ]
            if named:
                yield voice.say(f"performance.{state}_{scope}", names=voice.show.join(named))


def _spans(facts: Facts, voice: Voice) -> Block | None:
    """The last period, the quarter and the year to date."""
    show = voice.show
    rows = [
        [
            show.period(str(row["period"])),
            show.compact(row["plan"]),
            show.compact(row["actual"]),
            show.percent(row["period_attainment"]),
            show.compact(row["prior_year"]),
            show.change(row["growth_year"]),
            show.change(row["growth_previous"]) if row["grain"] != "year" else "",
        ]
        for row in spans(facts)
    ]
    return lean_table(
        voice.say("performance.spans"),
        "period #planned #actual #attained #prior_year #growth #on_previous",
        rows,
        voice,
    )


def _parts(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """Territories, segments and reps: who stands where."""
    regions, territories = places(facts)
    segments, reps = standing(facts, "segment"), standing(facts, "rep")
    if any(len(rows) > 1 for rows in (territories, segments, reps)):
        low, high = voice.show.percent(BEHIND, 0), voice.show.percent(AHEAD, 0)
        yield notice(voice.say("performance.states", low=low, high=high))
    if len(territories) > 1:
        yield heading(voice.say("performance.by_territory"))
        yield performance_chart(facts, voice)
        yield _standing("regions", "territory", regions, facts, voice)
        yield _standing("territories", "territory", territories, facts, voice)
    if len(segments) > 1:
        yield heading(voice.say("performance.by_segment"))
        yield _standing("segments", "segment", segments, facts, voice)
    if len(reps) > 1:
        yield heading(voice.say("performance.by_rep"))
        if len(reps) <= MOST_DRAWN:
            yield performance_chart(facts, voice, "rep")
        yield band_chart(facts, voice)
        yield _standing("reps", "rep", reps, facts, voice)


def _standing(
    name: str, scope: str, rows: pd.DataFrame, facts: Facts, voice: Voice
) -> Block | None:
    """Plan and actual to date, growth, quota, landing and state of each item, as far as they are known."""
    shown = news(rows, facts)
    body = [
        [
            facts.name_of(TABLES[scope], item),
            *(MEASURES[key](row, voice) for key in shown),
            state_text(row["ytd_attainment"], voice),
        ]
        for item, row in records(rows)
    ]
    keys = " ".join([scope, *(f"#{key}" for key in shown), "state"])
    return lean_table(voice.say(f"performance.{name}"), keys, body, voice)


# Columns of the tables of who stands where, and the text of each in a row of `performance`.
MEASURES: dict[str, Callable[[dict[str, Any], Voice], str]] = {
    "plan_to_date": lambda row, voice: voice.show.compact(row["ytd_plan"]),
    "to_date": lambda row, voice: voice.show.compact(row["ytd_actual"]),
    "attained": lambda row, voice: voice.show.percent(row["ytd_attainment"]),
    "growth": lambda row, voice: voice.show.change(row["ytd_growth_year"]),
    "quota": lambda row, voice: voice.show.compact(row["quota"]),
    "quota_attained": lambda row, voice: voice.show.percent(ratio(row["ytd_actual"], row["quota"])),
    "landing": lambda row, voice: voice.show.compact(row["landing"]),
    "landing_share": lambda row, voice: voice.show.percent(ratio(row["landing"], row["year_plan"])),
}


def news(rows: pd.DataFrame, facts: Facts) -> list[str]:
    """Keys of the measures that say something of rows of `standing`."""
    return [key for key in MEASURES if _has_news(key, rows, facts)]


def _has_news(key: str, rows: pd.DataFrame, facts: Facts) -> bool:
    """Whether a column can say anything that those before it do not."""
    if key.startswith("quota"):
        other = (rows["quota"] - rows["ytd_plan"]).abs() > SAME * rows["ytd_plan"].abs()
        return bool((rows["quota"].notna() & other).any())
    return not (key.startswith("landing") and is_over(facts))


def state_text(attained: float, voice: Voice) -> str:
    """`behind`, `on plan` or `ahead` in words; blank where that is unknown."""
    state = state_of(attained)
    return voice.say(f"performance.state.{state}") if state else ""
