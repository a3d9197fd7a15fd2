"""Columns that several tables have, and short ways to write a column down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allocopt.tables.table import Column, Kind

MONEY = "currency"
MONEY_RATE = "currency/period"
HOURS_RATE = "h/period"


def text(name: str, zh: str, doc: str, **more: Any) -> Column:
    """A column of names or words."""
    return Column(name, Kind.TEXT, zh, doc, **more)


def number(name: str, zh: str, doc: str, unit: str = "", **more: Any) -> Column:
    """A column of numbers of any sign."""
    return Column(name, Kind.NUMBER, zh, doc, unit, **more)


def amount(name: str, zh: str, doc: str, unit: str = MONEY, **more: Any) -> Column:
    """A column of numbers that are never negative."""
    return Column(name, Kind.NUMBER, zh, doc, unit, minimum=0.0, **more)


def share(name: str, zh: str, doc: str, **more: Any) -> Column:
    """A column of shares from 0 to 1, or in percent."""
    return Column(name, Kind.SHARE, zh, doc, "share", minimum=0.0, maximum=1.0, **more)


def date(name: str, zh: str, doc: str, **more: Any) -> Column:
    """A column of dates; a month means its first day."""
    return Column(name, Kind.DATE, zh, doc, **more)


def end(name: str, zh: str, doc: str, **more: Any) -> Column:
    """A column of last days; a month means its last day."""
    return Column(name, Kind.END, zh, doc, **more)


def period(name: str, zh: str, doc: str, **more: Any) -> Column:
    """A column of periods."""
    return Column(name, Kind.PERIOD, zh, doc, **more)


def required(column: Column) -> Column:
    """The same column, without which the table cannot be used."""
    return replace(column, required=True)


TERRITORY = text(
    "territory",
    "区域",
    "Territory, a node of the tree in territories.",
    refers=("territories",),
    synonyms=(
        *("territory id", "territory code", "territory name", "region", "area", "sales region"),
        *(
            "大区",
            "地区",
            "片区",
            "销售区域",
            "销售大区",
            "所属区域",
            "区域名称",
            "区域编码",
            "省份",
            "省区",
        ),
    ),
)
SEGMENT = text(
    "segment",
    "客户细分",
    "Kind of customer.",
    refers=("segments",),
    synonyms=(
        *(
            "segment id",
            "segment name",
            "customer segment",
            "customer type",
            "customer tier",
            "tier",
        ),
        *(
            "account type",
            "account tier",
            "客户类型",
            "客户等级",
            "客户分类",
            "客户层级",
            "客户级别",
        ),
        *("客户类别", "客户分级", "细分", "细分市场"),
    ),
)
UNIT = text(
    "unit",
    "覆盖单元",
    "Unit that is assigned as a whole.",
    refers=("units",),
    synonyms=(
        *(
            "unit id",
            "unit code",
            "coverage unit",
            "account",
            "account id",
            "customer",
            "customer id",
        ),
        *(
            "customer code",
            "单元",
            "单元编号",
            "客户",
            "客户编号",
            "客户编码",
            "客户代码",
            "终端",
            "客户id",
        ),
    ),
)
REP = text(
    "rep",
    "销售代表",
    "Rep, one position.",
    refers=("reps",),
    synonyms=(
        *("rep id", "rep code", "rep name", "sales rep", "sales representative", "salesperson"),
        *("seller", "owner", "account owner", "account manager", "sales person", "代表", "业务员"),
        *(
            "销售员",
            "销售人员",
            "销售",
            "负责人",
            "责任人",
            "客户经理",
            "归属销售",
            "代表姓名",
            "业务代表",
        ),
    ),
)
PRODUCT = text(
    "product",
    "产品",
    "Product or product group.",
    refers=("products",),
    synonyms=(
        *("product id", "product code", "product name", "sku", "item"),
        *("产品名称", "产品编码", "产品编号", "商品", "品类", "品种"),
    ),
)
CHANNEL = text(
    "channel", "渠道", "Sales channel.", synonyms=("sales channel", "销售渠道", "渠道类型")
)
LEVER = text(
    "lever",
    "预算科目",
    "A way to spend money.",
    refers=("levers",),
    synonyms=(
        "lever id",
        "campaign",
        "programme",
        "program",
        "科目",
        "投入科目",
        "活动",
        "费用科目",
    ),
)
LATITUDE = Column(
    "latitude",
    Kind.NUMBER,
    "纬度",
    "North positive.",
    "°",
    minimum=-90.0,
    maximum=90.0,
    synonyms=("lat",),
)
LONGITUDE = Column(
    "longitude",
    Kind.NUMBER,
    "经度",
    "East positive.",
    "°",
    minimum=-180.0,
    maximum=180.0,
    synonyms=("lon", "lng", "long"),
)
DATE = required(
    date(
        "date",
        "日期",
        "Day, or a period by its first day.",
        synonyms=(
            *(
                "day",
                "month",
                "week",
                "quarter",
                "period",
                "order date",
                "invoice date",
                "year month",
            ),
            *(
                "月份",
                "月",
                "时间",
                "年月",
                "期间",
                "周期",
                "周",
                "季度",
                "订单日期",
                "销售日期",
                "交易日期",
            ),
            *("开票日期", "业务日期"),
        ),
    )
)
PERIOD = period(
    "period",
    "周期",
    "Period by its label or by any of its days.",
    synonyms=(
        *("date", "month", "week", "quarter", "year month", "日期", "月份", "月", "年月", "期间"),
        *("时间", "周", "季度"),
    ),
)
START = date(
    "start",
    "开始日期",
    "First day.",
    synonyms=("start date", "from", "begin", "开始", "起始日期", "起始", "起始日", "自"),
)
END = end(
    "end",
    "结束日期",
    "Last day.",
    synonyms=("end date", "to", "until", "结束", "截止日期", "截止", "终止日期", "至"),
)
NAME = text("name", "名称", "Name for people to read.", synonyms=("display name", "label", "title"))


def renamed(column: Column, name: str, zh: str, doc: str, *synonyms: str) -> Column:
    """The same sort of column under another name."""
    return replace(column, name=name, zh=zh, doc=doc, synonyms=synonyms)


def saying(column: Column, doc: str, **more: Any) -> Column:
    """The same column with another meaning, or other synonyms."""
    return replace(column, doc=doc, **more)
