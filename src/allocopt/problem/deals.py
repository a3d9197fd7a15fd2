"""Deals: what the stage of a deal says, and what the open ones should bring."""

from __future__ import annotations

import re

import pandas as pd

from allocopt.scenario import Scenario

OPEN, WON, LOST = "open", "won", "lost"
# Stages are free text; these words end a deal. What is awaited is not there yet.
LOST_WORDS = re.compile(
    r"\blost\b|closed\s?lost|cancel|abandon|disqualif|\bdead\b|verloren|perdu"
    r"|输单|丢单|失单|败单|已?流失|放弃|作废|无效|失败|取消|未(?:赢单|成交|中标|签约)"
)
WON_WORDS = re.compile(
    r"\bwon\b|closed\s?won|gewonnen|gagn|赢单|中标|成单|(?:已|成功)(?:成交|签约|签单|关闭)|^成交$|^签约$"
)
AWAITED_WORDS = re.compile(r"预计|预期|待|拟|即将|准备|可能|expect|pending|to be won|likely|almost")


def plain_stages(stages: pd.Series[str]) -> pd.Series[str]:
    """Stages in one spelling: small letters, single spaces; "" where none is given."""
    known = stages.astype("object").where(stages.notna(), "").astype("str").str.casefold()
    return known.str.replace(r"[\s_\-–—]+", " ", regex=True).str.strip()


def status_of(stages: pd.Series[str]) -> pd.Series[str]:
    """`won`, `lost` or `open` for each plain stage; what the words do not settle is open."""
    distinct = stages.unique()
    return stages.map({stage: _status(stage) for stage in distinct}).astype("str")


def _status(stage: str) -> str:
    if LOST_WORDS.search(stage):
        return LOST
    if WON_WORDS.search(stage) and not AWAITED_WORDS.search(stage):
        return WON
    return OPEN


def expected_of_deals(
    scenario: Scenario, units: pd.DataFrame, weight: pd.Series[float]
) -> pd.Series[float]:
    """What open deals should bring each unit in the plan: Σ amount · probability [currency/horizon].

    The newest snapshot counts; a deal without a probability, or that closes outside the plan, does not.
    What a cell's deals bring is shared by its units in proportion to `weight`.
    """
    deals = open_deals(scenario)
    amount = (deals["amount"] * deals["probability"]).fillna(0.0)
    own = amount.groupby(deals["unit"]).sum().reindex(units.index).fillna(0.0)
    whole = deals["unit"].isna()
    cells = amount[whole].groupby([deals["territory"], deals["segment"]]).sum()
    cell = pd.MultiIndex.from_frame(units[["territory", "segment"]])
    in_cell = weight.groupby(cell).transform("sum")
    share = (weight / in_cell.where(in_cell > 0)).fillna(0.0)
    expected: pd.Series[float] = own + share * cells.reindex(cell).fillna(0.0).to_numpy()
    return expected


def open_deals(scenario: Scenario) -> pd.DataFrame:
    """Rows of `pipeline` that are open in the newest snapshot before the plan and close within it."""
    rows, calendar = scenario.table("pipeline"), scenario.calendar
    taken = rows["snapshot_date"].fillna(calendar.plan_start)
    known = rows[taken <= calendar.plan_start]
    newest = known[taken[known.index] == taken[known.index].max()]
    is_open = status_of(plain_stages(newest["stage"])) == OPEN
    inside = newest["close"].isna() | newest["close"].between(
        calendar.plan_start, calendar.plan_end
    )
    chosen: pd.DataFrame = newest[is_open & inside]
    return chosen.drop_duplicates("deal", keep="last")
