"""Observations: sales and spend side by side, told apart by place where spend is."""

from __future__ import annotations

import numpy as np
import pytest
from response.made_history import sources
from support_scenario import write_scenario

from allocopt.response.observations import observe
from allocopt.response.place import Place
from allocopt.scenario import load_scenario

EVERYWHERE = Place()
YAML = "calendar: {plan_start: 2025-03-01, plan_periods: 1}\n"
HISTORY = """
date,territory,segment,sales
2025-01-10,East,Key,60
2025-01-20,East,Small,20
2025-01-10,West,Key,20
2025-02-10,East,Key,80
2025-02-10,West,Key,20
2025-02-20,East,Small,40
"""


def seen(folder, spend, place=EVERYWHERE, **tables):
    """Observations of ads in a small scenario."""
    history = tables.pop("history", HISTORY)
    write_scenario(
        folder,
        YAML,
        units="unit,territory,segment,hours\nu1,East,Key,1\nu2,East,Small,1\nu3,West,Key,1\n",
        reps="rep,hours\nAnn,9\n",
        segments="segment,margin\nKey,1\nSmall,1\n",
        levers="lever\nads\nfair\n",
        history=history,
        spend=spend,
        **tables,
    )
    return observe(sources(load_scenario(folder)), ["ads"], place)


def test_spend_without_a_place_is_held_against_all_sales(tmp_path):
    found = seen(tmp_path, "date,lever,spend\n2025-01-05,ads,30\n2025-02-05,ads,60\n")
    # 100 and 140 were sold, 120 usually.
    assert found.size == pytest.approx([120])
    assert found.sales == pytest.approx(np.array([[100, 140]]) / 120)
    assert found.spend[0] == pytest.approx(np.array([[30, 60]]) / 120)


def test_spend_by_territory_is_held_against_the_sales_there(tmp_path):
    spend = "date,lever,territory,spend\n2025-01-05,ads,East,30\n2025-02-05,ads,West,8\n"
    found = seen(tmp_path, spend)
    # East sells 80 and 120, West 20 and 20.
    assert found.size == pytest.approx([100, 20])
    assert found.spend[0] == pytest.approx(np.array([[0.3, 0], [0, 0.4]]))


def test_spend_on_everybody_is_spread_by_sales(tmp_path):
    spend = "date,lever,territory,spend\n2025-01-05,ads,East,10\n2025-02-05,ads,,60\n"
    found = seen(tmp_path, spend)
    assert found.spend[0] * found.size[:, None] == pytest.approx(np.array([[10, 50], [0, 10]]))


def test_a_place_has_its_own_sales_and_what_is_spent_above_it(tmp_path):
    spend = "date,lever,territory,spend\n2025-01-05,ads,,12\n2025-02-05,ads,West,5\n2025-02-05,ads,East,7\n"
    found = seen(tmp_path, spend, Place("East", "Key"))
    assert found.size == pytest.approx([70])
    assert found.spend[0] * found.size == pytest.approx(np.array([[12, 7]]))


def test_other_levers_stand_beside_those_that_are_asked(tmp_path):
    spend = "date,lever,spend\n2025-01-05,fair,30\n2025-02-05,ads,60\n"
    assert seen(tmp_path, spend).levers == ("ads", "fair")


def test_committed_spend_and_spend_in_the_plan_are_not_the_past(tmp_path):
    spend = (
        "date,lever,spend,kind\n2025-01-05,ads,30,actual\n2025-02-05,ads,5,committed\n"
        "2025-03-05,ads,7,actual\n"
    )
    found = seen(tmp_path, spend)
    assert found.spend[0] * found.size == pytest.approx(np.array([[30, 0]]))


def test_a_period_that_no_book_has_is_unknown_and_not_nothing(tmp_path):
    history = HISTORY.replace("2025-01", "2024-12")
    spend = "date,lever,spend\n2024-12-05,ads,30\n2025-01-05,ads,5\n"
    found = seen(tmp_path, spend, history=history)
    assert found.known.tolist() == [True, False, True]
    assert found.spend[0] * found.size == pytest.approx(np.array([[30, 5, 0]]))


def test_sales_and_spend_that_never_meet_are_nothing_to_learn_from(tmp_path):
    assert seen(tmp_path, "date,lever,spend\n2025-02-28,fair,1\n2026-02-05,ads,5\n") is not None
    assert seen(tmp_path / "b", "date,lever,spend,kind\n2025-02-05,ads,5,committed\n") is None


def test_drivers_and_events_are_controls_where_they_hold_everywhere(tmp_path):
    drivers = (
        "date,driver,value,territory\n2025-01-01,rain,1,\n2025-02-01,rain,3,\n"
        "2025-01-01,snow,1,East\n2025-02-01,snow,2,East\n"
    )
    events = "event,start,end\nfair week,2025-02-01,2025-02-14\n"
    spend = "date,lever,spend\n2025-01-05,ads,30\n2025-02-05,ads,60\n"
    found = seen(tmp_path, spend, drivers=drivers, events=events)
    level, trend, rain, week = found.controls.T
    assert level.tolist() == [1, 1]
    assert trend.tolist() == [-1, 1]
    assert rain.tolist() == [-1, 1]
    assert week.tolist() == [0, 0.5]


def test_money_that_came_back_is_no_spend(tmp_path):
    spend = "date,lever,spend\n2025-01-05,ads,30\n2025-02-05,ads,-60\n"
    assert seen(tmp_path, spend).spend[0] * 120 == pytest.approx(np.array([[30, 0]]))
