"""The page docs/data.md, made from the contract: `python -m allocopt.tables.reference > docs/data.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from allocopt.tables.contract import CHOICE_WORDS, CONTRACT
from allocopt.tables.plan_reference import PLAN_COLUMNS, PLAN_DOCS
from allocopt.tables.table import DATED, Column, Kind, Table

INTRODUCTION = """\
# Tables

Every table that a scenario may have, and every table of a plan folder. This page is made from the code
(`python -m allocopt.tables.reference > docs/data.md`) and a test keeps it so.

## How tables are found

Each table is a file in the scenario's folder that is named as the table, in English or Chinese (`units.csv`,
`单元.csv`, `history.parquet`, `历史.xlsx`), or a sheet of one workbook, or what `tables:` in scenario.yaml says:
a path, or a database url and a query.

## How headers are matched

- Case, full-width letters, blanks, `_`, `-` and units in brackets do not matter: `Sales Amount`, `sales_amount`
  and `销售额（元）` name the same column. The English name, the Chinese name and the listed synonyms are known.
- `synonyms` in scenario.yaml adds words; `tables: {history: {columns: {mine: canonical}}}` names the columns
  of one source, and wins.
- A header in `(千元)`, `(万元)`, `(百万)`, `(亿元)`, `(k)` or `(%)` multiplies its plain numbers, with a notice.
- Title rows above the header, blank rows and rows that add up others (合计, 总计, 小计, total, subtotal) are
  skipped; titles and totals with a notice. A header is looked for in the first 20 rows.
- Columns that the contract does not know are kept as attributes: numbers if every known cell is one, else
  text. Digits with a leading zero are text. A header that nearly spells a known name is questioned.
- Two columns that mean the same, and a needed column that is not there, are problems.
- Columns named by months or periods (`1月` … `12月` with a column 年, `2025-01`, `2025年1月`, `Jan`, `2025Q1`)
  become rows, in the tables that say so below.

## How cells are read

| written | read as |
|---|---|
| an empty cell, `-`, `—`, `N/A`, `#N/A` | unknown, which is not zero; `NA` is a name |
| `1,234.50` · `￥1,234` · `１２３` · `1 234.5` | 1234.5 · 1234 · 123 · 1234.5 |
| `12.5%` | 0.125 in a column of shares or plain factors; a problem in one of money or hours |
| `3.2万` · `1.5亿` · `(1,200)` · `1,200-` | 32000 · 150000000 · −1200 · −1200 |
| `1,5` · `1.234,50` | a problem: the comma may be a decimal point |
| `inf`, `NaN`, `1e400`, `#DIV/0!` | a problem |
| `2026-03-05` · `2026/3/5` · `2026.3.5` · `20260305` · `2026年3月5日` · `5 Mar 2026` | that day; a time of day is dropped |
| `2026-03` · `2026年3月` · `202603` · `Mar 2026` | the first day of March, its last day in a column of ends |
| `2026Q1` · `2026年第一季度` · `2026-W07` · `2026` | the first day of the quarter, of the ISO week (Monday), of the year |
| `46086` in a column of dates | the day of that Excel serial, from 20000 (1954) to 80000 (2119) |
| `03/05/2026` | a problem: it may be March or May |
| yes, true, 1, 是, √ · no, false, 0, 否, × | yes · no |
| `'=SUM(A1)`, `'-` | the text without the `'`, which keeps a spreadsheet from running it |

Text is stripped and full-width ASCII becomes half-width; Chinese stays as it is. UTF-8 and GB18030 are
recognised. Amounts and hours "/period" are per `calendar.input_period`.

Every problem of every table is reported at once, with file, row, column, the cell as it stands there, what
was expected and the nearest valid value. One fault in many rows is one finding with their number; at most 50
different cells of a column are listed. A name that one table uses must be a row of the table it refers to, if
the scenario has that table; people who have left (in history, say) are counted in a notice.
"""  # noqa: E501 - lines of Markdown

PLAN_INTRODUCTION = """\
# Tables of a plan folder

CSV in UTF-8; an empty cell is unknown or does not apply. Further columns may follow these.
"""


def render() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION, "# Tables of a scenario\n", _index(CONTRACT.values())]
    parts += [_section(table) for table in CONTRACT.values()]
    parts += [PLAN_INTRODUCTION]
    parts += [_plan_section(name) for name in PLAN_COLUMNS]
    return "\n".join(parts)


def _index(tables: Iterable[Table]) -> str:
    rows = [(f"[{table.name}](#{table.name})", table.zh, table.doc) for table in tables]
    return _grid(("table", "中文", "holds"), rows)


def _section(table: Table) -> str:
    key = ", ".join(table.key)
    facts = [f"Key: {key}." if table.unique else f"Told apart by: {key}; no unique key."]
    if table.either:
        facts.append(
            "Each row needs " + " or ".join(" and ".join(group) for group in table.either) + "."
        )
    facts += [" ≤ ".join(chain) + "." for chain in table.ordered]
    if table.wide:
        facts.append(f"Columns named by months are read as {table.wide[0]} and {table.wide[1]}.")
    rows = [
        (
            f"**{column.name}**" if column.required else column.name,
            column.zh,
            _unit(column),
            _meaning(column),
            ", ".join(column.synonyms),
        )
        for column in table.columns
    ]
    head = ("column", "中文", "unit", "meaning", "also called")
    title = f"## {table.name}\n\n{table.doc} 中文：{table.zh}. {' '.join(facts)}\n"
    return title + "\n" + _grid(head, rows)


def _unit(column: Column) -> str:
    if column.kind in DATED:
        return "period" if column.kind is Kind.PERIOD else "date"
    return {Kind.FLAG: "yes/no", Kind.LIST: "names; names"}.get(column.kind, column.unit)


def _meaning(column: Column) -> str:
    parts = [column.doc]
    if column.choices:
        parts.append("One of " + ", ".join(map(_choice, column.choices)) + ".")
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"From {column.minimum:g} to {column.maximum:g}.")
    elif column.minimum is not None:
        parts.append("Above 0." if column.exclusive else f"At least {column.minimum:g}.")
    elif column.maximum is not None:
        parts.append(f"At most {column.maximum:g}.")
    if column.refers:
        parts.append("→ " + ", ".join(column.refers))
    return " ".join(parts)


def _choice(choice: str) -> str:
    words = CHOICE_WORDS.get(choice, ())
    return f"`{choice}` ({words[0]})" if words else f"`{choice}`"


def _plan_section(name: str) -> str:
    rows = [(column, unit, doc) for column, (unit, doc) in PLAN_COLUMNS[name].items()]
    return f"## {name}.csv\n\n{PLAN_DOCS[name]}\n\n" + _grid(("column", "unit", "meaning"), rows)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell or " " for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
