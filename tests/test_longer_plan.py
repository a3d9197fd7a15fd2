"""The longer plan: its spend, hires and sales bound the plan of a part of its time."""

from __future__ import annotations

import shutil

import pytest
from support_plan import FULL_MARGIN, quotas_of, total
from support_scenario import coded, findings_of, write_scenario

from allocopt.documents.language.messages import load_messages
from allocopt.errors import DataError, Infeasible, Severity
from allocopt.plan import save_plan
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario

# A unit that nobody else could serve for each open position; both are worth their cost. Late cannot start
# before 2027. Money spent on ads brings twice as much margin, up to 50 a year.
TABLES = {
    "units": """
        unit,territory,segment,hours,demand
        u1,East,Key,10,1000
        u2,West,Key,10,1000
        u3,West,Key,10,1000
    """,
    "reps": """
        rep,hours,cost,status,start
        Ann,10,0,active,
        Soon,10,100,open,
        Late,10,100,open,2027-01-01
    """,
    "segments": FULL_MARGIN,
    "levers": "lever\nads\n",
    "responses": "lever,territory,form,lift_max,lift_unit,half,spend_max\n"
    "ads,East,linear,100,currency,25,50\n",
}
RULES = "workload: {hard: true}\ncoverage: {every_unit: false}\nsolver: {gap: 0}\n"
YEARS = "calendar: {period: year, plan_start: 2026-01-01, plan_periods: 2}\n"
MONTHS = "calendar: {period: month, plan_start: %s, plan_periods: %d, input_period: year}\n"


@pytest.fixture(scope="module")
def longer(tmp_path_factory):
    """A plan of two years, 2026 and 2027, with at most 60 to spend in all."""
    folder = tmp_path_factory.mktemp("longer")
    yaml = YEARS + RULES + "budget: {total_max: 60}\nscenario: {currency: EUR}\n"
    scenario = load_scenario(write_scenario(folder / "now", yaml, **TABLES))
    plan = plan_scenario(scenario)
    # 1,000 of each unit with a rep, from 2027 on three of them, and twice the money.
    assert total(plan, "sales", "sales") == pytest.approx(2000 + 3000 + 120)
    return save_plan(plan, scenario, folder / "plan"), plan


def shorter(folder, longer, start="2027-01-01", months=12, more="", reps=TABLES["reps"], **keys):
    """The scenario of some months under the longer plan."""
    given = ", ".join([f"plan: {longer}", *(f"{key}: {value}" for key, value in keys.items())])
    yaml = MONTHS % (start, months) + RULES + more + f"longer_plan: {{{given}}}\n"
    return write_scenario(folder, yaml, **{**TABLES, "reps": reps})


# By 2027 the position Soon is filled.
LATER = TABLES["reps"].replace("Soon,10,100,open,", "Soon,10,100,active,2026-01-01")


def of_year(plan, column, year):
    """A column of sales or budget of one year of the longer plan."""
    table = plan["budget" if column == "spend" else "sales"]
    return float(table.loc[table["period"] == year, column].sum())


def test_the_budget_is_the_longer_plans_spend_of_the_same_days(tmp_path, longer):
    folder, plan = longer
    spent = of_year(plan, "spend", "2027")
    config = load_scenario(shorter(tmp_path, folder, reps=LATER)).config
    assert config.budget.total_max == pytest.approx(spent)


def test_a_year_bounds_months_by_their_days(tmp_path, longer):
    # January to March are 90 of 365 days.
    folder, plan = longer
    scenario = load_scenario(shorter(tmp_path, folder, "2026-01-01", 3))
    assert scenario.config.budget.total_max == pytest.approx(
        of_year(plan, "spend", "2026") * 90 / 365
    )
    (target,) = scenario.table("targets").to_dict("records")
    assert target["amount"] == pytest.approx(of_year(plan, "sales", "2026") * 90 / 365)


def test_spend_stays_below_what_the_longer_plan_has(tmp_path, longer):
    # Alone the months of a year would spend 50.
    folder, plan = longer
    free = plan_scenario(load_scenario(shorter(tmp_path / "a", folder, budget="false", reps=LATER)))
    assert total(free, "budget", "spend") == pytest.approx(50)
    bound = plan_scenario(load_scenario(shorter(tmp_path / "b", folder, reps=LATER)))
    assert total(bound, "budget", "spend") == pytest.approx(of_year(plan, "spend", "2027"))


def test_as_many_positions_are_filled_as_the_longer_plan_fills_then(tmp_path, longer):
    # In 2026 one, although Late could start in 2026 here and would be worth it.
    folder, _ = longer
    reps = TABLES["reps"].replace("open,2027-01-01", "open,")
    scenario = load_scenario(shorter(tmp_path / "a", folder, "2026-01-01", reps=reps))
    assert (scenario.config.headcount.min, scenario.config.headcount.max) == (1, 1)
    plan = plan_scenario(scenario)
    assert (plan["reps"]["hired"] == "yes").sum() == 1
    free = shorter(tmp_path / "b", folder, "2026-01-01", reps=reps, headcount="false")
    assert (plan_scenario(load_scenario(free))["reps"]["hired"] == "yes").sum() == 2


def test_its_sales_are_the_goal_that_quotas_add_up_to(tmp_path, longer):
    folder, plan = longer
    found = plan_scenario(load_scenario(shorter(tmp_path, folder, reps=LATER)))
    assert sum(quotas_of(found).values()) == pytest.approx(of_year(plan, "sales", "2027"))


def test_its_sales_as_a_floor_cannot_be_missed(tmp_path, longer):
    folder, _ = longer
    small = LATER.replace("Late,10,100,open,2027-01-01", "Late,10,100,open,2027-07-01")
    with pytest.raises(Infeasible) as error:
        plan_scenario(load_scenario(shorter(tmp_path, folder, reps=small, sales="floor")))
    assert "target_floor" in {conflict.rule for conflict in error.value.conflicts}


def test_limits_of_the_scenario_itself_hold_where_they_are_tighter(tmp_path, longer):
    folder, _ = longer
    more = "budget: {total_max: 10}\nheadcount: {max: 0}\nquota: {target: 500}\n"
    scenario = load_scenario(shorter(tmp_path, folder, more=more, reps=LATER))
    assert scenario.config.budget.total_max == 10
    assert scenario.config.headcount.max == 0
    assert scenario.table("targets").empty


def test_every_bound_says_where_it_comes_from(tmp_path, longer):
    folder, plan = longer
    every = findings_of(shorter(tmp_path, folder, reps=LATER))
    found = [finding for finding in every if finding.code.startswith("longer-plan")]
    assert {finding.code.removeprefix("longer-plan-") for finding in found} == {
        *("budget", "headcount", "sales"),
    }
    assert all(str(plan.summary["id"]) in finding.message for finding in found)
    assert {finding.severity for finding in found} == {Severity.ASSUMPTION}
    assert {finding.line for finding in found} == {5}
    assert all(f"finding.{finding.code}" in load_messages("zh-CN").texts for finding in found)


def test_a_plan_stands_alone_without_the_longer_one(tmp_path, longer):
    # Its inputs have the bounds themselves.
    folder, _ = longer
    scenario = load_scenario(shorter(tmp_path / "now", folder, reps=LATER))
    saved = save_plan(plan_scenario(scenario), scenario, tmp_path / "plan")
    again = load_scenario(saved / "inputs")
    assert again.config.longer_plan.plan == ""
    assert again.config.budget.total_max == pytest.approx(scenario.config.budget.total_max)
    assert again.table("targets")["name"].tolist() == scenario.table("targets")["name"].tolist()


def test_the_path_is_relative_to_the_file_that_names_it(tmp_path, longer):
    folder, _ = longer
    (tmp_path / "deep").mkdir()
    base = shorter(tmp_path / "deep" / "base", f"../{folder.name}", reps=LATER)
    (tmp_path / "deep" / folder.name).symlink_to(folder)
    child = tmp_path / "child"
    child.mkdir()
    (child / "scenario.yaml").write_text("scenario: {base: ../deep/base}\n", encoding="utf-8")
    assert load_scenario(child).hashes["longer plan"] == load_scenario(base).hashes["longer plan"]


@pytest.mark.parametrize(
    ("start", "months", "more", "code"),
    [
        ("2027-07-01", 12, "", "longer-plan-dates"),
        ("2025-12-01", 2, "", "longer-plan-dates"),
        ("2027-01-01", 12, "scenario: {currency: USD}\n", "longer-plan-currency"),
    ],
)
def test_a_plan_that_cannot_bound_this_one_is_refused(tmp_path, longer, start, months, more, code):
    folder = shorter(tmp_path, longer[0], start, months, more, LATER)
    (finding,) = coded(findings_of(folder), code)
    assert finding.severity is Severity.PROBLEM
    with pytest.raises(DataError):
        load_scenario(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("plan.json", '"calendar"', '"calender"', "its plan.json is torn"),
        ("plan.json", '"period": "year"', '"period": "decade"', "periods of a decade"),
        ("sales.csv", "2027", "2077", "no row of 2027"),
    ],
)
def test_a_longer_plan_that_is_damaged_says_where(tmp_path, longer, file, old, new, words):
    damaged = tmp_path / "damaged"
    shutil.copytree(longer[0], damaged)
    text = (damaged / file).read_text(encoding="utf-8")
    assert old in text
    (damaged / file).write_text(text.replace(old, new), encoding="utf-8")
    (finding,) = coded(findings_of(shorter(tmp_path / "short", damaged)), "longer-plan-broken")
    assert words in finding.expected


def test_a_longer_plan_that_is_missing_or_broken_is_a_problem(tmp_path, longer):
    nowhere = shorter(tmp_path / "a", "../nowhere")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "plan.json").write_text('{"id": "x"', encoding="utf-8")
    torn = tmp_path / "torn"
    torn.mkdir()
    (torn / "plan.json").write_bytes((longer[0] / "plan.json").read_bytes())
    for folder in (nowhere, shorter(tmp_path / "b", broken), shorter(tmp_path / "c", torn)):
        (finding,) = coded(findings_of(folder), "longer-plan-broken")
        assert finding.severity is Severity.PROBLEM
        assert finding.mend
