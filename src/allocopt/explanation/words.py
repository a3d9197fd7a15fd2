"""Words: figures, names and rules as an explanation says them, in English and in Chinese."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import yaml

from allocopt.notes import CHINESE, GRAINS_ZH, Note, few
from allocopt.plan import Plan
from allocopt.resources import resource_folder

# How a worth was found; `interval` is solved again like `exact`, but not proven.
EXACT, INTERVAL, DUAL, FIXED, ALONE = "exact", "interval", "dual", "fixed", "alone"
METHODS: Mapping[str, Note] = {
    EXACT: Note("exact", "精确"),
    INTERVAL: Note("solved again, not proven", "已重新求解，未证明最优"),
    DUAL: Note("estimate: dual of the linear relaxation", "估计：线性松弛的对偶值"),
    FIXED: Note("assignments kept", "分配不变"),
    ALONE: Note("estimate: this unit moved alone", "估计：仅移动此单元"),
}
# Figures above this are told as whole numbers.
WHOLE = 1000.0
# A figure this close to a whole number is one.
ROUNDING = 1e-9
# Changes are told with this many digits, rounded up.
DIGITS = 3


def number(value: float) -> str:
    """`1,234,567`, `12.35`, `0.1235`: four figures, all those before the point."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= WHOLE or abs(value - round(value)) <= ROUNDING:
        return f"{round(value):,}".replace("-", "−")
    return (f"{value:,.2f}" if abs(value) >= 10 else f"{value:.4g}").replace("-", "−")


def signed(value: float) -> str:
    """The same with its sign: `+12.35`, `−3`."""
    return number(value) if value <= 0 else f"+{number(value)}"


def rounded_up(value: float, digits: int = DIGITS) -> float:
    """The next larger number of few digits; what is enough stays enough."""
    if value <= 0 or not math.isfinite(value):
        return value
    unit = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    # Division first: a value of few digits keeps them.
    return round(math.ceil(value / unit - ROUNDING) * unit, 12)


def names(of: Sequence[str]) -> tuple[str, str]:
    """A few names of many, in English and in Chinese; `nothing` where there are none."""
    return few(list(of)) if of else ("nothing", "无")


def not_filled(rep: str) -> Note:
    """That a rep is a position that nobody fills."""
    return Note(
        f"{rep} is an open position that the plan does not fill.",
        f"{rep} 是计划未填补的空缺岗位。",
    )


def grain(period: str) -> tuple[str, str]:
    """`month` and 月."""
    return period, GRAINS_ZH[period]


def joined(notes: Sequence[Note], between: tuple[str, str] = (", ", "，")) -> Note:
    """Several phrases as one."""
    return Note(between[0].join(notes), between[1].join(note.zh for note in notes))


def rule_note(plan: Plan, rule: str) -> Note:
    """The sentence of a rule."""
    english = str(plan.summary["rules"].get(rule, rule))
    return Note(english, texts(CHINESE)["rules"].get(rule, english))


def part_note(name: str) -> Note:
    """The name of a part of the objective: those of the contribution as the documents have them."""
    if name in OTHER_PARTS:
        return OTHER_PARTS[name]
    return Note(texts("en")["part"][name].lower(), texts(CHINESE)["part"][name])


OTHER_PARTS: Mapping[str, Note] = {
    "pair_value": Note("value of pairs", "配对价值"),
    "shortfalls": Note("overload, bands and goals missed", "超负荷、均衡与目标缺口"),
    "fairness": Note("fairness of quotas", "指标公平性"),
    "borders": Note("borders between reps", "代表之间的边界"),
    "price_of_money": Note("price of money", "资金价格"),
    "risk": Note("risk", "风险"),
}


@lru_cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """The texts of the documents, by branch."""
    file = resource_folder("templates") / "messages" / f"{language}.yaml"
    branches: Mapping[str, Mapping[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return branches
