"""People: reps with their time and quota, quotas by period, who covers what and what changes hands."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.reasons import handover_reason
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.sheet import (
    Sheet,
    names_for,
    period_columns,
    sheet_of,
    with_periods,
)


def people_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each rep: place, status, units, selling time, quota and cost over the plan."""
    reps = facts.reps.join(facts.rep_quotas)
    known = facts.scenario.table("reps").drop_duplicates("rep").set_index("rep")
    more = known.reindex(index=reps.index, columns=["role", "manager", "end"])
    sums = facts.table("reps").groupby("rep", sort=False)[["overtime", "cost"]].sum(min_count=1)
    frame = reps.join(more).join(sums).rename_axis("rep").reset_index()
    frame = frame.assign(
        name=names_for(frame["rep"], "reps", facts),
        territory=names_for(frame["territory"], "territories", facts),
        manager=names_for(frame["manager"], "reps", facts),
        status=frame["status"].map(lambda key: _status(known_text(key), voice)),
        start=known.reindex(frame["rep"]).get("start", pd.Series(index=frame["rep"])).to_numpy(),
        hired=_hired(frame, voice),
        people_cost=frame["cost"],
        expected_share=frame["expected"] / frame["quota"].where(frame["quota"] > 0),
    )
    keys = (
        "rep name role manager territory status start end hired units hours load utilisation "
        "overtime quota expected expected_share before people_cost"
    )
    return sheet_of("people", keys, frame, voice, frozen=2)


def _status(key: str, voice: Voice) -> str:
    return voice.say.get(f"workbook.status.{key}", key)


def _hired(reps: pd.DataFrame, voice: Voice) -> pd.Series[str]:
    """Whether the plan fills an open position; blank for people who are there."""
    opened = reps["status"].map(known_text) == "open"
    said = reps["hired"].astype(bool).map({True: _yes(voice), False: _no(voice)})
    return said.where(opened, "")


def _yes(voice: Voice) -> str:
    return voice.say("general.yes")


def _no(voice: Voice) -> str:
    return voice.say("workbook.answer.no")


def quotas_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Quota of each rep over the plan and in every period."""
    rows = facts.table("quotas")
    rows = rows[rows["level"] == "rep"]
    if rows.empty:
        return None
    spread = rows.pivot_table(
        index="rep", columns="period", values="quota", aggfunc="sum", sort=False, observed=True
    )
    labels = [label for label in facts.periods if label in spread]
    frame = facts.rep_quotas.join(_chances(facts)).join(spread[labels]).reset_index()
    frame = frame.assign(
        name=names_for(frame["rep"], "reps", facts),
        expected_share=frame["expected"] / frame["quota"].where(frame["quota"] > 0),
        quota_change=frame["quota"] / frame["before"].where(frame["before"] > 0) - 1,
    )
    keys = "rep name quota expected expected_share before quota_change attain_probability payout_at_plan"
    sheet = sheet_of("quotas", keys, frame, voice, frozen=2)
    return with_periods(sheet, period_columns(labels, voice))


def _chances(facts: Facts) -> pd.DataFrame:
    """Probability of reaching the quota and pay at plan, by rep; no columns where nobody may see them."""
    rows = facts.table("attainment")
    rows = rows[rows["level"] == "rep"].drop_duplicates("rep").set_index("rep")
    return rows[["attain_probability", "payout_at_plan"]]


def assignments_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Who covers what, from when to when."""
    rows = facts.table("assignments")[
        ["unit", "rep", "start", "end", "share", "before", "handover"]
    ]
    frame = rows.join(facts.units[["territory", "segment", "demand", "sales"]], on="unit")
    # A unit that is handed over inside the plan has two rows, and its sales in the first only.
    first = ~frame.duplicated("unit")
    frame = frame.assign(
        demand=frame["demand"].where(first),
        sales=frame["sales"].where(first),
        name=names_for(frame["unit"], "units", facts),
        territory=names_for(frame["territory"], "territories", facts),
        segment=names_for(frame["segment"], "segments", facts),
        covered_by=names_for(frame["rep"], "reps", facts),
        covered_before=names_for(frame["before"], "reps", facts),
        share_of_unit=frame["share"],
        handover=frame["handover"].map(lambda said: _yes(voice) if said == "yes" else ""),
    )
    keys = (
        "unit name territory segment covered_by start end share_of_unit covered_before handover "
        "demand sales"
    )
    return sheet_of("assignments", keys, frame, voice, frozen=2)


def handovers_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """What changes hands, from whom to whom, when and why."""
    rows = facts.handovers
    frame = rows.assign(
        name=names_for(rows["unit"], "units", facts),
        covered_before=names_for(rows["before"], "reps", facts),
        covered_by=names_for(rows["rep"], "reps", facts),
        reason=[handover_reason(row, facts, voice) for row in rows.to_dict("records")],
    )
    keys = "unit name covered_before covered_by start sales reason"
    return sheet_of("handovers", keys, frame, voice, frozen=2)
