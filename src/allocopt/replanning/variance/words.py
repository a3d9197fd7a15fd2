"""Words: what the causes are called, and how amounts and shares are written."""

from __future__ import annotations

from collections.abc import Mapping

from allocopt.replanning.variance.cents import CENTS

CAUSES_IN_WORDS: Mapping[str, tuple[str, str]] = {
    "market": ("market (forecast error)", "市场（预测误差）"),
    "vacancy": ("vacancies", "岗位空缺"),
    "ramp": ("ramp of new reps", "新人爬坡"),
    "coverage": ("coverage", "覆盖时间"),
    "spend": ("spend", "投入"),
    "price": ("price", "价格"),
    "mix": ("product mix", "产品结构"),
    "volume": ("volume", "销量"),
    "timing": ("timing", "时间差"),
    "rest": ("rest", "其余"),
    "credit": ("sales credited to others than planned", "业绩归属变动"),
    "unreported": ("not reported", "未上报"),
}


def amount_in_words(cents: int) -> str:
    """A signed amount in whole currency, in cents below 100."""
    amount = cents / CENTS
    return f"{amount:+,.0f}" if abs(amount) >= 100 else f"{amount:+,.2f}"


def size_in_words(cents: int) -> str:
    """An amount without its sign."""
    return amount_in_words(abs(cents)).lstrip("+")
