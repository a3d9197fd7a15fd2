"""Deals: stages in free text, hostile rows, and what became of each deal."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.opinions.deals_and_sales import deals

from allocopt.forecasting.opinions.conversion import learn, win_days
from allocopt.forecasting.opinions.deals import outcomes, read_deals
from allocopt.problem.deals import status_of

PLAN_START = pd.Timestamp("2026-01-01")
OCTOBER, NOVEMBER, DECEMBER = "2025-10-01", "2025-11-01", "2025-12-01"


def row(deal: str, snapshot: str | None, stage: str | None = "Proposal", **more: object) -> dict:
    return {"deal": deal, "snapshot_date": snapshot, "stage": stage, "amount": 100.0, **more}


def read(*rows: dict) -> pd.DataFrame:
    return read_deals(deals(*rows), PLAN_START).rows


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("  CLOSED-WON ", "won"),
        ("赢单", "won"),
        ("已成交", "won"),
        ("中标", "won"),
        ("Closed Lost", "lost"),
        ("closedlost", "lost"),
        ("Lost to competition", "lost"),
        ("输单", "lost"),
        ("已流失", "lost"),
        ("未中标", "lost"),
        ("未成交", "lost"),
        ("Cancelled by customer", "lost"),
        ("待签约", "open"),
        ("预计赢单", "open"),
        ("Negotiation", "open"),
        ("wonderful", "open"),
        ("商务谈判", "open"),
        ("", "open"),
    ],
)
def test_stage_in_free_text_is_read_as_won_lost_or_open(stage: str, status: str):
    found = read(row("A", DECEMBER, stage))
    assert found["status"].tolist() == [status]


def test_stages_in_other_spellings_are_one_stage():
    found = read(row("A", DECEMBER, "Proposal  Sent"), row("B", DECEMBER, "proposal-sent"))
    assert found["stage"].nunique() == 1


def test_deal_without_a_stage_is_grouped_by_its_probability():
    found = read(
        row("A", DECEMBER, None, probability=0.52), row("B", DECEMBER, None, probability=0.48)
    )
    assert found["stage"].tolist() == ["50%", "50%"]


def test_last_row_of_a_deal_in_one_snapshot_counts():
    table = deals(row("A", DECEMBER, amount=5.0), row("A", DECEMBER, amount=7.0))
    found = read_deals(table, PLAN_START)
    assert found.rows["amount"].tolist() == [7.0]
    assert any("repeat a deal" in note for note in found.notes)


def test_rows_that_tell_nothing_are_left_out_and_counted():
    table = deals(
        row("A", DECEMBER, amount=-5.0),
        row("B", DECEMBER, amount=np.nan),
        row("C", DECEMBER, amount=np.inf),
        row("D", None),
        row(None, DECEMBER),
        row("E", DECEMBER),
    )
    found = read_deals(table, PLAN_START)
    assert found.rows["deal"].tolist() == ["E"]
    assert any(note.startswith("5 rows") for note in found.notes)


def test_table_without_snapshot_dates_is_one_picture_of_the_plan_start():
    found = read_deals(deals(row("A", None), row("B", None)), PLAN_START)
    assert found.rows["snapshot"].unique().tolist() == [PLAN_START]


def test_empty_pipeline_is_no_deals():
    assert len(read_deals(deals(), PLAN_START).rows) == 0


def test_deal_that_vanishes_is_lost_where_won_deals_are_named():
    found = outcomes(
        read(row("A", OCTOBER), row("B", OCTOBER), row("B", NOVEMBER, "Won"), row("C", NOVEMBER))
    )
    assert found["status"].to_dict() == {"A": "lost", "B": "won", "C": "open"}


def test_deal_that_vanishes_is_won_where_only_lost_deals_are_named():
    found = outcomes(read(row("A", OCTOBER), row("B", OCTOBER), row("B", NOVEMBER, "Lost")))
    assert found["status"].to_dict() == {"A": "won", "B": "lost"}


def test_vanishing_says_nothing_where_neither_is_named():
    found = outcomes(read(row("A", OCTOBER), row("B", OCTOBER), row("B", NOVEMBER)))
    assert set(found["status"]) == {"open"}


def test_deal_that_is_reopened_is_open():
    found = outcomes(read(row("A", OCTOBER, "Lost"), row("A", NOVEMBER, "Proposal")))
    assert found["status"].tolist() == ["open"]


def test_won_share_of_a_stage_lies_between_its_own_and_the_prior():
    # Three of four proposals were won; eight deals' worth of a prior of 50 %: (3 + 4) / (4 + 8).
    seen = [row(name, OCTOBER, probability=0.5) for name in "ABCD"]
    ends = [row(name, NOVEMBER, "Won" if name != "D" else "Lost") for name in "ABCD"]
    rows = read(*seen, *ends)
    # Calibration: 3 wins of 2 promised, with the prior 8 × ½: 7/6; so the prior is 50 % × 7/6.
    conversion = learn(rows)
    assert conversion.calibration == pytest.approx(7 / 6)
    fresh = read(row("E", DECEMBER, probability=0.5))
    assert conversion.probability(fresh) == pytest.approx((3 + 8 * 0.5 * 7 / 6) / 12)


def test_unknown_stage_takes_the_won_share_of_all():
    # 2 of 4 won; nothing given, so the assumed 25 % counts as 8 deals: (2 + 2) / (4 + 8).
    seen = [row(name, OCTOBER) for name in "ABCD"]
    ends = [row(name, NOVEMBER, "Won" if name in "AB" else "Lost") for name in "ABCD"]
    conversion = learn(read(*seen, *ends))
    assert conversion.pooled == pytest.approx(4 / 12)
    assert conversion.probability(read(row("E", DECEMBER, "Never seen"))) == pytest.approx(4 / 12)


def test_much_evidence_outweighs_what_was_given():
    seen = [row(f"d{n}", OCTOBER, probability=0.9) for n in range(400)]
    ends = [row(f"d{n}", NOVEMBER, "Won" if n % 5 == 0 else "Lost") for n in range(400)]
    conversion = learn(read(*seen, *ends))
    found = conversion.probability(read(row("new", DECEMBER, probability=0.9)))
    assert found == pytest.approx(0.2, abs=0.01)


def test_probability_is_certain_once_a_deal_has_ended():
    conversion = learn(read(row("A", OCTOBER, probability=0.5)))
    ended = read(row("B", DECEMBER, "Won"), row("C", DECEMBER, "Lost"))
    assert conversion.probability(ended).tolist() == [1.0, 0.0]


def test_won_amounts_below_the_seen_ones_shrink_what_open_deals_bring():
    # Eight deals seen at 100 and won at 50: halfway (8 of 8 + 8) from 1 to a half.
    seen = [row(f"d{n}", OCTOBER) for n in range(8)]
    ends = [row(f"d{n}", NOVEMBER, "Won", amount=50.0) for n in range(8)]
    assert learn(read(*seen, *ends)).growth == pytest.approx(0.75)


def test_deals_that_were_won_late_move_the_win_of_open_ones():
    # Eight deals were expected on 10 October and won on 30 October: 20 days late, half trusted.
    seen = [row(f"d{n}", OCTOBER, close="2025-10-10") for n in range(8)]
    ends = [row(f"d{n}", NOVEMBER, "Won", close="2025-10-30") for n in range(8)]
    conversion = learn(read(*seen, *ends))
    days, chance = win_days(read(row("E", DECEMBER, close="2025-12-11")), conversion)
    assert chance.sum() == pytest.approx(1)
    assert set(np.unique(days)) == {10.0, 30.0}
    assert chance[days == 30].sum() == pytest.approx(0.5)


def test_overdue_deal_is_won_after_the_snapshot():
    conversion = learn(read(row("A", OCTOBER)))
    days, _ = win_days(read(row("E", DECEMBER, close="2025-06-01")), conversion)
    assert (days >= 1).all()


def test_deal_without_a_close_date_is_won_within_half_a_year():
    conversion = learn(read(row("A", OCTOBER)))
    days, chance = win_days(read(row("E", DECEMBER)), conversion)
    assert chance.sum() == pytest.approx(1)
    assert (days * chance).sum() == pytest.approx(90)


def test_statuses_of_no_deals_are_no_statuses():
    assert len(status_of(pd.Series([], dtype="str"))) == 0
