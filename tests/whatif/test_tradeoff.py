"""Trade-off: two objectives against each other, on teams small enough to know every efficient plan."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, scenario_of

from allocopt.errors import DataError
from allocopt.whatif import Basis
from allocopt.whatif.tradeoff import trade_off

# Bob sells twice as much as Ann, who has all four units today; a handover loses nothing. So each handover
# brings what Ann sells of the unit: 40, 30, 20 and 10 for the first to the fourth.
YAML = "workload: {hard: true}\nhandover: {loss: 0}\n"
UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,10,40,Ann
u2,East,Key,10,30,Ann
u3,East,Key,10,20,Ann
u4,East,Key,10,10,Ann
"""
REPS = "rep,hours,productivity\nAnn,40,1\nBob,40,2\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def traded(folder, names, points=6, yaml="", **tables):
    scenario = scenario_of(folder, YAML + yaml, **{**TABLES, **tables})
    return trade_off(Basis(scenario), names.split(","), points)


def test_each_handover_brings_what_its_unit_gains(tmp_path):
    curve = traded(tmp_path, "contribution,handovers", points=9)
    table = curve.table
    assert (curve.limited, curve.optimised) == ("handovers", "objective")
    assert table["handovers"].tolist() == [0, 1, 2, 3, 4]
    assert table["contribution"].tolist() == pytest.approx([100, 140, 170, 190, 200], rel=1e-5)
    assert [plan.summary["status"] for plan in curve.plans] == ["optimal"] * 5


def test_the_order_of_the_names_changes_nothing(tmp_path):
    one = traded(tmp_path / "a", "contribution,handovers", 2)
    other = traded(tmp_path / "b", "handovers,contribution", 2)
    assert one.table.equals(other.table)


def test_a_plan_that_is_no_better_for_more_handovers_is_left_out(tmp_path):
    # With Bob as good as Ann nothing is gained by any handover: one plan dominates all.
    curve = traded(tmp_path, "contribution,handovers", reps="rep,hours\nAnn,40\nBob,40\n")
    assert curve.table["handovers"].tolist() == [0]


def test_units_of_a_leaver_do_not_count(tmp_path):
    # Cem leaves today, so that u4 must move and only the other three can be handed over or not.
    units = UNITS.replace("u4,East,Key,10,10,Ann", "u4,East,Key,10,10,Cem")
    reps = REPS.replace("productivity", "productivity,status,end").replace("40,1\n", "40,1,,\n")
    reps = reps.replace("40,2\n", "40,2,,\n") + "Cem,40,1,leaving,2025-12-31\n"
    curve = traded(tmp_path, "contribution,handovers", points=9, units=units, reps=reps)
    assert curve.table["handovers"].tolist() == [0, 1, 2, 3]
    assert curve.table["contribution"].tolist() == pytest.approx([110, 150, 180, 200], rel=1e-5)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("contribution,contribution", "two different objectives"),
        ("contribution", "two different objectives"),
        ("contribution,handover", "there is no objective 'handover'"),
        ("contribution,balance", "no measure is balanced"),
        ("contribution,travel", "no travel without coverage.travel_speed"),
    ],
)
def test_objectives_that_cannot_be_traded_are_refused(tmp_path, names, words):
    with pytest.raises(DataError, match=words):
        traded(tmp_path, names)


# Ann lives at u1 and u2, Bob at u3 and u4; each of the others is 50 km away, two hours there and back.
# Demand is 100, 100, 10 and 10, so that fair shares of 110 take one large unit each: somebody must travel.
PLACES = """
unit,territory,segment,hours,visits,demand
u1,East,Key,10,1,100
u2,East,Key,10,1,100
u3,East,Key,10,1,10
u4,East,Key,10,1,10
"""
DISTANCES = "unit,rep,distance\n" + "".join(
    f"{unit},{rep},{0 if (rep == 'Ann') == (unit in ('u1', 'u2')) else 50}\n"
    for unit in ("u1", "u2", "u3", "u4")
    for rep in ("Ann", "Bob")
)
WAYS = {"units": PLACES, "reps": "rep,hours\nAnn,40\nBob,40\n", "pairs": DISTANCES}
BANDS = "coverage: {travel_speed: 50}\nbalance: [{measure: demand, tolerance: 0, price: 0.01}]\n"


def test_balance_is_paid_for_by_travel(tmp_path):
    # No travel: 200 against 20, 180 outside. One small unit moved to Ann makes that worse. Bob travels to
    # one large unit: 100 against 120, 20 outside. Ann to one small one besides: 110 each, 0 outside.
    curve = traded(tmp_path, "balance,travel", 4, BANDS, **WAYS)
    assert (curve.limited, curve.optimised) == ("balance", "travel")
    assert curve.table["balance"].tolist() == pytest.approx([0, 20, 180], abs=1e-3)
    assert curve.table["travel"].tolist() == pytest.approx([4, 2, 0], abs=1e-6)


def test_contribution_is_paid_for_by_balance(tmp_path):
    # Ann sells a tenth more and would have all: 242, and 220 outside. At most 147 or 73 are kept by giving
    # Bob a large unit alone: 10 less, and 20 outside; even shares lose 11.
    reps = {"reps": "rep,hours,productivity\nAnn,40,1.1\nBob,40,1\n"}
    yaml = "balance: [{measure: demand, tolerance: 0, price: 0.01}]\n"
    curve = traded(tmp_path, "contribution,balance", 4, yaml, units=PLACES, **reps)
    assert curve.table["balance"].tolist() == pytest.approx([0, 20, 220], abs=1e-3)
    assert curve.table["contribution"].tolist() == pytest.approx([231, 232, 242], abs=0.01)
    assert "another is as good in both" in curve.notes[0]


def test_a_plan_that_keeps_every_band_does_not_end_the_curve(tmp_path):
    # Bob sells half as much again and would have all: 3.9 million. At the price of 1 nothing lies outside
    # now; the price that only breaks ties must be faint against sales, which are in the same unit.
    units = "unit,territory,segment,hours,demand\n" + "".join(
        f"u{number},East,Key,10,{demand}\n"
        for number, demand in enumerate((1_000_000, 600_000, 600_000, 400_000))
    )
    reps = {"reps": "rep,hours,productivity\nAnn,40,1\nBob,40,1.5\n"}
    yaml = "balance: [{measure: demand, tolerance: 0.1, price: 1}]\n"
    curve = traded(tmp_path, "contribution,balance", 2, yaml, units=units, **reps)
    assert curve.table["balance"].tolist() == pytest.approx([0, 2_340_000], abs=1)
    assert curve.table["contribution"].tolist() == pytest.approx([3_300_000, 3_900_000], rel=1e-5)


def test_one_of_several_measures_is_named(tmp_path):
    yaml = (
        "balance: [{measure: demand, tolerance: 0, price: 0.01},"
        " {measure: hours, tolerance: 0, price: 0.01}]\n"
    )
    with pytest.raises(DataError, match="several measures are balanced; expected balance:demand"):
        traded(tmp_path, "contribution,balance", 2, yaml)
    curve = traded(tmp_path, "contribution,balance:hours", 2, yaml)
    assert curve.table["balance"].iloc[0] == pytest.approx(0, abs=1e-3)
