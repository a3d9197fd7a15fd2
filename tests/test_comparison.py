"""Plans side by side."""

from __future__ import annotations

import pytest
from support_plan import planned

from allocopt.comparison import compare_plans
from allocopt.errors import DataError

UNITS = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,60,Ann\n"
REPS = "rep,hours,productivity\nAnn,40,1\nBob,40,1.5\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": "segment,margin\nKey,1\n"}


def figures(table, column):
    return dict(zip(table["figure"], table[column], strict=True))


def test_figures_stand_side_by_side_with_the_change(tmp_path):
    # Bob sells half as much again; a handover loses 15 %. Locked to Ann nothing changes hands.
    moved = planned(tmp_path / "moved", **TABLES)
    locked = UNITS.replace(",rep\n", ",rep,lock\n").replace(",Ann\n", ",Ann,kept\n")
    stayed = planned(tmp_path / "stayed", **{**TABLES, "units": locked})
    table = compare_plans([stayed, moved])
    assert list(table.columns) == ["figure", stayed.summary["id"], moved.summary["id"], "change"]
    change = figures(table, "change")
    assert change["sales"] == pytest.approx(80)
    assert change["handovers"] == 2
    assert change["contribution"] == pytest.approx(80 - 24)
    assert change["status"] is None
    before = figures(table, stayed.summary["id"])
    assert before["quota_most"] == pytest.approx(160)
    assert before["quota_least"] == pytest.approx(0)


def test_a_plan_beside_itself_changes_nothing(tmp_path):
    plan = planned(tmp_path, **TABLES)
    table = compare_plans([plan, plan])
    assert table.columns[2].endswith("(2)")
    assert {value for value in table["change"] if value is not None} == {0.0}


def test_columns_are_headed_as_asked_and_the_ids_are_a_row(tmp_path):
    plan = planned(tmp_path, **TABLES)
    table = compare_plans([plan, plan], ["plans/first", "change"])
    assert list(table.columns) == ["figure", "plans/first", "change (2)", "change"]
    assert figures(table, "plans/first")["plan"] == plan.summary["id"]
    assert str(figures(table, "plans/first")["shortfalls"]) == "0.0"


def test_plans_in_different_currencies_are_not_compared(tmp_path):
    plans = [
        planned(tmp_path / name, f"scenario: {{currency: {name}}}\n", **TABLES)
        for name in ("EUR", "CNY")
    ]
    with pytest.raises(DataError, match="different currency") as error:
        compare_plans(plans)
    assert error.value.findings[0].value == "EUR, CNY"


def test_a_figure_that_one_plan_lacks_is_left_blank(tmp_path):
    plain = planned(tmp_path / "a", **TABLES)
    yaml = "balance: [{measure: demand, tolerance: 1, price: 0}]\n"
    table = compare_plans([plain, planned(tmp_path / "b", yaml, **TABLES)])
    assert figures(table, plain.summary["id"])["balance_spread:demand"] is None
    assert figures(table, "change")["balance_spread:demand"] is None
