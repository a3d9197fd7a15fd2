"""Why a unit is where it is, why not elsewhere, and what would change it."""

from __future__ import annotations

import pytest
from support_explanation import ESTIMATE, EXACT, HARD, TWO, solved
from support_plan import reps_of

from allocopt.errors import DataError
from allocopt.explanation import explain_unit
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario


def test_the_other_rep_is_told_with_loss_parts_obstacle_and_moves(tmp_path):
    found = explain_unit(*solved(tmp_path), "u1", EXACT)
    other = found.details["alternatives"].to_dict("records")[0]
    assert (other["rep"], other["method"]) == ("Ann", "exact")
    # u1 with Ann pushes u2 to Bo: 140 instead of 150.
    assert other["change"] == pytest.approx(-10)
    assert other["in_the_way"] == "Ann is full: 1 h short in 2026-01."
    parts = found.details["parts"]
    assert dict(zip(parts["part"], parts["change"], strict=True)) == {
        "pair_value": pytest.approx(-10)
    }
    assert found.details["moves"].to_dict("records") == [
        {"rep": "Ann", "unit": "u2", "before": "Ann", "after": "Bo"}
    ]


def test_what_would_change_it_is_told_as_hours_and_as_value(tmp_path):
    found = explain_unit(*solved(tmp_path), "u1", EXACT)
    rows = found.details["conditions"].to_dict("records")
    assert [(row["kind"], row["amount"], row["solved"]) for row in rows] == [
        ("selling_time_limit", 1.0, "yes"),
        ("pair_value", 10.0, "yes"),
    ]
    assert "It would go to Ann with 1 h more per month for Ann." in found.sentences
    assert "It would go to Ann with more than 10 more value of Ann for u1." in found.sentences


@pytest.mark.parametrize(
    "setting", ["override.reps.Ann.hours=11", "override.pairs.u1;Ann.value=110.1"]
)
def test_what_would_change_it_is_true_of_the_scenario(tmp_path, setting):
    _, scenario = solved(tmp_path)
    assert reps_of(plan_scenario(scenario))["u1"] == "Bo"
    assert reps_of(plan_scenario(load_scenario(tmp_path, [setting])))["u1"] == "Ann"


def test_a_lock_is_told_with_what_it_costs(tmp_path):
    tables = TWO | {
        "units": "unit,territory,segment,hours,demand,rep,lock\nu1,E,Key,6,0,Ann,yes\nu2,E,Key,5,0,,\n"
    }
    found = explain_unit(*solved(tmp_path, **tables), "u1", EXACT)
    # Locked to Ann the plan brings 140.
    assert (
        "If the lock were lifted, Bo would have it, and the plan would be better by 10."
        in found.sentences
    )
    assert found.details["alternatives"]["change"].tolist() == [pytest.approx(10)]


def test_a_lock_that_changes_nothing_says_so(tmp_path):
    tables = TWO | {
        "units": "unit,territory,segment,hours,demand,rep,lock\nu1,E,Key,6,0,Bo,yes\nu2,E,Key,5,0,,\n"
    }
    found = explain_unit(*solved(tmp_path, **tables), "u1", EXACT)
    assert "If the lock were lifted, Bo would keep it all the same." in found.sentences


def test_a_unit_left_open_is_told_who_could_have_it_and_how(tmp_path):
    tables = {
        "units": "unit,territory,segment,hours,demand\nu1,E,Key,6,0\nu2,E,Key,5,0\n",
        "reps": "rep,hours\nAnn,8\n",
        "pairs": "unit,rep,value\nu1,Ann,100\nu2,Ann,90\n",
    }
    yaml = HARD + "coverage: {every_unit: false}\n"
    found = explain_unit(*solved(tmp_path, yaml, **tables), "u2", EXACT)
    assert found.sentences[0] == "u2, E / Key: left open."
    # Ann would have to leave u1 for it; with 3 h more she has both.
    assert found.details["alternatives"]["change"].tolist() == [pytest.approx(-10)]
    conditions = found.details["conditions"]
    assert dict(zip(conditions["kind"], conditions["amount"], strict=True)) == {
        "selling_time_limit": 3.0,
        "pair_value": 10.0,
    }


def test_a_place_that_no_plan_has_names_the_rules(tmp_path):
    tables = TWO | {"reps": "rep,hours\nAnn,11\nBo,5\n"}
    found = explain_unit(*solved(tmp_path, **tables), "u1", EXACT)
    other = found.details["alternatives"].to_dict("records")[0]
    assert "A rep's units fit the rep's selling time." in other["impossible"]
    assert "Bo instead: no plan has u1 there." in " ".join(found.sentences)
    # An hour more lets Bo have it, and still nobody wants that.
    assert found.details["conditions"].empty


def test_a_ceiling_on_handovers_in_the_way_is_named_and_lifted(tmp_path):
    plan, scenario = solved(
        tmp_path,
        "pairs: {complete: true}\nhandover: {loss: 0, max_units: 1}\n",
        units="unit,territory,segment,hours,demand,rep\nu1,E,Key,1,0,Ann\nu2,E,Key,1,0,Ann\n",
        reps="rep,hours\nAnn,9\nBo,9\n",
        pairs="unit,rep,value\nu1,Ann,5\nu1,Bo,25\nu2,Ann,5\nu2,Bo,15\n",
    )
    found = explain_unit(plan, scenario, "u2", EXACT)
    assert "No more units may change their rep." in found.sentences
    assert "It would go to Bo with 1 more unit that may change its rep." in found.sentences


def test_the_loss_of_a_handover_is_a_part_of_its_own(tmp_path):
    plan, scenario = solved(
        tmp_path,
        "handover: {loss: 0.15}\nworkload: {hard: true}\n",
        units="unit,territory,segment,hours,demand,rep\nu1,E,Key,1,100,Ann\n",
        reps="rep,hours,productivity\nAnn,9,1\nBo,9,1.1\n",
        segments="segment,margin\nKey,1\n",
    )
    found = explain_unit(plan, scenario, "u1", EXACT)
    parts = found.details["parts"]
    assert dict(zip(parts["part"], parts["change"], strict=True)) == {
        "margin_on_sales": pytest.approx(10),
        "handover_loss": pytest.approx(-15),
    }
    zh = [sentence.said_in("zh-CN") for sentence in found.sentences]
    assert "改由 Bo：−5（精确）：交接损失 −15，销售毛利 +10。" in zh


def test_an_estimate_moves_the_unit_alone_and_says_so(tmp_path):
    found = explain_unit(*solved(tmp_path), "u1", ESTIMATE)
    other = found.details["alternatives"].to_dict("records")[0]
    # Alone u1 brings 40 more with Ann, who has no room for it.
    assert (other["change"], other["method"]) == (pytest.approx(40), "alone")
    assert other["in_the_way"] == "Ann is full: 1 h short in 2026-01."
    assert found.details["conditions"]["solved"].tolist() == ["no"]
    assert (
        "Alone it could go to Ann without loss with 1 h more per month for Ann." in found.sentences
    )


def test_an_estimate_prices_overload_and_bands(tmp_path):
    plan, scenario = solved(
        tmp_path,
        "pairs: {complete: true}\nhandover: {loss: 0}\nworkload: {overtime_cost: 2}\n"
        "balance: [{measure: size, tolerance: 0, price: 1}]\n",
        units="unit,territory,segment,hours,demand,size\nu1,E,Key,6,0,10\nu2,E,Key,5,0,10\n",
        reps="rep,hours\nAnn,6\nBo,6\n",
        pairs="unit,rep,value\nu1,Ann,100\nu1,Bo,90\nu2,Ann,50\nu2,Bo,60\n",
    )
    found = explain_unit(plan, scenario, "u1", ESTIMATE)
    parts = found.details["parts"]
    # With Bo: 10 less value, 11 of 6 h at 2 each, and 10 of size too much for Bo and too little for Ann.
    assert dict(zip(parts["part"], parts["change"], strict=True)) == {
        "pair_value": pytest.approx(-10),
        "shortfalls": pytest.approx(-5 * 2 - 10 - 10),
    }
    exact = explain_unit(plan, scenario, "u1", EXACT).details["alternatives"]
    # Solved again, u2 goes to Ann: 90 + 50 instead of 160.
    assert exact["change"].tolist() == [pytest.approx(-20)]


def test_only_the_next_two_of_many_are_told_the_best_first(tmp_path):
    reps = [f"r{k}" for k in range(6)]
    plan, scenario = solved(
        tmp_path,
        units="unit,territory,segment,hours,demand\nu1,E,Key,1,0\n",
        reps="rep,hours\n" + "".join(f"{rep},9\n" for rep in reps),
        pairs="unit,rep,value\n" + "".join(f"u1,{rep},{k * k}\n" for k, rep in enumerate(reps)),
    )
    found = explain_unit(plan, scenario, "u1", EXACT)
    rows = found.details["alternatives"]
    assert dict(zip(rows["rep"], rows["change"], strict=True)) == {
        "r4": pytest.approx(-9),
        "r3": pytest.approx(-16),
    }


def test_an_unknown_unit_gives_the_nearest(tmp_path):
    with pytest.raises(DataError) as error:
        explain_unit(*solved(tmp_path), "u11")
    assert error.value.findings[0].nearest == "u1"
