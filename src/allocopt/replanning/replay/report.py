"""Report: a replay in tables that people read, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.notes import Note
from allocopt.replanning.replay.quotas import ALL, WAYS
from allocopt.replanning.replay.replay import Replayed

# Words of tables; ways of setting quotas are told in whole words.
WORDS: Mapping[str, Note] = {
    name: Note(english, chinese)
    for name, english, chinese in (
        ("period", "period", "周期"),
        ("rep", "rep", "代表"),
        ("way", "quotas", "指标来源"),
        ("company", "company", "公司指标"),
        ("proportional", "proportional", "按比例"),
        ("unchanged", "first plan", "首个计划"),
        ("before", "before turn", "重新求解前"),
        ("after", "after turn", "重新求解后"),
        ("actual", "actual", "实际"),
        ("quota", "quota", "指标"),
        ("error", "error", "误差"),
        ("wape", "WAPE", "WAPE"),
        ("part", "part", "项目"),
        ("loop", "loop", "滚动闭环"),
        ("never", "never changed", "计划不变"),
        ("difference", "difference", "差额"),
        ("after_period", "after", "期末"),
        ("handovers", "handovers", "交接数"),
        ("forecast_was", "rest was", "剩余预测（旧）"),
        ("forecast_now", "rest now", "剩余预测（新）"),
        ("refitted", "forecast", "预测方式"),
        ("status", "status", "状态"),
        ("alerts", "alerts", "预警数"),
        ("alert", "alert", "预警"),
        ("scope", "scope", "范围"),
        ("since", "since", "起始"),
        ("side", "says", "方向"),
        ("planned", "first plan afterwards", "其后计划"),
        ("came", "actual afterwards", "其后实际"),
        ("right", "right", "是否正确"),
    )
}
PARTS: Mapping[str, Note] = {
    "sales": Note("sales", "销售额"),
    "margin_on_sales": Note("margin on sales", "销售毛利"),
    "spend": Note("spend", "投入"),
    "people": Note("people", "人员成本"),
    "variable_pay": Note("variable pay", "浮动薪酬"),
    "hire_cost": Note("hires", "招聘成本"),
    "overtime": Note("overtime", "加班"),
    "travel": Note("travel", "差旅"),
    "handover_loss": Note("handover loss", "交接损失"),
    "contribution": Note("contribution", "贡献"),
}
ANSWERS: Mapping[str, Note] = {
    "yes": Note("yes", "是"),
    "no": Note("no", "否"),
    "": Note("unknown", "未知"),
    "low": Note("low", "偏低"),
    "high": Note("high", "偏高"),
}
# So many alerts are told one by one.
MOST_ALERTS = 40


@dataclass(frozen=True)
class Section:
    """A title, and under it a table."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[object]]


def opening_lines(done: Replayed, language: str) -> list[str]:
    """What was played, what was assumed and what is hindsight."""
    span = done.walk.span
    first, last, number = span.labels[0], span.labels[-1], span.number
    day = f"{span.origin - pd.Timedelta(days=1):%Y-%m-%d}"
    played = Note(
        f"played {first} to {last} ({number} periods); the first plan knows what came until {day}",
        f"回放 {first} 至 {last}（{number} 个周期）；首个计划仅使用截至 {day} 的数据",
    )
    return [note.said_in(language) for note in (played, *done.notes)]


def sections(done: Replayed, language: str) -> Iterator[Section]:
    """Quotas by period and rep, their errors, worth, turns and alerts."""
    yield _quotas(done, language)
    yield _errors(done, language)
    yield _worth(done, language)
    yield _turns(done, language)
    yield _alerts(done, language)


def _quotas(done: Replayed, language: str) -> Section:
    """A row per period and rep; ways without any quota are left out."""
    table = done.quotas
    ways = [way for way in WAYS if table[way].notna().any()]
    errors = [f"error_{way}" for way in ways]
    names = [*("period", "rep"), *ways, "actual"]
    error = _word("error", language)
    header = (*_header(names, language), *(f"{error}: {_word(way, language)}" for way in ways))
    rows = table[[*names, *errors]].to_numpy().tolist()
    title = Note("Quotas by period and rep", "各周期、各代表的指标")
    return Section(title.said_in(language), header, rows)


def _errors(done: Replayed, language: str) -> Section:
    """WAPE of each way by period, and over all."""
    whole = Note("all", "合计").said_in(language)
    rows = [
        (
            *(_word(row["way"], language), whole if row["period"] == ALL else row["period"]),
            *(row["quota"], row["actual"], row["error"], _share(row["wape"])),
        )
        for row in done.errors.to_dict("records")
    ]
    title = Note("How far quotas were from what was sold", "指标与实际的偏差")
    names = ("way", "period", "quota", "actual", "error", "wape")
    return Section(title.said_in(language), _header(names, language), rows)


def _worth(done: Replayed, language: str) -> Section:
    """Every part of the contribution that is not nothing, over all periods."""
    table = done.worth[done.worth["period"] == ALL]
    told = table[(table[["loop", "unchanged"]] != 0).any(axis=1)]
    rows = [
        (PARTS[row["part"]].said_in(language), *(row[name] for name in SIDES))
        for row in told.to_dict("records")
    ]
    title = Note(
        "What the loop would have brought against the first plan never changed",
        "滚动闭环相对首个计划保持不变的价值",
    )
    return Section(
        title.said_in(language), _header(("part", "loop", "never", "difference"), language), rows
    )


SIDES = ("loop", "unchanged", "difference")


def _turns(done: Replayed, language: str) -> Section:
    """What each plan took over from the one before it."""
    rows = [
        (
            *(row["after"] or _word("unchanged", language), row["handovers"]),
            *(row["forecast_was"], row["forecast_now"], _how(row, language)),
            *(row["status"], row["alerts"]),
        )
        for row in done.turns.to_dict("records")
    ]
    names = (
        *("after_period", "handovers", "forecast_was", "forecast_now", "refitted", "status"),
        "alerts",
    )
    title = Note("Turns of the loop", "闭环各轮")
    return Section(title.said_in(language), _header(names, language), rows)


def _how(row: Mapping[object, object], language: str) -> str:
    """How a turn came to its forecast; nothing where it solved nothing."""
    if not row["status"]:
        return ""
    trained, updated = Note("trained", "重新训练"), Note("updated", "滚动更新")
    return (trained if row["refitted"] else updated).said_in(language)


def _alerts(done: Replayed, language: str) -> Section:
    """The first alerts one by one; the title says how many were right."""
    whole = done.precision.iloc[-1]
    rung, judged, right = (int(whole[name]) for name in ("rung", "judged", "right"))
    title = Note(
        f"Alerts: {rung} rang, {judged} can be judged, {right} of these were right",
        f"预警：共 {rung} 条，可判断 {judged} 条，其中正确 {right} 条",
    )
    rows = [
        (
            *(row["after"], row["alert"], row["scope"], row["since"]),
            *(_answer(row["side"], language) if row["side"] else "", row["planned"]),
            *(row["actual"], _answer(row["right"], language)),
        )
        for row in done.warnings.head(MOST_ALERTS).to_dict("records")
    ]
    names = ("after_period", "alert", "scope", "since", "side", "planned", "came", "right")
    return Section(title.said_in(language), _header(names, language), rows)


def _header(names: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(_word(name, language) for name in names)


def _word(name: str, language: str) -> str:
    return WORDS[name].said_in(language)


def _answer(name: str, language: str) -> str:
    return ANSWERS[name].said_in(language)


def _share(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1%}"
