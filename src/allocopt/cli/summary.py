"""A plan in a few lines: its figures, what it does not keep, what binds, what to be wary of."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from allocopt.cli.output import cell_text, number_text

if TYPE_CHECKING:
    from allocopt.plan import Plan

# Figures of kpis.csv at company level: as shown, and the names of the contract.
_FIGURES = (
    ("sales", "expected sales"),
    ("spend", "spend"),
    ("hires", "hires"),
    ("handovers", "handovers"),
)
# How far a soft rule is from being kept; a measure of balance stands before the rep in the item.
_AWAY = MappingProxyType(
    {
        "selling_time_limit": "{item}: {amount} h beyond the selling time",
        "balance_floor": "{last}: {amount} below the band of {first}",
        "balance_ceiling": "{last}: {amount} above the band of {first}",
        "quota_target": "{item}: quotas are {amount} away from the target",
    }
)
SHOWN_LINES = 5
# A target that is missed by less than this share of it is missed by rounding.
ROUNDING = 1e-6
WIDTH = len("expected sales")


def summary_lines(plan: Plan) -> list[str]:
    """Status, objective, the company's figures, what is not kept, targets missed and what binds."""
    summary = plan.summary
    rows = [
        ("status", _status(plan)),
        ("objective", number_text(summary["objective"])),
        ("contribution", number_text(summary["contribution"])),
    ]
    for kpi, label in _FIGURES:
        value = company_figure(plan, kpi)
        if value is not None:
            rows.append((label, number_text(value)))
    return [
        *(f"{label:<{WIDTH}}  {text}" for label, text in rows),
        *_block("not kept", shortfall_texts(plan)),
        *_block("targets missed", target_texts(plan)),
        *_block("binding", _binding(plan)),
    ]


def caution_lines(plan: Plan) -> list[str]:
    """The plan's warnings, and how many assumptions stand behind it."""
    warnings = list(plan.summary.get("warnings", ()))
    lines = [f"  {text}" for text in warnings]
    if warnings:
        lines.insert(0, f"\nWarnings ({len(warnings)})")
    if count := len(plan.summary.get("assumptions", ())):
        lines.append(f"{count} assumption{'' if count == 1 else 's'}, listed in plan.json.")
    return lines


def company_figure(plan: Plan, kpi: str) -> float | None:
    """One figure of the whole company over the horizon; None when the plan does not have it."""
    kpis = plan["kpis"]
    whole = kpis["period"].fillna("") == ""
    values = kpis.loc[(kpis["kpi"] == kpi) & (kpis["scope"] == "company") & whole, "value"]
    return float(values.iloc[0]) if len(values) else None


def shortfall_texts(plan: Plan) -> list[str]:
    """Each soft rule that something does not keep, over all periods, the dearest first.

    `Ben: 960 h beyond the selling time in 12 periods (A rep's units fit the rep's selling time.)`
    """
    rows = plan["shortfalls"]
    rows = rows.assign(cost=rows["amount"] * rows["price"], periods=rows["period"].fillna("") != "")
    sums = rows.groupby(["rule", "item"], sort=False)[["amount", "cost", "periods"]].sum()
    ordered = sums.reset_index().sort_values("cost", ascending=False, kind="stable")
    return [_shortfall_text(row, plan.summary["rules"]) for row in ordered.to_dict("records")]


def target_texts(plan: Plan) -> list[str]:
    """Each target that the plan does not reach, the largest gap first.

    `Sales 2026: 949,953 missing of 25,300,000 (3.8%)`
    """
    rows = plan["targets"]
    missed = rows[rows["gap"] > ROUNDING * rows["goal"].abs()]
    return [
        f"{row['name']}: {number_text(row['gap'])} missing of {number_text(row['goal'])}"
        f" ({row['gap'] / row['goal']:.1%})"
        for row in missed.sort_values("gap", ascending=False, kind="stable").to_dict("records")
    ]


def _status(plan: Plan) -> str:
    gap, seconds = plan.summary["gap"], plan.summary["seconds"]
    return f"{plan.summary['status']}, gap {gap:.2%}, {seconds:.1f} s"


def _block(label: str, texts: Sequence[str]) -> list[str]:
    """The first lines under one label, and how many more there are."""
    more = len(texts) - SHOWN_LINES
    shown = [*texts[:SHOWN_LINES], *([f"{more} more"] if more > 0 else [])]
    return [f"{'' if k else label:<{WIDTH}}  {text}" for k, text in enumerate(shown)]


def _shortfall_text(row: Mapping[Hashable, Any], rules: Mapping[str, str]) -> str:
    rule, item, periods = str(row["rule"]), str(row["item"]), int(row["periods"])
    form = _AWAY.get(rule, "{item}: missed by {amount}")
    first, _, last = item.partition("/")
    away = form.format(item=item, first=first, last=last, amount=number_text(row["amount"]))
    when = f" in {periods} period{'' if periods == 1 else 's'}" if periods else ""
    return f"{away}{when} ({rules.get(rule, rule)})"


def _binding(plan: Plan) -> list[str]:
    """The limits of which one more would bring most, each once with its best period."""
    limits = plan["limits"]
    limits = limits[limits["value_of_one_more"].abs() > 0]
    limits = limits.sort_values("value_of_one_more", key=abs, ascending=False, kind="stable")
    best = limits.drop_duplicates(["rule", "item"]).head(SHOWN_LINES)
    return [_limit_text(row, plan.summary["rules"]) for row in best.to_dict("records")]


def _limit_text(row: Mapping[Hashable, Any], rules: Mapping[str, str]) -> str:
    """`Li Lei 2026-03: one more brings 52.5 (A rep's units fit the rep's selling time.)`."""
    what = " ".join(str(row[key]) for key in ("item", "period") if cell_text(row[key]))
    sentence = rules.get(str(row["rule"]), str(row["rule"]))
    return f"{what}: one more brings {number_text(row['value_of_one_more'])} ({sentence})"
