"""Changes: a plan solved again in a changed world, with its forecast where that still holds."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, reps_of, scenario_of
from support_scenario import write_scenario

from allocopt.config import parse_settings
from allocopt.errors import ConfigError, DataError
from allocopt.forecasting import forecast_scenario
from allocopt.plan import save_plan
from allocopt.planning import plan_scenario
from allocopt.scenario import change_scenario, config_text, load_scenario
from allocopt.whatif import Basis, basis_of_plan, basis_of_scenario, solve_changed
from allocopt.whatif.changes import solve_cold
from allocopt.whatif.forecasts import same_forecast, stored_forecast

# Everybody may sell everything; hours are a wall.
YAML = "workload: {hard: true}\nhandover: {loss: 0.1}\n"
UNITS = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,80,Bob\n"
REPS = "rep,hours,cost\nAnn,20,10\nBob,20,10\n"
HISTORY = "date,territory,segment,sales\n" + "".join(
    f"{year}-{month:02d}-01,East,Key,{100 + month}\n"
    for year in (2023, 2024, 2025)
    for month in range(1, 13)
)


def changed(scenario, *texts):
    return change_scenario(scenario, parse_settings(texts))


def small(folder):
    return scenario_of(folder, YAML, units=UNITS, reps=REPS, segments=FULL_MARGIN)


def test_settings_change_keys_cells_and_rows(tmp_path):
    before = small(tmp_path)
    after = changed(
        before,
        "handover.loss=0.3",
        "tables.units.u1.demand=120",
        "override.reps.Bob=remove",
    )
    assert after.config.handover.loss == 0.3
    assert after.table("units")["demand"].tolist() == [120, 80]
    assert after.table("reps")["rep"].tolist() == ["Ann"]
    assert before.config.handover.loss == 0.1
    assert before.table("reps")["rep"].tolist() == ["Ann", "Bob"]


def test_a_change_is_what_reading_with_the_same_settings_gives(tmp_path):
    texts = ("balance=[{measure: demand, tolerance: 0.2, price: 1}]", "tables.reps.Ann.hours=30")
    folder = write_scenario(tmp_path, YAML + "calendar: {plan_start: 2026-01-01}\n")
    after, read = changed(load_scenario(folder), *texts), load_scenario(folder, texts)
    assert config_text(after) == config_text(read)
    assert after.findings == read.findings
    assert after.hashes == read.hashes
    assert all(after.table(name).equals(read.table(name)) for name in read.tables)


def test_changes_over_changes_name_another_plan(tmp_path):
    first = changed(small(tmp_path), "handover.loss=0.2")
    second = changed(first, "tables.reps.Ann.hours=30")
    assert changed(small(tmp_path), "tables.reps.Ann.hours=30").hashes != second.hashes
    assert first.hashes != second.hashes


@pytest.mark.parametrize("text", ["tables.history.path=other.csv", "synonyms.units.rep=[who]"])
def test_another_source_of_data_is_no_change(tmp_path, text):
    with pytest.raises(ConfigError, match="says where data is read from"):
        changed(small(tmp_path), text)


def test_problems_that_a_change_makes_are_all_told(tmp_path):
    with pytest.raises(DataError) as error:
        changed(small(tmp_path), "tables.units.u1.territory=Est", "tables.reps.Anne.hours=3")
    assert "did you mean 'Ann'?" in str(error.value)


def test_the_plan_of_a_changed_world_knows_the_plan_before(tmp_path):
    basis = basis_of_scenario(small(tmp_path), solve_cold)
    # Ann alone has 20 hours, exactly what both units need; u2 loses 8 by its handover.
    after = solve_changed(basis, changed(basis.scenario, "override.reps.Bob=remove"))
    assert reps_of(after) == {"u1": "Ann", "u2": "Ann"}
    assert after.summary["objective"] == pytest.approx(180 - 8 - 10)
    assert basis.plan is not None
    assert after.summary["parent"] == basis.plan.summary["id"]
    assert after.summary["id"] != basis.plan.summary["id"]
    assert solve_changed(Basis(basis.scenario), basis.scenario).summary["parent"] is None


def with_history(folder, months=2):
    return scenario_of(
        folder,
        "forecast: {recipe: fast, samples: 3}\n",
        months,
        units="unit,territory,segment,hours\nu1,East,Key,1\n",
        reps="rep,hours\nAnn,40\n",
        history=HISTORY,
    )


def test_a_saved_plan_gives_back_its_forecast(tmp_path):
    scenario = with_history(tmp_path / "s")
    made = forecast_scenario(scenario)
    plan = plan_scenario(scenario, forecast=made)
    basis = basis_of_plan(save_plan(plan, scenario, tmp_path / "plan"))
    kept = basis.forecast
    assert kept.table.equals(made.table)
    assert kept.nodes.equals(made.nodes)
    assert kept.past.equals(made.past)
    assert kept.samples["demand"].tolist() == made.samples["demand"].tolist()
    assert (kept.name, kept.notes) == (made.name, made.notes)
    assert [note.zh for note in kept.notes] == [note.zh for note in made.notes]
    again = solve_changed(basis, basis.scenario)
    assert again.summary["objective"] == pytest.approx(plan.summary["objective"], rel=1e-12)
    assert again.summary["forecast"] == plan.summary["forecast"]
    assert again.summary["warnings"] == plan.summary["warnings"]


def test_a_what_if_is_judged_by_the_outcomes_that_the_plan_was_judged_by(tmp_path):
    # Small falls where Key rises: together they move less than each does.
    history = "date,territory,segment,sales\n" + "".join(
        f"{year}-{month:02d}-01,East,{segment},{100 + sign * (7 * month * year % 40)}\n"
        for year in (2023, 2024, 2025)
        for month in range(1, 13)
        for segment, sign in (("Key", 1), ("Small", -1))
    )
    scenario = scenario_of(
        tmp_path / "s",
        "forecast: {recipe: fast}\nquota: {target: 410}\n",
        2,
        units="unit,territory,segment,hours\nu1,East,Key,1\nu2,East,Small,1\n",
        reps="rep,hours\nAnn,40\n",
        segments="segment\nKey\nSmall\n",
        history=history,
    )
    plan = plan_scenario(scenario)
    basis = basis_of_plan(save_plan(plan, scenario, tmp_path / "plan"))
    chances = [
        one["attainment"]["attain_probability"] for one in (plan, solve_changed(basis, scenario))
    ]
    assert chances[0].tolist() == chances[1].tolist()
    assert chances[0].lt(0.1).all()


def test_the_error_of_a_forecast_is_kept(tmp_path):
    scenario = with_history(tmp_path)
    plan = plan_scenario(scenario, forecast=forecast_scenario(scenario, backtest=True))
    kept = stored_forecast(plan, scenario)
    assert kept is not None
    assert kept.error() == plan.summary["forecast"]["wape"] is not None


def test_history_by_product_is_forecast_again(tmp_path):
    header, *rows = HISTORY.splitlines()
    history = "\n".join([f"{header},product", *(f"{row},A" for row in rows)])
    scenario = scenario_of(tmp_path, "forecast: {recipe: fast}\n", history=history)
    assert stored_forecast(plan_scenario(scenario), scenario) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("tables.reps.Ann.hours=30", True),
        ("handover.loss=0.5", True),
        ("tables.units.u1.rep=", True),
        ("forecast.recipe=balanced", False),
        ("solver.seed=7", False),
        ("calendar.plan_periods=3", False),
        ("tables.units.u1.potential=500", False),
    ],
)
def test_only_what_a_forecast_is_made_from_asks_for_another(tmp_path, text, same):
    scenario = with_history(tmp_path)
    after = changed(scenario, text)
    assert same_forecast(scenario, after) is same
    basis = basis_of_scenario(scenario)
    assert (basis.forecast_for(after) is basis.forecast) is same
