"""A scenario to begin with."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from allocopt.cli import main
from allocopt.config import (
    Config,
    apply_settings,
    merge_layers,
    parse_settings,
    read_config,
    read_layers,
)
from allocopt.inputs import open_inputs
from allocopt.starter import BLANK, WORKBOOK, example_names
from allocopt.tables.contract import CONTRACT
from allocopt.yaml_source import YamlSource


def init(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["init", *map(str, arguments)])


def test_columns_of_blank_tables_are_in_the_contract_with_all_required_ones() -> None:
    for table, names in WORKBOOK.items():
        assert set(names) <= set(CONTRACT[table].by_name)
        assert set(CONTRACT[table].required) <= set(names)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_blank_settings_are_valid_and_name_the_language(tmp_path: Path, language: str) -> None:
    done = init(tmp_path / "new", "--language", language)
    assert done.exit_code == 0
    (layer,) = read_layers(tmp_path / "new")
    config = read_config(layer.source)
    assert config.scenario.language == language
    assert config.calendar.plan_periods == 12


def test_every_key_of_the_blank_settings_stands_with_its_default(tmp_path: Path) -> None:
    init(tmp_path / "new")
    text = (tmp_path / "new" / "scenario.yaml").read_text(encoding="utf-8")
    (tmp_path / "all").mkdir()
    everything = re.sub(r"^# ((  )?\w+:)", r"\1", text, flags=re.MULTILINE)
    (tmp_path / "all" / "scenario.yaml").write_text(everything, encoding="utf-8")
    as_written, uncommented = (read_layers(tmp_path / name)[0].source for name in ("new", "all"))
    assert set(uncommented.data) == set(Config.model_fields)
    assert set(uncommented.data["solver"]) == set(type(Config().solver).model_fields)
    assert read_config(uncommented) == read_config(as_written)


def test_blank_tables_have_a_header_in_the_language_and_no_rows(tmp_path: Path) -> None:
    init(tmp_path / "new", "--language", "zh-CN")
    for table in BLANK:
        with (tmp_path / "new" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) == 1
        assert rows[0][0] == CONTRACT[table].by_name[BLANK[table][0]].zh


def test_workbook_has_a_sheet_per_table_with_required_columns_bold(tmp_path: Path) -> None:
    done = init(tmp_path / "new", "--workbook")
    book = openpyxl.load_workbook(done.stdout.strip())
    assert book.sheetnames == ["guide", "settings", *WORKBOOK]
    for cell in book["units"][1]:
        column = CONTRACT["units"].by_name[cell.value]
        assert bool(cell.font.bold) is column.required
        assert column.doc in cell.comment.text


@pytest.mark.parametrize("option", [[], ["--workbook"]], ids=["tables", "workbook"])
def test_folder_names_the_plan_and_the_start_stays_open(tmp_path: Path, option: list[str]) -> None:
    written = init(tmp_path / "north", *option).stdout.strip()
    inputs = open_inputs(Path(written))
    config = read_config(merge_layers(inputs.layers))
    assert (config.scenario.name or inputs.name) == "north"
    assert config.calendar.plan_start is None


def test_folder_of_a_workbook_says_what_to_check(tmp_path: Path) -> None:
    init(tmp_path / "wb", "--workbook")
    done = CliRunner().invoke(main, ["check", str(tmp_path / "wb")])
    assert done.exit_code == 1
    assert f"run allocopt check {tmp_path / 'wb' / 'scenario.xlsx'}" in done.stdout


def test_workbook_beside_tables_is_no_scenario_of_its_own(tmp_path: Path) -> None:
    init(tmp_path / "wb", "--workbook")
    (tmp_path / "wb" / "units.csv").write_text("unit,territory,segment\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(tmp_path / "wb")])
    assert "scenario.xlsx" not in done.stdout


def test_workbook_that_a_setting_names_as_a_source_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["unit", "territory", "segment", "hours"])
    book.active.append(["u1", "North", "Key", 10])
    book.save(tmp_path / "accounts.xlsx")
    arguments = ["check", str(tmp_path), "--set", "tables.units.path=accounts.xlsx"]
    assert "run allocopt check" not in CliRunner().invoke(main, arguments).stdout


def test_blank_tables_are_to_be_filled_in_and_not_to_be_added(tmp_path: Path) -> None:
    init(tmp_path / "new")
    months = [f"{year}-{month:02d}-01" for year in (2024, 2025) for month in range(1, 13)]
    rows = "".join(f"{month},North,Key,100\n" for month in months)
    for optional in ("territories", "segments"):
        (tmp_path / "new" / f"{optional}.csv").unlink()
    history = tmp_path / "new" / "history.csv"
    history.write_text(f"date,territory,segment,sales\n{rows}", encoding="utf-8")
    done = CliRunner().invoke(main, ["solve", str(tmp_path / "new")])
    assert done.exit_code == 1
    assert "fill in units.csv" in done.stderr
    assert "fill in reps.csv" in done.stderr


def test_guide_of_the_workbook_names_it(tmp_path: Path) -> None:
    done = init(tmp_path / "new", "--workbook")
    cells = [
        row[0].value for row in openpyxl.load_workbook(done.stdout.strip())["guide"].iter_rows()
    ]
    assert any(cell and "allocopt check scenario.xlsx" in cell for cell in cells)


def test_workbook_settings_are_settings(tmp_path: Path) -> None:
    done = init(tmp_path / "new", "--workbook", "--language", "zh-CN")
    sheet = openpyxl.load_workbook(done.stdout.strip())["设置"]
    rows = [f"{row[0].value}={row[1].value}" for row in sheet.iter_rows(min_row=2)]
    config = read_config(apply_settings(YamlSource({}), parse_settings(rows)))
    assert config.scenario.currency == "CNY"


@pytest.mark.parametrize("option", [[], ["--workbook"]], ids=["tables", "workbook"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_blank_scenario_lacks_rows_and_nothing_else(
    tmp_path: Path, option: list[str], language: str
) -> None:
    written = init(tmp_path / "new", "--language", language, *option).stdout.strip()
    done = CliRunner().invoke(main, ["check", written, "--json"], catch_exceptions=False)
    findings = json.loads(done.stdout)["findings"]
    said = [f["message"] for f in findings if f["severity"] in ("problem", "warning")]
    assert done.exit_code == 1
    assert [message for message in said if "no row" not in message] == []


@pytest.mark.parametrize("name", example_names())
def test_example_is_copied_whole(tmp_path: Path, name: str) -> None:
    shipped = Path(__file__).parents[2] / "scenarios" / name
    assert init(tmp_path / "new", "--example", name).exit_code == 0
    copied = {path.relative_to(tmp_path / "new") for path in (tmp_path / "new").rglob("*")}
    assert copied == {path.relative_to(shipped) for path in shipped.rglob("*")}


def test_unknown_example_names_those_that_exist(tmp_path: Path) -> None:
    done = init(tmp_path / "new", "--example", "regionl")
    assert done.exit_code == 2
    assert "regional" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("option", [[], ["--workbook"], ["--example", "two_reps"]])
def test_nothing_is_overwritten(tmp_path: Path, option: list[str]) -> None:
    (tmp_path / "units.csv").write_text("mine", encoding="utf-8")
    done = init(tmp_path, *option)
    assert done.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["units.csv"]
    assert (tmp_path / "units.csv").read_text(encoding="utf-8") == "mine"
