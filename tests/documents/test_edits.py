"""Edits: what people fill in in a workbook is read back as settings, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from support_plan import FULL_MARGIN, reps_of, scenario_of
from support_workbook import edited, headings_of, written

from allocopt.documents import Material, Request, Solved, rendering_of
from allocopt.documents.edits import Edits, read_edits
from allocopt.documents.edits.form import FORMS
from allocopt.documents.language.messages import languages, load_messages
from allocopt.documents.rendering import Rendering
from allocopt.documents.workbook.book import OPTIONS, Book
from allocopt.documents.workbook.forms import fillings_of, write_fillings
from allocopt.errors import DataError
from allocopt.plan import Plan
from allocopt.planning import plan_scenario
from allocopt.scenario import Scenario, change_scenario
from allocopt.tables.cells import is_unknown
from allocopt.tables.headers import dictionary
from allocopt.tables.raw import TableSource
from allocopt.tables.text import fold

# openpyxl leaves out what only Excel knows, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")

YAML = """
scenario: {language: en, currency: USD}
workload: {hard: true}
handover: {loss: 0.1, max_units: 3}
"""
TABLES = {
    "units": """
        unit,name,territory,segment,hours,demand,rep,lock,lock_until
        u1,Mill,East,Key,10,100,Ann,contract,2026-01-31
        u2,Quarry,East,Key,10,80,Bob,,
        u3,Harbour,East,Key,10,60,Bob,,
        u4,Station,East,Key,10,40,,,
    """,
    "reps": """
        rep,name,territory,hours,cost,status,start,end
        Ann,Ann Lee,East,40,10,active,2020-01-01,
        Bob,Bob May,East,40,10,active,2020-01-01,
        New,Open post,East,40,30,open,,
    """,
    "segments": FULL_MARGIN,
    "levers": "lever,total_max\nads,100\n",
    "overrides": """
        kind,rep,unit,period,value,reason,by,expires
        quota,Ann,,2026-01,90,known project,Chief,
        lock,,u4,,Bob,promised,Chief,
    """,
}


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Scenario]:
    scenario = scenario_of(tmp_path_factory.mktemp("edits") / "s", YAML, months=2, **TABLES)
    return plan_scenario(scenario), scenario


@pytest.fixture(scope="module")
def book(solved: tuple[Plan, Scenario], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(*solved, tmp_path_factory.mktemp("book") / "plan.xlsx", language="en")


@pytest.fixture
def told(solved: tuple[Plan, Scenario], book: Path, tmp_path: Path) -> Any:
    """What is read of the workbook once it is edited."""

    def read(edits: dict[Any, Any], **more: Any) -> Edits:
        return read_edits(edited(book, tmp_path / "edited.xlsx", edits, **more), *solved)

    return read


def lines(edits: Edits) -> list[tuple[str, ...]]:
    return [tuple(row) for row in edits.table().to_numpy()]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_workbook_that_nobody_edited_changes_nothing(
    solved: tuple[Plan, Scenario], book: Path, tmp_path: Path, language: str
) -> None:
    path = book if language == "en" else written(*solved, tmp_path / "x.xlsx", language=language)
    assert lines(read_edits(path, *solved)) == []


def test_every_kind_of_edit_is_told_and_obeyed(solved: tuple[Plan, Scenario], told: Any) -> None:
    edits = told(
        {
            ("Edit locks", "u2", "New rep"): "Ann Lee (Ann)",
            ("Edit locks", "u2", "Reason"): "speaks the language",
            ("Edit locks", "u3", "Lock"): "yes",
            ("Edit locks", "u3", "Reason"): "tender",
            ("Edit capacities", "Bob", "New hours"): 30,
            ("Edit limits", "handover.max_units", "New"): 1,
        },
        new={
            "Edit overrides": [
                {"Kind": "quota", "Rep": "Bob", "Value": 70, "Reason": "ramp", "By": "Chief"}
            ]
        },
    )
    assert lines(edits) == [
        ("lock", "u2", "free", "locked to Ann (speaks the language)", "speaks the language"),
        ("lock", "u3", "free", "locked to Bob (tender)", "tender"),
        ("quota", "quota of Bob", "as planned", "70", "ramp"),
        ("hours", "Bob", "40", "30", ""),
        ("limit", "handover.max_units", "3", "1", ""),
    ]
    plan = plan_scenario(change_scenario(solved[1], edits.settings))
    # One handover is allowed, and u2 is it: the others stay.
    assert reps_of(plan) == {"u1": "Ann", "u2": "Ann", "u3": "Bob", "u4": "Bob"}
    quotas = plan["quotas"].set_index(["level", "rep", "period"])["quota"]
    assert quotas["rep", "Bob"].tolist() == [70, 70]
    assert quotas["rep", "Ann", "2026-01"] == 90
    assert plan["reps"].set_index("rep").loc["Bob", "hours"] == 60


def test_locks_are_lifted_moved_and_changed(solved: tuple[Plan, Scenario], told: Any) -> None:
    edits = told(
        {
            ("Edit locks", "u1", "Lock"): "no",
            ("Edit locks", "u4", "New rep"): "Ann",
            ("Edit locks", "u4", "Reason"): "closer",
            ("Edit locks", "u4", "Until"): "2026年1月",
        }
    )
    assert lines(edits) == [
        ("lock", "u1", "locked to Ann until 2026-01-31 (contract)", "free", ""),
        (
            "lock",
            "u4",
            "locked to Bob (promised)",
            "locked to Ann until 2026-01-31 (closer)",
            "closer",
        ),
    ]
    changed = change_scenario(solved[1], edits.settings)
    assert changed.table("units").set_index("unit")["lock"].isna().all()
    locks = changed.table("overrides").query("kind == 'lock'")
    assert locks[["unit", "value", "reason"]].to_numpy().tolist() == [["u4", "Ann", "closer"]]
    assert locks["expires"].iloc[0] == pd.Timestamp("2026-01-31")


def test_a_lock_keeps_what_is_not_said_anew(told: Any) -> None:
    longer = told({("Edit locks", "u1", "Until"): "none"})
    assert lines(longer)[0][2:4] == (
        "locked to Ann until 2026-01-31 (contract)",
        "locked to Ann (contract)",
    )
    assert not told({("Edit locks", "u1", "Lock"): "yes"})


def test_decisions_are_changed_and_withdrawn(solved: tuple[Plan, Scenario], told: Any) -> None:
    changed = told({("Edit overrides", "quota", "Value"): "１２．５万"})
    assert lines(changed)[0] == ("quota", "quota of Ann 2026-01", "90", "125,000", "known project")
    rows = change_scenario(solved[1], changed.settings).table("overrides").query("kind == 'quota'")
    assert rows["value"].astype(float).tolist() == [125_000]
    withdrawn = told({("Edit overrides", "quota", "Withdraw"): "yes"})
    assert lines(withdrawn)[0][2:4] == ("90", "as planned")
    rows = change_scenario(solved[1], withdrawn.settings).table("overrides")
    assert rows["kind"].tolist() == ["lock"]


def test_days_and_limits_are_set_and_taken_out(solved: tuple[Plan, Scenario], told: Any) -> None:
    edits = told(
        {
            ("Edit capacities", "Bob", "New end"): "2026-01",
            ("Edit capacities", "Ann", "New start"): "无",
            ("Edit limits", "handover.max_units", "New"): "none",
            ("Edit limits", "handover.max_share_of_sales", "New"): "25%",
            ("Edit limits", "levers.ads.total_max", "New"): "1,200.5",
        }
    )
    assert [row[1:4] for row in lines(edits)] == [
        ("Ann", "2020-01-01", "none"),
        ("Bob", "none", "2026-01-31"),
        ("handover.max_units", "3", "no limit"),
        ("handover.max_share_of_sales", "no limit", "0.25"),
        ("levers.ads.total_max", "100", "1,200"),
    ]
    changed = change_scenario(solved[1], edits.settings)
    assert changed.config.handover.max_units is None
    assert changed.config.handover.max_share_of_sales == 0.25
    assert changed.table("levers")["total_max"].tolist() == [1200.5]
    assert pd.isna(changed.table("reps").set_index("rep").loc["Ann", "start"])


def test_all_mistakes_are_told_at_once_with_their_cells(told: Any) -> None:
    with pytest.raises(DataError) as caught:
        told(
            {
                ("Edit locks", "u1", "New rep"): "Anne",
                ("Edit locks", "u2", "Lock"): "perhaps",
                ("Edit locks", "u3", "New rep"): "Ann",
                ("Edit locks", "u4", "Until"): "soon",
                ("Edit capacities", "Ann", "New hours"): "many",
                ("Edit capacities", "Bob", "New hours"): 20,
                ("Edit capacities", "New", "New hours"): "#REF!",
                ("Edit limits", "handover.max_units", "New"): 1.5,
                ("Edit limits", "levers.ads.total_max", "New"): "10%",
            },
            new={
                "Edit overrides": [
                    {"Kind": "quota", "Rep": "Ann", "Value": 5, "By": "Chief"},
                    {"Kind": "hours", "Rep": "Bob", "Value": 5, "By": "C", "Reason": "r"},
                    {"Kind": "quota", "Rep": "Ann", "Period": "2027-01", "Value": 5},
                    {"Kind": "price", "Rep": "Ann", "Value": -5},
                ]
            },
        )
    said = [finding.sentence() for finding in caught.value.findings]
    for cell, words in (
        ("[Edit locks], row 6", "F6 is no rep of this plan"),
        ("[Edit locks], row 7", "G7 is neither yes nor no"),
        ("[Edit locks], row 8", "H8 is empty"),
        ("[Edit locks], row 9", "I9 is not a date"),
        ("[Edit capacities], row 6", "D6 is not a number"),
        ("[Edit capacities] D7", "sets the hours of Bob, and the overrides decide them as well"),
        ("[Edit capacities], row 8", "D8 is an error of the spreadsheet"),
        ("[Edit overrides], row 8", "F8 is empty"),
        ("[Edit overrides], row 10", "D10 is not planned"),
        ("[Edit overrides], row 11", "A11 is not one of the words"),
        ("[Edit overrides], row 11", "E11 is out of range"),
        ("[Edit limits]", "is no whole number"),
        ("[Edit limits]", "is a percentage"),
    ):
        assert any(cell in text and words in text for text in said), (cell, words, said)
    assert any("did you mean 'Ann'" in text for text in said)


def test_rows_columns_and_sheets_may_change_their_place_and_language(
    solved: tuple[Plan, Scenario], book: Path, tmp_path: Path
) -> None:
    path = edited(
        book,
        tmp_path / "moved.xlsx",
        {
            ("Edit locks", "u3", "New rep"): "Ann Lee",
            ("Edit locks", "u3", "Reason"): "ＯＫ",
        },
    )
    moved = load_workbook(path)
    sheet = moved["Edit locks"]
    top = headings_of(sheet)[""]
    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=top)]
    chinese = load_messages("zh-CN").branch("workbook.form.locks")
    names = [column.name for column in FORMS["locks"].table.columns]
    table[0] = [chinese[name] for name in names]
    sheet.delete_rows(1, sheet.max_row)
    sheet.insert_rows(1, 3)
    for number, row in enumerate([table[0], *reversed(table[1:])], start=4):
        for place, value in enumerate(reversed(row), start=2):
            sheet.cell(number, place).value = value
    sheet.title = "改过的表"
    moved.save(path)
    assert lines(read_edits(path, *solved)) == [("lock", "u3", "free", "locked to Ann (OK)", "OK")]


def test_only_the_workbook_of_the_plan_is_read(
    solved: tuple[Plan, Scenario], book: Path, tmp_path: Path
) -> None:
    plan, scenario = solved
    other = replace(plan, summary={**plan.summary, "id": "other-1"})
    with pytest.raises(DataError, match=r"is of another plan: plan .*expected plan other-1"):
        read_edits(book, other, scenario)
    changed = replace(plan, summary={**plan.summary, "hashes": {"units": "00"}})
    with pytest.raises(DataError, match="is of other inputs"):
        read_edits(book, changed, scenario)
    assert not read_edits(book, other, scenario, anyway=True)
    with xlsxwriter.Workbook(tmp_path / "own.xlsx") as own:
        own.add_worksheet("Edit locks")
    with pytest.raises(DataError, match="has no sheet 'allocopt'"):
        read_edits(tmp_path / "own.xlsx", plan, scenario)


def test_formulas_that_nobody_calculated_are_refused(told: Any) -> None:
    with pytest.raises(DataError, match="formulas without a stored value"):
        told({("Edit capacities", "Ann", "New hours"): "=2*20"})


def test_sheets_that_were_deleted_are_named(
    solved: tuple[Plan, Scenario], book: Path, tmp_path: Path
) -> None:
    less = load_workbook(book)
    del less["Edit limits"]
    less.save(tmp_path / "less.xlsx")
    assert read_edits(tmp_path / "less.xlsx", *solved).notes == (
        "The workbook has no sheet 'Edit limits' any more.",
    )


@pytest.mark.parametrize("language", languages())
def test_the_headings_of_every_language_are_words_that_reading_knows(language: str) -> None:
    for form in FORMS.values():
        words = dictionary(form.table, TableSource(), {})
        headings = load_messages(language).branch(f"workbook.form.{form.name}")
        assert {c.name: words.name(headings[c.name]) for c in form.table.columns} == {
            c.name: c.name for c in form.table.columns
        }


keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(fold)
odd = st.one_of(
    st.sampled_from(
        [
            "=1+1",
            "@SUM(A1)",
            "-2",
            "'x",
            '"',
            "<b>&amp;",
            "\u202edlog",
            "_x0041_",
            "a\x01b",
            "#REF",
            "1e5",
        ]
    ),
    keys,
).filter(lambda text: text and not is_unknown(text) and not text.endswith(("l", "s", "计", ":")))


@pytest.fixture(scope="module")
def rendering(case: Any) -> Rendering:
    return rendering_of(Material(Solved(case.plan, case.scenario)), Request(language="en"))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(odd, min_size=4, max_size=4, unique_by=lambda text: text.casefold()))
def test_odd_names_are_read_back_as_they_are(
    rendering: Rendering, tmp_path: Path, names: list[str]
) -> None:
    scenario: Any = rendering.facts.scenario
    units, reps = scenario.table("units").head(3), scenario.table("reps").head(3)
    tables = {
        "units": units.assign(unit=[*names[:2], "plain"], rep="R2", name=names[2]),
        "reps": reps.assign(rep=[*names[2:], "R2"], hours=10.0),
    }
    facts = replace(rendering.facts, scenario=replace(scenario, tables=tables))
    path = tmp_path / "odd.xlsx"
    with xlsxwriter.Workbook(path, OPTIONS) as file:
        book = Book(file, rendering)
        locks, *others = fillings_of(facts, book.voice)
        given = [
            replace(
                locks,
                rows=[
                    (*row[:5], name, "", "so", "")
                    for row, name in zip(locks.rows[:2], names[2:], strict=True)
                ],
            ),
            *others,
        ]
        list(write_fillings(book, given, facts, "Overview"))
    edits = read_edits(path, facts.plan, facts.scenario)
    assert [(edit.item, (edit.added or {})["value"]) for edit in edits.each] == [
        (names[0], names[2]),
        (names[1], names[3]),
    ]
