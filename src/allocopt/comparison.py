"""Plans side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan

Figure = str | float
# A change of less than this share of a figure is arithmetic and no difference.
ROUNDING = 1e-9

SUMMARY_FIGURES = ("status", "objective", "bound", "gap", "contribution")
KPIS = (
    "sales",
    "demand",
    "margin",
    "spend",
    "people_cost",
    "quota",
    "share_at_quota",
    "payout_mean",
    "reps",
    "hires",
    "handovers",
    "handover_share",
    "hours",
    "load",
    "travel",
    "forecast_wape",
)


def compare_plans(plans: Sequence[Plan], titles: Sequence[str] | None = None) -> pd.DataFrame:
    """One row per figure: `figure`, a column per plan, and `change` of the last against the first.

    Columns are headed by `titles`, else by the plans' ids, which the row `plan` has. Amounts [currency],
    hours [h], shares of one. Plans in different currencies or periods cannot be compared: DataError.
    """
    _same_terms(plans)
    columns = [_figures(plan) for plan in plans]
    names = list(dict.fromkeys(name for column in columns for name in column))
    table = pd.DataFrame({"figure": names})
    given = titles or [str(plan.summary["id"]) for plan in plans]
    for number, (title, column) in enumerate(zip(given, columns, strict=True), start=1):
        taken = title == "change" or title in table.columns
        table[f"{title} ({number})" if taken else title] = [column.get(name) for name in names]
    table["change"] = [_change(columns[0].get(name), columns[-1].get(name)) for name in names]
    return table.astype(object).where(table.notna(), None)


def _same_terms(plans: Sequence[Plan]) -> None:
    terms = {
        "currency": [plan.summary["scenario"]["currency"] for plan in plans],
        "period": [plan.summary["calendar"]["period"] for plan in plans],
    }
    for what, named in terms.items():
        values = list(dict.fromkeys(named))
        if len(values) > 1:
            raise DataError(
                [
                    Finding(
                        Severity.PROBLEM,
                        f"plans with a different {what} cannot be compared",
                        value=", ".join(values),
                        expected=f"one {what}",
                        mend=f"solve them again with the same {what}",
                        code="different-terms",
                    )
                ]
            )


def _figures(plan: Plan) -> dict[str, Figure]:
    """Figures of one plan by name."""
    kpis = plan["kpis"]
    company = kpis[(kpis["scope"] == "company") & (kpis["period"] == "")].set_index("kpi")["value"]
    balance = [name for name in company.index if name.startswith("balance_spread:")]
    return {
        "plan": str(plan.summary["id"]),
        **{name: plan.summary[name] for name in SUMMARY_FIGURES if name in plan.summary},
        **{name: float(company[name]) for name in (*KPIS, *balance) if name in company},
        **_quota_spread(plan),
        # Taken from zero, which has no sign then.
        "shortfalls": 0.0 - float(plan.summary["objective_parts"].get("shortfalls", 0.0)),
    }


def _quota_spread(plan: Plan) -> dict[str, float]:
    """Smallest, middle and largest quota of a rep over the horizon. [currency]"""
    quotas = plan["quotas"]
    by_rep = quotas[quotas["level"] == "rep"].groupby("rep")["quota"].sum()
    if by_rep.empty:
        return {}
    return {
        "quota_least": float(by_rep.min()),
        "quota_median": float(by_rep.median()),
        "quota_most": float(by_rep.max()),
    }


def _change(first: Figure | None, last: Figure | None) -> float | None:
    if isinstance(first, int | float) and isinstance(last, int | float):
        change = float(last) - float(first)
        return 0.0 if abs(change) <= ROUNDING * max(abs(first), abs(last)) else change
    return None
