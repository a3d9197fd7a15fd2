"""A scenario is read from a folder, a file or a workbook, with its bases under it."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pandas as pd
import pytest
import xlsxwriter
from support_scenario import SETTLED, START, UNITS, coded, findings_of, write_scenario

from allocopt.config import read_config
from allocopt.errors import ConfigError, DataError, Severity
from allocopt.scenario import check_scenario, config_text, load_scenario
from allocopt.territory_tree import TerritoryTree
from allocopt.yaml_source import parse_yaml


def test_a_sound_scenario_has_nothing_to_mend(tmp_path):
    scenario = load_scenario(write_scenario(tmp_path / "case"), SETTLED)
    assert scenario.name == "case"
    assert scenario.findings == ()
    assert list(scenario.table("units")["unit"]) == ["u1", "u2", "u3"]


def test_a_scenario_can_be_sent_to_another_process(tmp_path):
    scenario = load_scenario(write_scenario(tmp_path), SETTLED)
    sent = pickle.loads(pickle.dumps(scenario))  # noqa: S301 - our own bytes
    assert sent.calendar == scenario.calendar
    pd.testing.assert_frame_equal(sent.table("units"), scenario.table("units"))


def test_a_table_that_is_not_there_is_empty_with_its_columns(tmp_path):
    scenario = load_scenario(write_scenario(tmp_path))
    assert scenario.table("levers").empty
    assert "total_max" in scenario.table("levers").columns
    with pytest.raises(DataError, match="there is no table levers"):
        scenario.need("units", "levers")


def test_a_folder_without_configuration_has_all_defaults_and_says_so(tmp_path):
    findings = findings_of(write_scenario(tmp_path, yaml=""))
    assert coded(findings, "no-configuration")[0].severity is Severity.NOTICE


def test_the_file_itself_may_be_named(tmp_path):
    folder = write_scenario(tmp_path / "case")
    assert load_scenario(folder / "scenario.yaml").name == "case"


@pytest.mark.parametrize("name", ["nowhere", "nowhere.xlsx", "notes.txt"])
def test_a_path_that_is_no_scenario_is_a_finding(tmp_path, name):
    (tmp_path / "notes.txt").write_text("hello")
    check = check_scenario(tmp_path / name)
    assert check.scenario is None
    assert check.findings[0].severity is Severity.PROBLEM


def test_problems_of_configuration_and_of_tables_are_raised_with_all_findings(tmp_path):
    folder = write_scenario(tmp_path, yaml="solvr: {}\nx: 1\n")
    with pytest.raises(ConfigError) as caught:
        load_scenario(folder)
    assert len(caught.value.findings) == 2
    folder = write_scenario(tmp_path, reps="rep,hours\nAnn,x\nBob,y\n")
    with pytest.raises(DataError) as table_errors:
        load_scenario(folder)
    assert len(table_errors.value.findings) == 2


def test_an_unknown_table_is_located_in_the_file(tmp_path):
    (finding,) = findings_of(write_scenario(tmp_path, yaml="tables:\n  histroy: a.csv\n"))
    assert finding.sentence() == (
        "scenario.yaml:2:3: there is no table 'histroy'; did you mean 'history'?"
    )


def test_synonyms_add_headers(tmp_path):
    yaml = START + "synonyms: {reps: {hours: [Kapazität]}}\n"
    folder = write_scenario(tmp_path, yaml, reps="rep,Kapazität,cost\nAnn,40,1\nBob,30,1\n")
    assert list(load_scenario(folder).table("reps")["hours"]) == [40, 30]


def test_hashes_change_with_every_input(tmp_path):
    folder = write_scenario(tmp_path)
    before = load_scenario(folder).hashes
    assert set(before) == {"units", "reps", "segments", "scenario.yaml"}
    after = load_scenario(folder, ["tables.reps.Ann.hours=5"]).hashes
    assert after.keys() - before.keys() == {"settings"}
    write_scenario(folder, units=UNITS.replace("100", "101"))
    assert load_scenario(folder).hashes["units"] != before["units"]


# --- the calendar


HISTORY = "date,sales,territory,segment\n2025-10-01,5,East,Key\n2025-11-01,5,East,Key\n"


def test_the_plan_starts_after_the_history_unless_told_otherwise(tmp_path):
    folder = write_scenario(tmp_path, yaml="", history=HISTORY)
    scenario = load_scenario(folder)
    assert scenario.calendar.labels[0] == "2025-12"
    assert len(scenario.calendar.labels) == 12
    assert any("the period after the history" in text for text in scenario.assumptions)


def test_a_quarterly_plan_starts_after_the_quarter_that_history_ends_in(tmp_path):
    folder = write_scenario(tmp_path, yaml="calendar: {period: quarter}", history=HISTORY)
    assert load_scenario(folder).calendar.labels == ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def test_the_plan_starts_with_a_given_forecast(tmp_path):
    demand = "period,territory,segment,mean\n2026-03,East,Key,5\n2026-04,East,Key,5\n"
    folder = write_scenario(tmp_path, yaml="", demand=demand)
    assert load_scenario(folder).calendar.labels[0] == "2026-03"


def test_without_history_the_plan_starts_with_the_next_fiscal_year(tmp_path):
    units = UNITS.replace("rep\n", "rep,since\n").replace("Ann\n", "Ann,2024-05-01\n")
    units = units.replace("Bob\n", "Bob,\n")
    folder = write_scenario(tmp_path, yaml="calendar: {fiscal_start_month: 4}", units=units)
    assert load_scenario(folder).calendar.labels[0] == "2025-04"


def test_a_start_in_the_middle_of_a_period_is_moved_with_a_notice(tmp_path):
    yaml = "calendar: {plan_start: 2026-02-10, period: quarter, plan_periods: 2}"
    scenario = load_scenario(write_scenario(tmp_path, yaml=yaml))
    assert scenario.calendar.labels == ("2026Q1", "2026Q2")
    assert coded(list(scenario.findings), "plan-start-moved")


# --- child scenarios


def child_of(tmp_path, yaml, **tables):
    write_scenario(tmp_path / "base", START + "quota: {over_assignment: 0.1, fairness: 0.5}\n")
    empty = {"units": "", "reps": "", "segments": ""}
    return write_scenario(tmp_path / "child", yaml, **{**empty, **tables})


def test_a_child_inherits_what_it_does_not_change(tmp_path):
    child = child_of(tmp_path, "scenario: {base: ../base}\nquota: {fairness: 0.2}\n")
    scenario = load_scenario(child)
    assert scenario.name == "child"
    assert (scenario.config.quota.over_assignment, scenario.config.quota.fairness) == (0.1, 0.2)
    assert scenario.files["units"] == "../base/units.csv"
    assert len(scenario.table("units")) == 3
    assert "base 1" in scenario.hashes


def test_a_childs_table_replaces_the_parents(tmp_path):
    reps = "rep,hours,cost\nAnn,40,1\nBob,40,1\nCid,40,1\n"
    child = child_of(tmp_path, "scenario: {base: ../base}\n", reps=reps)
    scenario = load_scenario(child)
    assert list(scenario.table("reps")["rep"]) == ["Ann", "Bob", "Cid"]
    assert scenario.files["reps"] == "reps.csv"


def test_a_blank_value_in_a_child_takes_back_the_default(tmp_path):
    child = child_of(tmp_path, "scenario: {base: ../base}\nquota: {fairness: }\n")
    assert load_scenario(child).config.quota.fairness == 0.01


def test_a_childs_lists_replace_the_parents(tmp_path):
    write_scenario(tmp_path / "base", START + "balance: [{measure: demand, hard: true}]\n")
    child = write_scenario(
        tmp_path / "child",
        "scenario: {base: ../base}\nbalance: [{measure: hours, price: 1}]\n",
        units="",
        reps="",
        segments="",
    )
    (balance,) = load_scenario(child).config.balance
    assert (balance.measure, balance.hard) == ("hours", False)


def test_a_mistake_in_the_base_is_located_there(tmp_path):
    write_scenario(tmp_path / "base", "solver:\n  gapp: 1\n")
    child = write_scenario(tmp_path / "child", "scenario: {base: ../base}\n")
    (finding,) = findings_of(child)
    assert finding.where == "../base/scenario.yaml:2:3"


def test_a_base_that_leads_back_is_a_finding(tmp_path):
    write_scenario(tmp_path / "a", "scenario: {base: ../b}\n")
    write_scenario(tmp_path / "b", "scenario: {base: ../a}\n")
    (finding,) = findings_of(tmp_path / "a")
    assert finding.sentence() == (
        "../b/scenario.yaml:1:18: the base leads back to itself (found '../a')"
    )


def test_a_missing_base_is_a_finding(tmp_path):
    (finding,) = findings_of(write_scenario(tmp_path, "scenario: {base: ../none}\n"))
    assert finding.message == "the base is not a folder"


def test_more_than_ten_bases_are_refused(tmp_path):
    for number in range(13):
        write_scenario(tmp_path / f"s{number}", f"scenario: {{base: ../s{number + 1}}}\n")
    (finding,) = findings_of(tmp_path / "s0")
    assert finding.message == "more than 10 bases"


def test_the_saved_configuration_stands_alone(tmp_path):
    child = child_of(
        tmp_path,
        "scenario: {base: ../base}\noverride: {reps: {Ann: {hours: 5}}}\n"
        "tables: {reps: ../base/reps.csv}\n",
    )
    scenario = load_scenario(child)
    config = read_config(parse_yaml(config_text(scenario), "scenario.yaml"))
    assert (config.scenario.name, config.scenario.base) == ("child", "")
    assert config.tables == config.override == {}
    assert config.quota == scenario.config.quota
    assert str(config.calendar.plan_start) == "2026-01-01"


# --- workbooks


def write_book(path, settings, **tables):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {"settings": settings, **tables}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


SHEETS = {
    "units": [["unit", "territory", "segment", "hours", "demand"], ["u1", "East", "Key", 5, 10]],
    "reps": [["rep", "hours", "cost"], ["Ann", 40, 1]],
    "segments": [["segment", "margin"], ["Key", 0.5]],
}


def test_a_workbook_is_a_scenario_with_a_sheet_of_settings(tmp_path):
    settings = [
        ["key", "value"],
        ["calendar.plan_start", "2026-01-01"],
        ["quota.over_assignment", 0.05],
        ["coverage.every_unit", False],
        ["solver.seed", 3],
        ["tables.reps.Ann.hours", 20],
    ]
    scenario = load_scenario(write_book(tmp_path / "plan.xlsx", settings, **SHEETS))
    assert scenario.name == "plan"
    assert scenario.config.quota.over_assignment == 0.05
    assert scenario.config.coverage.every_unit is False
    assert scenario.config.solver.seed == 3
    assert list(scenario.table("reps")["hours"]) == [20]


def test_a_wrong_setting_in_a_workbook_names_its_row(tmp_path):
    settings = [["key", "value"], ["calendar.plan_start", "2026-01-01"], ["solver.gapp", 1]]
    (finding,) = findings_of(write_book(tmp_path / "plan.xlsx", settings, **SHEETS))
    assert finding.row == 3
    assert finding.nearest == "gap"


def test_files_beside_a_workbook_are_not_read(tmp_path):
    write_scenario(tmp_path)
    book = write_book(tmp_path / "plan.xlsx", [["calendar.plan_start", "2026-01-01"]], **SHEETS)
    assert list(load_scenario(book).table("units")["unit"]) == ["u1"]


# --- the tree


def test_the_tree_knows_listed_implied_and_named_territories(tmp_path):
    territories = "territory,parent\nEast,North\nWest,\n"
    units = UNITS.replace("u3,West", "u3,West")
    folder = write_scenario(tmp_path, territories=territories, units=units)
    tree = load_scenario(folder).territory_tree
    assert tree.roots == ("West", "North")
    assert tree.ancestors("East") == ("North",)
    assert tree.descendants("North") == ("East",)
    assert tree.contains("North", "East")
    assert tree.contains("East", "East")
    assert not tree.contains("East", "North")
    assert tree.depth("East") == 1


def test_without_a_table_the_units_territories_are_roots(tmp_path):
    tree = load_scenario(write_scenario(tmp_path)).territory_tree
    assert tree.roots == ("East", "West")


def test_walks_end_where_a_cycle_would_begin():
    tree = TerritoryTree({"a": "b", "b": "c", "c": "b"})
    assert tree.ancestors("a") == ("b", "c")
    assert set(tree.descendants("b")) == {"a", "b", "c"}


def test_configuration_alone_imports_no_table_library(tmp_path):
    folder = write_scenario(tmp_path, "solver: {gapp: 1}\n")
    code = (
        "import sys, pathlib\n"
        "from allocopt.config import *\n"
        "from allocopt.errors import ConfigError\n"
        "try: read_config(merge_layers(read_layers(pathlib.Path(sys.argv[1]))))\n"
        "except ConfigError: pass\n"
        "print([name for name in ('pandas', 'numpy', 'pyomo', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == "[]"


def test_frames_of_a_scenario_are_canonical_after_overrides(tmp_path):
    scenario = load_scenario(write_scenario(tmp_path), ["tables.reps.Ann=remove"])
    assert isinstance(scenario.table("reps").index, pd.RangeIndex)
