"""Report: a replan in lines for people, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.notes import CHINESE, Note, few
from allocopt.replanning.closing import silent
from allocopt.replanning.performance import review_lines
from allocopt.replanning.reforecast import is_given
from allocopt.replanning.turn import Replanned
from allocopt.replanning.variance import deviation_notes

# So many moves are told one by one.
MOST_MOVES = 10


def report_lines(done: Replanned, language: str) -> list[str]:
    """The review, what deviates and why, the forecast made again, and what the new plan changes."""
    tables = done.plan.tables
    first = review_lines(done.plan["performance"], tables["results"], tables["alerts"], language)
    told = deviation_notes(done.variance) if done.variance is not None else ()
    notes = (*_reported(done), *told, *_forecast(done), *_changes(done))
    return [*first, "", *(note.zh if language == CHINESE else str(note) for note in notes)]


def _reported(done: Replanned) -> Iterator[Note]:
    """Periods that are over, the one that is not, and who has not reported."""
    closed, course = ", ".join(done.course.newly_closed), done.course
    if closed:
        yield Note(f"closed          {closed}", f"已结周期  {closed}")
    if done.running:
        yield Note(
            f"running         {done.running}: rows came, and it is not over",
            f"进行中    {done.running}：已有数据，周期尚未结束",
        )
    missing = silent(done.plan["reported"])
    missing = missing[missing["period"].isin(course.newly_closed)]
    for period, rows in missing.groupby("period", sort=False):
        names, zh = few(list(rows["territory"]), "territories")
        yield Note(
            f"not reported    {period}: {names}; the forecast takes it as planned",
            f"未上报    {period}：{zh}；预测暂按计划值计入",
        )


def _forecast(done: Replanned) -> Iterator[Note]:
    """Old against new demand of the rest, and whether forecasters were trained again."""
    if done.reforecast is None or "reforecast" not in done.plan.tables:
        return
    if is_given(done.scenario):
        yield Note("forecast        demand is given and stays", "预测      需求为给定值，保持不变")
        return
    rows = done.plan["reforecast"]
    cells = rows[rows["unit"].fillna("") == ""]
    was, now = float(cells["was"].sum()), float(cells["now"].sum())
    change = f"{now / was - 1:+.1%}" if was else "–"
    how = ("trained again" if done.reforecast.refitted else "updated", done.reforecast.why)
    yield Note(
        f"forecast        rest of the horizon {was:,.0f} → {now:,.0f} ({change}); {how[0]}: {how[1]}",
        f"预测      剩余周期 {was:,.0f} → {now:,.0f}（{change}）；"
        + ("已重新训练" if done.reforecast.refitted else "已滚动更新"),
    )


def _changes(done: Replanned) -> Iterator[Note]:
    """The plan for the rest beside doing nothing: what it brings, who moves, why and worth what."""
    if done.unchanged is None:
        yield Note(
            "nothing is left of the horizon; `allocopt roll` makes the next scenario",
            "本计划期已全部结束；用 `allocopt roll` 生成下一期情景",
        )
        return
    stays = done.unchanged.contribution
    yield Note(
        f"do nothing      contribution {stays:,.0f} in the rest of the horizon",
        f"不作调整  剩余周期贡献 {stays:,.0f}",
    )
    if done.resolved is None:
        return
    summary = done.resolved.plan.summary
    new = float(summary["contribution"])
    yield Note(
        f"solved again    contribution {new:,.0f} ({new - stays:+,.0f}), {summary['status']}, "
        f"gap {summary['gap']:.2%}",
        f"重新求解  贡献 {new:,.0f}（{new - stays:+,.0f}），间隙 {summary['gap']:.2%}",
    )
    yield from _moves(done.plan.tables.get("moves"))
    yield from _curve(done.plan.tables.get("change_curve"))


def _moves(moves: pd.DataFrame | None) -> Iterator[Note]:
    if moves is None or moves.empty:
        yield Note("handovers       none", "交接      无")
        return
    yield Note(f"handovers       {moves['unit'].nunique()}", f"交接      {moves['unit'].nunique()}")
    for row in moves.head(MOST_MOVES).to_dict("records"):
        worth = "" if pd.isna(row["worth"]) else f", worth {row['worth']:,.0f}"
        value = "" if pd.isna(row["worth"]) else f"，价值 {row['worth']:,.0f}"
        day = f"{row['start']:%Y-%m-%d}" if isinstance(row["start"], pd.Timestamp) else row["start"]
        yield Note(
            f"                {row['unit']}: {row['before']} → {row['rep']} from {day} "
            f"({row['reason']}{worth})",
            f"          {row['unit']}：{row['before']} → {row['rep']}，自 {day} 起"
            f"（{row['reason']}{value}）",
        )


def _curve(curve: pd.DataFrame | None) -> Iterator[Note]:
    """`1: 40 %, 2: 55 %, 5: 90 %` of the benefit of all changes."""
    if curve is None or len(curve) < 2:
        return
    told = ", ".join(
        f"{row['changes']:.0f}: {row['share']:.0%}" for row in curve.iloc[1:].to_dict("records")
    )
    whole = float(curve["benefit"].iloc[-1])
    yield Note(
        f"changes         share of the benefit ({whole:,.0f}) by number of handovers: {told}",
        f"调整次数  各交接数可得的收益占比（合计 {whole:,.0f}）：{told}",
    )
