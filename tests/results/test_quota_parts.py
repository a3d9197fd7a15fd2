"""Parts of quotas: what each rep must sell on each unit, product, channel and segment."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import FULL_MARGIN, scenario_of

from allocopt.results.quota_parts import cut, mix_of, quota_on_units

MONTHS = ["2026-01", "2026-02"]
UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Small,10,100
u3,West,Key,10,200
"""
REPS = "rep,hours\nAnn,40\nBob,40\n"
HISTORY = """
date,unit,product,channel,sales
2025-03-01,u1,Tea,Shop,30
2025-04-01,u1,Milk,Web,10
2025-04-01,u3,Milk,Shop,50
2020-04-01,u3,Tea,Shop,900
"""
NO_PRODUCTS = pd.DataFrame()


def pairs(amounts):
    index = pd.MultiIndex.from_tuples(list(amounts), names=["unit", "rep"])
    return pd.DataFrame(list(amounts.values()), index, MONTHS, dtype=float)


def quota(**amounts):
    return pd.DataFrame(list(amounts.values()), list(amounts), MONTHS, dtype=float)


def scenario(folder, **tables):
    base = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN + "Small,1\n"}
    return scenario_of(folder, months=2, **{**base, **tables})


def units_of(made):
    return made.table("units").set_index("unit")


def test_quota_lies_on_the_units_that_it_was_made_of():
    # One to three in January; nothing to go by in February, so the horizon's one to three.
    basis = pairs({("u1", "Ann"): [10, 0], ("u2", "Ann"): [30, 0], ("u3", "Bob"): [5, 5]})
    parts = quota_on_units(quota(Ann=[80, 40], Bob=[7, 9]), basis)
    assert parts.loc[("u1", "Ann")].tolist() == [20, 10]
    assert parts.loc[("u2", "Ann")].tolist() == [60, 30]
    assert parts.loc[("u3", "Bob")].tolist() == [7, 9]


def test_without_any_measure_units_share_evenly():
    basis = pairs({("u1", "Ann"): [0, 0], ("u2", "Ann"): [0, 0]})
    assert quota_on_units(quota(Ann=[80, 40]), basis).loc[("u2", "Ann")].tolist() == [40, 20]


def test_quota_of_a_rep_without_units_is_not_lost():
    basis = pairs({("u1", "Ann"): [1, 1]})
    parts = quota_on_units(quota(Ann=[80, 40], Cyn=[5, 6], Dan=[0, 0]), basis)
    assert parts.loc[("", "Cyn")].tolist() == [5, 6]
    assert ("", "Dan") not in parts.index


def mix(made, dimension="product", products=NO_PRODUCTS):
    return mix_of(dimension, made, products, units_of(made)).sort_index()


def test_mix_is_that_of_the_unit_else_of_its_cell_else_of_the_company(tmp_path):
    units = UNITS + "u4,East,Key,10,50\n"
    made = scenario(tmp_path, units=units, history=HISTORY)
    found = mix(made)["2026-01"]
    # u1 sold 30 of tea and 10 of milk and u4, new in the cell, will as well; u3 sold only milk; u2 is alone
    # in its cell and sells as the company does, which sold 30 and 60. What is older does not count.
    assert found["u1"].to_dict() == pytest.approx({"Tea": 0.75, "Milk": 0.25})
    assert found["u4"].to_dict() == pytest.approx({"Tea": 0.75, "Milk": 0.25})
    assert found["u3"].to_dict() == pytest.approx({"Milk": 1})
    assert found["u2"].to_dict() == pytest.approx({"Tea": 1 / 3, "Milk": 2 / 3})
    assert found[""].to_dict() == pytest.approx({"Tea": 1 / 3, "Milk": 2 / 3})
    assert mix(made, "channel")["2026-01"]["u1"].to_dict() == pytest.approx(
        {"Shop": 0.75, "Web": 0.25}
    )


def test_mix_of_a_unit_without_sales_follows_the_forecast_of_its_cell(tmp_path):
    made = scenario(tmp_path)
    rows = [
        ("Tea", "2026-01", 30),
        ("Milk", "2026-01", 10),
        ("Tea", "2026-02", 0),
        ("Milk", "2026-02", 5),
    ]
    products = pd.DataFrame(
        [("East", "Key", item, "", period, mean) for item, period, mean in rows],
        columns=["territory", "segment", "product", "channel", "period", "mean"],
    )
    found = mix(made, products=products).loc["u1"]
    assert found.loc["Tea"].tolist() == [0.75, 0]
    assert found.loc["Milk"].tolist() == [0.25, 1]


def test_nothing_is_cut_where_nothing_is_named(tmp_path):
    assert mix(scenario(tmp_path)).empty


def test_cuts_add_up_to_the_quota(tmp_path):
    made = scenario(tmp_path, history=HISTORY)
    parts = pairs({("u1", "Ann"): [80, 40], ("u2", "Ann"): [30, 0], ("", "Cyn"): [9, 9]})
    by_product = cut(parts, mix(made))
    # u1 is three parts tea; u2 and Cyn without units sell as the company, one third tea.
    assert by_product.loc[("Ann", "Tea")].tolist() == pytest.approx([60 + 10, 30])
    assert by_product.loc[("Ann", "Milk")].tolist() == pytest.approx([20 + 20, 10])
    assert by_product.loc[("Cyn", "Tea")].tolist() == pytest.approx([3, 3])
    by_segment = cut(parts, mix(made, "segment"))
    assert by_segment.loc[("Ann", "Small")].tolist() == [30, 0]
    assert by_segment.groupby(level="rep").sum().loc["Ann"].tolist() == [110, 40]


def test_cuts_of_rounded_quotas_are_multiples_with_the_same_sum(tmp_path):
    made = scenario(tmp_path, history=HISTORY)
    parts = cut(pairs({("u2", "Ann"): [100, 50]}), mix(made), step=10)
    # A third of 100 is 33.3 and two thirds are 66.7: 30 and 70; of 50 they are 16.7 and 33.3: 20 and 30.
    assert parts.loc[("Ann", "Tea")].tolist() == [30, 20]
    assert parts.loc[("Ann", "Milk")].tolist() == [70, 30]
