"""Sentences of the panel report: two for each kind of finding, one per language.

`about` says in one line what was found of a kind, `each` what one row of the report means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh-CN"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")

SIZE: Mapping[Language, str] = {
    "en": "{series:,} series × {periods:,} {period}, {first} to {last}, {sales:,.0f} in all.",
    "zh-CN": "{series:,} 个序列 × {periods:,} {period}，{first} 至 {last}，合计 {sales:,.0f}。",
}
NOTHING: Mapping[Language, str] = {
    "en": "Nothing unusual was found in them.",
    "zh-CN": "序列中未发现异常。",
}
PERIODS: Mapping[Language, Mapping[str, str]] = {
    "en": {"week": "weeks", "month": "months", "quarter": "quarters", "year": "years"},
    "zh-CN": {"week": "周", "month": "个月", "quarter": "个季度", "year": "年"},
}

ABOUT: Mapping[str, Mapping[Language, str]] = {
    "gap": {
        "en": "Periods without a row of any series: {count:,}. Taken as unknown, not as zero.",
        "zh-CN": "有 {count:,} 个周期所有序列均无记录：按未知处理，不视为零。",
    },
    "partial": {
        "en": "Periods that the books cover only in part: {count:,}. Left out.",
        "zh-CN": "有 {count:,} 个周期的账目不完整，未使用。",
    },
    "repeat": {
        "en": "Rows that repeat an earlier one: {count:,}, {value:,.0f} in all.",
        "zh-CN": "有 {count:,} 行与前面的行完全相同，合计 {value:,.0f}。",
    },
    "negative": {
        "en": "Periods of a series in which returns exceed sales: {count:,}, {value:,.0f} in all.",
        "zh-CN": "有 {count:,} 个序列周期的退货超过销售，合计 {value:,.0f}。",
    },
    "outlier": {
        "en": "Outliers drawn in: {count:,}. The largest is {name} in {period}: "
        "{value:,.0f} counts as {used:,.0f}.",
        "zh-CN": "修正了 {count:,} 个异常值，最大的是 {name} 的 {period}：{value:,.0f} 按 {used:,.0f} 计。",
    },
    "shift": {
        "en": "Level shifts: {count:,}. The largest is {name} in {period}: "
        "from about {value:,.0f} to {used:,.0f} a period.",
        "zh-CN": "发现 {count:,} 次水平突变，最大的是 {name} 的 {period}："
        "每期由约 {value:,.0f} 变为 {used:,.0f}。",
    },
    "closed": {
        "en": "Series that have closed: {count:,}. They are forecast as zero.",
        "zh-CN": "有 {count:,} 个序列已停止：预测为零。",
    },
    "short": {
        "en": "Series with less than two years of history: {count:,}.",
        "zh-CN": "有 {count:,} 个序列的历史不足两年。",
    },
}

EACH: Mapping[str, Mapping[Language, str]] = {
    "gap": {"en": "no row of any series: unknown", "zh-CN": "所有序列均无记录：未知"},
    "partial": {"en": "covered only in part: left out", "zh-CN": "账目不完整：未使用"},
    "repeat": {
        "en": "equal to an earlier row in every cell; counted unless a document number is repeated too",
        "zh-CN": "与前面的行完全相同；除非单据号也相同，否则照常计入",
    },
    "negative": {"en": "returns exceed sales: kept", "zh-CN": "退货超过销售：保留"},
    "outlier": {
        "en": "far outside the series' pattern: drawn in to the edge of what is usual",
        "zh-CN": "远离该序列的规律：收缩到通常范围的边缘",
    },
    "shift": {
        "en": "a new level from this period on; value and used are before and after",
        "zh-CN": "自该周期起水平改变；原值与采用值分别为此前和此后的水平",
    },
    "closed": {
        "en": "no sale from this period on, longer than chance explains",
        "zh-CN": "自该周期起再无销售，已超出偶然的范围",
    },
    "short": {"en": "opened in this period", "zh-CN": "自该周期起有销售"},
}
