"""Indicators: key figures of the review beside their targets, the spread over reps, and money."""

from __future__ import annotations

from allocopt.documents.blocks import Block, Section, section
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.facts.progress import results
from allocopt.documents.figures.bands import band_range
from allocopt.documents.language.amounts import points
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

# How the key figures of a review are written; the order is that of the table.
RESULT_KINDS = {
    "sales": "money",
    "plan_completion": "share",
    "landing": "money",
    "gross_margin": "share",
    "gross_margin_assumed": "share",
    "market_share": "share",
    "share_at_quota": "share",
    "share_at_80": "share",
    "new_customers": "count",
    "lost_customers": "count",
    "orders_per_customer": "rate",
    "revenue_per_order": "money",
    "forecast_wape:cell": "share",
    "forecast_bias:cell": "share",
}
# Told in tables of their own.
ELSEWHERE = ("attainment_", "forecast_", "reps_with_quota")
KINDS_ELSEWHERE = {
    "attainment_band": "count",
    "attainment_quartile": "share",
    "forecast_wape": "share",
    "forecast_bias": "share",
    "forecast_coverage": "share",
    "reps_with_quota": "count",
    "spend": "money",
}


def indicators_section(facts: Facts, voice: Voice) -> Section:
    """Key figures with their plan or target, attainment of reps, return on money."""
    blocks = [_figures(facts, voice), returns_table(facts, voice)]
    return section("indicators", voice, blocks)


def returns_table(facts: Facts, voice: Voice) -> Block | None:
    """Planned and actual spend and return of each lever."""
    show, rows = voice.show, []
    for lever, row in lever_returns(facts).items():
        spent, planned = row["spend"]
        brought, promised = row["return_on_spend"]
        rows.append(
            [
                facts.name_of("levers", lever),
                show.compact(planned),
                show.compact(spent),
                show.percent(ratio(spent, planned), 0),
                show.number(promised, 2),
                show.number(brought, 2),
                show.compact(spent * brought),
            ]
        )
    keys = "lever #planned_spend #actual_spend #used #planned_return #actual_return #brought"
    return lean_table(voice.say("indicators.money"), keys, rows, voice)


def lever_returns(facts: Facts) -> dict[str, dict[str, tuple[float, float]]]:
    """Per lever: what came and what was planned of `spend` and `return_on_spend`."""
    rows = facts.table("results")
    rows = rows[rows["scope"].map(known_text).str.startswith("lever=")]
    unknown = (float("nan"), float("nan"))
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for row in rows.to_dict("records"):
        lever = str(row["scope"]).removeprefix("lever=")
        told = found.setdefault(lever, {"spend": unknown, "return_on_spend": unknown})
        told[str(row["kpi"])] = (float(row["value"]), float(row["plan"]))
    return {lever: told for lever, told in found.items() if known(told["spend"][0])}


def result_name(kpi: str, voice: Voice) -> str:
    """What people call a key figure of a review; figures of one's own keep their name."""
    base, _, detail = kpi.partition(":")
    if f"indicators.kpi_of.{base}" in voice.say.texts:
        share = base == "attainment_quartile"
        told = voice.show.percent(float(detail), 0) if share else band_range(detail, voice)
        return voice.say(f"indicators.kpi_of.{base}", detail=told)
    return voice.say.get(
        f"indicators.kpi.{kpi.replace(':', '_')}", kpi.replace("_", " ").capitalize()
    )


def result_kind(kpi: str) -> str:
    """How a key figure of a review is written; blank for figures of one's own."""
    return RESULT_KINDS.get(kpi) or KINDS_ELSEWHERE.get(kpi.partition(":")[0], "")


def result_value(kpi: str, value: float, voice: Voice) -> str:
    """A value of a key figure of a review."""
    kind = RESULT_KINDS.get(kpi, "own")
    if kind == "own":
        return (
            voice.show.number(value, 0 if value == int(value or 0) else 2)
            if known(value)
            else voice.show.unknown
        )
    write = {"money": voice.show.money, "share": voice.show.percent, "count": voice.show.number}
    return write[kind](value) if kind in write else voice.show.number(value, 2)


def _figures(facts: Facts, voice: Voice) -> Block | None:
    """The company's key figures, those of the plan first, then those of one's own."""
    found = results(facts)
    own = [
        str(kpi)
        for kpi in found.index
        if str(kpi) not in RESULT_KINDS and not str(kpi).startswith(ELSEWHERE)
    ]
    ranked = [*(kpi for kpi in RESULT_KINDS if kpi in found.index), *own]
    rows = [
        [
            result_name(kpi, voice),
            result_value(kpi, row["value"], voice),
            result_value(kpi, row["plan"], voice),
            _difference(kpi, row["value"], row["plan"], voice),
        ]
        for kpi, row in records(found.loc[ranked])
        if known(row["value"])
    ]
    return lean_table(
        voice.say("indicators.table"), "kpi #actual #plan_or_target #difference", rows, voice
    )


def _difference(kpi: str, value: float, plan: float, voice: Voice) -> str:
    """In points of a share, else as a change."""
    if not known(plan):
        return ""
    if RESULT_KINDS.get(kpi) == "share":
        return points(value - plan, voice)
    return voice.show.change(ratio(value, plan) - 1)
