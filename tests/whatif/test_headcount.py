"""Headcount curve: the next reps, where they go and what each brings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_plan import FULL_MARGIN, scenario_of

from allocopt.whatif import Basis
from allocopt.whatif.headcount import headcount_curve
from allocopt.whatif.positions import with_positions

# Ann has time for one of the four units; every further rep has time for one more.
YAML = "workload: {hard: true}\nhandover: {loss: 0}\ncoverage: {every_unit: false}\n"
UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Key,10,60
u3,West,Key,10,50
u4,West,Key,10,12
"""
REPS = """
rep,territory,territories,hours,cost,status
Ann,East,East,10,20,active
E1,East,East,10,20,open
W1,West,West,10,20,open
W2,West,West,10,20,open
"""
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def curve(folder, yaml="", most=None, **tables):
    return headcount_curve(Basis(scenario_of(folder, YAML + yaml, **{**TABLES, **tables})), most)


def test_each_next_rep_goes_where_most_is_left(tmp_path):
    # Ann sells u1: 100 − 20. The next takes u2: + 60 − 20, then u3: + 50 − 20, then u4: + 12 − 20.
    found = curve(tmp_path)
    table = found.table
    assert table["positions"].tolist() == [0, 1, 2, 3]
    assert table["contribution"].tolist() == pytest.approx([80, 120, 150, 142])
    assert table["marginal_contribution"].tolist()[1:] == pytest.approx([40, 30, -8])
    assert table["pays"].tolist() == ["", "yes", "yes", "no"]
    assert table["where"].tolist()[1] == "E1"
    assert found.best == 2
    assert found.notes == ("The objective is highest with 2 positions filled.",)
    assert found.made_up == ()
    # Had the search with three been stopped at a bound of 160, nobody could say that two are best.
    *others, three = found.plans
    stopped = replace(three, summary={**three.summary, "bound": 160.0})
    note = replace(found, plans=(*others, stopped)).notes[0]
    assert note.endswith("2 positions filled, as far as is proven: 3 may be as good.")


def test_positions_are_made_up_where_none_is_open(tmp_path):
    # Two in each territory: the median of East is Ann, nobody works in the West: the median of all.
    reps = "rep,territory,territories,hours,cost\nAnn,East,East,10,20\n"
    scenario = scenario_of(tmp_path, YAML, **{**TABLES, "reps": reps})
    grown, made_up = with_positions(scenario, 2)
    assert made_up == ("New East 1", "New East 2", "New West 1", "New West 2")
    rows = grown.table("reps").set_index("rep").loc[list(made_up)]
    assert rows["hours"].tolist() == [10] * 4
    assert rows["cost"].tolist() == [20] * 4
    assert rows["status"].tolist() == ["open"] * 4
    found = headcount_curve(Basis(scenario), 2)
    assert found.table["where"].tolist() == ["", "1 in East", "1 in East, 1 in West"]
    assert found.table["contribution"].tolist() == pytest.approx([80, 120, 150])


def test_a_number_that_a_rule_forbids_says_why(tmp_path):
    found = curve(tmp_path, "headcount: {by: [{scope: territory=West, min: 1}]}\n", most=1)
    assert found.table["contribution"].isna().tolist() == [True, False]
    assert found.table["status"][0].startswith("No plan can keep all hard rules.")
    assert found.table["where"][1] in ("W1", "W2")
    assert found.table["pays"].tolist() == ["", ""]
