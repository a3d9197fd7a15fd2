"""A scenario to begin with: a shipped example, blank tables, or one blank workbook."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xlsxwriter
import yaml
from pydantic import BaseModel

from allocopt.config import Config
from allocopt.files import write_atomic
from allocopt.resources import resource_folder
from allocopt.tables.contract import CONTRACT, Column

# The tables and columns that most plans need; all others may be added by name (docs/data.md).
BLANK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "units": ("unit", "territory", "segment", "name", "rep", "hours", "potential", "demand"),
        "reps": (
            "rep",
            "hours",
            "name",
            "role",
            "manager",
            "territories",
            "status",
            "cost",
            "quota_before",
        ),
        "territories": ("territory", "name", "parent"),
        "segments": ("segment", "name", "margin", "visits", "hours_per_visit"),
        "history": ("date", "territory", "segment", "sales"),
    }
)
WORKBOOK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **BLANK,
        "levers": ("lever", "name", "kind", "channel", "total_min", "total_max"),
        "responses": ("lever", "territory", "segment", "form", "lift_max", "lift_unit", "half"),
        "targets": ("name", "amount", "start", "end", "scope", "kind"),
    }
)
WORKBOOK_NAME = "scenario.xlsx"
_WORDS = MappingProxyType(
    {
        "en": {
            "guide": "guide",
            "settings": "settings",
            "key": "key",
            "value": "value",
            "steps": (
                "One sheet per table; fill it below its header. Bold columns are required.",
                "An empty cell is unknown, which is not zero.",
                "Point at a header for its meaning and unit. More columns: docs/data.md.",
                f"Save, then run: allocopt check {WORKBOOK_NAME}, allocopt solve {WORKBOOK_NAME}.",
            ),
            "header": ("sheet", "column", "unit", "required", "meaning"),
            "yes": "yes",
        },
        "zh-CN": {
            "guide": "说明",
            "settings": "设置",
            "key": "键",
            "value": "值",
            "steps": (
                "每张工作表是一个数据表，请在表头下面填写。粗体列必填。",
                "空单元格表示未知，不等于零。",
                "鼠标指向表头可见含义和单位。其他列和表见 docs/data.md。",
                f"保存后运行：allocopt check {WORKBOOK_NAME}，allocopt solve {WORKBOOK_NAME}。",
            ),
            "header": ("工作表", "列", "单位", "必填", "含义"),
            "yes": "是",
        },
    }
)


def example_names() -> tuple[str, ...]:
    """Names of the shipped scenarios."""
    entries = resource_folder("scenarios").iterdir()
    return tuple(sorted(entry.name for entry in entries if (entry / "scenario.yaml").is_file()))


def copy_example(name: str, folder: Path) -> Path:
    """Copy a shipped scenario into an empty or new folder."""
    with resources.as_file(resource_folder("scenarios") / name) as example:
        shutil.copytree(example, folder, dirs_exist_ok=True)
    return folder


def write_blank(folder: Path, language: str) -> Path:
    """A commented scenario.yaml and tables that have a header and no rows."""
    text = "\n".join(_settings_lines(language)) + "\n"
    write_atomic(folder / "scenario.yaml", text.encode())
    for table, names in BLANK.items():
        header = ",".join(_header(column, language) for column in _columns(table, names))
        # With its mark of order, so that Excel reads Chinese headers.
        write_atomic(folder / f"{table}.csv", f"{header}\n".encode("utf-8-sig"))
    return folder


def write_workbook(folder: Path, language: str) -> Path:
    """A workbook with a guide, the settings and one sheet per table; returns its path."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True})
        _write_guide(book.add_worksheet(_WORDS[language]["guide"]), bold, language)
        _write_settings(book.add_worksheet(_WORDS[language]["settings"]), bold, language)
        for table in WORKBOOK:
            _write_table_sheet(book.add_worksheet(_sheet(table, language)), bold, table, language)
    path = folder / WORKBOOK_NAME
    write_atomic(path, content.getvalue())
    return path


def first_settings(language: str) -> dict[str, object]:
    """The settings that everybody looks at first.

    Name and start stay open: the folder names the plan, and the plan starts after the history.
    """
    return {
        "scenario.currency": "CNY" if language == "zh-CN" else "USD",
        "scenario.language": language,
        "calendar.period": "month",
        "calendar.plan_periods": 12,
    }


def _settings_lines(language: str) -> Iterator[str]:
    """scenario.yaml: the first settings live, every other key as a comment with its default."""
    first = first_settings(language)
    yield "# Every key has a default, shown here; take the # away to change one."
    for name, field in Config.model_fields.items():
        live = {key.partition(".")[2]: v for key, v in first.items() if key.startswith(f"{name}.")}
        yield ""
        yield f"# {field.description}"
        default = field.get_default(call_default_factory=True)
        if not isinstance(default, BaseModel):
            yield f"# {name}: {_yaml(default)}"
            continue
        yield f"{name}:" if live else f"# {name}:"
        for key, setting in type(default).model_fields.items():
            value = live.get(key, setting.get_default(call_default_factory=True))
            yield f"{'' if key in live else '# '}  {key}: {_yaml(value)}  # {setting.description}"


def _yaml(value: Any) -> str:
    """A default as it is written in the file; blank when there is none."""
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, tuple):
        value = [
            item.model_dump(mode="json") if isinstance(item, BaseModel) else item for item in value
        ]
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n").strip()


def _columns(table: str, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Columns of the contract, by name."""
    known = {column.name: column for column in CONTRACT[table].columns}
    return tuple(known[name] for name in names)


def _header(column: Column, language: str) -> str:
    return (column.zh if language == "zh-CN" else "") or column.name


def _sheet(table: str, language: str) -> str:
    return (CONTRACT[table].zh if language == "zh-CN" else "") or table


def _write_guide(sheet: Any, bold: Any, language: str) -> None:
    words = _WORDS[language]
    for row, step in enumerate(words["steps"]):
        sheet.write_string(row, 0, step)
    top = len(words["steps"]) + 1
    sheet.write_row(top, 0, words["header"], bold)
    rows = [
        (table, column) for table, names in WORKBOOK.items() for column in _columns(table, names)
    ]
    for row, (table, column) in enumerate(rows, start=top + 1):
        required = words["yes"] if column.required else ""
        cells = (
            _sheet(table, language),
            _header(column, language),
            column.unit,
            required,
            column.doc,
        )
        sheet.write_row(row, 0, cells)
    sheet.set_column(0, 3, 18)
    sheet.set_column(4, 4, 80)


def _write_settings(sheet: Any, bold: Any, language: str) -> None:
    words = _WORDS[language]
    sheet.write_row(0, 0, (words["key"], words["value"]), bold)
    for row, setting in enumerate(first_settings(language).items(), start=1):
        sheet.write_row(row, 0, setting)
    sheet.set_column(0, 1, 24)


def _write_table_sheet(sheet: Any, bold: Any, table: str, language: str) -> None:
    for place, column in enumerate(_columns(table, WORKBOOK[table])):
        sheet.write_string(0, place, _header(column, language), bold if column.required else None)
        unit = f" [{column.unit}]" if column.unit else ""
        sheet.write_comment(0, place, f"{column.name}{unit}\n{column.doc}")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(WORKBOOK[table]) - 1, 16)
