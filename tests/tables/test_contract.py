"""The contract itself: whole, and without words that mean two things."""

import pytest

from allocopt.tables import CONTRACT, empty_table, table_named
from allocopt.tables.text import header_key

TABLES = sorted(CONTRACT)


def test_every_table_of_the_design_is_there():
    design = [
        "units",
        "reps",
        "pairs",
        "territories",
        "segments",
        "history",
        "actuals",
        "demand",
        "products",
        "supply",
        "levers",
        "responses",
        "spend",
        "targets",
        "quota_history",
        "overrides",
        "events",
        "drivers",
        "pipeline",
        "judgement",
        "absences",
        "workload",
        "overlays",
        "commission",
        "market",
        "kpi_values",
        "actions",
        "recast",
        "adjacency",
    ]
    assert sorted(design) == TABLES


@pytest.mark.parametrize("name", TABLES)
def test_no_header_means_two_columns_of_a_table(name):
    meaning = {}
    for column in CONTRACT[name].columns:
        for word in (column.name, column.zh, *column.synonyms):
            assert meaning.setdefault(header_key(word), column.name) == column.name, word


def test_no_sheet_name_means_two_tables():
    meaning = {}
    for table in CONTRACT.values():
        for word in (table.name, table.zh):
            assert meaning.setdefault(header_key(word), table.name) == table.name


@pytest.mark.parametrize("name", TABLES)
def test_keys_and_groups_name_columns_of_the_table(name):
    table = CONTRACT[name]
    groups = [table.key, table.wide or (), *table.either, *table.ordered]
    assert {word for group in groups for word in group} <= set(table.by_name)


@pytest.mark.parametrize("name", TABLES)
def test_references_name_tables_with_one_key_column(name):
    for column in CONTRACT[name].columns:
        for target in column.refers:
            assert len(CONTRACT[target].key) == 1


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_all_columns_and_no_rows(name):
    frame = empty_table(name)
    assert list(frame.columns) == list(CONTRACT[name].by_name)
    assert frame.empty


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("history", "history"),
        ("历史", "history"),
        ("销售代表", "reps"),
        ("区域", "territories"),
        ("客户细分", "segments"),
        ("单元", "units"),
        ("覆盖单元", "units"),
        ("Quota History", "quota_history"),
        ("notes", ""),
    ],
)
def test_a_sheet_is_known_by_its_english_or_chinese_name(words, name):
    assert table_named(words) == name
