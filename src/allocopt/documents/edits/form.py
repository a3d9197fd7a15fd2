"""Form: a sheet that people fill in; its columns are read as those of a table are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allocopt.tables import Column, Kind, Table

# What people write where a limit or a day shall be none.
NONE = frozenset({"none", "no limit", "无", "不限"})


@dataclass(frozen=True)
class Form:
    """A form: how its sheet is read, and which of its columns people fill in."""

    table: Table
    inputs: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in the catalogue and in messages."""
        return self.table.name


def _text(name: str, zh: str, doc: str = "", *, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, zh, doc, required=required)


def _amount(name: str, zh: str, doc: str = "") -> Column:
    return Column(name, Kind.NUMBER, zh, doc, minimum=0.0)


LOCKS = Form(
    Table(
        "locks",
        "锁定",
        "Who must keep or get a unit.",
        ("unit",),
        (
            _text("unit", "覆盖单元", required=True),
            _text("name", "名称"),
            _text("rep_now", "现任代表"),
            _text("rep_in_plan", "计划代表"),
            _text("locked_now", "当前锁定"),
            _text("new_rep", "新代表", "Rep that the unit is given to and stays with."),
            Column(
                "lock", Kind.FLAG, "是否锁定", "Yes: it stays with today's rep; no: it is free."
            ),
            _text("reason", "原因"),
            Column("until", Kind.END, "锁定至", "Last day of the lock; blank = for good."),
        ),
    ),
    ("new_rep", "lock", "reason", "until"),
)
OVERRIDES = Form(
    Table(
        "overrides",
        "人工调整",
        "Quotas and hours that people decide.",
        ("kind", "rep", "unit", "period"),
        (
            Column("kind", Kind.TEXT, "类型", "", choices=("quota", "hours"), synonyms=("type",)),
            _text("rep", "销售代表"),
            _text("unit", "覆盖单元"),
            Column("period", Kind.PERIOD, "周期", "Period it holds for; blank = all."),
            _amount("value", "数值"),
            _text("reason", "原因"),
            _text("by", "调整人"),
            Column("expires", Kind.END, "失效日期", "Last day it holds."),
            Column("withdraw", Kind.FLAG, "撤销", "Yes: it no longer holds."),
        ),
        unique=False,
    ),
    ("kind", "rep", "unit", "period", "value", "reason", "by", "expires", "withdraw"),
)
CAPACITIES = Form(
    Table(
        "capacities",
        "销售时间",
        "Selling time of reps, and when they are there.",
        ("rep",),
        (
            _text("rep", "销售代表", required=True),
            _text("name", "姓名"),
            _text("hours_now", "现工时"),
            _amount("new_hours", "新工时"),
            _text("start_now", "现开始日期"),
            Column("new_start", Kind.DATE, "新开始日期", ""),
            _text("end_now", "现结束日期"),
            Column("new_end", Kind.END, "新结束日期", ""),
        ),
    ),
    ("new_hours", "new_start", "new_end"),
)
LIMITS = Form(
    Table(
        "limits",
        "限额",
        "Limits of the plan.",
        ("setting",),
        (
            _text("setting", "设置项", required=True),
            _text("meaning", "含义"),
            _text("now", "现值"),
            Column("new", Kind.SHARE, "新值", "", minimum=0.0),
        ),
    ),
    ("new",),
)
FORMS: Mapping[str, Form] = MappingProxyType(
    {form.name: form for form in (LOCKS, OVERRIDES, CAPACITIES, LIMITS)}
)
# Columns in which NONE may stand.
CLEARED = MappingProxyType(
    {"locks": ("until",), "capacities": ("new_start", "new_end"), "limits": ("new",)}
)
