"""Sentences: which differences matter, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np

from allocopt.notes import Note
from allocopt.replanning.variance.cents import CENTS
from allocopt.replanning.variance.items import Flags
from allocopt.replanning.variance.scopes import CAUSES, TO_DATE, Scope
from allocopt.replanning.variance.variance import Variance
from allocopt.replanning.variance.words import CAUSES_IN_WORDS, amount_in_words, size_in_words

Words = tuple[str, str]  # in English and in Chinese
# A difference matters from this share of the company's plan on ...
OF_COMPANY = 0.01
# ... when it is more than this share of the item's own plan, or outside the forecast's interval.
OF_PLAN = 0.05
# A cause below this share of the difference is not worth its words.
OF_DIFFERENCE = 0.01
# So many differences are told in a review.
MOST_TOLD = 12
SCOPES_ZH = {
    "company": "公司",
    "territory": "区域",
    "segment": "客户细分",
    "unit": "覆盖单元",
    "rep": "销售代表",
    "product": "产品",
}


def sentences(variance: Variance, period: str = TO_DATE) -> list[Note]:
    """A sentence for each difference that matters, the largest of each scope first; ""  = to date.

    One matters when it is more than 1 % of the company's plan, and either more than 5 % of the item's own
    plan or outside the interval of the forecast. What is not known of the whole company is told by
    `unknown_note` and not again of each item.
    """
    column = variance.columns.index(period)
    everywhere = _unknown(variance.scopes["company"], 0, column)
    return [
        _sentence(name, scope, row, column, period, everywhere)
        for name, scope in variance.scopes.items()
        for row in _in_order(scope, column, material(variance, name, column))
    ]


def unknown_note(variance: Variance, period: str = TO_DATE) -> Note | None:
    """Which causes are not known for the whole company; None where all are."""
    company, column = variance.scopes["company"], variance.columns.index(period)
    words = _unknown(company, 0, column)
    return Note(*_told_unknown(words, company, 0, column)) if words else None


def deviation_notes(variance: Variance) -> tuple[Note, ...]:
    """The sentences that matter most to date, how many more there are, and what is not known."""
    found = sentences(variance)
    more, unknown = len(found) - MOST_TOLD, unknown_note(variance)
    rest = Note(
        f"{more} more differences matter; variance.csv has them all.",
        f"另有 {more} 项显著差异，见 variance.csv。",
    )
    told = (*found[:MOST_TOLD], *((rest,) if more > 0 else ()))
    return (*told, *((unknown,) if unknown and told else ()))


def material(variance: Variance, name: str, column: int) -> Flags:
    """Which items of a scope differ by an amount that matters, in one column."""
    scope = variance.scopes[name]
    plan, off = (np.abs(a[:, column]) for a in (scope.plan, scope.actual - scope.plan))
    company = abs(int(variance.scopes["company"].plan[0, column]))
    wide = NormalDist().inv_cdf(0.5 + variance.interval / 2)
    noise = variance.noise.get(name)
    outside = np.zeros(len(off), dtype=bool)
    if noise is not None:
        # Not larger than NaN, where the forecast has no interval.
        outside = off > wide * noise[:, column] * CENTS
    return np.asarray((off > OF_COMPANY * company) & ((off > OF_PLAN * plan) | outside))


def _in_order(scope: Scope, column: int, chosen: Flags) -> Iterator[int]:
    off = np.abs(scope.actual - scope.plan)[:, column]
    order = np.argsort(-off, kind="stable")
    yield from (int(row) for row in order if chosen[row])


def _sentence(
    name: str, scope: Scope, row: int, column: int, period: str, everywhere: Sequence[Words]
) -> Note:
    plan, actual = int(scope.plan[row, column]), int(scope.actual[row, column])
    off = actual - plan
    item = scope.items[row]
    percent = f"{abs(off) / abs(plan):.1%}" if plan else ""
    share, share_zh = (f" ({percent})", f"（{percent}）") if plan else ("", "")
    causes, causes_zh = _causes(scope.causes[row, column], off)
    own = [words for words in _unknown(scope, row, column) if words not in everywhere]
    unknown, unknown_zh = _told_unknown(own, scope, row, column) if own else ("", "")
    side, side_zh = ("above", "高于") if off > 0 else ("below", "低于")
    when, when_zh = (f" in {period}", period) if period else (" to date", "至今")
    head = f"{_called(name, item)} is {size_in_words(off)}{share} {side} plan{when}: {causes}."
    who_zh = f"{_called_zh(name, item)}{when_zh}{side_zh}"
    head_zh = f"{who_zh}计划 {size_in_words(off)}{share_zh}：{causes_zh}。"
    return Note(f"{head} {unknown}".strip(), head_zh + unknown_zh)


def _causes(causes: np.ndarray, off: int) -> tuple[str, str]:
    """The causes that did most, in order."""
    order = np.argsort(-np.abs(causes), kind="stable")
    told = [k for k in order if abs(int(causes[k])) > OF_DIFFERENCE * abs(off)]
    words = [CAUSES_IN_WORDS[CAUSES[k]] for k in told]
    amounts = [amount_in_words(int(causes[k])) for k in told]
    english, chinese = (
        mark.join(f"{word[side]} {amount}" for word, amount in zip(words, amounts, strict=True))
        for side, mark in ((0, ", "), (1, "、"))
    )
    return english, chinese


def _unknown(scope: Scope, row: int, column: int) -> list[Words]:
    """Causes that are not known at all, and those known of a part of sales."""
    causes, known = scope.causes[row, column], scope.known[row, column]
    none = np.flatnonzero((known < 1) & (causes == 0))
    part = np.flatnonzero((known < 1) & (causes != 0))
    return [
        *(CAUSES_IN_WORDS[CAUSES[k]] for k in none),
        *(_beyond(CAUSES_IN_WORDS[CAUSES[k]], float(known[k])) for k in part),
    ]


def _beyond(words: Words, known: float) -> Words:
    return f"{words[0]} beyond {known:.0%} of sales", f"{words[1]}（仅 {known:.0%} 的销售额已知）"


def _told_unknown(unknown: Sequence[Words], scope: Scope, row: int, column: int) -> Words:
    """What is not known, and where its effect lies."""
    # Where pieces are known, nothing is left to the rest.
    volume = scope.known[row, column][CAUSES.index("volume")]
    where = [word for word, there in (("volume", volume > 0), ("rest", volume < 1)) if there]
    places = " and ".join(f"the {word}" if word == "rest" else word for word in where)
    places_zh = "和".join(CAUSES_IN_WORDS[word][1] for word in where)
    english, chinese = (
        mark.join(words[side] for words in unknown) for side, mark in ((0, ", "), (1, "、"))
    )
    return (
        f"Not known: {english}; what they did lies in {places}.",
        f"未知：{chinese}，其影响计入{places_zh}。",
    )


def _called(name: str, item: str) -> str:
    if name == "company":
        return "The company"
    return f"{name.capitalize()} {item or '(none)'}"


def _called_zh(name: str, item: str) -> str:
    if name == "company":
        return SCOPES_ZH[name]
    return f"{SCOPES_ZH[name]} {item or '（无）'} "
