"""Contingency pack: worlds that may come, their triggers, the plan for each and what it is worth."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from support_plan import FULL_MARGIN, reps_of, scenario_of

from allocopt.contingency import make_pack, save_pack
from allocopt.contingency.prospects import Prospects
from allocopt.contingency.worlds import with_demand
from allocopt.errors import ConfigError, DataError
from allocopt.forecasting import forecast_scenario
from allocopt.plan import load_plan, load_plan_scenario
from allocopt.planning import plan_scenario, problem_of
from allocopt.whatif import Basis, basis_of_scenario
from allocopt.whatif.changes import solve_cold

# Two reps with two units each; each has time for three.
TABLES = {
    "units": "unit,territory,segment,hours,rep\n"
    "e1,East,Key,10,Ann\ne2,East,Key,10,Ann\nw1,West,Key,10,Ben\nw2,West,Key,10,Ben\n",
    "reps": "rep,hours,cost\nAnn,30,5\nBen,30,5\n",
    "segments": FULL_MARGIN,
    "demand": "territory,segment,period,mean,lower,upper\n"
    + "".join(
        f"{place},Key,2026-{month:02d},{mean},{lower},{upper}\n"
        for month in range(1, 5)
        for place, mean, lower, upper in (("East", 100, 80, 120), ("West", 80, 70, 90))
    ),
}
YAML = "forecast: {interval: 0.5}\nworkload: {hard: true}\nhandover: {loss: 0.1}\n"
MONEY = {
    "levers": "lever,channel\nads,online\n",
    "responses": "lever,form,lift_max,lift_unit,half\nads,linear,80,currency,10\n",
}


def basis(folder, yaml="", **tables) -> Basis:
    scenario = scenario_of(folder, YAML + yaml, months=4, **{**TABLES, **tables})
    return basis_of_scenario(scenario, solve_cold)


# Each pack is many plans, and nothing changes one: tests that ask about the same pack share it.
@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """The worlds of two reps without levers."""
    return make_pack(basis(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def pack_with_money(tmp_path_factory):
    """The worlds of two reps with a lever."""
    return make_pack(basis(tmp_path_factory.mktemp("money"), **MONEY))


@pytest.fixture(scope="module")
def pack_asked_for(tmp_path_factory):
    """The worlds of CONTINGENCIES."""
    return make_pack(basis(tmp_path_factory.mktemp("asked"), CONTINGENCIES))


def alternative(pack, name):
    return next(each for each in pack.alternatives if each.world.name == name)


def test_without_a_word_the_likeliest_worlds_are_prepared(pack_with_money):
    assert pack_with_money.table()["name"].tolist() == [
        *("demand-low", "demand-high", "demand-low-East"),
        *("lose-Ann", "budget-cut"),
    ]
    assert pack_with_money.table()["contribution"].notna().all()


def test_demand_of_the_low_world_is_the_mean_of_the_lowest_fifth(pack):
    # Of twenty equally likely cases the four lowest.
    world = alternative(pack, "demand-low").world
    rows = world.scenario.table("demand")
    east = rows[rows["unit"].isin(["e1", "e2"])].groupby("period")["mean"].sum()
    normal = NormalDist()
    ways = [normal.inv_cdf((k + 0.5) / 20) / normal.inv_cdf(0.75) for k in range(4)]
    assert east.to_numpy() == pytest.approx([100 + 20 * sum(ways) / 4] * 4)
    # East and West together after the first of four months: the fourth lowest of twenty cases.
    trigger = world.trigger
    assert trigger.by == pd.Timestamp("2026-01-31")
    assert trigger.share == pytest.approx(1 + 30 * ways[3] / 180)
    assert trigger.sales == pytest.approx(180 + 30 * ways[3])
    assert trigger.probability == pytest.approx(0.2)
    assert "2026-01-31" in trigger.sentence
    assert "累计销售额低于" in trigger.sentence.zh


def test_the_most_uncertain_territory_is_the_one_that_moves_most_money(pack):
    world = alternative(pack, "demand-low-East").world
    rows = world.scenario.table("demand").groupby("unit")["mean"].sum()
    assert rows[["w1", "w2"]].tolist() == pytest.approx([160, 160])
    assert world.trigger.sentence.startswith("Sales of East")


def test_losing_a_rep_is_compared_with_leaving_the_units_alone(pack):
    # Ann's 400 are lost when nobody acts. Ben has time for three units: he takes both of hers, which sell
    # 200 each, and gives one of his 160 up. A tenth of what leaves its rep is lost, and Ann's pay saved.
    each = alternative(pack, "lose-Ann")
    assert each.plan is not None
    assert sorted(reps_of(each.plan).values()).count("Ben") == 3
    assert each.contribution == pytest.approx(400 + 160 - 20 - (20 + 20 + 16))
    # Both of Ann's units have left her: what handovers cost is counted for those left alone too.
    assert each.kept == pytest.approx(320 - 20 - 40)
    assert each.gain == pytest.approx(484 - 260)
    assert "Ann has given notice" in each.world.trigger.sentence


def test_a_smaller_budget_is_spent_where_it_still_pays(pack_with_money):
    # 20 of money lift 80 in each place and month; a fifth less is 128 in all.
    each = alternative(pack_with_money, "budget-cut")
    assert each.plan is not None
    assert each.plan["budget"]["spend"].sum() == pytest.approx(0.8 * 160)
    # Lift is a straight line, so cutting everywhere alike costs no more.
    assert each.gain == pytest.approx(0, abs=1e-6)


CONTINGENCIES = """
contingency:
  - {name: recession, demand: -0.2}
  - {name: east-booms, demand: 0.5, scope: territory=East}
  - name: strike
    when: The union calls a strike.
    set: {override: {reps: {Ben: {hours: 10}}}, coverage: {every_unit: false}}
"""


def test_contingencies_that_are_asked_for_are_the_ones_prepared(pack_asked_for):
    pack = pack_asked_for
    assert pack.table()["name"].tolist() == ["recession", "east-booms", "strike"]
    recession = alternative(pack, "recession")
    assert recession.contribution == pytest.approx(0.8 * 720 - 40)
    # Half-way to what is planned for.
    assert recession.world.trigger.share == pytest.approx(0.9)
    booms = alternative(pack, "east-booms")
    assert booms.contribution == pytest.approx(600 + 320 - 40)
    assert booms.world.trigger.share == pytest.approx(1.25)
    assert not booms.world.trigger.low
    strike = alternative(pack, "strike")
    assert strike.world.trigger.sentence == "The union calls a strike."
    # Ben keeps one unit and gives the other to Ann: 160 less a tenth.
    assert strike.contribution == pytest.approx(720 - 16 - 40)
    # Two units of ten hours do not fit into Ben's ten, and the limit is hard.
    assert pd.isna(strike.kept)
    assert "No plan" in strike.kept_reason


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("- {name: a b/c, demand: -0.1}", "letters, digits"),
        ("- {name: x}", "changes demand, or something under"),
        ("- {name: x, set: {handover: {loss: 0.3}}}", "says `when`"),
        ("- {name: x, demand: -1.5}", "-1"),
    ],
)
def test_contingencies_that_mean_nothing_are_refused(tmp_path, text, part):
    with pytest.raises(ConfigError, match=part):
        scenario_of(tmp_path, f"contingency:\n  {text}\n", **TABLES)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("- {name: x, demand: -0.1}\n  - {name: x, demand: -0.2}", "two contingencies"),
        ("- {name: x, demand: -0.1, scope: territory=Est}", "did you mean 'East'"),
        ("- {name: x, demand: -0.1, scope: rep=Ann}", "cannot change by rep"),
        ("- {name: x, when: w, set: {handover: {los: 0.3}}}", "loss"),
    ],
)
def test_contingencies_that_cannot_be_made_are_found_before_the_solve(tmp_path, text, part):
    with pytest.raises(DataError, match=part):
        scenario_of(tmp_path, f"{YAML}contingency:\n  {text}\n", months=4, **TABLES)


def test_a_saved_pack_has_a_whole_plan_per_world(tmp_path, pack_asked_for):
    pack = pack_asked_for
    folder = save_pack(pack, tmp_path / "pack")
    table = pd.read_csv(folder / "contingency.csv")
    assert table["name"].tolist() == ["recession", "east-booms", "strike"]
    for each in pack.alternatives:
        saved = load_plan(folder / each.world.name)
        assert each.plan is not None
        assert saved.summary["objective"] == pytest.approx(each.plan.summary["objective"])
        assert saved.summary["parent"] == pack.plan.summary["id"]
        again = plan_scenario(load_plan_scenario(folder / each.world.name))
        assert again.summary["objective"] == pytest.approx(each.plan.summary["objective"])
    page = (folder / "contingency.md").read_text(encoding="utf-8")
    assert "The union calls a strike." in page
    # A pack replaces a pack, and nothing else.
    assert save_pack(pack, folder, "zh-CN") == folder
    assert "应急计划" in (folder / "contingency.md").read_text(encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        save_pack(pack, tmp_path / "other")


def test_a_basis_without_a_plan_has_no_alternatives(tmp_path):
    made = basis(tmp_path)
    with pytest.raises(DataError, match="no plan"):
        make_pack(Basis(made.scenario))


def test_given_demand_is_what_the_problem_then_has(tmp_path):
    scenario = basis(tmp_path).scenario
    problem = problem_of(scenario, forecast_scenario(scenario))
    demand = problem.demand * 0.7
    changed = with_demand(scenario, demand)
    again = problem_of(changed, forecast_scenario(changed))
    assert again.demand.to_numpy() == pytest.approx(demand.to_numpy())
    assert again.risk is None
    assert changed.hashes != scenario.hashes


def test_of_the_outcome_in_which_a_tail_ends_only_a_part_counts():
    demand = pd.DataFrame({"2026-01": [100.0]}, index=["u1"])
    factor = np.array([[[0.5]], [[1.0]], [[1.5]]])
    prospects = Prospects(np.array([0.1, 0.5, 0.4]), factor, demand)
    every = pd.Series([True], index=["u1"])
    # The lowest fifth: 0.1 of the lowest and 0.1 of the next.
    assert prospects.tail(every, 0.2, low=True) == pytest.approx(np.array([[0.75]]))
    assert prospects.tail(every, 0.2, low=False) == pytest.approx(np.array([[1.5]]))
