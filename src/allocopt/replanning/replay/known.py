"""Known: a scenario as it stood on the first day that is played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from allocopt.config import Config
from allocopt.notes import Note
from allocopt.replanning.replay.span import Span
from allocopt.scenario import Scenario
from allocopt.tables import empty_table

# The day by which a row of a table was known; other tables do not say since when they are as they are.
DATED: Mapping[str, str] = {
    "history": "date",
    "spend": "date",
    "market": "period",
    "kpi_values": "date",
    "pipeline": "snapshot_date",
    "judgement": "date",
}
HINDSIGHT = ("reps", "units", "levers", "responses", "targets", "events", "drivers", "absences")


@dataclass(frozen=True)
class Known:
    """The scenario of the first plan, and what of it nobody could know then."""

    scenario: Scenario
    notes: tuple[Note, ...]


def known_at(scenario: Scenario, span: Span) -> Known:
    """The scenario as it was known at the origin of a span.

    Where that lies before the scenario's own plan, units belong to whoever sold them last, and a forecast
    or a target for a later time is left out.
    """
    tables = {name: frame[~hidden(name, frame, span)] for name, frame in scenario.tables.items()}
    earlier = span.origin < scenario.calendar.plan_start
    if earlier:
        tables |= _tables_of_then(scenario, tables, span)
    then = replace(
        scenario,
        config=_settings(scenario.config, span, earlier=earlier),
        tables=MappingProxyType(
            {name: frame.reset_index(drop=True) for name, frame in tables.items()}
        ),
    )
    return Known(then, tuple(_notes(scenario, then, earlier=earlier)))


def hidden(name: str, rows: pd.DataFrame, span: Span) -> pd.Series[bool]:
    """Which rows of a table came after the origin; what was promised before it was known."""
    if name == "quota_history":
        return set_inside(rows["start"], span)
    if name not in DATED:
        return pd.Series(data=False, index=rows.index)
    late = rows[DATED[name]] >= span.origin
    return late & (rows["kind"] != "committed") if name == "spend" else late


def set_inside(starts: pd.Series[pd.Timestamp], span: Span) -> pd.Series[bool]:
    """Which quotas hold for a played period: most of the period after their start lies in it.

    A company's quarters may start some days before those of the calendar.
    """
    first = span.calendar.starts[0]
    half = (span.calendar.ends[0] - first) / 2
    return starts + half >= first


def _tables_of_then(
    scenario: Scenario, tables: Mapping[str, pd.DataFrame], span: Span
) -> dict[str, pd.DataFrame]:
    """Units with their owners of then, quotas of then, and no forecast of a later time."""
    units, reps = scenario.table("units"), scenario.table("reps")
    seller = last_sellers(scenario, tables["history"], span)
    owner = [seller.get(unit, rep) for unit, rep in zip(units["unit"], units["rep"], strict=True)]
    of_then = pd.Series(owner, units.index, dtype=units["rep"].dtype)
    then = {"units": units.assign(rep=of_then)}
    past = tables.get("quota_history", empty_table("quota_history"))
    if len(past):
        set_before = reps["rep"].isin(past["rep"])
        then["reps"] = reps.assign(quota_before=reps["quota_before"].mask(set_before))
    return {**then, "demand": empty_table("demand")}


def last_sellers(scenario: Scenario, past: pd.DataFrame, span: Span) -> dict[str, str]:
    """By unit the rep who sold to it last before the origin, of those who work there then."""
    reps = scenario.table("reps")
    there = (reps["status"].fillna("active") != "open") & ~(reps["end"] < span.origin)
    sold = past.dropna(subset=["unit", "rep"])
    sold = sold[sold["rep"].isin(reps.loc[there, "rep"])].sort_values("date", kind="stable")
    last = sold.drop_duplicates("unit", keep="last")
    return dict(zip(last["unit"], last["rep"], strict=True))


def _settings(config: Config, span: Span, *, earlier: bool) -> Config:
    """The configuration of then; quotas are re-based at each turn where the scenario has no rule."""
    calendar = config.calendar.model_copy(
        update={"plan_start": span.origin.date(), "plan_periods": span.calendar.plan_periods}
    )
    update: dict[str, object] = {"calendar": calendar}
    if "quotas" not in config.replan.model_fields_set:
        update["replan"] = config.replan.model_copy(update={"quotas": "rebase"})
    if earlier:
        update["quota"] = config.quota.model_copy(update={"target": None})
    return config.model_copy(update=update)


def _notes(scenario: Scenario, then: Scenario, *, earlier: bool) -> Iterator[Note]:
    """What is hindsight, and what was left out."""
    rule = then.config.replan.quotas
    own = "replan" if "quotas" in scenario.config.replan.model_fields_set else "replay"
    yield Note(
        f"quotas of the periods still to come: {rule} (by {own})",
        f"剩余周期的指标规则：{rule}（依据 {own}）",
    )
    if not earlier:
        return
    told = [name for name in HINDSIGHT if len(then.table(name))]
    yield Note(
        f"hindsight: {', '.join(told)} are as of today",
        f"事后信息：{'、'.join(told)} 采用当前数据",
    )
    owners = (each.table("units")["rep"].fillna("") for each in (scenario, then))
    if changed := int(next(owners).ne(next(owners)).sum()):
        yield Note(
            f"{changed} units belong to the rep who sold to them last then, not to today's",
            f"{changed} 个覆盖单元按当时最后成交的代表归属，而非当前归属",
        )
    if len(scenario.table("demand")):
        yield Note(
            "the table demand is of a later time and left out", "需求表属于之后的计划期，未采用"
        )
    if scenario.config.quota.target is not None:
        yield Note(
            "quota.target is of a later time: quotas follow expected sales",
            "quota.target 属于之后的计划期：指标按预期销售分配",
        )
