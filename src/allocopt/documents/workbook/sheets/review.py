"""Review: plan against actuals, why they differ, what calls for attention, and what moves."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.deviations import company_deviation
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.alerts import alert_text
from allocopt.documents.workbook.sheet import Sheet, names_for, sheet_of
from allocopt.documents.workbook.sheets.goals import scope_name
from allocopt.documents.workbook.sheets.money import waterfall_sheet

KINDS_OF_SCOPE = {
    "territory": "territories",
    "segment": "segments",
    "unit": "units",
    "rep": "reps",
    "manager": "reps",
}


def performance_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Plan, actual, the year before, what is to come: by place, rep and period."""
    rows = facts.table("performance")
    frame = _scoped(rows, facts, voice)
    if "period_attainment" in rows:
        frame = frame.assign(attainment=rows["period_attainment"])
    keys = (
        "scope_kind scope_name period plan actual attainment prior_year ytd_plan ytd_actual "
        "time_elapsed landing landing_lower landing_upper to_go required_run_rate"
    )
    # The company, its parts, months and years stand below each other and do not add up.
    return sheet_of("performance", keys, frame, voice, frozen=3, adds_up=False)


def variance_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Why actuals differ from the plan: by place, rep, period and cause; what is unknown is left out."""
    rows = facts.table("variance")
    rows = rows[rows["amount"].notna()]
    causes = {cause: _cause(cause, voice) for cause in rows["cause"].unique()}
    frame = _scoped(rows, facts, voice).assign(
        cause=rows["cause"].map(causes),
        period=rows["period"].map(known_text).replace("", voice.say("workbook.to_date")),
    )
    keys = "scope_kind scope_name period cause amount known"
    return sheet_of("variance", keys, frame, voice, adds_up=False)


def bridge_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """The way from plan to actual of all closed periods, cause by cause."""
    found = company_deviation(facts)
    if found is None or not known(found.plan) or not found.causes:
        return None
    steps = [
        (voice.say("workbook.column.plan"), found.plan),
        *((_cause(cause, voice), amount) for cause, amount in found.causes.items() if amount),
        (voice.say("workbook.column.actual"), found.plan + found.amount),
    ]
    return waterfall_sheet("bridge", steps, voice)


def alerts_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """What calls for attention, since when, and what to do."""
    rows = facts.table("alerts")
    records = rows.to_dict("records")
    frame = rows.assign(
        alert=[voice.say.get(f"alerts.kind.{row['alert']}", str(row["alert"])) for row in records],
        scope_name=[scope_name(known_text(row["scope"]), facts, voice) for row in records],
        text=[alert_text(row, "text", voice) for row in records],
        suggestion=[alert_text(row, "suggestion", voice) for row in records],
    )
    keys = "alert scope_name since probability value threshold text suggestion"
    return sheet_of("alerts", keys, frame, voice, frozen=2)


def moves_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """What the new plan moves against the one before."""
    rows = facts.table("moves")
    frame = rows.assign(
        name=names_for(rows["unit"], "units", facts),
        covered_before=names_for(rows["before"], "reps", facts),
        covered_by=names_for(rows["rep"], "reps", facts),
    )
    keys = "unit name covered_before covered_by start demand worth reason"
    return sheet_of("moves", keys, frame, voice, frozen=2)


def _scoped(rows: pd.DataFrame, facts: Facts, voice: Voice) -> pd.DataFrame:
    """Rows with what their scope is called."""
    kinds = rows["scope"].map(known_text)
    pairs = list(zip(kinds, rows["item"].map(known_text), strict=True))
    named = {pair: _item(*pair, facts, voice) for pair in set(pairs)}
    return rows.assign(
        scope_kind=kinds.map(lambda kind: voice.say.get(f"workbook.scope.{kind}", kind)),
        scope_name=[named[pair] for pair in pairs],
    )


def _item(kind: str, item: str, facts: Facts, voice: Voice) -> str:
    if not item:
        return voice.say("general.company")
    return facts.name_of(KINDS_OF_SCOPE.get(kind, kind), item)


def _cause(cause: str, voice: Voice) -> str:
    return voice.say.get(f"chart.cause.{cause}", cause)
