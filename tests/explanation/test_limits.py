"""What one more of each limit is worth, on plans solved in the head."""

from __future__ import annotations

import pytest
from support_explanation import ESTIMATE, EXACT, HARD, TWO, solved
from support_plan import FULL_MARGIN

from allocopt.explanation import Depth, explain_limits
from allocopt.explanation.trials import Tried
from allocopt.explanation.worth import change_between, gain_between


def worths(found, column="value"):
    """A figure by rule and item."""
    rows = zip(found.table["rule"], found.table["item"], found.table[column], strict=True)
    return {(rule, item): value for rule, item, value in rows}


def test_one_more_hour_that_lets_a_unit_come_is_worth_what_the_unit_brings(tmp_path):
    found = explain_limits(*solved(tmp_path), EXACT)
    # With 11 h Ann has both: 190 − 150. With 11 h Bo could have both for 100.
    assert worths(found)["selling_time_limit", "Ann"] == pytest.approx(40)
    assert worths(found)["selling_time_limit", "Bo"] == 0
    assert set(found.table["method"]) == {"exact"}
    assert found.sentences[0] == "1 h more per month for Ann: brings 40 (exact)."
    assert found.sentences[0].said_in("zh-CN") == "Ann 每月多 1 小时：带来 40（精确）。"
    assert any(sentence.startswith("Exact:") for sentence in found.sentences)


def test_the_estimate_is_the_dual_of_the_relaxation_and_says_so(tmp_path):
    found = explain_limits(*solved(tmp_path), ESTIMATE)
    # In parts: Ann has all of u2, which she does better by 50 for 5 h, and 5 of 6 h of u1, better by 40.
    assert worths(found)["selling_time_limit", "Ann"] == pytest.approx(40 / 6)
    assert set(found.table["method"]) == {"dual"}
    assert "(estimate: dual of the linear relaxation)" in found.sentences[0]
    assert found.sentences[-1].startswith("Estimates: duals of the linear relaxation")


def test_one_more_handover_is_worth_the_best_that_was_left(tmp_path):
    # Bo does u1 and u2 better by 20 and 10; only one may change its rep.
    found = explain_limits(
        *solved(
            tmp_path,
            "pairs: {complete: true}\nhandover: {loss: 0, max_units: 1}\n",
            units="unit,territory,segment,hours,demand,rep\nu1,E,Key,1,0,Ann\nu2,E,Key,1,0,Ann\n",
            reps="rep,hours\nAnn,9\nBo,9\n",
            pairs="unit,rep,value\nu1,Ann,5\nu1,Bo,25\nu2,Ann,5\nu2,Bo,15\n",
        ),
        EXACT,
    )
    assert worths(found)["handover_limit", "units"] == pytest.approx(10)


LEVER = {
    "units": "unit,territory,segment,hours,demand\nu1,East,Key,1,100\n",
    "reps": "rep,hours\nAnn,10\n",
    "segments": FULL_MARGIN,
    "levers": "lever,total_max\nads,9\n",
    # 60 · min(1, spend / 20): three of sales for each of spend.
    "responses": "lever,territory,form,lift_max,lift_unit,half\nads,East,linear,60,currency,10\n",
}


@pytest.mark.parametrize(("depth", "method"), [(EXACT, "exact"), (ESTIMATE, "dual")])
def test_one_more_of_budget_is_worth_what_it_sells_less_itself(tmp_path, depth, method):
    found = explain_limits(*solved(tmp_path, "budget: {total_max: 30}\n", **LEVER), depth)
    assert worths(found)["lever_budget", "ads"] == pytest.approx(2)
    assert worths(found)["budget_total", "company"] == 0
    assert worths(found, "method")["lever_budget", "ads"] == method


def test_large_budgets_move_in_thousands(tmp_path):
    large = LEVER | {
        "levers": "lever,total_max\nads,200000\n",
        "responses": "lever,territory,form,lift_max,lift_unit,half\n"
        "ads,East,linear,900000,currency,150000\n",
        "units": "unit,territory,segment,hours,demand\nu1,East,Key,1,2000000\n",
    }
    found = explain_limits(*solved(tmp_path, "", **large), EXACT)
    assert worths(found, "step")["lever_budget", "ads"] == 1000
    assert worths(found)["lever_budget", "ads"] == pytest.approx(2000)
    assert worths(found, "value_of_one_more")["lever_budget", "ads"] == pytest.approx(2)


OPEN = {
    "units": "unit,territory,segment,hours,demand\nu1,East,Key,6,0\nu2,West,Key,6,0\n",
    "reps": "rep,hours,status,territory,cost\nAnn,6,,East,1\nN1,6,open,East,3\nN2,6,open,West,5\n",
    "pairs": "unit,rep,value\nu1,Ann,10\nu1,N1,30\nu2,Ann,10\nu2,N2,40\n",
}


def test_one_more_position_is_worth_what_it_brings_less_its_cost(tmp_path):
    yaml = HARD + "headcount: {max: 1}\n"
    found = explain_limits(*solved(tmp_path, yaml, **OPEN), EXACT)
    # One position: N2 has u2 (40 − 5), Ann u1 (10). Two: 30 − 3 instead of 10 for u1.
    assert worths(found)["headcount_limit", "company"] == pytest.approx(17)


def test_a_position_that_must_be_filled_is_worth_its_cost(tmp_path):
    yaml = HARD + "headcount: {min: 2}\ncoverage: {every_unit: false}\n"
    tables = OPEN | {"pairs": "unit,rep,value\nu1,Ann,10\nu1,N1,11\nu2,Ann,10\nu2,N2,40\n"}
    found = explain_limits(*solved(tmp_path, yaml, **tables), EXACT)
    # N1 does u1 better than Ann by 1 and costs 3.
    assert worths(found)["headcount_limit", "company"] == pytest.approx(2)
    assert any("position less that must be filled" in sentence for sentence in found.sentences)


def test_one_more_rep_is_told_by_place_with_the_cost(tmp_path):
    tables = {
        "units": "unit,territory,segment,hours,demand\nu1,East,Key,6,50\nu2,West,Key,6,40\n",
        "reps": "rep,hours,cost,territories,territory\nAnn,6,4,,East\n",
        "segments": FULL_MARGIN,
    }
    yaml = "workload: {hard: true}\ncoverage: {every_unit: false}\n"
    found = explain_limits(*solved(tmp_path, yaml, **tables), EXACT)
    # Ann has room for u1; one more in the West covers u2 for 4. In the East, where Ann is free for u2, too.
    assert worths(found)["one_more_rep", "West"] == pytest.approx(36)
    assert worths(found)["one_more_rep", "East"] == pytest.approx(36)


def test_a_point_of_tolerance_lets_a_better_split_through(tmp_path):
    yaml = HARD + "balance: [{measure: size, tolerance: 0.39, hard: true}]\n"
    tables = {
        "units": "unit,territory,segment,hours,demand,size\n"
        "a,E,Key,1,0,50\nb,E,Key,1,0,30\nc,E,Key,1,0,20\n",
        "reps": "rep,hours\nAnn,9\nBo,9\n",
        # Ann likes a and c: 70 of 100, which is 40 % above her fair 50.
        "pairs": "unit,rep,value\na,Ann,10\na,Bo,0\nb,Ann,0\nb,Bo,10\nc,Ann,7\nc,Bo,0\n",
    }
    found = explain_limits(*solved(tmp_path, yaml, **tables), EXACT)
    assert worths(found)["balance_tolerance", "size"] == pytest.approx(7)


def test_what_can_be_moved_is_not_told_twice(tmp_path):
    found = explain_limits(*solved(tmp_path), EXACT)
    assert not found.table.duplicated(["rule", "item", "period"]).any()


def test_a_lock_is_told_with_assignments_kept(tmp_path):
    tables = TWO | {
        "units": "unit,territory,segment,hours,demand,rep,lock\nu1,E,Key,6,0,Ann,yes\nu2,E,Key,5,0,,\n"
    }
    found = explain_limits(*solved(tmp_path, **tables), EXACT)
    assert worths(found, "method")["unit_locked", "u1"] == "fixed"


def test_without_time_all_are_estimates_and_the_notes_say_so(tmp_path):
    plan, scenario = solved(tmp_path)
    found = explain_limits(plan, scenario, Depth(exact=True, seconds=1e-9))
    assert set(found.table["method"]) == {"dual"}
    assert "The time was too short to solve again" in found.sentences[-1]


def tried(objective, bound, proven):
    return Tried(objective, bound, proven)


def test_unproven_plans_give_an_interval():
    change = change_between(tried(10, 12, False), tried(13, 15, True))
    assert (change.at_least, change.at_most, change.method) == (1, 5, "interval")


def test_what_only_adds_plans_cannot_lose():
    gain = gain_between(tried(10, 14, False), tried(9, 16, False))
    assert (gain.at_least, gain.at_most, gain.value) == (0, 6, 0)


@pytest.mark.parametrize(("depth", "method"), [(EXACT, "exact"), (ESTIMATE, "dual")])
def test_one_more_hour_with_a_response_is_worth_what_it_sells(tmp_path, depth, method):
    tables = {
        "units": "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n",
        "reps": "rep,hours\nAnn,12\n",
        "segments": "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
        "Key,0.5,0,0.7,1,1.1,1.2\n",
    }
    found = explain_limits(*solved(tmp_path, "workload: {hard: true}\n", **tables), depth)
    # From 10 to 15 h sales rise by a tenth of 100, half of which is margin.
    assert worths(found)["selling_time_limit", "Ann"] == pytest.approx(1)
    assert worths(found, "method")["selling_time_limit", "Ann"] == method


def test_side_by_side_the_answers_are_the_same(tmp_path):
    plan, scenario = solved(tmp_path)
    alone = explain_limits(plan, scenario, EXACT)
    abreast = explain_limits(plan, scenario, Depth(exact=True, jobs=2))
    assert worths(abreast) == pytest.approx(worths(alone))
    assert set(abreast.table["method"]) == {"exact"}


def test_a_plan_that_is_gone_on_from_in_memory_gives_the_same(tmp_path, monkeypatch):
    plan, scenario = solved(tmp_path)
    monkeypatch.setattr("allocopt.explanation.worths.is_small", lambda _: False)
    found = explain_limits(plan, scenario, EXACT)
    assert worths(found)["selling_time_limit", "Ann"] == pytest.approx(40)
    assert worths(found)["selling_time_limit", "Bo"] == pytest.approx(0)
    assert set(found.table["method"]) == {"exact"}
