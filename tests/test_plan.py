"""The plan folder: written whole, loaded as it was, able to stand alone."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from support_plan import EVERYTHING, EVERYTHING_TABLES, HEAD, planned, scenario_of
from support_scenario import write_scenario

from allocopt import plan as plan_module
from allocopt.errors import DataError
from allocopt.plan import (
    OPTIONAL_COLUMNS,
    OPTIONAL_TABLES,
    PLAN_TABLES,
    Plan,
    load_plan,
    load_plan_scenario,
    save_plan,
)
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario

KEYS = {
    *("id", "status", "objective", "bound", "gap", "seconds", "contribution", "objective_parts"),
    *("curve_error", "scenario", "calendar", "hashes", "versions", "seed", "parent", "assumptions"),
    *("warnings", "translations", "rules", "forecast", "created"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A scenario with every family, and its plan."""
    folder = tmp_path_factory.mktemp("plan")
    scenario = scenario_of(folder / "everything", EVERYTHING, months=2, **EVERYTHING_TABLES)
    return scenario, plan_scenario(scenario)


def test_plan_has_every_key_and_table_of_the_contract(made):
    _, plan = made
    assert set(plan.summary) >= KEYS
    assert set(plan.summary["scenario"]) == {"name", "title", "currency", "language"}
    assert set(plan.summary["calendar"]) >= {"period", "labels", "plan_start", "plan_end"}
    assert set(PLAN_TABLES) <= set(plan.tables) <= {*PLAN_TABLES, *OPTIONAL_TABLES}
    for name, columns in PLAN_TABLES.items():
        assert tuple(plan[name].columns[: len(columns)]) == columns, name


def test_a_saved_plan_is_loaded_as_it_was(made, tmp_path):
    scenario, plan = made
    loaded = load_plan(save_plan(plan, scenario, tmp_path / "plan"))
    assert loaded.summary == json.loads(plan_module.summary_text(plan))
    assert loaded.summary["objective"] == plan.summary["objective"]
    for name, table in plan.tables.items():
        assert list(loaded[name].columns) == list(table.columns)
        for column in table.columns:
            saved, read = table[column], loaded[name][column]
            if pd.api.types.is_datetime64_any_dtype(saved):
                saved = saved.dt.strftime("%Y-%m-%d")
            if not pd.api.types.is_numeric_dtype(saved):
                assert read.tolist() == saved.astype(object).where(saved.notna(), "").tolist()
            else:
                pd.testing.assert_series_equal(
                    read, saved.astype(float), rtol=1e-12, check_names=False, check_index=False
                )


def test_saving_what_was_loaded_changes_nothing(made, tmp_path):
    scenario, plan = made
    once = load_plan(save_plan(plan, scenario, tmp_path / "once"))
    twice = load_plan(save_plan(once, scenario, tmp_path / "twice"))
    assert once.summary == twice.summary
    for name in PLAN_TABLES:
        pd.testing.assert_frame_equal(once[name], twice[name])


def test_the_inputs_of_a_plan_solve_to_the_same_objective(made, tmp_path):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")
    again = plan_scenario(load_plan_scenario(folder))
    assert again.summary["objective"] == pytest.approx(plan.summary["objective"], rel=1e-9)
    assert again["assignments"]["rep"].tolist() == plan["assignments"]["rep"].tolist()


def test_a_new_plan_replaces_the_old_one_whole(made, tmp_path):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")
    (folder / "old.txt").write_text("of the older plan")
    save_plan(Plan({**plan.summary, "seed": 42}, plan.tables), scenario, folder)
    assert load_plan(folder).summary["seed"] == 42
    assert not (folder / "old.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_plan_that_cannot_be_written_leaves_the_old_one(made, tmp_path, monkeypatch):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(plan_module, "write_table", full)
    with pytest.raises(OSError, match="no space left"):
        save_plan(Plan({**plan.summary, "seed": 42}, plan.tables), scenario, folder)
    assert load_plan(folder).summary["seed"] == plan.summary["seed"]
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_swap_that_fails_puts_the_old_plan_back(made, tmp_path, monkeypatch):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")
    rename = plan_module.Path.rename

    def stubborn(path, target):
        if path.name.startswith(".plan.") and path.parent == tmp_path:
            raise OSError("busy")
        return rename(path, target)

    monkeypatch.setattr(plan_module.Path, "rename", stubborn)
    with pytest.raises(OSError, match="busy"):
        save_plan(Plan({**plan.summary, "seed": 42}, plan.tables), scenario, folder)
    assert load_plan(folder).summary["seed"] == plan.summary["seed"]


def test_a_folder_that_holds_something_else_is_left_alone(made, tmp_path):
    scenario, plan = made
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(FileExistsError, match="not a plan"):
        save_plan(plan, scenario, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_an_empty_folder_may_become_a_plan(made, tmp_path):
    scenario, plan = made
    (tmp_path / "plan").mkdir()
    assert load_plan(save_plan(plan, scenario, tmp_path / "plan")).summary["id"]


def test_a_folder_that_is_not_a_whole_plan_is_refused(made, tmp_path):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")
    (folder / "sales.csv").unlink()
    (folder / "time.csv").unlink()
    with pytest.raises(DataError) as error:
        load_plan(folder)
    assert [finding.file.rsplit("/", 1)[-1] for finding in error.value.findings] == [
        "time.csv",
        "sales.csv",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [("plan.json", "{"), ("sales.csv", "unit,period,sales\nu1,2026-01,many\n"), ("time.csv", "")],
)
def test_a_damaged_plan_is_refused(made, tmp_path, file, text):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")
    (folder / file).write_text(text)
    with pytest.raises(DataError, match="cannot be read"):
        load_plan(folder)


@pytest.mark.parametrize(
    ("file", "text", "lost"),
    [
        ("plan.json", "{}", "id, status"),
        ("plan.json", "[]", "id, status"),
        ("sales.csv", "unit,period,demand,lift,spend\n", "lacks sales"),
    ],
)
def test_a_plan_that_lacks_a_part_of_a_file_is_refused(made, tmp_path, file, text, lost):
    scenario, plan = made
    folder = save_plan(plan, scenario, tmp_path / "plan")
    (folder / file).write_text(text)
    with pytest.raises(DataError, match=lost):
        load_plan(folder)


# As a spreadsheet, a quoting rule, a formula guard and a number parser would each like to change them.
NAMES = ["=1+1", "-5", "+7", "@x", 'Say "hi", Ann', "李雷", "NA", "null", "007", "1e5", "O'Neil"]


def test_names_of_any_kind_survive(tmp_path):
    def quoted(name):
        guarded = "'" + name if name[0] in "=-+@" else name
        return '"' + guarded.replace('"', '""') + '"'

    units = "unit,territory,segment,hours,demand,rep\n" + "".join(
        f'{quoted(name)},East,Key,1,10,"李雷"\n' for name in NAMES
    )
    reps = 'rep,hours\n"李雷",40\n"=HYPERLINK(""x"")",40\n'
    folder = write_scenario(tmp_path / "names", HEAD.format(months=1), units=units, reps=reps)
    scenario = load_scenario(folder)
    plan = plan_scenario(scenario)
    assert plan["assignments"]["unit"].tolist() == NAMES
    saved = save_plan(plan, scenario, tmp_path / "plan")
    loaded = load_plan(saved)
    assert loaded["assignments"]["unit"].tolist() == NAMES
    assert set(loaded["assignments"]["rep"]) == {"李雷"}
    assert load_plan_scenario(saved).table("units")["unit"].tolist() == NAMES
    assert "\n'=1+1," in (saved / "assignments.csv").read_text(encoding="utf-8")


def test_text_with_line_breaks_survives(tmp_path):
    plan = planned(tmp_path / "scenario")
    scenario = load_scenario(tmp_path / "scenario")
    text = ['two\nlines, "quoted"', "\ttab", "−5 %"]
    table = plan["assignments"].assign(reason=text)
    odd = Plan(plan.summary, {**plan.tables, "assignments": table})
    loaded = load_plan(save_plan(odd, scenario, tmp_path / "plan"))
    assert loaded["assignments"]["reason"].tolist() == text


def test_numbers_that_are_not_finite_are_null_in_json(made):
    _, plan = made
    text = plan_module.summary_text(Plan({**plan.summary, "gap": float("inf")}, {}))
    assert json.loads(text)["gap"] is None


SALES = "date,territory,segment,sales\n" + "".join(
    f"{year}-{month:02d}-01,{place},Key,{100 + month}\n"
    for place in ("East", "West")
    for year in (2023, 2024, 2025)
    for month in range(1, 13)
)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """A plan of a scenario with history that asks for two demand scenarios."""
    folder = tmp_path_factory.mktemp("sampled")
    units = "unit,territory,segment,hours,rep\nu1,East,Key,1,Ann\nu2,West,Key,1,Ann\n"
    yaml = "forecast: {recipe: fast, samples: 2}\n"
    scenario = scenario_of(folder / "given", yaml, units=units, history=SALES)
    plan = plan_scenario(scenario)
    return plan, save_plan(plan, scenario, folder / "plan")


def test_demand_scenarios_are_in_the_plan_where_they_are_asked_for(sampled, made):
    _, folder = sampled
    samples = load_plan(folder)["samples"]
    assert tuple(samples.columns) == OPTIONAL_TABLES["samples"]
    assert samples.groupby("sample")["weight"].first().sum() == pytest.approx(1)
    assert set(samples["sample"]) <= {"1", "2"}
    assert "samples" not in made[1].tables


def test_plan_says_how_demand_was_forecast(sampled):
    plan, _ = sampled
    told = plan.summary["forecast"]
    assert (told["recipe"], told["interval"]) == ("fast", 0.8)
    assert told["name"].startswith("smoothing")
    assert told["weights"] == {"global_model": 0.0, "opinions": []}


def test_warnings_of_the_forecast_stand_in_the_plan_in_both_languages(tmp_path):
    units = "unit,territory,segment,hours,rep\nu1,East,Key,1,Ann\nu2,West,Key,1,Ann\n"
    late = SALES + "2026-05-01,West,Key,100\n"
    given = scenario_of(tmp_path / "given", "forecast: {recipe: fast}\n", units=units, history=late)
    plan = plan_scenario(given)
    plan = load_plan(save_plan(plan, given, tmp_path / "plan"))
    told = plan.summary["translations"]["zh-CN"]
    assert set(told) <= set(plan.summary["warnings"])
    (english,) = [said for said in told if "lie in the plan" in said]
    assert english.startswith("1 history rows")
    assert "已在计划期内" in told[english]


def test_plan_without_optional_tables_and_columns_is_loaded(sampled, tmp_path):
    # As an older version wrote it.
    plan, folder = sampled
    older = tmp_path / "older"
    older.mkdir()
    for name, columns in PLAN_TABLES.items():
        table = pd.read_csv(folder / f"{name}.csv", dtype=str)
        table[list(columns)].to_csv(older / f"{name}.csv", index=False)
    (older / "plan.json").write_bytes((folder / "plan.json").read_bytes())
    loaded = load_plan(older)
    assert set(loaded.tables) == set(PLAN_TABLES)
    assert set(OPTIONAL_COLUMNS["forecast"]) & set(plan["forecast"].columns) == {"median"}
    assert "median" not in loaded["forecast"]
    assert loaded["forecast"]["mean"].tolist() == pytest.approx(plan["forecast"]["mean"].tolist())
