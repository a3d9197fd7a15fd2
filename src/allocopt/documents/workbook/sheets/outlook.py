"""Outlook: sales period by period, and the forecast of every cell."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.sheet import Sheet, names_for, sheet_of


def course_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each period: sales a year before, forecast with its interval, planned sales, quota and spend."""
    frame = pd.DataFrame(index=pd.Index(facts.periods, name="period"))
    sums = facts.table("sales").groupby("period")[["demand", "sales", "spend"]].sum(min_count=1)
    nodes = facts.table("forecast_nodes")
    whole = nodes[nodes["node"].map(known_text) == ""].drop_duplicates("period")
    frame = frame.join(sums).join(whole.set_index("period")[["lower", "upper"]])
    frame = frame.assign(past=_year_before(facts), quota=_quotas(facts)).reset_index()
    keys = "period past demand lower upper sales quota spend"
    return sheet_of("course", keys, frame, voice)


def _year_before(facts: Facts) -> pd.Series[float]:
    """Sales of the same period one year before, by planned period."""
    calendar = facts.scenario.calendar
    past = facts.past.groupby("period")["sales"].sum(min_count=1)
    before = {
        label: calendar.label(calendar.shift(start, -calendar.season))
        for label, start in zip(calendar.labels, calendar.starts, strict=True)
    }
    return pd.Series(
        {label: past.get(before.get(label, "")) for label in facts.periods}, dtype=float
    )


def _quotas(facts: Facts) -> pd.Series[float] | float:
    """The company's quota by period; unknown where that of a part is."""
    if not known(facts.company_quota):
        return float("nan")
    rows = facts.table("quotas")
    company = rows[rows["level"] == "company"]
    chosen = company if len(company) else rows[rows["level"] == "rep"]
    return chosen.groupby("period")["quota"].sum(min_count=1)


def forecast_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """The forecast of each territory and segment, or unit, with its interval."""
    rows = facts.table("forecast")
    frame = rows.assign(
        territory=names_for(rows["territory"], "territories", facts),
        segment=names_for(rows["segment"], "segments", facts),
        unit=names_for(rows["unit"], "units", facts),
    )
    return sheet_of("forecast", "territory segment unit period mean lower upper", frame, voice)
