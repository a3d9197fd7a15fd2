"""Overrides change cells, take rows out and add rows, under the same rules as cells of a table."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_scenario import START, coded, findings_of, write_scenario

from allocopt.errors import Severity, problems
from allocopt.scenario import check_scenario, load_scenario
from allocopt.tables import CONTRACT

OVERRIDE = START + "override:\n"


def cell(scenario, table: str, key: str, column: str) -> object:
    frame = scenario.table(table)
    return frame.loc[frame[CONTRACT[table].key[0]] == key, column].iloc[0]


def messages(folder, *given_settings: str) -> list[str]:
    return [
        finding.sentence()
        for finding in findings_of(folder, *given_settings)
        if finding.severity is Severity.PROBLEM
    ]


def test_a_cell_is_changed_by_its_key(tmp_path):
    folder = write_scenario(tmp_path, OVERRIDE + "  reps: {Ann: {hours: 5}}\n")
    scenario = load_scenario(folder)
    assert cell(scenario, "reps", "Ann", "hours") == 5
    assert cell(scenario, "reps", "Bob", "hours") == 40


def test_the_same_from_the_command_line(tmp_path):
    reps = "rep,hours,cost\nLi Lei,40,1\nBob,40,1\n"
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,1,Li Lei\n"
    folder = write_scenario(tmp_path, reps=reps, units=units)
    scenario = load_scenario(folder, ['tables.reps."Li Lei".hours=0'])
    assert cell(scenario, "reps", "Li Lei", "hours") == 0


def test_a_value_is_read_as_a_cell_of_its_column_would_be(tmp_path):
    folder = write_scenario(
        tmp_path,
        OVERRIDE
        + "  reps: {Ann: {工时: 1.5万, status: 待离职, end: 2026Q2, territories: [East, West]}}\n",
    )
    scenario = load_scenario(folder)
    assert cell(scenario, "reps", "Ann", "hours") == 15_000
    assert cell(scenario, "reps", "Ann", "status") == "leaving"
    assert cell(scenario, "reps", "Ann", "end") == pd.Timestamp("2026-06-30")
    assert cell(scenario, "reps", "Ann", "territories") == "East;West"


def test_a_blank_value_makes_a_cell_unknown(tmp_path):
    scenario = load_scenario(write_scenario(tmp_path), ["tables.units.u1.rep="])
    assert pd.isna(cell(scenario, "units", "u1", "rep"))


def test_a_removed_row_is_gone_with_the_rows_that_are_keyed_by_it(tmp_path):
    pairs = "unit,rep,value\nu1,Ann,1\nu1,Bob,2\n"
    folder = write_scenario(tmp_path, pairs=pairs)
    scenario = load_scenario(folder, ["tables.reps.Ann=remove"])
    assert list(scenario.table("reps")["rep"]) == ["Bob"]
    assert list(scenario.table("pairs")["rep"]) == ["Bob"]
    # Who had the unit stays known: the handover still costs.
    assert cell(scenario, "units", "u1", "rep") == "Ann"
    assert coded(list(scenario.findings), "removed-rows")


def test_a_row_of_two_keys_is_named_by_both(tmp_path):
    folder = write_scenario(tmp_path, pairs="unit,rep,value\nu1,Ann,1\nu1,Bob,2\n")
    scenario = load_scenario(folder, ['tables.pairs."u1;Bob".value=7'])
    assert list(scenario.table("pairs")["value"]) == [1, 7]


def test_rows_are_added_with_unknown_cells_where_nothing_is_said(tmp_path):
    yaml = OVERRIDE + "  reps:\n    add: [{rep: Cid, hours: 20, status: open, cost: 5}]\n"
    frame = load_scenario(write_scenario(tmp_path, yaml)).table("reps")
    assert list(frame["rep"]) == ["Ann", "Bob", "Cid"]
    assert pd.isna(frame.iloc[2]["email"])
    assert frame["hours"].dtype == "float64"
    assert isinstance(frame.index, pd.RangeIndex)


def test_rows_may_be_added_for_several_tables_in_one_place(tmp_path):
    yaml = OVERRIDE + "  add: {segments: [{segment: New, margin: 10%}]}\n"
    scenario = load_scenario(write_scenario(tmp_path, yaml))
    assert cell(scenario, "segments", "New", "margin") == pytest.approx(0.1)


def test_a_row_may_be_added_to_a_table_that_is_not_there(tmp_path):
    yaml = OVERRIDE + "  levers: {add: [{lever: Ads}]}\n"
    assert list(load_scenario(write_scenario(tmp_path, yaml)).table("levers")["lever"]) == ["Ads"]


def test_an_attribute_may_be_changed(tmp_path):
    reps = "rep,hours,cost,score\nAnn,40,1,3\nBob,40,1,4\n"
    scenario = load_scenario(write_scenario(tmp_path, reps=reps), ["tables.reps.Ann.score=9"])
    assert cell(scenario, "reps", "Ann", "score") == 9


def test_a_name_that_a_table_uses_may_be_added_by_an_override(tmp_path):
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,1,Cid\n"
    folder = write_scenario(tmp_path, units=units)
    assert messages(folder)
    assert not messages(folder, "override.reps.add=[{rep: Cid, hours: 9}]")


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("  reps: {An: {hours: 1}}", "reps has no row 'An'; did you mean 'Ann'?"),
        ("  reps: {Ann: {huors: 1}}", "unknown column 'huors' of reps; did you mean 'hours'?"),
        ("  rps: {Ann: {hours: 1}}", "unknown table 'rps' in override; did you mean 'reps'?"),
        ("  reps: {Ann: 5}", "a number is no change of a row; expected {column: value} or remove"),
        ("  reps: [1]", "override of reps; expected {key: {column: value}}"),
        ("  reps: {add: {rep: x}}", "added rows of reps; expected a list of {column: value}"),
        ("  reps: {add: [{rep: Cid}]}", "an added row of reps lacks hours"),
        ("  reps: {add: [{rep: Ann, hours: 1}]}", "reps has a row 'Ann' already"),
        ("  reps: {Ann: {rep: Zoe}}", "the key rep of reps cannot be changed"),
        (
            "  reps: {add: [{rep: Zoe, hours: 1}, {rep: Zoe, hours: 2}]}",
            "reps has a row 'Zoe' already",
        ),
        ("  reps: {Ann: {hours: many}}", "(found 'many')"),
        ("  reps: {Ann: {hours: -1}}", "(found '-1')"),
        ("  reps: {Ann: {status: gone}}", "(found 'gone')"),
        ("  units: {u1: {segment: Kye}}", "'Kye' is not in segments; did you mean 'Key'?"),
    ],
)
def test_a_wrong_change_is_located_and_explained(tmp_path, block, sentence):
    folder = write_scenario(tmp_path, OVERRIDE + block + "\n")
    (problem,) = messages(folder)
    assert problem.startswith("scenario.yaml:3:")
    assert sentence in problem


def test_all_wrong_changes_are_reported_at_once(tmp_path):
    yaml = OVERRIDE + "  reps: {Ann: {hours: x}, Cid: remove}\n  units: {u9: {hours: 1}}\n"
    assert len(messages(write_scenario(tmp_path, yaml))) == 3


def test_a_wrong_change_from_the_command_line_is_shown_as_typed(tmp_path):
    (problem,) = messages(write_scenario(tmp_path), "tables.reps.Bbo.hours=0")
    assert problem == ("--set tables.reps.Bbo.hours=0: reps has no row 'Bbo'; did you mean 'Bob'?")


def test_the_parents_change_reaches_its_own_table_and_not_the_childs(tmp_path):
    write_scenario(tmp_path / "base", OVERRIDE + "  reps: {Ann: {hours: 5}}\n")
    none = {"units": "", "segments": "", "reps": ""}
    child = "scenario: {base: ../base}\noverride: {reps: {Bob: {hours: 6}}}\n"
    heir = write_scenario(tmp_path / "heir", child, **none)
    assert list(load_scenario(heir).table("reps")["hours"]) == [5, 6]
    own_table = {**none, "reps": "rep,hours,cost\nAnn,40,1\nBob,40,1\n"}
    other = write_scenario(tmp_path / "other", child, **own_table)
    assert list(load_scenario(other).table("reps")["hours"]) == [40, 6]


TEXT = st.text(alphabet='abReps.,"=;{}[]: 1', max_size=12)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(key=TEXT, column=TEXT, value=TEXT)
def test_any_change_gives_a_scenario_or_findings(tmp_path, key, column, value):
    folder = write_scenario(tmp_path)
    check = check_scenario(folder, [f"override.reps.{key}.{column}={value}"])
    assert (check.scenario is None) == bool(problems(check.findings))
