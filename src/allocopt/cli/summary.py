"""A plan in a few lines: its figures, what it does not keep, what binds, and what to be wary of."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
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
SHOWN_LIMITS = 5


def summary_lines(plan: Plan) -> list[str]:
    """Status, objective, gap, the figures of the company and what binds."""
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
    width = max(len(label) for label, _ in rows)
    lines = [f"{label:<{width}}  {text}" for label, text in rows]
    return [*lines, *_block("not kept", shortfalls_of(plan), width), *_missed_and_binding(plan, width)]


def company_figure(plan: Plan, kpi: str) -> float | None:
    """One figure of the whole company over the horizon; None when the plan does not have it."""
    kpis = plan["kpis"]
    whole = kpis["period"].fillna("") == ""
    values = kpis.loc[(kpis["kpi"] == kpi) & (kpis["scope"] == "company") & whole, "value"]
    return float(values.iloc[0]) if len(values) else None


def _status(plan: Plan) -> str:
    gap, seconds = plan.summary["gap"], plan.summary["seconds"]
    return f"{plan.summary['status']}, gap {gap:.2%}, {seconds:.1f} s"


def _binding(plan: Plan, width: int) -> list[str]:
    """The limits of which one more would bring most, each once with its best period."""
    limits = plan["limits"]
    limits = limits[limits["value_of_one_more"].abs() > 0]
    limits = limits.sort_values("value_of_one_more", key=abs, ascending=False, kind="stable")
    best = limits.drop_duplicates(["rule", "item"]).head(SHOWN_LIMITS)
    rules = plan.summary["rules"]
    return [
        f"{'binding' if k == 0 else '':<{width}}  {_limit_text(row, rules)}"
        for k, row in enumerate(best.to_dict("records"))
    ]


def _limit_text(row: Mapping[Hashable, Any], rules: Mapping[str, str]) -> str:
    """`Li Lei 2026-03: one more brings 52.5 (A rep's units fit the rep's selling time.)`."""
    what = " ".join(str(row[key]) for key in ("item", "period") if cell_text(row[key]))
    sentence = rules.get(str(row["rule"]), str(row["rule"]))
    return f"{what}: one more brings {number_text(row['value_of_one_more'])} ({sentence})"
