"""Page: the first page of a review in lines for people, one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from allocopt.notes import CHINESE, Note

# Territories and reps shown at each end, and alerts.
SHOWN = 3
SHOWN_ALERTS = 6
# Amounts from here on are told without decimals.
WHOLE = 100


def review_lines(
    performance: pd.DataFrame, results: pd.DataFrame, alerts: pd.DataFrame, language: str
) -> list[str]:
    """The company's progress, who is behind and ahead, and the alerts with what to do.

    The three tables are those of one plan; `language` is en or zh-CN.
    """
    company = performance[performance["scope"] == "company"]
    if company.empty:
        return [Note("No period is over yet.", "尚无已结束的周期。").said_in(language)]
    notes = [
        *_progress(company),
        *_year(company.iloc[-1].to_dict()),
        *_ends(performance, "territory", Note("Territories", "区域")),
        *_ends(performance, "rep", Note("Reps", "销售代表")),
        *_quality(results),
    ]
    return [*(note.said_in(language) for note in notes), *_alert_lines(alerts, language)]


def _progress(company: pd.DataFrame) -> Iterator[Note]:
    """A line for the last span of each grain: the period, the quarter and the year to date."""
    for row in company.drop_duplicates("grain", keep="last").to_dict("records"):
        share, growth = _percent(row["period_attainment"]), _signed(row["growth_year"])
        sold, planned = amount_text(row["actual"]), amount_text(row["plan"])
        before = Note("", "")
        # The year before a year is its prior year.
        if row["grain"] != "year":
            previous = _signed(row["growth_previous"])
            before = Note(f", on previous period {previous}", f"，环比 {previous}")
        yield Note(
            f"{row['period']:<10} actual {sold} of {planned} ({share}), "
            f"on prior year {growth}{before}",
            f"{row['period']:<10} 实际 {sold} / 计划 {planned}"
            f"（完成率 {share}），同比 {growth}{before.zh}",
        )
        if row["unreported"] > 0:
            silent = amount_text(row["unreported"])
            yield Note(
                f"{'':<10} not reported yet: {silent} of the plan",
                f"{'':<10} 尚未上报：计划中的 {silent}",
            )


def _year(row: dict[Any, Any]) -> Iterator[Note]:
    """Attainment against time, landing, and what is to go."""
    reached, elapsed = _percent(row["attainment"]), _percent(row["time_elapsed"])
    bounds = ""
    if not np.isnan(row["landing_lower"]):
        bounds = f" ({amount_text(row['landing_lower'])} … {amount_text(row['landing_upper'])})"
    landing, plan = amount_text(row["landing"]), amount_text(row["year_plan"])
    yield Note(
        f"Year       {reached} of its plan in {elapsed} of its time; lands at {landing}{bounds} "
        f"against {plan}",
        f"全年       完成率 {reached}，时间进度 {elapsed}；预计完成 {landing}{bounds}，计划 {plan}",
    )
    if not np.isnan(row["required_run_rate"]):
        to_go, rate = amount_text(row["to_go"]), amount_text(row["required_run_rate"])
        yield Note(
            f"To go      {to_go}, {rate} in each period to come",
            f"欠量       {to_go}，剩余每周期需 {rate}",
        )


def _ends(performance: pd.DataFrame, scope: str, title: Note) -> Iterator[Note]:
    """The few furthest behind and ahead in the year to date."""
    rows = performance[performance["scope"] == scope]
    rows = rows[rows["grain"] == "year"].drop_duplicates("item", keep="last")
    ranked = rows.dropna(subset="ytd_attainment").sort_values("ytd_attainment", kind="stable")
    short = ranked["ytd_attainment"] < 1
    behind, ahead = ranked[short].head(SHOWN), ranked[~short].tail(SHOWN).iloc[::-1]
    if len(behind):
        texts = _shares(behind)
        yield Note(f"{title} behind: {texts}", f"{title.zh}靠后：{texts}")
    if len(ahead):
        texts = _shares(ahead)
        yield Note(f"{title} ahead: {texts}", f"{title.zh}领先：{texts}")


def _shares(rows: pd.DataFrame) -> str:
    pairs = zip(rows["item"], rows["ytd_attainment"], strict=True)
    return ", ".join(f"{item} {_percent(share)}" for item, share in pairs)


def _quality(results: pd.DataFrame) -> Iterator[Note]:
    """How well the closed periods were forecast, and how many reps are at quota."""
    value = results.drop_duplicates("kpi", keep="last").set_index("kpi")["value"]
    wape = value.get("forecast_wape:cell", np.nan)
    if not np.isnan(wape):
        bias = _signed(value["forecast_bias:cell"])
        yield Note(
            f"Forecast of cells: WAPE {_percent(wape)}, bias {bias}",
            f"单元预测：WAPE {_percent(wape)}，偏差 {bias}",
        )
    if "share_at_quota" in value:
        share, near = _percent(value["share_at_quota"]), _percent(value["share_at_80"])
        yield Note(
            f"Reps at quota: {share}; at 80 % of it or more: {near}",
            f"达成指标的销售代表：{share}；达成 80% 及以上：{near}",
        )


def _alert_lines(alerts: pd.DataFrame, language: str) -> Iterator[str]:
    """What alerts say and what to do: the first of each kind, then the second of each, and so on."""
    zh = language == CHINESE
    if alerts.empty:
        yield "无预警。" if zh else "No alerts."
        return
    yield (
        f"预警 {len(alerts)} 项"
        if zh
        else f"{len(alerts)} alerts"
        if len(alerts) > 1
        else "1 alert"
    )
    turn = alerts.groupby("alert").cumcount().sort_values(kind="stable").index
    for row in alerts.loc[turn[:SHOWN_ALERTS]].to_dict("records"):
        sure = row["probability"]
        text, advice = (row[name + ("_zh" if zh else "")] for name in ("text", "suggestion"))
        known = "" if np.isnan(sure) else f"（把握 {sure:.0%}）" if zh else f" ({sure:.0%} sure)"
        yield f"  ! {text}{known}"
        yield f"    → {advice}"
        # A plan of an earlier version has its commands inside the advice.
        if row.get("command"):
            yield f"      {row['command']}"
    rest = len(alerts) - SHOWN_ALERTS
    if rest > 0:
        yield f"  另有 {rest} 项" if zh else f"  and {rest} more"


def amount_text(value: float) -> str:
    """`1,234`, `12.34`; ? where it is unknown."""
    if np.isnan(value):
        return "?"
    return f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:,.4g}"


def _percent(value: float) -> str:
    return "?" if np.isnan(value) else f"{value:.1%}"


def _signed(value: float) -> str:
    return "?" if np.isnan(value) else f"{value:+.1%}"
