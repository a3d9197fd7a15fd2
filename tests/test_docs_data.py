"""docs/data.md tells what the code does."""

from pathlib import Path

import numpy as np

from allocopt.plan import OPTIONAL_COLUMNS, OPTIONAL_TABLES, PLAN_TABLES
from allocopt.tables import CONTRACT
from allocopt.tables.cells import Cells
from allocopt.tables.numbers import parse_numbers
from allocopt.tables.plan_reference import PLAN_COLUMNS, PLAN_DOCS
from allocopt.tables.reference import render

PAGE = Path(__file__).parents[1] / "docs" / "data.md"


def test_the_page_is_what_the_contract_says():
    made = render()
    assert PAGE.read_text(encoding="utf-8") == made, (
        "run: python -m allocopt.tables.reference > docs/data.md"
    )


def test_every_column_of_a_plan_folder_has_a_meaning():
    written = {
        name: (*columns, *OPTIONAL_COLUMNS.get(name, ()))
        for name, columns in (*PLAN_TABLES.items(), *OPTIONAL_TABLES.items())
    }
    assert {name: tuple(columns) for name, columns in PLAN_COLUMNS.items()} == written
    assert list(PLAN_DOCS) == list(PLAN_COLUMNS)


def test_every_table_and_column_has_a_section_and_a_row():
    text = PAGE.read_text(encoding="utf-8")
    for table in CONTRACT.values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| {column.name} |" in section or f"| **{column.name}** |" in section


def test_the_numbers_of_the_page_are_read_as_it_says():
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if "3.2万" in line)
    written, read = (cell.split(" · ") for cell in line.strip("| ").split(" | "))
    cells = Cells.of("", np.array([text.strip("`") for text in written], dtype=object))
    values, faults = parse_numbers(cells)
    assert not faults
    assert values.tolist() == [float(text.replace("−", "-")) for text in read]
