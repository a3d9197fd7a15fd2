"""Rolling: what a plan and its actuals make of next year's scenario."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from support_plan import HEAD, reps_of
from support_scenario import write_scenario

from allocopt.errors import DataError, problems
from allocopt.plan import load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario
from allocopt.rolling import read_actuals, roll_plan, write_rolled
from allocopt.scenario import check_scenario, load_scenario

# Ann goes in June and New takes over u2; Bob keeps u3.
YAML = (
    HEAD.format(months=12)
    + """
workload: {hard: true}
coverage: {every_unit: false}
headcount: {min: 1, hire_dates: [2026-04-01, 2027-04-01]}
quota: {target: 3000}
scenario: {title: Sales plan 2026}
goals: [{name: More in 2026, measure: sales, amount: 3000, start: 2026-01-01, due: 2026-12-31}]
"""
)
TABLES = {
    "units": """
        unit,territory,segment,hours,demand,rep,lock,lock_until
        u1,East,Key,10,100,Ann,renewal,2026-06-30
        u2,East,Key,10,100,Ann,,
        u3,West,Key,10,100,Bob,strategic,2028-12-31
    """,
    "reps": """
        rep,hours,cost,status,start,end,lead_time,ramp,quota_before,territories
        Ann,20,1,leaving,2020-01-01,2026-12-31,,,90,
        Bob,20,1,active,2020-01-01,,,,90,West
        New,20,1,open,,,2,12,,
        Spare,20,900,open,,,0,,,
    """,
    "segments": "segment,margin\nKey,1\n",
    "history": """
        date,territory,segment,sales
        2025-11-01,East,Key,180
        2025-12-01,East,Key,190
        2025-12-01,West,Key,95
    """,
    "targets": """
        name,amount,start,end,scope,kind
        Sales 2026,3000,2026-01-01,2026-12-31,company,goal
        Ann 2026,50,2026-02-01,2026-02-28,rep=Ann,goal
        Long,9000,2026-01-01,2028-12-31,company,goal
    """,
    "absences": "rep,start,end\nBob,2026-05-01,2026-05-10\nBob,2027-02-01,2027-02-05\n",
    "pairs": "unit,rep,fit\nu1,Ann,0.5\nu1,New,0.5\n",
    "levers": "lever\nads\n",
    "responses": "lever,form,lift_max,lift_unit,half,spend_max\nads,linear,10,currency,5,20\n",
    "spend": """
        date,lever,spend,kind
        2025-12-01,ads,5,actual
        2026-03-01,ads,7,committed
        2027-03-01,ads,8,committed
    """,
}
ACTUALS = "date,unit,sales\n" + "".join(
    f"2026-{month:02d}-01,{unit},{amount}\n"
    for month in range(1, 13)
    for unit, amount in (("u1", 101), ("u2", 102), ("u3", 103))
)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A saved plan of 2026, the next scenario, and its folder."""
    base = tmp_path_factory.mktemp("roll")
    scenario = load_scenario(write_scenario(base / "now", YAML, **TABLES))
    folder = save_plan(plan_scenario(scenario), scenario, base / "plan")
    actuals, spend = base / "results.csv", base / "spend.csv"
    actuals.write_text(ACTUALS, encoding="utf-8")
    spend.write_text("date,lever,spend\n2026-04-01,ads,6\n", encoding="utf-8")
    own = load_plan_scenario(folder)
    came = read_actuals(folder, own, [actuals, spend])
    rolled = roll_plan(load_plan(folder), own, came)
    return load_plan(folder), rolled, write_rolled(rolled, base / "next")


def changes_of(rolled, table, key=""):
    """(column, before, after) of the changes of a table, or of one of its rows."""
    return [
        (c.column, c.before, c.after)
        for c in rolled.changes
        if c.table == table and (not key or c.key == key)
    ]


def test_the_next_scenario_passes_its_check_and_solves(year):
    _, _, folder = year
    check = check_scenario(folder)
    assert not problems(check.findings)
    assert check.scenario.calendar.labels[0] == "2027-01"
    plan = plan_scenario(check.scenario)
    assert plan.summary["status"] == "optimal"
    assert "Ann" not in reps_of(plan).values()


def test_units_have_the_plans_last_owner(year):
    plan, rolled, _ = year
    units = rolled.scenario.table("units").set_index("unit")
    # Ann covers u1 and u2 to the last day of the plan and has then gone: both are vacant.
    assert reps_of(plan)["u1"] == "Ann"
    assert units["rep"].isna().tolist() == [True, True, False]
    assert ("rep", "Ann", "") in changes_of(rolled, "units", "u1")


def test_a_lock_that_has_run_out_is_off_and_another_stays(year):
    _, rolled, _ = year
    units = rolled.scenario.table("units").set_index("unit")
    assert units["lock"].fillna("").to_dict() == {"u1": "", "u2": "", "u3": "strategic"}
    assert units["lock_until"].notna().tolist() == [False, False, True]


def test_leavers_go_and_hires_are_active_with_their_start_and_ramp(year):
    plan, rolled, _ = year
    hired = plan["reps"].set_index("rep")
    assert hired.loc["New", "hired"] == "yes"
    reps = rolled.scenario.table("reps").set_index("rep")
    assert list(reps.index) == ["Bob", "New", "Spare"]
    assert reps["status"].to_dict() == {"Bob": "active", "New": "active", "Spare": "open"}
    # Two periods of lead time allow March; nobody is short before Ann goes, and April costs a month less.
    # The ramp of 12 months runs on into 2027.
    assert reps.loc["New", "start"] == pd.Timestamp("2026-04-01")
    assert (reps.loc["New", "ramp"], reps["lead_time"].isna()["New"]) == (12, True)
    assert rolled.scenario.table("pairs")["rep"].tolist() == ["New"]


def test_quota_before_is_the_quota_of_the_last_period(year):
    plan, rolled, _ = year
    quotas = plan["quotas"].query("level == 'rep' and period == '2026-12'").set_index("rep")
    before = rolled.scenario.table("reps").set_index("rep")["quota_before"]
    assert before["Bob"] == pytest.approx(quotas.loc["Bob", "quota"])
    assert pd.isna(before["Spare"])
    past = rolled.scenario.table("quota_history")
    assert len(past) == 12 * plan["quotas"].query("level == 'rep'")["rep"].nunique()


def test_actuals_follow_the_history_in_its_own_terms(year):
    # History names territories; u1 and u2 are sales of East there.
    _, rolled, _ = year
    history = rolled.scenario.table("history")
    assert len(history) == 3 + 36
    assert history["unit"].isna().all()
    december = history[history["date"] == pd.Timestamp("2026-12-01")]
    assert december.groupby("territory")["sales"].sum().to_dict() == {"East": 203, "West": 103}


def test_spend_that_came_is_kept_and_promises_that_are_past_go(year):
    _, rolled, _ = year
    spend = rolled.scenario.table("spend")
    assert list(zip(spend["spend"], spend["kind"], strict=True)) == [
        (5, "actual"),
        (8, "committed"),
        (6, "actual"),
    ]


def test_targets_move_on_with_their_amount_to_be_decided(year):
    _, rolled, folder = year
    targets = rolled.scenario.table("targets").set_index("name")
    assert list(targets.index) == ["Sales 2027", "Long"]
    assert targets.loc["Sales 2027", "amount"] == 3000
    assert targets["start"].tolist() == [pd.Timestamp("2027-01-01"), pd.Timestamp("2026-01-01")]
    assert targets["end"].tolist() == [pd.Timestamp("2027-12-31"), pd.Timestamp("2028-12-31")]
    undecided = {(c.table, c.key) for c in rolled.changes if c.reason.undecided}
    assert {("targets", "Sales 2027"), ("scenario.yaml", "quota.target")} <= undecided
    text = (folder / "CHANGES.md").read_text(encoding="utf-8")
    assert "## To be decided" in text
    assert "quota.target: 3000" in text


def test_settings_of_the_year_move_on(year):
    _, rolled, folder = year
    config = load_scenario(folder).config
    assert (config.headcount.min, config.quota.target) == (0, 3000)
    assert [str(day) for day in config.headcount.hire_dates] == ["2027-04-01"]
    assert config.scenario.title == "Sales plan 2027"
    goal = config.goals[0]
    assert (goal.name, str(goal.start), str(goal.due)) == (
        "More in 2027",
        "2027-01-01",
        "2027-12-31",
    )
    assert ("", "2026-01-01", "2027-01-01") in changes_of(
        rolled, "scenario.yaml", "calendar.plan_start"
    )


def test_absences_that_are_past_go(year):
    _, rolled, _ = year
    assert rolled.scenario.table("absences")["start"].tolist() == [pd.Timestamp("2027-02-01")]


def test_the_change_list_names_every_cell_that_differs(year):
    _, rolled, folder = year
    listed = pd.read_csv(folder / "changes.csv", dtype=str, keep_default_na=False)
    assert list(listed.columns) == ["table", "key", "column", "before", "after", "reason"]
    assert len(listed) == len(rolled.changes)
    assert ("status", "open", "active") in changes_of(rolled, "reps", "New")
    assert ("", "row", "") in changes_of(rolled, "reps", "Ann")


TWO_MONTHS = HEAD.format(months=2)


def saved(folder, yaml=TWO_MONTHS, **tables):
    """A saved plan and its scenario."""
    scenario = load_scenario(write_scenario(folder / "now", yaml, **tables))
    return save_plan(plan_scenario(scenario), scenario, folder / "plan"), scenario


def test_all_problems_of_all_files_are_told_at_once(tmp_path):
    plan, scenario = saved(tmp_path)
    files = {
        "early": "date,unit,sales\n2025-12-01,u1,5\n",
        "late": "date,unit,sales\n2026-03-01,u1,5\n",
        "wrong": "date,unit,sales\nsoon,u1,5\n2026-01-01,u9,5\n",
        "none": "date,unit,sales\n",
    }
    missing = tmp_path / "missing.csv"
    paths = [tmp_path / f"{name}.csv" for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_actuals(plan, scenario, [*paths, missing, paths[0]])
    found = [(finding.file.rpartition("/")[2], finding.code) for finding in error.value.findings]
    names = {"early.csv", "late.csv", "wrong.csv", "none.csv", "missing.csv"}
    assert {name for name, _ in found} == names
    assert sum(name == "wrong.csv" for name, _ in found) == 2
    assert any("twice" in finding.message for finding in error.value.findings)


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path):
    plan, scenario = saved(tmp_path)
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "notes.txt").write_text("mine", encoding="utf-8")
    rolled = roll_plan(load_plan(plan), scenario, {})
    with pytest.raises(FileExistsError):
        write_rolled(rolled, tmp_path / "next")
    assert [path.name for path in (tmp_path / "next").iterdir()] == ["notes.txt"]


def test_a_history_of_units_stays_one(tmp_path):
    plan, scenario = saved(
        tmp_path, history="date,unit,sales\n2025-12-01,u1,90\n2025-12-01,u3,80\n"
    )
    path = tmp_path / "came.csv"
    path.write_text("date,unit,sales\n2026-01-01,u1,95\n", encoding="utf-8")
    rolled = roll_plan(load_plan(plan), scenario, read_actuals(plan, scenario, [path]))
    assert rolled.scenario.table("history")["unit"].tolist() == ["u1", "u3", "u1"]


def test_amounts_of_another_input_period_are_turned_back(tmp_path):
    # Quotas are planned per month and given per quarter: three months make one.
    yaml = HEAD.format(months=3).replace("plan_periods", "input_period: quarter, plan_periods")
    plan, scenario = saved(tmp_path, yaml)
    quotas = load_plan(plan)["quotas"].query("level == 'rep' and period == '2026-03'")
    rolled = roll_plan(load_plan(plan), scenario, {})
    before = rolled.scenario.table("reps").set_index("rep")["quota_before"]
    assert before["Ann"] == pytest.approx(3 * quotas.set_index("rep").loc["Ann", "quota"])


def test_changes_are_told_in_chinese(tmp_path):
    yaml = HEAD.format(months=12) + "scenario: {language: zh-CN}\nquota: {target: 300}\n"
    plan, scenario = saved(tmp_path, yaml)
    folder = write_rolled(roll_plan(load_plan(plan), scenario, {}), tmp_path / "next")
    text = (folder / "CHANGES.md").read_text(encoding="utf-8")
    assert text.startswith("# 与上一年度的差异")
    assert "待确定" in text


def test_spend_of_a_fitted_lever_is_read_though_the_past_is_not_in_its_file(tmp_path):
    inputs = tmp_path / "plan" / "inputs"
    shutil.copytree(Path(__file__).parents[2] / "scenarios" / "media_mix", inputs)
    spend = tmp_path / "spend.csv"
    spend.write_text("date,lever,spend\n2026-01-01,search,9\n", encoding="utf-8")
    came = read_actuals(tmp_path / "plan", load_scenario(inputs), [spend])
    assert came["spend"]["spend"].tolist() == [9]
