"""Variance: from planned to actual sales, a step per cause."""

from __future__ import annotations

from math import nan

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Step, step_chart
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import changes_in_words, subject_name, words
from allocopt.documents.language.amounts import signed, with_sign
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice

# The period of all closed periods together.
TO_DATE = ""
# Scope and item of all that the facts are about.
WHOLE = ("company", "")


def variance_chart(
    facts: Facts, voice: Voice, period: str = TO_DATE, about: tuple[str, str] = WHOLE
) -> Block | None:
    """The difference between plan and actual by cause, of a period or to date.

    `about` are scope and item, such as `("segment", "Key")`.
    """
    causes = causes_of(facts, period, about)
    known_causes = causes[causes["amount"].notna()]
    if known_causes.empty:
        return None
    steps = [
        Step(cause_name(row["cause"], voice), amount, signed(amount, voice))
        for row in known_causes.to_dict("records")
        for amount in [float(row["amount"])]
    ]
    amounts = [(step.label, step.amount) for step in steps]
    steps = _between_totals(steps, voice, totals_of(facts, period, about))
    key = (voice.say("chart.total"), voice.say("chart.more"), voice.say("chart.less"))
    difference = with_sign(voice.show.money(float(known_causes["amount"].sum())))
    numbers = changes_in_words(amounts, voice.show.compact, voice, difference)
    own = subject_name(facts) if about == WHOLE else facts.scope_name("=".join(about))
    part = own or voice.say("general.company")
    named = "-".join(name for name in (*(() if about == WHOLE else about), period) if name)
    geometry = step_chart(
        steps, key, voice.show.tick, words("variance", facts, voice, numbers, named, part=part)
    )
    return chart(geometry, _note(causes, geometry["cut"], voice))


def causes_of(facts: Facts, period: str = TO_DATE, about: tuple[str, str] = WHOLE) -> pd.DataFrame:
    """cause, amount and known of a period, in the order in which causes are explained."""
    table = facts.table("variance")
    own = _is_about(table, about)
    rows = table[own & (table["period"].fillna("") == period)]
    order = {cause: k for k, cause in enumerate(CAUSES)}
    return rows.sort_values("cause", key=lambda names: names.map(order), kind="stable")


CAUSES = (
    *("market", "vacancy", "ramp", "coverage", "spend", "price", "mix", "volume", "timing"),
    *("rest", "credit", "unreported"),
)


def cause_name(cause: str, voice: Voice) -> str:
    """What people call a cause."""
    return voice.say.get(f"chart.cause.{cause}", cause)


def _is_about(table: pd.DataFrame, about: tuple[str, str]) -> pd.Series[bool]:
    """Rows of a scope's item."""
    scope, item = about
    return (table["scope"] == scope) & (table["item"].fillna("") == item)


def totals_of(
    facts: Facts, period: str = TO_DATE, about: tuple[str, str] = WHOLE
) -> tuple[float, float]:
    """Planned and actual sales of a period, or to date; unknown where the plan was not reviewed."""
    table = facts.table("performance")
    own = _is_about(table, about)
    rows = table[own & table["period"].isin([*facts.plan.frozen_periods, *facts.periods])]
    if period != TO_DATE:
        rows = rows[rows["period"] == period]
    if rows.empty:
        return nan, nan
    last = rows.sort_values("period").tail(1)
    columns = ["plan", "actual"] if period != TO_DATE else ["ytd_plan", "ytd_actual"]
    plan, actual = last[columns].astype(float).iloc[0].tolist()
    return plan, actual


def _between_totals(steps: list[Step], voice: Voice, totals: tuple[float, float]) -> list[Step]:
    """Steps between plan and actual; alone with their sum where these two are not known."""
    plan, actual = totals
    if known(plan) and known(actual):
        ends = [("chart.plan", plan), ("chart.actual", actual)]
        first, last = (
            Step(voice.say(key), value, voice.show.compact(value), total=True)
            for key, value in ends
        )
        return [first, *steps, last]
    total = sum(step.amount for step in steps)
    text = signed(total, voice)
    return [*steps, Step(voice.say("chart.difference"), total, text, total=True)]


def _note(causes: pd.DataFrame, cut: bool, voice: Voice) -> str:
    """Which causes are not known, and whether the axis begins at zero."""
    unknown = [cause_name(name, voice) for name in causes.loc[causes["amount"].isna(), "cause"]]
    said = [voice.say("chart.unknown_causes", causes=voice.show.join(unknown))] if unknown else []
    return voice.say("figure.space").join([*said, *([voice.say("chart.cut")] if cut else [])])
